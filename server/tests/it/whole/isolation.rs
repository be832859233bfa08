//! Whatever publish accepts is served, and what is wrong with one version is not paid for by the others: a key that
//! is revoked afterwards opens nothing, and a restart goes well.

use super::installation::{Database, Installation, Served, text};
use domain::gateway_config::Change;
use domain::text::VersionName;
use reqwest::Method;
use serde_json::{Value, json};
use store::Store;
use store::versions::NewRevision;

/// A second api of the same team, as a draft.
async fn second(installation: &Installation, served: &Served) -> String {
    let team = text(&installation.get(&format!("/apis/{}", served.api)).await, "team");
    let upstream = json!({ "url": installation.echo.url() });
    let api = json!({ "name": "Second", "slug": "second", "kind": "rest", "upstream": upstream });
    text(&installation.post(&format!("/teams/{team}/apis"), api).await, "id")
}

async fn change_draft(installation: &Installation, version: &str, change: Value) -> (u16, Value) {
    let (status, answer) = installation.call(&installation.token, Method::PATCH, version, change).await;
    (status.as_u16(), answer)
}

async fn publish(installation: &Installation, version: &str) -> (u16, Value) {
    let path = format!("{version}/publish");
    let (status, answer) = installation.call(&installation.token, Method::POST, &path, json!({})).await;
    (status.as_u16(), answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_versions_on_one_host_are_refused_and_nothing_is_stuck() {
    let installation = Installation::start(Database::Sqlite).await;
    let served = installation.served().await;
    let second = second(&installation, &served).await;
    let (v1, other) = (format!("/apis/{}/versions/v1", served.api), format!("/apis/{second}/versions/v1"));
    // one host in two spellings is one host
    let (status, saved) = change_draft(&installation, &v1, json!({ "hosts": ["a.test", "A.test"] })).await;
    assert_eq!((status, &saved["draft"]["hosts"]), (200, &json!(["a.test"])));
    assert_eq!(publish(&installation, &v1).await.0, 200);
    assert_eq!(installation.at_host("a.test", "/json", &served.key).await.0, 200);
    installation.revokes(&served, "/echo/v1/json").await;
    // other routes, the same host
    let routes = json!([{ "methods": ["GET"], "path": "/only" }]);
    let change = json!({ "hosts": ["a.test"], "routes": routes });
    assert_eq!(change_draft(&installation, &other, change).await.0, 200);
    let (status, problem) = publish(&installation, &other).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (409, &json!("hosts")), "{problem}");
    assert!(problem["errors"][0]["message"].as_str().unwrap().contains("Echo v1"), "{problem}");
    installation.revokes(&served, "/echo/v1/json").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_of_a_retired_version_goes_to_the_next() {
    let installation = Installation::start(Database::Sqlite).await;
    let served = installation.served().await;
    let versions = format!("/apis/{}/versions", served.api);
    let (v1, v2) = (format!("{versions}/v1"), format!("{versions}/v2"));
    assert_eq!(change_draft(&installation, &v1, json!({ "hosts": ["a.test"] })).await.0, 200);
    assert_eq!(publish(&installation, &v1).await.0, 200);
    installation.post(&versions, json!({ "name": "v2" })).await;
    let base = format!("{}/second", installation.echo.url());
    assert_eq!(change_draft(&installation, &v2, json!({ "upstream": { "url": base } })).await.0, 200);
    // a draft answers nothing, and the default version does not answer for it
    assert_eq!(installation.through("/echo/v2/json", &served.key).await.status(), 404);
    installation.post(&format!("{v1}/retire"), json!({})).await;
    assert_eq!(publish(&installation, &v2).await.0, 200);
    let expected = (200, "/second/x".to_owned());
    assert_eq!(installation.at_host("a.test", "/x", &served.key).await, expected);
    assert_eq!(installation.through("/echo/v1/json", &served.key).await.status(), 410);
    installation.revokes(&served, "/echo/v2/x").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_no_certificate_can_name_is_refused_when_it_is_saved() {
    let installation = Installation::start(Database::Sqlite).await;
    let served = installation.served().await;
    let v1 = format!("/apis/{}/versions/v1", served.api);
    for host in ["bad-", &"a".repeat(64)] {
        let change = json!({ "upstream": { "url": format!("https://{host}.test") } });
        let (status, problem) = change_draft(&installation, &v1, change).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("upstream.url")), "{problem}");
    }
    assert_eq!(publish(&installation, &v1).await.0, 200);
    installation.revokes(&served, "/echo/v1/json").await;
}

/// Makes a revision live that an earlier release, which did not check its backend, let through.
async fn let_through(installation: &Installation, served: &Served) {
    let store = Store::open(&installation.address(), 1).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let api = served.api.parse().unwrap();
    let mut version = store::versions::get(&mut tx, &api, &VersionName::first()).await.unwrap().unwrap();
    version.draft.upstream.nodes[0].url = serde_json::from_value("https://bad-.test".into()).unwrap();
    let revision = NewRevision {
        note: String::new(),
        published_by: "Ada".to_owned(),
        published_at: version.updated_at,
        config: version.draft.clone(),
    };
    let number = store::versions::insert_revision(&mut tx, &version.id, &revision).await.unwrap();
    version.live_revision = Some(number);
    store::versions::update_state(&mut tx, &version).await.unwrap();
    tx.mark_change(Change::Api(api));
    tx.commit().await.unwrap();
    store.close().await;
}

async fn one_bad_version_does_not_freeze_the_gateway(database: Database) {
    let mut installation = Installation::start(database).await;
    let served = installation.served().await;
    let second = second(&installation, &served).await;
    publish(&installation, &format!("/apis/{second}/versions/v1")).await;
    let_through(&installation, &served).await;
    // the bad one goes on as it was, and what is changed after it is in effect
    installation.revokes(&served, "/echo/v1/json").await;
    let (status, told) = installation.ready().await;
    assert_eq!(status, 200);
    assert!(told.contains("version echo/v1 is not served as it was published"), "{told}");
    // a restart goes well; what it was before is not known any more
    assert_eq!(installation.terminate(), Some(0));
    installation.run();
    assert_eq!(installation.through("/echo/v1/json", &served.key).await.status(), 404);
    // known, without a subscription: the rest is served
    assert_eq!(installation.through("/second/v1/json", &served.key).await.status(), 403);
    let (status, told) = installation.ready().await;
    assert!(status == 200 && told.contains("version echo/v1 is not served: upstream"), "{status} {told}");
    // put right, all is well
    let back = json!({ "revision": 1 });
    installation.post(&format!("/apis/{}/versions/v1/rollback", served.api), back).await;
    installation.revokes(&served, "/echo/v1/json").await;
    assert_eq!(installation.ready().await, (200, "ready\n".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_version_does_not_freeze_the_gateway_on_sqlite() {
    one_bad_version_does_not_freeze_the_gateway(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bad_version_does_not_freeze_the_gateway_on_postgres() {
    one_bad_version_does_not_freeze_the_gateway(Database::Postgres).await;
}
