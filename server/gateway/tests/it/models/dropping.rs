//! What a vendor cannot be told: named where it is left out, refused where the api is strict.

use super::{all_kinds, post, said};
use faultlab::vendor::Vendor;
use serde_json::{Value, json};

/// A vendor of another dialect, what it cannot be told by each caller, and the name of that.
const UNTOLD: [(&str, &str, &str, &str); 4] = [
    ("openai", "anthropic", r#"{"logit_bias":{"50256":-100},"seed":7}"#, "logit_bias, seed"),
    ("responses", "anthropic", r#"{"previous_response_id":"resp_1"}"#, "previous_response_id"),
    ("anthropic", "openai", r#"{"top_k":3}"#, "top_k"),
    ("gemini", "openai", r#"{"safetySettings":[]}"#, "safetySettings"),
];

/// A call of each caller that says something its vendor cannot be told.
fn untold(stream: bool) -> Vec<(&'static str, String, Value, &'static str)> {
    let calls = UNTOLD.iter().enumerate().map(|(number, (caller, kind, more, names))| {
        let (dialect, path, mut body) = said(kind, "hi", stream)[number].clone();
        assert_eq!(*caller, dialect);
        let Value::Object(more) = serde_json::from_str(more).unwrap() else { panic!("{more}") };
        body.as_object_mut().unwrap().extend(more);
        (dialect, path, body, *names)
    });
    calls.collect()
}

#[test]
fn what_is_left_out_is_named_in_the_answer_and_on_record() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    for stream in [false, true] {
        for (caller, path, body, names) in untold(stream) {
            let answer = post(&lab, &path, &body);
            assert_eq!(answer.status, 200, "{caller}: {}", answer.text());
            assert_eq!(answer.header("x-gatehouse-dropped"), Some(names), "{caller}");
            assert_eq!(lab.record_of("ok").ai.unwrap().dropped, names, "{caller}");
            let told = vendor.requests().pop().unwrap().json().to_string();
            assert!(names.split(", ").all(|name| !told.contains(&format!("\"{name}\""))), "{caller}: {told}");
        }
    }
}

#[test]
fn a_strict_api_refuses_what_its_vendor_cannot_be_told() {
    let vendor = Vendor::start().unwrap();
    let mut lab = all_kinds(&vendor);
    lab.publish(|config| config.apis[0].versions[0].models.as_mut().unwrap().strict = true);
    for stream in [false, true] {
        for (caller, path, body, names) in untold(stream) {
            let answer = post(&lab, &path, &body);
            assert_eq!(answer.status, 400, "{caller}: {}", answer.text());
            assert_eq!(answer.header("content-type"), Some("application/json"), "{caller}");
            let told = answer.json();
            let (kind, message) = match caller {
                "anthropic" => (&told["error"]["type"], &told["error"]["message"]),
                "gemini" => (&told["error"]["status"], &told["error"]["message"]),
                _ => (&told["error"]["type"], &told["error"]["message"]),
            };
            let expected = if caller == "gemini" { "INVALID_ARGUMENT" } else { "invalid_request_error" };
            assert_eq!(*kind, json!(expected), "{caller}");
            assert!(message.as_str().unwrap().contains(names), "{caller}: {message}");
            assert!(lab.record_of("malformed-input").ai.is_some(), "{caller}");
        }
    }
    assert_eq!(vendor.calls(), 0);
    // what can be told is answered, and so is who says the same in the vendor's dialect
    for (caller, path, body) in said("ollama", "hi", false) {
        assert_eq!(post(&lab, &path, &body).status, 200, "{caller}");
    }
    let (_, path, mut body) = said("openai", "hi", false)[0].clone();
    body["logit_bias"] = json!({ "50256": -100 });
    assert_eq!(post(&lab, &path, &body).status, 200);
    assert_eq!(vendor.calls(), 5);
}
