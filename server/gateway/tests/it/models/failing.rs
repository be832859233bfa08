//! Vendors and callers who get it wrong: what is tried next, and what the caller is told.

use super::{KINDS, alias, all_kinds, config, post, provider, said, start, target};
use crate::lab;
use faultlab::vendor::Vendor;
use serde_json::json;

#[test]
fn a_key_that_is_refused_rests_and_another_answers() {
    let vendor = Vendor::start().unwrap();
    let base = format!("{}/v1", vendor.url());
    let lab = start(config(
        vec![provider(1, "openai", base, &["bad", "poor", "good"])],
        vec![alias("m", vec![target(1, "sim-large", 0)])],
    ));
    for _ in 0..6 {
        let (_, path, body) = &said("m", "hi", false)[0];
        assert_eq!(post(&lab, path, body).status, 200);
    }
    assert_eq!(vendor.calls(), 8, "each bad key was tried once");
}

#[test]
fn callers_are_never_told_that_the_gateways_key_is_bad() {
    let vendor = Vendor::start().unwrap();
    let base = format!("{}/v1", vendor.url());
    let lab = start(config(
        vec![provider(1, "openai", base, &["bad"])],
        vec![alias("m", vec![target(1, "sim-large", 0)])],
    ));
    for (caller, path, body) in said("m", "hi", false) {
        let answer = post(&lab, &path, &body);
        let expected = if caller == "anthropic" { 529 } else { 503 };
        assert_eq!(answer.status, expected, "{caller}: {}", answer.text());
        assert!(answer.header("retry-after").is_some(), "{caller}");
    }
    assert_eq!(vendor.calls(), 1, "it rests");
}

#[test]
fn a_target_that_fails_is_followed_by_the_next() {
    let (failing, good) = (Vendor::start().unwrap(), Vendor::start().unwrap());
    let at = |vendor: &Vendor| format!("{}/v1", vendor.url());
    let unreachable = provider(1, "openai", "http://127.0.0.1:1/v1".to_owned(), &["k"]);
    let limited = provider(2, "anthropic", at(&failing), &["limited"]);
    let answering = provider(3, "anthropic", at(&good), &["k"]);
    let targets = vec![target(1, "a", 0), target(2, "b", 1), target(3, "sim-small", 2)];
    let lab = start(config(vec![unreachable, limited, answering], vec![alias("m", targets)]));
    for stream in [false, true] {
        for (caller, path, body) in said("m", "hi", stream) {
            let answer = post(&lab, &path, &body);
            assert_eq!(answer.status, 200, "{caller}: {}", answer.text());
            assert_eq!(answer.header("x-gatehouse-model"), Some("sim-small"), "{caller}");
        }
    }
    assert_eq!(failing.calls(), 1, "its only key cools");
}

#[test]
fn errors_come_in_the_callers_dialect() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    for (kind, _) in KINDS {
        for status in [400, 422, 500] {
            for (caller, path, body) in said(kind, &format!("#error {status}"), false) {
                let answer = post(&lab, &path, &body);
                let context = format!("{caller} to {kind}, {status}: {} {}", answer.status, answer.text());
                assert!(answer.status >= 400 && (answer.status >= 500) == (status >= 500), "{context}");
                let json = answer.json();
                let message = match caller {
                    "anthropic" => {
                        assert_eq!(json["type"], "error", "{context}");
                        json.pointer("/error/message")
                    }
                    "gemini" => {
                        assert_eq!(json.pointer("/error/code"), Some(&json!(answer.status)), "{context}");
                        json.pointer("/error/message")
                    }
                    _ => json.pointer("/error/message"),
                };
                assert!(
                    message.and_then(|text| text.as_str()).is_some_and(|text| !text.is_empty()),
                    "{context}"
                );
            }
        }
    }
}

#[test]
fn a_stream_that_fails_never_ends_well() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    for (kind, _) in KINDS {
        for command in ["#cut", "#garbage", "#midstream-error"] {
            for (caller, path, body) in said(kind, command, true) {
                let mut client = lab.client();
                client.send(super::post_bytes(&path, &body)).unwrap();
                let bytes = client.read_to_end();
                let text = String::from_utf8_lossy(&bytes);
                let ended = text.contains("[DONE]")
                    || text.contains("message_stop")
                    || text.contains("response.completed")
                    || text.contains("\"finishReason\"");
                let context = format!("{caller} to {kind} {command}: {text}");
                // what is nonsense to us may mean something to a caller of the vendor's own dialect
                let own = matches!(
                    (caller, kind),
                    ("openai" | "responses", "openai") | ("anthropic", "anthropic") | ("gemini", "gemini")
                );
                assert!(!ended || own && command == "#garbage", "{context}");
                assert!(text.contains("error") || own && command == "#garbage", "{context}");
            }
        }
    }
}

#[test]
fn a_forwarded_stream_that_does_not_say_why_it_ends_has_not_ended_well() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    let (_, path, body) = &said("openai", "#empty", true)[0];
    let mut client = lab.client();
    client.send(super::post_bytes(path, body)).unwrap();
    let bytes = client.read_to_end();
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.contains("broke off"), "{text}");
    assert_eq!(lab.record_of("upstream-broken").ai.unwrap().finish, "failed");
}

#[test]
fn refusals_of_the_gateway_come_in_the_callers_dialect() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    for (caller, path, body) in said("openai", "hi", false) {
        let body = body.to_string();
        let head = format!("POST {path} HTTP/1.1\r\nHost: g\r\nContent-Length: {}\r\n\r\n", body.len());
        let answer = lab.ask(format!("{head}{body}"));
        assert_eq!(answer.status, 401, "{caller}");
        assert!(answer.text().contains("credential-required"), "{caller}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let broken =
            lab.ask(format!("{}nonsense", lab::request(&format!("POST {path}"), "Content-Length: 8\r\n")));
        assert_eq!(broken.status, 400, "{caller}");
    }
    assert_eq!(lab.call("GET /ai/v1/nothing", "").status, 404);
    assert_eq!(vendor.calls(), 0);
}
