//! What vendors say of limits and of another try: it reaches the key, and the caller in its own words.

use super::{alias, all_kinds, config, post, provider, said, start_with, target};
use crate::lab::{self, Lab};
use faultlab::raw::RawUpstream;
use faultlab::vendor::Vendor;
use gateway::{Clock, Options};
use serde_json::{Value, json};

/// 2026-11-28 08:00:00 UTC
const NOW_MS: u64 = 1_795_852_800_000;

/// Answers every request with this, and ends the connection.
fn limiting(head: &str, body: &Value) -> RawUpstream {
    let body = body.to_string();
    let answer = format!(
        "HTTP/1.1 429 Too Many Requests\r\nContent-Type: application/json\r\nConnection: close\r\n{head}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    RawUpstream::start(move |mut peer| {
        let head = peer.head()?.to_ascii_lowercase();
        let length =
            head.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next()?.parse().ok());
        peer.read(length.unwrap_or_default())?;
        peer.send(&answer)?;
        peer.close()
    })
    .unwrap()
}

fn lab(kind: &str, vendor: &RawUpstream, clock: &Clock) -> Lab {
    let provider = provider(1, kind, format!("{}/v1", vendor.url()), &["k"]);
    let config = config(vec![provider], vec![alias("m", vec![target(1, "sim-large", 0)])]);
    start_with(config, Options { clock: clock.clone(), ..lab::options() })
}

/// The status of a call, and in how many seconds it is worth another try.
fn tried(lab: &Lab, number: usize) -> (u16, Option<String>, Value) {
    let (_, path, body) = &said("m", "hi", false)[number];
    let answer = post(lab, path, body);
    (answer.status, answer.header("retry-after").map(str::to_owned), answer.json())
}

/// When a Gemini caller is told to try again.
fn delay(told: &Value) -> Option<&str> {
    let mut details = told.pointer("/error/details")?.as_array()?.iter();
    details.find_map(|detail| detail.get("retryDelay")?.as_str())
}

#[test]
fn a_date_cools_the_key_and_reaches_the_caller() {
    let error =
        json!({ "error": { "message": "slow down", "type": "requests", "code": "rate_limit_exceeded" } });
    for number in 0..4 {
        let vendor = limiting("Retry-After: Sat, 28 Nov 2026 08:02:00 GMT\r\n", &error);
        let clock = Clock::manual(NOW_MS);
        let lab = lab("openai", &vendor, &clock);
        let (status, retry_after, told) = tried(&lab, number);
        assert_eq!((status, retry_after.as_deref()), (429, Some("Sat, 28 Nov 2026 08:02:00 GMT")), "{told}");
        assert_eq!(delay(&told), (number == 3).then_some("120.000s"), "{told}");
        clock.advance_ms(50_000);
        let (status, retry_after, _) = tried(&lab, number);
        assert!(matches!(status, 503 | 529), "{status}");
        assert_eq!((retry_after.as_deref(), vendor.accepted()), (Some("70"), 1), "the key rests");
        clock.advance_ms(69_000);
        assert_eq!((tried(&lab, number).1.as_deref(), vendor.accepted()), (Some("1"), 1));
        clock.advance_ms(1_000);
        assert_eq!((tried(&lab, number).0, vendor.accepted()), (429, 2), "it is tried");
    }
}

#[test]
fn what_gemini_says_in_the_body_cools_the_key_and_reaches_the_caller() {
    let info = json!({ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "44.2s" });
    let error = json!({ "error": { "code": 429, "message": "no", "status": "RESOURCE_EXHAUSTED", "details": [info] } });
    for number in 0..4 {
        let (vendor, clock) = (limiting("", &error), Clock::manual(NOW_MS));
        let lab = lab("gemini", &vendor, &clock);
        let (status, retry_after, told) = tried(&lab, number);
        assert_eq!((status, retry_after.as_deref()), (429, Some("45")), "{told}");
        assert_eq!(delay(&told), (number == 3).then_some("44.2s"), "{told}");
        clock.advance_ms(44_000);
        assert_eq!((tried(&lab, number).1.as_deref(), vendor.accepted()), (Some("1"), 1), "the key rests");
        clock.advance_ms(200);
        assert_eq!((tried(&lab, number).0, vendor.accepted()), (429, 2), "it is tried");
    }
}

#[test]
fn limits_are_told_in_the_callers_words() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    let (openai, anthropic) = ("x-ratelimit-remaining-requests", "anthropic-ratelimit-requests-remaining");
    for kind in ["openai", "anthropic", "ollama"] {
        for (text, stream, status) in [("hi", false, 200), ("hi", true, 200), ("#error 400", false, 400)] {
            for (caller, path, body) in said(kind, text, stream) {
                let answer = post(&lab, &path, &body);
                assert_eq!(answer.status, status, "{caller} to {kind}");
                let expected = match caller {
                    "openai" | "responses" => [Some("999"), None],
                    "anthropic" => [None, Some("999")],
                    _ => [None, None],
                };
                let expected = if kind == "ollama" { [None, None] } else { expected };
                assert_eq!(
                    [openai, anthropic].map(|name| answer.header(name)),
                    expected,
                    "{caller} to {kind}"
                );
            }
        }
    }
}
