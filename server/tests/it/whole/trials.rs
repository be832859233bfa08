//! A prompt that was never published is tried: a real call to a vendor, paid for and on record.

use super::installation::{Database, Installation, eventually, text};
use faultlab::vendor::Vendor;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_tried_before_anybody_can_call_it() {
    let mut installation = Installation::start(Database::Sqlite).await;
    let vendor = Vendor::start().unwrap();
    let keys = json!([{ "name": "first", "secret": "sk-of-the-vendor" }]);
    let base_url = format!("{}/v1", vendor.url());
    let provider = json!({ "name": "Simulated", "kind": "openai", "base_url": base_url, "keys": keys });
    let provider = text(&installation.post("/providers", provider).await, "id");
    let team = text(&installation.post("/teams", json!({ "name": "Words" })).await, "id");
    let prompt = json!({
        "messages": [{ "role": "user", "template": "Translate: {{ text }}" }],
        "variables": [{ "name": "text", "type": "string" }],
        "model": { "provider": provider, "model": "gpt-4o-2024-08-06" },
    });
    let api = json!({ "name": "Translate", "slug": "translate", "kind": "prompt", "prompt": prompt });
    let api = text(&installation.post(&format!("/teams/{team}/apis"), api).await, "id");
    let budget = json!({ "subject": team, "unit": "tokens", "amount": 100_000, "period": "month" });
    let budget = text(&installation.post("/budgets", budget).await, "id");

    let path = format!("/apis/{api}/versions/v1/trials");
    let trial = installation.post(&path, json!({ "variables": { "text": "hello" } })).await;
    assert_eq!(trial["output"], "You said: Translate: hello", "{trial}");
    assert!(trial["ai"]["cost_nano"].as_u64() > Some(0), "{trial}");
    let tokens =
        trial["ai"]["input_tokens"].as_u64().unwrap() + trial["ai"]["output_tokens"].as_u64().unwrap();
    let spent = installation.get(&format!("/budgets/{budget}")).await;
    assert_eq!(spent["spent"], tokens, "{spent}");

    let (status, answer) =
        installation.call(&installation.token, Method::POST, &path, json!({ "variables": {} })).await;
    assert_eq!(
        (status, &answer["errors"][0]["field"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("variables.text"))
    );
    assert_eq!(vendor.calls(), 1);
    let calls = format!("/calls?api={api}");
    eventually("the call is listed", Duration::from_secs(20), async || {
        installation.get(&calls).await["items"].as_array().is_some_and(|calls| calls.len() == 1)
    })
    .await;
    let call = installation.get(&calls).await["items"][0].take();
    assert_eq!((&call["id"], &call["application"]), (&trial["call"], &Value::Null), "{call}");
    assert_eq!(call["cost_nano"], trial["ai"]["cost_nano"], "{call}");

    assert_eq!(installation.terminate(), Some(0));
    installation.run();
    eventually("what was spent is known again", Duration::from_secs(20), async || {
        installation.get(&format!("/budgets/{budget}")).await["spent"] == tokens
    })
    .await;
}
