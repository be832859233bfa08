//! Vectors of texts, from vendors of every dialect.

use super::{VENDORS, alias, all, config, last, named, one, post, start, target};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultlab::vendor::Vendor;
use serde_json::{Value, json};

#[test]
fn every_vendor_who_has_them_gives_openais_callers_vectors() {
    let vendor = Vendor::start().unwrap();
    let lab = all(&vendor);
    let ask = |number: usize| {
        let body = json!({ "model": format!("v{number}"), "input": "one two", "dimensions": 4 });
        post(&lab, "/ai/v1/embeddings", &body)
    };
    let expected = ask(1).json()["data"][0]["embedding"].clone();
    assert_eq!(expected.as_array().map(Vec::len), Some(4));
    for (number, (kind, _, model)) in (1..).zip(VENDORS).filter(|(_, (kind, _, _))| *kind != "anthropic") {
        let answer = ask(number);
        assert_eq!(answer.status, 200, "{kind}: {}", answer.text());
        let said = answer.json();
        assert_eq!(said["data"][0]["embedding"], expected, "{kind} {model}");
        assert_eq!(said["usage"]["prompt_tokens"], 2, "{kind} {model}");
        assert_eq!(answer.header("x-gatehouse-model"), Some(model));
    }
    let records = lab.records();
    let counted = records.iter().filter_map(|call| call.ai.as_ref());
    assert!(counted.clone().count() >= 7);
    for ai in counted {
        assert_eq!((ai.input_tokens, ai.output_tokens, ai.estimated), (2, 0, false), "{ai:?}");
    }
}

#[test]
fn vectors_are_packed_for_who_wants_them_so() {
    let vendor = Vendor::start().unwrap();
    for kind in ["openai", "ollama", "cohere"] {
        let lab = one(&vendor, kind, "sim-embed");
        let ask = |format: &str| {
            let body = json!({ "model": "m", "input": ["a", "b"], "encoding_format": format });
            post(&lab, "/ai/v1/embeddings", &body).json()["data"][1]["embedding"].clone()
        };
        let packed = STANDARD.decode(ask("base64").as_str().unwrap()).unwrap();
        let unpacked = packed.chunks(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
        let plain = ask("float");
        let plain = plain.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32);
        assert_eq!(unpacked.collect::<Vec<_>>(), plain.collect::<Vec<_>>(), "{kind}");
    }
}

#[test]
fn geminis_callers_get_vectors_of_every_vendor() {
    let vendor = Vendor::start().unwrap();
    let lab = all(&vendor);
    let content = json!({ "parts": [{ "text": "one two" }] });
    let mut expected = None;
    for (number, (kind, _, model)) in (1..).zip(VENDORS).filter(|(_, (kind, _, _))| *kind != "anthropic") {
        let path = |verb: &str| format!("/ai/v1/v1beta/models/v{number}:{verb}");
        let single = post(&lab, &path("embedContent"), &json!({ "content": content, "model": "models/x" }));
        assert_eq!(single.status, 200, "{kind} {model}: {}", single.text());
        let vector = single.json()["embedding"]["values"].clone();
        assert_eq!(*expected.get_or_insert(vector.clone()), vector, "{kind} {model}");
        let batch = json!({ "requests": [{ "model": format!("models/v{number}"), "content": content }] });
        let many = post(&lab, &path("batchEmbedContents"), &batch);
        assert_eq!(many.status, 200, "{kind} {model}: {}", many.text());
        assert_eq!(many.json()["embeddings"], json!([{ "values": vector }]), "{kind} {model}");
    }
}

#[test]
fn what_the_vendor_cannot_be_told_is_named() {
    let vendor = Vendor::start().unwrap();
    let lab = one(&vendor, "ollama", "sim-embed");
    let body = json!({ "model": "m", "input": "a", "user": "u", "input_type": "query" });
    let answer = post(&lab, "/ai/v1/embeddings", &body);
    assert_eq!(answer.header("x-gatehouse-dropped"), Some("user, input_type"));
    assert_eq!(last(&vendor).json(), json!({ "model": "sim-embed", "input": ["a"] }));
}

#[test]
fn a_vendor_who_cannot_is_passed_over_and_one_who_fails_is_followed() {
    let vendor = Vendor::start().unwrap();
    let providers = vec![
        named(1, "anthropic", format!("{}/v1", vendor.url())),
        named(2, "ollama", "http://127.0.0.1:1/api".to_owned()),
        named(3, "cohere", format!("{}/v2", vendor.url())),
    ];
    let targets = vec![target(1, "a", 0), target(2, "b", 1), target(3, "c", 2)];
    let lab = start(config(providers, vec![alias("m", targets)]));
    let answer = post(&lab, "/ai/v1/embeddings", &json!({ "model": "m", "input": "a" }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!((answer.header("x-gatehouse-model"), vendor.calls()), (Some("c"), 1));
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let vendor = Vendor::start().unwrap();
    let lab = all(&vendor);
    for (body, says) in [
        (json!({ "model": "v6" }), "input: expected a value"),
        (json!({ "model": "v6", "input": 7 }), "input: expected a string"),
        (json!({ "model": "v6", "input": ["a", {}] }), "input[1]: expected a string"),
        (json!({ "model": "v6", "input": [1, 2] }), "lists of tokens"),
        (json!({ "model": "v7", "input": ["a", "b"] }), "expected one text"),
        (json!({ "input": "a" }), "model: expected a value"),
        (json!({ "model": "v6", "input": "a", "encoding_format": "x" }), "encoding_format: expected"),
    ] {
        let answer = post(&lab, "/ai/v1/embeddings", &body);
        let message =
            answer.json().pointer("/error/message").and_then(Value::as_str).unwrap_or_default().to_owned();
        assert!(answer.status == 400 && message.contains(says), "{body}: {} {message}", answer.status);
    }
    let answer = post(&lab, "/ai/v1/models/v6:embedContent", &json!({ "content": {} }));
    assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (400, json!(400)));
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn errors_of_vendors_come_in_the_callers_dialect() {
    let vendor = Vendor::start().unwrap();
    let lab = all(&vendor);
    let failing = || (1..).zip(VENDORS).filter(|(_, (kind, _, _))| *kind != "anthropic");
    for (number, (kind, _, model)) in failing() {
        let body = json!({ "model": format!("v{number}"), "input": "#error 422" });
        let answer = post(&lab, "/ai/v1/embeddings", &body);
        let json = answer.json();
        assert!((400..500).contains(&answer.status), "{kind} {model}: {}", answer.status);
        assert!(json.pointer("/error/message").is_some_and(Value::is_string), "{kind} {model}: {json}");
        let body = json!({ "content": { "parts": [{ "text": "#error 422" }] } });
        let answer = post(&lab, &format!("/ai/v1/models/v{number}:embedContent"), &body);
        let json = answer.json();
        assert!((400..500).contains(&answer.status), "{kind} {model}: {}", answer.status);
        assert_eq!(json.pointer("/error/code"), Some(&json!(answer.status)), "{kind} {model}: {json}");
    }
}
