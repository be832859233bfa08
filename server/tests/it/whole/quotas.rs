//! Quotas outlive the process: what was used of one is used, however the process ended.

use super::installation::{Database, Installation, Served, eventually};
use faultlab::postgres::Cluster;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

/// Of months: only at the turn of one would these tests be wrong.
async fn limit(installation: &Installation, served: &Served, limits: serde_json::Value) {
    let api = installation.get(&format!("/apis/{}", served.api)).await;
    let plan = api["plans"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/apis/{}/plans/{plan}", served.api);
    let body = json!({ "limits": limits });
    let (status, answer) = installation.call(&installation.token, Method::PATCH, &path, body).await;
    assert!(status.is_success(), "{answer}");
}

/// How many calls are let through before one is refused, and the status of that one.
async fn admitted(installation: &Installation, served: &Served, at_most: usize) -> (usize, u16) {
    for count in 0..at_most {
        let response = installation.through("/echo/v1/json", &served.key).await;
        let status = response.status().as_u16();
        // to its end: then it is on record
        response.bytes().await.unwrap();
        if status != 200 {
            return (count, status);
        }
    }
    (at_most, 200)
}

async fn quota_of_twelve(database: Database) {
    let mut installation = Installation::start(database).await;
    let served = installation.served().await;
    limit(&installation, &served, json!({ "quota": { "requests": 12, "period": "month" } })).await;
    assert_eq!(admitted(&installation, &served, 5).await, (5, 200));
    installation.kill();
    installation.run();
    assert_eq!(admitted(&installation, &served, 3).await, (3, 200));
    assert_eq!(installation.terminate(), Some(0));
    installation.run();
    assert_eq!(admitted(&installation, &served, 100).await, (4, 429));
    installation.kill();
    installation.run();
    assert_eq!(admitted(&installation, &served, 100).await, (0, 429), "and the refusal has cost nothing");
    limit(&installation, &served, json!({ "quota": { "requests": 13, "period": "month" } })).await;
    assert_eq!(admitted(&installation, &served, 100).await, (1, 429));
    assert_eq!(installation.echo.calls(), 13);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_survives_a_kill_and_a_stop_on_sqlite() {
    quota_of_twelve(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_survives_a_kill_and_a_stop_on_postgres() {
    quota_of_twelve(Database::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_is_recalled_when_the_database_is_back() {
    let cluster = Cluster::start().unwrap();
    let mut installation = Installation::at(Some(cluster.database().await.unwrap()));
    let served = installation.served().await;
    limit(&installation, &served, json!({ "quota": { "requests": 12, "period": "month" } })).await;
    assert_eq!(admitted(&installation, &served, 5).await, (5, 200));
    installation.kill();
    cluster.shut_down().unwrap();
    installation.run();
    assert_eq!(admitted(&installation, &served, 2).await, (2, 200), "nothing is known of before");
    cluster.resume().unwrap();
    eventually("what was used before is counted", Duration::from_secs(30), async || {
        let usage = format!("/usage?api={}&measure=calls&step=day", served.api);
        let (status, answer) =
            installation.call(&installation.token, Method::GET, &usage, serde_json::Value::Null).await;
        status.is_success() && answer["totals"]["calls"].as_u64() >= Some(7)
    })
    .await;
    assert_eq!(admitted(&installation, &served, 100).await, (5, 429));
}
