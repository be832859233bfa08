//! Vendors who are silent in the midst of a stream: the caller hears that the call is still there, and nothing is torn.

use super::{all_kinds_with, post, said, streamed};
use crate::lab;
use faultlab::vendor::Vendor;
use gateway::Options;
use serde_json::{Value, json};

/// Of silence, after which the caller hears something.
const AFTER_MS: u64 = 200;

fn options() -> Options {
    Options { model_silence_ms: AFTER_MS, ..lab::options() }
}

/// What clients of the dialect pass over.
fn sign(caller: &str) -> &'static str {
    match caller {
        "anthropic" => "event: ping\ndata: {\"type\":\"ping\"}\n\n",
        "gemini" => "\n",
        _ => ": keep-alive\n\n",
    }
}

/// The events of a stream, each of which has to be one, and the signs between them. The simulated Anthropic gives one
/// of its own.
fn events(caller: &str, body: &str) -> (Vec<String>, usize) {
    let (sign, mut rest) = (sign(caller), body);
    let (mut events, mut signs) = (Vec::new(), 0);
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(sign) {
            (signs, rest) = (signs + 1, after);
            continue;
        }
        let (event, after) =
            rest.split_once("\n\n").unwrap_or_else(|| panic!("{caller}: {rest:?} in {body}"));
        let data = event.lines().find_map(|line| line.strip_prefix("data: "));
        let data = data.unwrap_or_else(|| panic!("{caller}: {event:?} in {body}"));
        assert!(data == "[DONE]" || serde_json::from_str::<Value>(data).is_ok(), "{caller}: {event:?}");
        events.push(event.to_owned());
        rest = after;
    }
    (events, signs)
}

/// The kind whose streams go on to the caller as they come.
fn own(caller: &str) -> &str {
    if caller == "responses" { "openai" } else { caller }
}

#[test]
fn callers_hear_that_a_silent_call_is_still_there() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds_with(&vendor, options());
    let dialects = said("", "", true).map(|(caller, ..)| caller);
    for (number, caller) in dialects.into_iter().enumerate() {
        for (kind, usage) in [(own(caller), false), (own(caller), true), ("ollama", false)] {
            let (_, path, mut body) = said(kind, "one two three #silent 700", true)[number].clone();
            if usage && caller != "openai" {
                continue;
            }
            // a stream that asks for usage goes on piece by piece, another one event by event
            if usage {
                body["stream_options"] = json!({ "include_usage": true });
            }
            let answer = post(&lab, &path, &body).text();
            assert_eq!(streamed(caller, &answer), "You said: one two three", "{caller} to {kind}");
            let (events, signs) = events(caller, &answer);
            assert!(events.len() > 3, "{caller} to {kind}: {answer}");
            let signs = signs - usize::from(kind == "anthropic");
            assert!((1..=3).contains(&signs), "{caller} to {kind}, {signs}: {answer}");
        }
    }
}

#[test]
fn a_list_of_gemini_stays_json() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds_with(&vendor, options());
    // what is written here has commas between; what is passed on has line ends of its own
    for (kind, sign) in [("gemini", "\n\n"), ("openai", "}\n")] {
        let (_, _, body) = &said(kind, "one two three #silent 700", true)[3];
        let path = format!("/ai/v1beta/models/{kind}:streamGenerateContent");
        let answer = post(&lab, &path, body);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert!(answer.json().as_array().is_some_and(|chunks| chunks.len() > 1), "{kind}: {}", answer.text());
        assert!(answer.text().contains(sign), "{kind}: {}", answer.text());
    }
}

#[test]
fn an_event_that_has_begun_is_not_interrupted() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds_with(&vendor, options());
    let dialects = said("", "", true).map(|(caller, ..)| caller);
    for (number, caller) in dialects.into_iter().enumerate() {
        let kind = own(caller);
        let (_, path, mut body) = said(kind, "one two three #torn #silent 700", true)[number].clone();
        if caller == "openai" {
            body["stream_options"] = json!({ "include_usage": true });
        }
        let answer = post(&lab, &path, &body).text();
        assert_eq!(streamed(caller, &answer), "You said: one two three", "{caller}: {answer}");
        let signs = events(caller, &answer).1;
        assert_eq!(signs, usize::from(kind == "anthropic"), "{caller}: {answer}");
    }
}
