//! Connections to clouds, tried before they are used, and used.

use super::installation::{Database, Installation, text};
use faultlab::vendor::Vendor;
use serde_json::{Value, json};

async fn connected(installation: &Installation, name: &str, settings: Value, key: &str) -> String {
    let kind = name.split(' ').next().unwrap();
    let mut provider = json!({ "name": name, "kind": kind, "keys": [{ "name": "first", "secret": key }] });
    provider.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    text(&installation.post("/providers", provider).await, "id")
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_to_clouds_are_tried_as_they_are_used() {
    let installation = Installation::start(Database::Sqlite).await;
    let vendor = Vendor::start().unwrap();
    let url = vendor.url();
    let bedrock = || json!({ "base_url": url, "settings": { "region": "eu-central-1" } });
    let base = format!("{url}/v1/projects/p/locations/eu/publishers/google");
    let vertex = || json!({ "base_url": base, "settings": { "project": "p", "region": "eu" } });
    let base = format!("{url}/openai/v1");
    let azure =
        |version: &str| json!({ "base_url": base, "settings": { "resource": "r", "api_version": version } });
    let secret = Vendor::secret_of("AKIA1");
    for (name, settings, key, outcome, path) in [
        ("bedrock", bedrock(), format!("AKIA1:{secret}"), Ok(()), "/foundation-models"),
        ("bedrock token", bedrock(), "ABSK1".to_owned(), Ok(()), "/foundation-models"),
        (
            "bedrock wrong",
            bedrock(),
            "AKIA1:wrong-secret-of-it".to_owned(),
            Err("answered with status 403: the signature is not good"),
            "/foundation-models",
        ),
        ("vertex", vertex(), vendor.service_account("good"), Ok(()), ":countTokens"),
        (
            "vertex wrong",
            vertex(),
            vendor.service_account("bad"),
            Err("no token was given, status 400: account not found"),
            "/token",
        ),
        ("azure", azure("preview"), "k".to_owned(), Ok(()), "/openai/v1/models?api-version=preview"),
        ("azure dated", azure("2024-10-21"), "k".to_owned(), Ok(()), "/openai/models?api-version=2024-10-21"),
    ] {
        let id = connected(&installation, name, settings, &key).await;
        let tested = installation.post(&format!("/providers/{id}/test"), json!({})).await;
        let error = tested["error"].as_str();
        assert_eq!(tested["ok"], outcome.is_ok(), "{name}: {tested}");
        if let Err(expected) = outcome {
            assert!(error.unwrap().contains(expected), "{name}: {tested}");
            assert!(!tested.to_string().contains("wrong-secret"), "{name}: {tested}");
        }
        let asked = vendor.requests().pop().unwrap().path;
        assert!(asked.ends_with(path), "{name}: {asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_of_a_call_are_told_with_it() {
    let installation = Installation::start(Database::Sqlite).await;
    let vendor = Vendor::start().unwrap();
    let settings = json!({ "base_url": vendor.url(), "settings": { "region": "eu-central-1" } });
    let wrong = connected(&installation, "bedrock wrong", settings.clone(), "AKIA1:wrong").await;
    let key = format!("AKIA1:{}", Vendor::secret_of("AKIA1"));
    let good = connected(&installation, "bedrock", settings, &key).await;
    let target =
        |provider: &str, priority| json!({ "provider": provider, "model": "m", "priority": priority });
    let models = json!([{ "alias": "fast", "strategy": "lowest_cost", "targets": [target(&wrong, 0), target(&good, 1)] }]);
    let api = json!({ "name": "Chat", "slug": "chat", "kind": "ai", "models": models });
    let served = installation.served_as(api).await;
    let body = json!({ "model": "fast", "messages": [{ "role": "user", "content": "hi" }] });
    let url = format!("{}/chat/v1/chat/completions", installation.gateway);
    let answer = installation.client.post(url).bearer_auth(&served.key).json(&body).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(answer.headers()["x-gatehouse-attempts"].to_str().unwrap(), "2");
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    let list = format!("/calls?api={}", served.api);
    super::installation::eventually("the call is listed", std::time::Duration::from_secs(20), async || {
        installation.get(&list).await["items"].as_array().is_some_and(|calls| !calls.is_empty())
    })
    .await;
    let call = installation.get(&format!("/calls/{id}")).await;
    let tried: Vec<_> = call["tried"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tried| (&tried["provider"], &tried["status"]))
        .collect();
    assert_eq!(tried, [(&json!(wrong), &json!(403)), (&json!(good), &json!(200))], "{call}");
}
