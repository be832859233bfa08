//! How many tokens a request has.

use super::{last, one, post};
use faultlab::vendor::Vendor;
use serde_json::{Value, json};

/// The same question of both callers who count: where, what, and where the count stands in the answer.
fn asked() -> [(&'static str, Value, &'static str); 2] {
    [
        (
            "/ai/v1/messages/count_tokens",
            json!({ "model": "m", "system": "one", "messages": [{ "role": "user", "content": "two three" }] }),
            "input_tokens",
        ),
        (
            "/ai/v1/v1beta/models/m:countTokens",
            json!({ "generateContentRequest": {
                "model": "models/m",
                "systemInstruction": { "parts": [{ "text": "one" }] },
                "contents": [{ "role": "user", "parts": [{ "text": "two three" }] }],
            } }),
            "totalTokens",
        ),
    ]
}

#[test]
fn vendors_who_count_are_asked() {
    let vendor = Vendor::start().unwrap();
    for (kind, model, path) in [
        ("anthropic", "sim-large", "/v1/messages/count_tokens"),
        ("gemini", "sim-large", "/v1beta/models/sim-large:countTokens"),
        ("bedrock", "anthropic.sim", "/model/anthropic.sim/count-tokens"),
    ] {
        let lab = one(&vendor, kind, model);
        for (address, body, field) in asked() {
            let answer = post(&lab, address, &body);
            assert_eq!(answer.status, 200, "{address} {kind}: {}", answer.text());
            assert_eq!(answer.json()[field], 3, "{address} {kind}");
            assert_eq!((last(&vendor).path.as_str(), answer.header("x-gatehouse-estimated")), (path, None));
            let ai = lab.record_of("ok").ai.unwrap();
            assert_eq!((ai.cost_nano, ai.input_tokens), (Some(0), 0), "{address} {kind} {ai:?}");
        }
    }
}

#[test]
fn where_nobody_counts_the_guess_says_so() {
    let vendor = Vendor::start().unwrap();
    for kind in ["openai", "cohere", "mistral", "ollama"] {
        let lab = one(&vendor, kind, "sim-large");
        for (address, body, field) in asked() {
            let answer = post(&lab, address, &body);
            assert_eq!(answer.status, 200, "{address} {kind}: {}", answer.text());
            let count = answer.json()[field].as_u64().unwrap();
            assert!((2..40).contains(&count), "{count}");
            assert_eq!(answer.header("x-gatehouse-estimated"), Some("true"));
            assert_eq!(lab.record_of("ok").ai.unwrap().cost_nano, Some(0));
        }
    }
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn what_cannot_be_counted_is_refused_in_the_callers_dialect() {
    let vendor = Vendor::start().unwrap();
    let lab = one(&vendor, "openai", "sim-large");
    let answer = post(&lab, "/ai/v1/messages/count_tokens", &json!({ "model": "m" }));
    assert_eq!((answer.status, answer.json()["type"].clone()), (400, json!("error")));
    let answer = post(&lab, "/ai/v1/models/m:countTokens", &json!({}));
    assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (400, json!(400)));
}
