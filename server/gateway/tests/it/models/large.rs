//! Bodies: calls to models may be larger than others, and what is too large is told in the caller's dialect.

use super::{alias, config, post, provider, said, start, start_with, target};
use crate::lab::{self, Lab};
use faultlab::raw::Answer;
use faultlab::vendor::Vendor;
use gateway::Options;
use serde_json::{Value, json};

fn calls(vendor: &Vendor, start: impl FnOnce(domain::gateway_config::GatewayConfig) -> Lab) -> Lab {
    let vendors = vec![provider(1, "openai", format!("{}/v1", vendor.url()), &["good"])];
    start(config(vendors, vec![alias("m", vec![target(1, "sim-large", 0)])]))
}

fn assert_too_large(dialect: &str, answer: &Answer, limit: u32) {
    let json = answer.json();
    assert_eq!((answer.status, answer.header("content-type")), (413, Some("application/json")), "{dialect}");
    let (place, kind) = match dialect {
        "openai" | "responses" => ("/error/code", "body-too-large"),
        "anthropic" => ("/error/type", "request_too_large"),
        _ => ("/error/status", "INVALID_ARGUMENT"),
    };
    assert_eq!(json.pointer(place), Some(&json!(kind)), "{dialect}: {json}");
    assert_eq!(answer.header("connection"), Some("close"), "{dialect}: the rest of the body is not read");
    let message = json.pointer("/error/message").and_then(Value::as_str).unwrap_or_default();
    assert!(message.ends_with(&format!("a body may have {limit} bytes")), "{dialect}: {message}");
}

#[test]
fn a_length_beyond_32_mib_is_told_in_each_dialect() {
    let vendor = Vendor::start().unwrap();
    let lab = calls(&vendor, start);
    for (dialect, path, _) in said("m", "hi", false) {
        let answer = lab.ask(lab::request(&format!("POST {path}"), "Content-Length: 33554433\r\n"));
        assert_too_large(dialect, &answer, 32 << 20);
        assert_eq!(lab.record_of("body-too-large").status, 413, "{dialect}");
    }
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn models_have_a_cap_of_their_own() {
    let vendor = Vendor::start().unwrap();
    let options = Options { body_limit: 1_000, ai_body_limit: 3_000, ..lab::options() };
    let lab = calls(&vendor, |config| start_with(config, options));
    for (dialect, path, body) in said("m", &"a".repeat(2_000), false) {
        assert_eq!(post(&lab, &path, &body).status, 200, "{dialect}: larger than other bodies may be");
    }
    let asked = vendor.calls();
    for (dialect, path, body) in said("m", &"a".repeat(4_000), false) {
        // nothing is announced
        let body = body.to_string();
        let head = lab::request(&format!("POST {path}"), "Transfer-Encoding: chunked\r\n");
        let answer = lab.ask(format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len()));
        assert_too_large(dialect, &answer, 3_000);
    }
    assert_eq!(vendor.calls(), asked);
}
