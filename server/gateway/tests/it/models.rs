//! Ai apis: callers of every dialect, simulated vendors of every dialect, over real connections.

mod budgets;
mod clouds;
mod dropping;
mod failing;
mod fidelity;
mod large;
mod leaving;
mod operations;
mod passing;
mod policies;
mod prices;
mod prompts;
mod resting;
mod retries;
mod routing;
mod silence;
mod trials;
mod twice;

use crate::lab::{self, Lab, api, api_key, subscription, version};
use ai::catalogue::{Catalogue, vendors};
use domain::gateway_config::{GatewayConfig, GatewayProvider, GatewayProviderKey};
use domain::ids::{ProviderId, ProviderKeyId};
use domain::models::entries::ProviderModels;
use domain::models::{ModelAlias, ModelAliases, ModelTarget};
use domain::subscriptions::SubscriptionState;
use domain::upstream::Upstream;
use faultlab::raw::Answer;
use faultlab::vendor::Vendor;
use gateway::{Options, SnapshotHandle};
use serde_json::{Value, json};
use std::sync::Arc;

/// A vendor's kind, and where it answers below the simulated one's address.
pub const KINDS: [(&str, &str); 6] = [
    ("openai", "/v1"),
    ("anthropic", "/v1"),
    ("gemini", "/v1beta"),
    ("cohere", "/v2"),
    ("mistral", "/mistral/v1"),
    ("ollama", "/api"),
];

pub fn provider_id(number: u8) -> ProviderId {
    ProviderId::from_parts(1, u128::from(number))
}

pub fn provider(number: u8, kind: &str, base: String, keys: &[&str]) -> GatewayProvider {
    let key = |(index, secret): (usize, &&str)| GatewayProviderKey {
        id: ProviderKeyId::from_parts(u64::from(number), index as u128),
        secret: format!("sealed {secret}"),
        weight: 1,
        expires_at: None,
    };
    GatewayProvider {
        id: provider_id(number),
        kind: kind.to_owned(),
        base_url: Some(base.parse().unwrap()),
        settings: [("url".to_owned(), base)].into(),
        keys: keys.iter().enumerate().map(key).collect(),
        catalogue: None,
        models: ProviderModels::default(),
    }
}

pub fn target(number: u8, model: &str, priority: u32) -> ModelTarget {
    ModelTarget { provider: provider_id(number), model: model.to_owned(), weight: 1, priority }
}

pub fn alias(name: &str, targets: Vec<ModelTarget>) -> ModelAlias {
    ModelAlias { name: name.to_owned(), targets, strategy: domain::models::AliasStrategy::default() }
}

/// The ai api `ai` (number 1), which application 1 is subscribed to.
pub fn config(providers: Vec<GatewayProvider>, aliases: Vec<ModelAlias>) -> GatewayConfig {
    let mut version = version("v1", "http://127.0.0.1:1");
    version.config.upstream = Upstream::nowhere();
    version.models = Some(ModelAliases { aliases, ..ModelAliases::default() });
    GatewayConfig {
        sequence: 1,
        apis: vec![api(1, "ai", vec![version])],
        credentials: vec![lab::credential(1)],
        subscriptions: vec![subscription(1, 1, SubscriptionState::Active)],
        providers,
        ..GatewayConfig::default()
    }
}

pub fn start(config: GatewayConfig) -> Lab {
    start_with(config, lab::options())
}

pub fn start_with(config: GatewayConfig, options: Options) -> Lab {
    let open = |_: &ProviderKeyId, sealed: &str| sealed.strip_prefix("sealed ").map(str::to_owned);
    let catalogue = Arc::new(Catalogue::built_in().unwrap());
    let snapshots = SnapshotHandle::new(lab::CREDENTIAL_KEY, lab::PORTAL).with_models(
        vendors().unwrap(),
        catalogue,
        open,
    );
    assert_eq!(snapshots.publish(&config), []);
    Lab::assemble(snapshots, config, options, journal::Limits::default())
}

/// One alias for each kind of vendor, named like it, all at one simulated vendor.
pub fn all_kinds(vendor: &Vendor) -> Lab {
    all_kinds_with(vendor, lab::options())
}

pub fn all_kinds_with(vendor: &Vendor, options: Options) -> Lab {
    let numbered = || (1..).zip(KINDS);
    let providers = numbered()
        .map(|(number, (kind, path))| provider(number, kind, format!("{}{path}", vendor.url()), &["good"]));
    let aliases = numbered().map(|(number, (kind, _))| alias(kind, vec![target(number, "sim-large", 0)]));
    start_with(config(providers.collect(), aliases.collect()), options)
}

pub fn post(lab: &Lab, path: &str, body: &Value) -> Answer {
    lab.ask(post_bytes(path, body))
}

/// The request, after which the connection is closed.
pub fn post_bytes(path: &str, body: &Value) -> String {
    let body = body.to_string();
    let head = lab::request(
        &format!("POST {path}"),
        &format!("Connection: close\r\nContent-Length: {}\r\n", body.len()),
    );
    format!("{head}{body}")
}

/// What callers of each dialect say, and where.
pub fn said(model: &str, text: &str, stream: bool) -> [(&'static str, String, Value); 4] {
    let messages = json!([{ "role": "user", "content": text }]);
    let verb = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
    [
        (
            "openai",
            "/ai/v1/chat/completions".into(),
            json!({ "model": model, "messages": messages, "stream": stream }),
        ),
        ("responses", "/ai/v1/responses".into(), json!({ "model": model, "input": text, "stream": stream })),
        (
            "anthropic",
            "/ai/v1/messages".into(),
            json!({ "model": model, "messages": messages, "max_tokens": 500, "stream": stream }),
        ),
        (
            "gemini",
            format!("/ai/v1beta/models/{model}:{verb}"),
            json!({ "contents": [{ "role": "user", "parts": [{ "text": text }] }] }),
        ),
    ]
}

/// The text of a whole answer.
fn text_of(caller: &str, answer: &Value) -> String {
    let at = match caller {
        "openai" => "/choices/0/message/content",
        "responses" => "/output/0/content/0/text",
        "anthropic" => "/content/0/text",
        _ => "/candidates/0/content/parts/0/text",
    };
    answer.pointer(at).and_then(Value::as_str).unwrap_or_else(|| panic!("{caller}: {answer}")).to_owned()
}

/// The text of a stream.
fn streamed(caller: &str, body: &str) -> String {
    let data = body.lines().filter_map(|line| line.strip_prefix("data: "));
    let events = data.filter_map(|data| serde_json::from_str::<Value>(data).ok());
    let text = |event: Value| {
        let at = match (caller, event["type"].as_str()) {
            ("openai", _) => "/choices/0/delta/content",
            ("responses", Some("response.output_text.delta")) => "/delta",
            ("anthropic", Some("content_block_delta")) => "/delta/text",
            ("gemini", _) => "/candidates/0/content/parts/0/text",
            _ => "/nothing",
        };
        event.pointer(at).and_then(Value::as_str).map(str::to_owned)
    };
    events.filter_map(text).collect()
}

#[test]
fn every_caller_is_answered_by_every_vendor() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    for (kind, _) in KINDS {
        for (caller, path, body) in said(kind, "hello there", false) {
            let answer = post(&lab, &path, &body);
            assert_eq!(answer.status, 200, "{caller} to {kind}: {}", answer.text());
            assert_eq!(text_of(caller, &answer.json()), "You said: hello there", "{caller} to {kind}");
            assert_eq!(answer.header("x-gatehouse-provider"), Some(kind));
            assert_eq!(answer.header("x-gatehouse-model"), Some("sim-large"));
        }
        for (caller, path, body) in said(kind, "hello there", true) {
            let answer = post(&lab, &path, &body);
            assert_eq!(answer.status, 200, "{caller} to {kind}: {}", answer.text());
            assert_eq!(
                streamed(caller, &answer.text()),
                "You said: hello there",
                "{caller} to {kind}: {}",
                answer.text()
            );
        }
    }
}

#[test]
fn the_same_dialect_is_forwarded_byte_by_byte() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    let body =
        r#"{ "model" : "openai","messages":[{"role":"user","content":"hi"}] , "some_field": [1, 2.50] }"#;
    let head = lab::request(
        "POST /ai/v1/chat/completions",
        &format!("Content-Length: {}\r\nX-Other: 1\r\n", body.len()),
    );
    let answer = lab.ask(format!("{head}{body}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let seen = vendor.requests().pop().unwrap();
    let expected =
        r#"{ "model" : "sim-large","messages":[{"role":"user","content":"hi"}] , "some_field": [1, 2.50] }"#;
    assert_eq!(String::from_utf8(seen.body.to_vec()).unwrap(), expected);
    assert_eq!(seen.header("authorization"), Some("Bearer good"));
    assert_eq!(
        (seen.header("x-api-key"), seen.header("x-other")),
        (None, None),
        "the caller's own stay here"
    );
    assert!(!format!("{seen:?}").contains(&api_key(1)));
}

#[test]
fn usage_of_a_stream_is_hidden_from_who_did_not_ask() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    let mut body =
        json!({ "model": "openai", "messages": [{ "role": "user", "content": "a b c" }], "stream": true });
    let answer = post(&lab, "/ai/v1/chat/completions", &body).text();
    assert!(!answer.contains("prompt_tokens") && answer.ends_with("data: [DONE]\n\n"), "{answer}");
    assert_eq!(vendor.requests().pop().unwrap().json()["stream_options"], json!({ "include_usage": true }));
    body["stream_options"] = json!({ "include_usage": true });
    let answer = post(&lab, "/ai/v1/chat/completions", &body).text();
    assert!(answer.contains(r#""prompt_tokens":3"#), "{answer}");
}

#[test]
fn tokens_and_cost_are_on_record() {
    let vendor = Vendor::start().unwrap();
    // a model whose price is known: 2.50 dollars for a million tokens of input, 10 of output, 1.25 from the cache
    let lab = start(config(
        vec![provider(1, "openai", format!("{}/v1", vendor.url()), &["good"])],
        vec![
            alias("m", vec![target(1, "gpt-4o-2024-08-06", 0)]),
            alias("n", vec![target(1, "of-no-price", 0)]),
        ],
    ));
    for stream in [false, true] {
        for (caller, path, body) in said("m", "a b c #cache 2", stream) {
            assert_eq!(post(&lab, &path, &body).status, 200, "{caller}");
            let call = lab.record_of("ok");
            let ai = call.ai.unwrap_or_else(|| panic!("{caller}"));
            let (input, output) = (ai.input_tokens, ai.output_tokens);
            assert!(input >= 5 && output >= 5, "{caller} {ai:?}");
            assert_eq!(
                (ai.cache_read_tokens, ai.finish.as_str(), ai.estimated),
                (2, "stop", false),
                "{caller} {stream}"
            );
            assert_eq!(
                ai.cost_nano,
                Some((input - 2) * 2_500 + 2 * 1_250 + output * 10_000),
                "{caller} {ai:?}"
            );
            assert_eq!(
                (ai.asked.as_str(), ai.model.as_str(), ai.vendor.as_str()),
                ("m", "gpt-4o-2024-08-06", "openai")
            );
            assert_eq!(ai.first_token_us.is_some(), stream, "{caller}");
        }
    }
    let (_, path, body) = &said("n", "#nousage", false)[0];
    post(&lab, path, body);
    let ai = lab.record_of("ok").ai.unwrap();
    assert!(ai.estimated && ai.cost_nano.is_none() && ai.input_tokens > 0 && ai.output_tokens > 0, "{ai:?}");
}

#[test]
fn models_are_listed_and_others_are_not_found() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    let listed = lab.call("GET /ai/v1/models", "").json();
    let names: Vec<_> =
        listed["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap()).collect();
    assert_eq!(names, ["anthropic", "cohere", "gemini", "mistral", "ollama", "openai"]);
    for (caller, path, body) in said("unknown", "hi", false) {
        let answer = post(&lab, &path, &body);
        assert_eq!(answer.status, 404, "{caller}");
        assert!(answer.text().contains("model-not-found"), "{caller}: {}", answer.text());
    }
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn one_model_is_told_as_in_the_list_and_no_other_is_found() {
    let vendor = Vendor::start().unwrap();
    let mut lab = all_kinds(&vendor);
    let get =
        |lab: &Lab, path: &str| lab.ask(lab::request(&format!("GET /ai/v1{path}"), "Connection: close\r\n"));
    for (list, entry) in [("/models", "/data/5"), ("/v1beta/models", "/models/5")] {
        let listed = get(&lab, list).json();
        let one = get(&lab, &format!("{list}/openai"));
        assert_eq!((one.status, one.header("content-type")), (200, Some("application/json")));
        let (mut one, mut expected) = (one.json(), listed.pointer(entry).unwrap().clone());
        // a second may have passed
        for told in [&mut one, &mut expected] {
            told.as_object_mut().unwrap().remove("created");
        }
        assert_eq!(one, expected);
    }
    lab.publish(|config| config.subscriptions[0].limits.models = vec!["gem*".to_owned()]);
    for name in ["openai", "unknown", "a/b"] {
        let openai = get(&lab, &format!("/models/{name}"));
        assert_eq!(
            (openai.status, &openai.json()["error"]["code"]),
            (404, &json!("model-not-found")),
            "{name}"
        );
        let gemini = get(&lab, &format!("/v1beta/models/{name}"));
        assert_eq!((gemini.status, &gemini.json()["error"]["status"]), (404, &json!("NOT_FOUND")), "{name}");
    }
    assert_eq!(get(&lab, "/models/gemini").status, 200);
    let stranger = lab.ask("GET /ai/v1/models/gemini HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
    assert_eq!(stranger.status, 401, "{}", stranger.text());
    assert_eq!(vendor.calls(), 0);
}
