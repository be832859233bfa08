//! An api of models: made through the management API, called through the gateway, found among the calls.

use super::installation::{Database, Installation, Served, eventually, text};
use faultlab::vendor::Vendor;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

const SECRET: &str = "sk-of-the-vendor";

/// A provider at the vendor; answers its id.
async fn connected(installation: &Installation, vendor: &Vendor) -> String {
    let keys = json!([{ "name": "first", "secret": SECRET }]);
    let base_url = format!("{}/v1", vendor.url());
    let provider = json!({ "name": "Simulated", "kind": "openai", "base_url": base_url, "keys": keys });
    text(&installation.post("/providers", provider).await, "id")
}

/// The api `chat`, whose model `fast` is one of the provider's.
async fn served(installation: &Installation, provider: &str) -> Served {
    let targets = json!([{ "provider": provider, "model": "sim-large" }]);
    let models = json!([{ "alias": "fast", "targets": targets }]);
    installation.served_as(json!({ "name": "Chat", "slug": "chat", "kind": "ai", "models": models })).await
}

async fn ask(installation: &Installation, served: &Served, path: &str, stream: bool) -> Response {
    let messages = json!([{ "role": "user", "content": "hello there" }]);
    let body = json!({ "model": "fast", "messages": messages, "max_tokens": 100, "stream": stream });
    let url = format!("{}/chat/v1{path}", installation.gateway);
    let asked = installation.client.post(url).bearer_auth(&served.key).json(&body);
    let answer = asked.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    assert_eq!(answer.headers()["x-gatehouse-model"], "sim-large", "{path}");
    assert!(answer.headers().contains_key("x-request-id"), "{path}");
    answer
}

/// The text of a streamed chat completion.
fn streamed(body: &str) -> String {
    let data = body.lines().filter_map(|line| line.strip_prefix("data: "));
    let chunks = data.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    chunks
        .filter_map(|chunk| chunk.pointer("/choices/0/delta/content")?.as_str().map(str::to_owned))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_of_models_answers_in_every_dialect_and_its_calls_are_listed() {
    let installation = Installation::start(Database::Sqlite).await;
    let vendor = Vendor::start().unwrap();
    let provider = connected(&installation, &vendor).await;
    let served = served(&installation, &provider).await;
    let chat = ask(&installation, &served, "/chat/completions", false).await;
    let chat: Value = chat.json().await.unwrap();
    assert_eq!(chat.pointer("/choices/0/message/content"), Some(&json!("You said: hello there")), "{chat}");
    let stream = ask(&installation, &served, "/chat/completions", true).await;
    assert!(stream.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    let stream = stream.text().await.unwrap();
    assert_eq!(streamed(&stream), "You said: hello there", "{stream}");
    let message: Value = ask(&installation, &served, "/messages", false).await.json().await.unwrap();
    assert_eq!(message.pointer("/content/0/text"), Some(&json!("You said: hello there")), "{message}");

    let models = installation.through("/chat/v1/models", &served.key).await;
    let models: Value = models.json().await.unwrap();
    assert_eq!(models.pointer("/data/0/id"), Some(&json!("fast")), "{models}");
    assert_eq!(installation.through("/chat/v1/chat/completions", &served.key).await.status(), 405);
    assert_eq!(installation.through("/chat/v1/other", &served.key).await.status(), 404);

    let path = format!("/calls?api={}&status=200", served.api);
    eventually("the calls are listed", Duration::from_secs(20), async || {
        let calls = installation.get(&path).await;
        let routes = calls["items"].as_array().unwrap().iter().map(|call| text(call, "route"));
        let mut routes: Vec<String> = routes.collect();
        routes.sort();
        routes == ["GET /models", "POST /chat/completions", "POST /chat/completions", "POST /messages"]
    })
    .await;
    let calls = installation.get(&path).await;
    let asked = calls["items"].as_array().unwrap().iter().filter(|call| call["method"] == "POST");
    for call in asked {
        assert_eq!(call["model"], "sim-large", "{call}");
        assert!(
            call["input_tokens"].as_u64() > Some(0) && call["output_tokens"].as_u64() > Some(0),
            "{call}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_vendor_refuses_is_told_with_its_provider() {
    let installation = Installation::start(Database::Sqlite).await;
    let vendor = Vendor::start().unwrap();
    let keys = json!([{ "name": "bad", "secret": "bad" }, { "name": "good", "secret": SECRET }]);
    let base_url = format!("{}/v1", vendor.url());
    let provider = json!({ "name": "Simulated", "kind": "openai", "base_url": base_url, "keys": keys });
    let provider = text(&installation.post("/providers", provider).await, "id");
    let served = served(&installation, &provider).await;
    // each key has its turn
    for _ in 0..2 {
        ask(&installation, &served, "/chat/completions", false).await;
    }
    let shown = installation.get(&format!("/providers/{provider}")).await;
    let of = |number: usize| {
        let key = &shown["keys"][number]["id"];
        shown["health"].as_array().unwrap().iter().find(|health| health["key"] == *key).unwrap()
    };
    assert_eq!(
        (&of(0)["state"], &of(0)["last_failure"]["status"]),
        (&json!("resting"), &json!(401)),
        "{shown}"
    );
    assert!(of(0)["until"].is_string() && of(0)["last_failure"]["at"].is_string(), "{shown}");
    assert_eq!((&of(1)["state"], of(1).get("until")), (&json!("fit"), None), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_stays_while_an_api_calls_it() {
    let installation = Installation::start(Database::Sqlite).await;
    let vendor = Vendor::start().unwrap();
    let provider = connected(&installation, &vendor).await;
    let served = served(&installation, &provider).await;
    let path = format!("/providers/{provider}");
    let (status, answer) = installation.call(&installation.token, Method::DELETE, &path, Value::Null).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    assert!(text(&answer, "detail").contains("Chat"), "{answer}");
    ask(&installation, &served, "/chat/completions", false).await;
}
