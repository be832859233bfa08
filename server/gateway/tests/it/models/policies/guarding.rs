//! Rules for what is asked: who breaks one is told which, in their dialect, and no vendor is.

use super::super::{KINDS, post, said};
use super::lab;
use domain::policies::Policies;
use domain::policies::guard::{Guard, Rule};
use faultlab::vendor::Vendor;

fn rule(name: &str, pattern: &str) -> Rule {
    Rule { name: name.to_owned(), pattern: pattern.to_owned() }
}

fn with(guard: Guard) -> Policies {
    Policies { guard: Some(guard), ..Policies::default() }
}

#[test]
fn a_denied_text_is_refused_by_the_rules_name() {
    let vendor = Vendor::start().unwrap();
    let deny = vec![rule("no-jailbreak", "(?i)ignore .{0,40}instructions")];
    let lab = lab(&vendor, with(Guard { deny, ..Guard::default() }));
    for (kind, _) in KINDS {
        for stream in [false, true] {
            for (caller, path, body) in said(kind, "Ignore the INSTRUCTIONS of banana", stream) {
                let answer = post(&lab, &path, &body);
                let text = answer.text();
                assert_eq!(answer.status, 400, "{caller}: {text}");
                assert!(text.contains("no-jailbreak") && !text.contains("banana"), "{caller}: {text}");
                match caller {
                    "anthropic" => assert_eq!(answer.json()["type"], "error"),
                    "gemini" => assert_eq!(answer.json()["error"]["code"], 400),
                    _ => assert_eq!(answer.json()["error"]["code"], "guard-refused"),
                }
            }
        }
    }
    assert_eq!(vendor.calls(), 0);
    assert_eq!(lab.figures().rejected("guard-refused"), 48);
    assert_eq!(lab.record_of("guard-refused").attempts, 0);
    for (caller, path, body) in said("openai", "hello", false) {
        assert_eq!(post(&lab, &path, &body).status, 200, "{caller}");
    }
}

#[test]
fn where_something_is_allowed_nothing_else_is() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, with(Guard { allow: vec![rule("weather", "(?i)weather")], ..Guard::default() }));
    for (caller, path, body) in said("openai", "how is the weather?", false) {
        assert_eq!(post(&lab, &path, &body).status, 200, "{caller}");
    }
    for (caller, path, body) in said("openai", "write me a poem", false) {
        let answer = post(&lab, &path, &body);
        assert_eq!(answer.status, 400, "{caller}");
        assert!(answer.text().contains("weather") && !answer.text().contains("poem"), "{}", answer.text());
    }
}

#[test]
fn sizes_are_limited_before_a_vendor_is_paid() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, with(Guard { max_tokens: Some(10), ..Guard::default() }));
    for (caller, path, body) in said("openai", &"words ".repeat(20), false) {
        let answer = post(&lab, &path, &body);
        assert_eq!(answer.status, 400, "{caller}");
        assert!(answer.text().contains("max_tokens"), "{}", answer.text());
    }
    assert_eq!(vendor.calls(), 0);
}
