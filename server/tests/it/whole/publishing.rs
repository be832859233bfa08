//! Changes under load: calls go on as if nothing happened, and what changed is in effect.

use super::installation::{Database, Installation, Served, text};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// Callers that each send a call every 8 ms: 1,000 calls a second together, as far as the machine keeps up.
const CALLERS: u64 = 8;
const PACE: Duration = Duration::from_millis(8);
const PUBLICATIONS: u64 = 300;

/// Calls of a key, until told to stop; how many there were. Each has to be answered well.
fn load(
    installation: &Installation,
    served: &Served,
    stop: &Arc<AtomicBool>,
) -> (JoinSet<()>, Arc<AtomicU64>) {
    let (mut callers, answered) = (JoinSet::new(), Arc::<AtomicU64>::default());
    for _ in 0..CALLERS {
        let (client, stop, answered) = (installation.client.clone(), stop.clone(), answered.clone());
        let (url, key) = (format!("{}/echo/v1/json", installation.gateway), served.key.clone());
        callers.spawn(async move {
            let mut turns = tokio::time::interval(PACE);
            while !stop.load(Ordering::Relaxed) {
                turns.tick().await;
                let response = client.get(&url).bearer_auth(&key).send().await.unwrap();
                let status = response.status();
                let body = response.text().await.unwrap();
                assert_eq!(status, 200, "after {} calls: {body}", answered.load(Ordering::Relaxed));
                answered.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    (callers, answered)
}

/// Publishes the version again and again, between other changes that the gateway hears of.
async fn publish_often(installation: &Installation, served: &Served) {
    let version = format!("/apis/{}/versions/v1", served.api);
    let keys = format!("/applications/{}/credentials", served.application);
    for number in 0..PUBLICATIONS {
        let route = json!({ "methods": ["GET"], "path": format!("/only/{number}") });
        let routes = json!({ "routes": [{ "methods": [], "path": "/*" }, route] });
        let (status, answer) = installation.call(&installation.token, Method::PATCH, &version, routes).await;
        assert!(status.is_success(), "{answer}");
        installation.post(&format!("{version}/publish"), json!({})).await;
        if number % 10 == 0 {
            let key = installation.post(&keys, json!({ "name": "short-lived" })).await;
            let credential = format!("/credentials/{}", text(&key, "id"));
            let answer =
                installation.call(&installation.token, Method::DELETE, &credential, Value::Null).await;
            assert!(answer.0.is_success(), "{answer:?}");
        }
    }
}

async fn publications_under_load_fail_no_call(database: Database) {
    let installation = Installation::start(database).await;
    let served = installation.served().await;
    let stop = Arc::<AtomicBool>::default();
    let (mut callers, answered) = load(&installation, &served, &stop);
    publish_often(&installation, &served).await;
    stop.store(true, Ordering::Relaxed);
    while let Some(caller) = callers.join_next().await {
        caller.unwrap();
    }
    let answered = answered.load(Ordering::Relaxed);
    assert!(answered > 500, "only {answered} calls to mean anything");
    // the last one is what is served: the route stands on record
    assert_eq!(installation.through("/echo/v1/only/299", &served.key).await.status(), 200);
    let route = || async {
        let calls = installation.get(&format!("/calls?api={}&path=/only/299", served.api)).await;
        calls["items"][0]["route"].as_str().map(str::to_owned)
    };
    for _ in 0..100 {
        if route().await.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(route().await.as_deref(), Some("GET /only/299"));
}

#[tokio::test(flavor = "multi_thread")]
async fn publications_under_load_fail_no_call_on_sqlite() {
    publications_under_load_fail_no_call(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn publications_under_load_fail_no_call_on_postgres() {
    publications_under_load_fail_no_call(Database::Postgres).await;
}
