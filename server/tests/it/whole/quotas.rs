//! Quotas and rates outlive the process: what was used of one is used, however the process ended.

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

async fn twelve_are_recalled_when_the_database_is_back(limits: serde_json::Value) {
    let cluster = Cluster::start().unwrap();
    let mut installation = Installation::at(Some(cluster.database().await.unwrap()));
    let served = installation.served().await;
    limit(&installation, &served, limits).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_of_a_quota_is_recalled_when_the_database_is_back() {
    let quota = json!({ "quota": { "requests": 12, "period": "month" } });
    twelve_are_recalled_when_the_database_is_back(quota).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_used_of_a_rate_is_recalled_when_the_database_is_back() {
    let rate = json!({ "rate": { "requests": 12, "seconds": 86_400 } });
    twelve_are_recalled_when_the_database_is_back(rate).await;
}

/// When a refused caller is to come back.
async fn retry_after(installation: &Installation, served: &Served) -> u64 {
    let response = installation.through("/echo/v1/json", &served.key).await;
    assert_eq!(response.status(), 429);
    response.headers()["retry-after"].to_str().unwrap().parse().unwrap()
}

async fn rate_of_twelve(database: Database) {
    let mut installation = Installation::start(database).await;
    let served = installation.served().await;
    limit(&installation, &served, json!({ "rate": { "requests": 12, "seconds": 86_400 } })).await;
    assert_eq!(admitted(&installation, &served, 5).await, (5, 200));
    installation.kill();
    installation.run();
    assert_eq!(admitted(&installation, &served, 3).await, (3, 200));
    assert_eq!(installation.terminate(), Some(0));
    installation.run();
    assert_eq!(admitted(&installation, &served, 100).await, (4, 429));
    let first = retry_after(&installation, &served).await;
    assert!(first <= 86_400 / 12, "{first}");
    installation.kill();
    installation.run();
    assert_eq!(admitted(&installation, &served, 100).await, (0, 429));
    let second = retry_after(&installation, &served).await;
    assert!(second <= first, "{first} s, and after a restart {second} s");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_survives_a_kill_and_a_stop_on_sqlite() {
    rate_of_twelve(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_survives_a_kill_and_a_stop_on_postgres() {
    rate_of_twelve(Database::Postgres).await;
}

/// No call of a minute ago keeps anybody from calling now: what has come back is there after a restart too.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_rate_has_given_back_is_there_after_a_restart() {
    let mut installation = Installation::start(Database::Sqlite).await;
    let served = installation.served().await;
    limit(&installation, &served, json!({ "rate": { "requests": 4, "seconds": 12 } })).await;
    assert_eq!(admitted(&installation, &served, 100).await, (4, 429));
    tokio::time::sleep(Duration::from_secs(12)).await;
    installation.kill();
    installation.run();
    assert_eq!(admitted(&installation, &served, 4).await, (4, 200));
}
