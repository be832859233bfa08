//! A PostgreSQL that is away, or that nothing is heard of any more.

use super::crash::recorded;
use super::installation::{Installation, Served, eventually, text};
use domain::Time;
use domain::gateway_config::Change;
use faultlab::postgres::Cluster;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::{Address, Store};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_starts_from_its_snapshot_and_heals_when_the_database_is_back() {
    let cluster = Cluster::start().unwrap();
    let mut installation = Installation::at(Some(cluster.database().await.unwrap()));
    let served = installation.served().await;
    assert_eq!(installation.terminate(), Some(0));
    cluster.shut_down().unwrap();

    installation.run();
    let response = installation.through("/echo/v1/json", &served.key).await;
    assert_eq!(response.status(), 200);
    let call = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    assert_eq!(installation.through("/echo/v1/json", "gh_unknown").await.status(), 401);
    let (status, told) = installation.ready().await;
    assert_eq!(status, 503);
    assert!(told.contains("waiting for the database") && told.contains("does not answer"), "{told}");
    absent(&installation).await;

    cluster.resume().unwrap();
    let healed =
        eventually("ready", Duration::from_secs(20), async || installation.ready().await.0 == 200).await;
    // what operators are promised, and as much again for a machine that is busy with other tests
    assert!(healed < Duration::from_secs(10), "it took {healed:?}");
    assert_eq!(installation.ready().await.1, "ready\n");
    installation.revokes(&served, "/echo/v1/json").await;
    eventually("the call is on record", Duration::from_secs(20), async || {
        let calls = installation.get(&format!("/calls?api={}", served.api)).await;
        calls["items"].as_array().unwrap().iter().any(|kept| kept["id"] == call.as_str())
    })
    .await;
    assert_eq!(installation.terminate(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_answers_late_is_migrated_and_then_what_it_holds_is_served() {
    let cluster = Cluster::start().unwrap();
    let mut installation = Installation::at(Some(cluster.database().await.unwrap()));
    let served = installation.served().await;
    assert_eq!(installation.terminate(), Some(0));
    // an empty one in place of the one that the snapshot is of
    installation.move_to(cluster.database().await.unwrap());
    cluster.shut_down().unwrap();
    installation.run();
    assert_eq!(installation.through("/echo/v1/json", &served.key).await.status(), 200);
    cluster.resume().unwrap();
    eventually("ready", Duration::from_secs(20), async || installation.ready().await.0 == 200).await;
    assert_eq!(installation.through("/echo/v1/json", &served.key).await.status(), 404);
    let page = installation.client.get(format!("{}/sign-in", installation.portal)).send().await.unwrap();
    assert_eq!(page.status(), 200);
}

/// The portal and the management API say clearly, and at once, that there is no database.
async fn absent(installation: &Installation) {
    for (accept, path, kind) in [
        ("text/html", "/", "text/html; charset=utf-8"),
        ("text/html", "/sign-in", "text/html; charset=utf-8"),
        ("application/json", "/api/v1/teams", "application/problem+json"),
    ] {
        let request = installation.client.get(format!("{}{path}", installation.portal));
        let request = request.header("accept", accept).bearer_auth(&installation.token);
        let response = request.timeout(Duration::from_secs(3)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(
            (&response.headers()["retry-after"], &response.headers()["content-type"]),
            (&"5".parse().unwrap(), &kind.parse().unwrap())
        );
        let body = response.text().await.unwrap().to_lowercase();
        assert!(body.contains("the database has not answered since the start"), "{path}: {body}");
    }
}

/// Calls that go on until told to stop, and their ids. Each has to be answered well.
struct Steady {
    callers: JoinSet<()>,
    stop: Arc<AtomicBool>,
    answered: Arc<Mutex<Vec<String>>>,
}

impl Steady {
    fn begin(installation: &Installation, served: &Served) -> Self {
        let mut steady = Self { callers: JoinSet::new(), stop: Arc::default(), answered: Arc::default() };
        for _ in 0..4 {
            let (client, key) = (installation.client.clone(), served.key.clone());
            let url = format!("{}/echo/v1/bytes/500", installation.gateway);
            let (stop, answered) = (steady.stop.clone(), steady.answered.clone());
            steady.callers.spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let response = client.get(&url).bearer_auth(&key).send().await.unwrap();
                    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
                    assert_eq!(response.status(), 200);
                    assert_eq!(response.bytes().await.unwrap().len(), 500);
                    answered.lock().unwrap().push(id);
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            });
        }
        steady
    }

    async fn end(mut self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(caller) = self.callers.join_next().await {
            caller.unwrap();
        }
        std::mem::take(&mut *self.answered.lock().unwrap())
    }
}

/// Calls to a route with a quota until one is refused; the ids of those that were let through.
async fn admitted(installation: &Installation, served: &Served, at_most: usize) -> Vec<String> {
    let mut admitted = Vec::new();
    while admitted.len() < at_most {
        let response = installation.through("/echo/v1/json", &served.key).await;
        if response.status() != 200 {
            assert_eq!(response.status(), 429);
            break;
        }
        admitted.push(response.headers()["x-request-id"].to_str().unwrap().to_owned());
        response.bytes().await.unwrap();
    }
    admitted
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_served_limited_and_kept_while_the_database_is_away() {
    let cluster = Cluster::start().unwrap();
    let installation = Installation::at(Some(cluster.database().await.unwrap()));
    let served = installation.served().await;
    let version = format!("/apis/{}/versions/v1", served.api);
    let quota = json!({ "requests": 12, "period": "month" });
    let body = json!({
        "routes": [{ "methods": ["GET"], "path": "/json" }, { "methods": [], "path": "/*" }],
        "policies": { "limits": [{ "name": "edge", "by": "route", "routes": ["GET /json"], "quota": quota }] },
    });
    let (status, answer) = installation.call(&installation.token, Method::PATCH, &version, body).await;
    assert!(status.is_success(), "{answer}");
    installation.post(&format!("{version}/publish"), json!({})).await;
    let steady = Steady::begin(&installation, &served);
    let mut calls = admitted(&installation, &served, 5).await;

    cluster.shut_down().unwrap();
    let told = async || {
        let (status, text) = installation.ready().await;
        // it serves: no reason to send traffic elsewhere
        assert_eq!(status, 200, "{text}");
        text.starts_with("ready\ndatabase: ")
            && text.contains("snapshot: the newest configuration is not served")
    };
    eventually("what is wrong is told", Duration::from_secs(20), told).await;
    unreachable(&installation).await;
    calls.extend(admitted(&installation, &served, 100).await);
    assert_eq!(calls.len(), 12, "what was used before counts, and what is left is there");

    cluster.resume().unwrap();
    let back = Instant::now();
    eventually("ready", Duration::from_secs(20), async || installation.ready().await.1 == "ready\n").await;
    let teams = async || {
        let (status, _) = installation.call(&installation.token, Method::GET, "/teams", Value::Null).await;
        status == 200
    };
    eventually("the management API answers", Duration::from_secs(20), teams).await;
    calls.extend(steady.end().await);
    let recorded = recorded(&installation, &served.api, calls.len()).await;
    let healed = back.elapsed();
    // far more than it takes, for a machine that is busy with other tests
    assert!(healed < Duration::from_secs(60), "it took {healed:?}");
    let lost: HashSet<&String> = calls.iter().filter(|id| !recorded.contains_key(*id)).collect();
    assert!(lost.is_empty(), "{} of {} calls are lost", lost.len(), calls.len());
    assert!(recorded.values().all(|count| *count == 1), "a call is recorded twice");
    installation.revokes(&served, "/echo/v1/bytes/1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_told_to_stop_while_the_database_is_away_ends_well_and_keeps_its_calls() {
    let cluster = Cluster::start().unwrap();
    let mut installation = Installation::at(Some(cluster.database().await.unwrap()));
    let served = installation.served().await;
    let mut calls = admitted(&installation, &served, 10).await;
    cluster.shut_down().unwrap();
    calls.extend(admitted(&installation, &served, 10).await);
    assert_eq!(installation.terminate(), Some(0));
    cluster.resume().unwrap();
    installation.run();
    let recorded = recorded(&installation, &served.api, calls.len()).await;
    assert!(calls.iter().all(|id| recorded.get(id) == Some(&1)), "{recorded:?}");
}

/// The portal and the management API say in bounded time that the database does not answer.
async fn unreachable(installation: &Installation) {
    for (accept, path, kind) in [
        ("text/html", "/", "text/html; charset=utf-8"),
        ("text/html", "/apis", "text/html; charset=utf-8"),
        ("application/json", "/api/v1/teams", "application/problem+json"),
    ] {
        let request = installation.client.get(format!("{}{path}", installation.portal));
        let request = request.header("accept", accept).bearer_auth(&installation.token);
        let response = request.timeout(Duration::from_secs(10)).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.text().await.unwrap();
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {body}");
        assert_eq!(headers["content-type"], kind, "{path}");
        assert!(body.to_lowercase().contains("database"), "{path}: {body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_a_database_and_without_a_snapshot_fails_with_one_line() {
    let cluster = Cluster::start().unwrap();
    let installation = Installation::at(Some(cluster.database().await.unwrap()));
    cluster.stop().unwrap();
    // a node of the same installation that has never run
    let folder = tempfile::tempdir().unwrap();
    let key = std::fs::read_to_string(installation.folder().join("master.key")).unwrap();
    let mut serve = installation.command(&["serve"]);
    serve.env("GATEHOUSE_DATA_DIR", folder.path()).env("GATEHOUSE_MASTER_KEY", key.trim());
    let output = serve.env("GATEHOUSE_LOG", "off").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), told.lines().count()), (Some(1), 1), "{told}");
    assert!(told.contains("database") && told.contains("no snapshot in the data folder"), "{told}");
}

/// Passes bytes to a PostgreSQL, until it falls silent: connections that there are then stay open, and dead.
struct Wire {
    address: String,
    silent: watch::Sender<()>,
}

impl Wire {
    /// In front of the database at `url`.
    async fn before(url: &str) -> Self {
        let (start, rest) = url.split_once('@').unwrap();
        let (server, name) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("{start}@{}/{name}", listener.local_addr().unwrap());
        let silent = watch::Sender::new(());
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(pass(listener, server.to_owned(), silent.clone()));
        Self { address, silent }
    }

    fn fall_silent(&self) {
        self.silent.send_replace(());
    }
}

async fn pass(listener: TcpListener, server: String, silent: watch::Sender<()>) {
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let (server, mut silent) = (server.clone(), silent.subscribe());
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move {
            let mut server = TcpStream::connect(&server).await.unwrap();
            let gone = tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => true,
                _ = silent.changed() => false,
            };
            if !gone {
                // neither side hears that nobody is there
                std::future::pending::<()>().await;
            }
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_by_another_node_comes_through_when_connections_have_gone_silent() {
    let url = Cluster::shared().database().await.unwrap();
    let wire = Wire::before(&url).await;
    let installation = Installation::at(Some(wire.address.clone()));
    let served = installation.served().await;
    assert_eq!(installation.through("/echo/v1/json", &served.key).await.status(), 200);
    wire.fall_silent();

    let other_node = Store::open(&Address::Postgres(url), 1).await.unwrap();
    let now = Time::from_timestamp(1_800_000_000, 0).unwrap();
    let mut tx = other_node.begin().await.unwrap();
    let credential = served.credential.parse().unwrap();
    assert!(store::credentials::revoke(&mut tx, &credential, now).await.unwrap());
    tx.mark_change(Change::Credential(credential));
    tx.commit().await.unwrap();
    let revoked = async || installation.through("/echo/v1/json", &served.key).await.status() == 401;
    eventually("the key is refused", Duration::from_secs(30), revoked).await;

    // and from now on changes are heard again
    let application = format!("/applications/{}", served.application);
    let credential = installation.post(&format!("{application}/credentials"), json!({ "name": "new" })).await;
    let path = format!("/credentials/{}", text(&credential, "id"));
    let (status, _) = installation.call(&installation.token, Method::DELETE, &path, Value::Null).await;
    assert!(status.is_success());
    assert_eq!(installation.through("/echo/v1/json", &text(&credential, "key")).await.status(), 401);
}
