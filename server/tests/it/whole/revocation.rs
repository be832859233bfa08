//! What a person was told has happened is true at the gateway: the next call after the answer sees it.

use super::installation::{Database, Installation};
use reqwest::Method;
use serde_json::{Value, json};

async fn refused_as(installation: &Installation, key: &str) -> (u16, String) {
    let response = installation.through("/echo/v1/json", key).await;
    let status = response.status().as_u16();
    if status == 200 {
        return (status, String::new());
    }
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let problem: Value = response.json().await.unwrap();
    let name = problem["type"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(problem["status"].as_u64(), Some(status.into()));
    (status, name)
}

async fn changes_are_effective_before_they_are_answered(database: Database) {
    let installation = Installation::start(database).await;
    let served = installation.served().await;
    let subscription = format!("/subscriptions/{}", served.subscription);
    let good = (200, String::new());
    // many rounds: a change that is only usually in time would be caught
    for _ in 0..20 {
        assert_eq!(refused_as(&installation, &served.key).await, good);
        installation.post(&format!("{subscription}/pause"), json!({})).await;
        assert_eq!(refused_as(&installation, &served.key).await, (403, "subscription-paused".to_owned()));
        installation.post(&format!("{subscription}/resume"), json!({})).await;
    }
    for _ in 0..20 {
        let path = format!("/applications/{}/credentials", served.application);
        let credential = installation.post(&path, json!({ "name": "short-lived" })).await;
        let (id, key) = (credential["id"].as_str().unwrap(), credential["key"].as_str().unwrap());
        assert_eq!(refused_as(&installation, key).await, good);
        let (status, _) = installation
            .call(&installation.token, Method::DELETE, &format!("/credentials/{id}"), Value::Null)
            .await;
        assert!(status.is_success());
        assert_eq!(refused_as(&installation, key).await, (401, "credential-invalid".to_owned()));
    }
    installation.post(&format!("{subscription}/cancel"), json!({})).await;
    assert_eq!(refused_as(&installation, &served.key).await, (403, "no-subscription".to_owned()));
    let (status, _) = installation
        .call(
            &installation.token,
            Method::DELETE,
            &format!("/credentials/{}", served.credential),
            Value::Null,
        )
        .await;
    assert!(status.is_success());
    assert_eq!(refused_as(&installation, &served.key).await, (401, "credential-invalid".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_effective_before_they_are_answered_on_sqlite() {
    changes_are_effective_before_they_are_answered(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_effective_before_they_are_answered_on_postgres() {
    changes_are_effective_before_they_are_answered(Database::Postgres).await;
}
