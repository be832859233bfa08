//! Answers that are given again: to the same application for the same request, at no cost, and never half of one.

use super::super::{KINDS, post, post_bytes, said, streamed, text_of};
use super::lab;
use crate::lab::{self as plain, Lab, api_key, subscription};
use domain::plans::{Limits, Period, Quota};
use domain::policies::Policies;
use domain::policies::cache::Cache;
use domain::policies::mask::{Kind, Mask};
use domain::subscriptions::SubscriptionState;
use faultlab::vendor::Vendor;
use serde_json::{Value, json};

fn with(cache: Cache) -> Policies {
    Policies { cache: Some(cache), ..Policies::default() }
}

fn two_applications(vendor: &Vendor, policies: Policies) -> Lab {
    let mut lab = lab(vendor, policies);
    lab.publish(|config| {
        config.credentials.push(plain::credential(2));
        config.subscriptions.push(subscription(2, 1, SubscriptionState::Active));
    });
    lab
}

fn ask_as(lab: &Lab, number: u8, more: &str, body: &Value) -> faultlab::raw::Answer {
    let body = body.to_string();
    lab.ask(format!(
        "POST /ai/v1/chat/completions HTTP/1.1\r\nHost: g\r\nX-API-Key: {}\r\nContent-Length: {}\r\n{more}\r\n{body}",
        api_key(number),
        body.len()
    ))
}

fn chat(text: &str) -> Value {
    json!({ "model": "openai", "messages": [{ "role": "user", "content": text }] })
}

#[test]
fn the_same_is_answered_again_in_every_dialect_whole_and_streamed() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, with(Cache::default()));
    for (kind, _) in KINDS {
        for stream in [false, true] {
            for (caller, path, body) in said(kind, "hello there", stream) {
                let first = post(&lab, &path, &body);
                let calls = vendor.calls();
                let second = post(&lab, &path, &body);
                let context = format!("{caller} to {kind}, {stream}: {}", second.text());
                assert_eq!(vendor.calls(), calls, "{context}");
                assert_eq!((first.status, second.status), (200, 200), "{context}");
                assert_eq!(first.header("x-gatehouse-cache"), Some("miss"), "{context}");
                assert_eq!(second.header("x-gatehouse-cache"), Some("hit"), "{context}");
                assert_eq!(second.header("age"), Some("0"));
                for name in ["content-type", "x-gatehouse-provider", "x-gatehouse-model"] {
                    assert_eq!(first.header(name), second.header(name), "{context}");
                }
                assert_eq!(first.text(), second.text(), "{context}");
                let text = match stream {
                    true => streamed(caller, &second.text()),
                    false => text_of(caller, &second.json()),
                };
                assert_eq!(text, "You said: hello there", "{context}");
            }
        }
    }
}

#[test]
fn a_hit_costs_nothing_and_is_on_record() {
    let vendor = Vendor::start().unwrap();
    let mut lab = lab(&vendor, with(Cache::default()));
    let quota = Some(Quota { requests: 1, period: Period::Month });
    lab.publish(|config| config.subscriptions[0].limits = Limits { quota, ..Limits::default() });
    assert_eq!(ask_as(&lab, 1, "", &chat("a")).status, 200);
    assert_eq!(ask_as(&lab, 1, "", &chat("b")).status, 429, "the quota is used up");
    lab.publish(|config| config.subscriptions[0].limits = Limits::default());
    drop(lab.records());
    let hit = ask_as(&lab, 1, "", &chat("a"));
    assert_eq!(hit.header("x-gatehouse-cache"), Some("hit"));
    let call = lab.record_of("ok");
    assert_eq!((call.attempts, call.status), (0, 200));
    let ai = call.ai.unwrap();
    assert_eq!((ai.input_tokens, ai.output_tokens, ai.cost_nano, ai.estimated), (0, 0, Some(0), false));
    assert_eq!(
        (ai.price.as_str(), ai.model.as_str(), ai.asked.as_str()),
        ("from the cache", "sim-large", "openai")
    );
}

#[test]
fn hits_take_nothing_from_a_quota() {
    let vendor = Vendor::start().unwrap();
    let mut lab = lab(&vendor, with(Cache::default()));
    let quota = Some(Quota { requests: 2, period: Period::Month });
    lab.publish(|config| config.subscriptions[0].limits = Limits { quota, ..Limits::default() });
    for _ in 0..5 {
        assert_eq!(ask_as(&lab, 1, "", &chat("a")).status, 200);
    }
    assert_eq!(ask_as(&lab, 1, "", &chat("b")).status, 200);
    assert_eq!(ask_as(&lab, 1, "", &chat("c")).status, 429);
    assert_eq!(vendor.calls(), 2);
}

#[test]
fn fields_in_another_order_are_the_same_and_anything_else_is_not() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, with(Cache::default()));
    let ask = |body: &str| {
        let head =
            plain::request("POST /ai/v1/chat/completions", &format!("Content-Length: {}\r\n", body.len()));
        lab.ask(format!("{head}{body}")).header("x-gatehouse-cache").map(str::to_owned)
    };
    let (hit, miss) = (Some("hit".to_owned()), Some("miss".to_owned()));
    assert_eq!(
        ask(r#"{"model":"openai","messages":[{"role":"user","content":"x"}],"temperature":0.5}"#),
        miss
    );
    assert_eq!(
        ask(r#"{ "temperature":0.5,"messages":[{"content":"\u0078","role":"user"}],"model":"openai" }"#),
        hit
    );
    for other in [
        r#"{"model":"openai","messages":[{"role":"user","content":"x"}],"temperature":0.6}"#,
        r#"{"model":"openai","messages":[{"role":"user","content":"X"}],"temperature":0.5}"#,
        r#"{"model":"anthropic","messages":[{"role":"user","content":"x"}],"temperature":0.5}"#,
    ] {
        assert_eq!(ask(other), miss, "{other}");
    }
}

#[test]
fn applications_get_each_others_answers_only_where_the_policy_says_so() {
    let vendor = Vendor::start().unwrap();
    for shared in [false, true] {
        let lab = two_applications(&vendor, with(Cache { shared, ..Cache::default() }));
        assert_eq!(ask_as(&lab, 1, "", &chat("x")).header("x-gatehouse-cache"), Some("miss"));
        let other = ask_as(&lab, 2, "", &chat("x"));
        assert_eq!(other.header("x-gatehouse-cache"), Some(if shared { "hit" } else { "miss" }));
        assert_eq!(ask_as(&lab, 2, "", &chat("x")).header("x-gatehouse-cache"), Some("hit"));
    }
}

#[test]
fn callers_may_have_a_fresh_answer_and_keep_theirs_out() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, with(Cache::default()));
    let ask = |more: &str| {
        let answer = ask_as(&lab, 1, more, &chat("x"));
        answer.header("x-gatehouse-cache").map(str::to_owned).unwrap()
    };
    assert_eq!(ask("Cache-Control: no-store\r\n"), "bypass");
    assert_eq!(ask(""), "miss", "what was asked with no-store is not there");
    assert_eq!(ask("Cache-Control: no-cache\r\n"), "bypass");
    assert_eq!(ask(""), "hit");
    assert_eq!(vendor.calls(), 3);
}

#[test]
fn only_complete_answers_are_kept() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, with(Cache::default()));
    for (text, stream) in
        [("#error 400", false), ("#error 500", false), ("#cut", true), ("#midstream-error", true)]
    {
        for (_, path, body) in said("openai", text, stream) {
            for _ in 0..2 {
                let before = vendor.calls();
                let mut client = lab.client();
                client.send(post_bytes(&path, &body)).unwrap();
                let answer = String::from_utf8_lossy(&client.read_to_end()).into_owned();
                assert!(
                    vendor.calls() > before && !answer.contains("x-gatehouse-cache: hit"),
                    "{text}: {answer}"
                );
            }
        }
    }
}

#[test]
fn a_caller_who_hangs_up_leaves_nothing_half() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, with(Cache::default()));
    let (_, path, body) = &said("openai", "#pace 50 #long 40", true)[0];
    let mut client = lab.client();
    client.send(post_bytes(path, body)).unwrap();
    client.read(400).unwrap();
    client.reset().unwrap();
    plain::eventually("the call is on record", || {
        lab.records().iter().any(|call| call.outcome == "client-gone")
    });
    let answer = post(&lab, path, body);
    assert_eq!(answer.header("x-gatehouse-cache"), Some("miss"));
    assert!(answer.text().ends_with("data: [DONE]\n\n"));
}

#[test]
fn what_changes_in_the_version_or_grows_old_is_asked_anew() {
    let vendor = Vendor::start().unwrap();
    let mut lab = lab(&vendor, with(Cache { ttl_s: 1, ..Cache::default() }));
    assert_eq!(ask_as(&lab, 1, "", &chat("x")).header("x-gatehouse-cache"), Some("miss"));
    plain::eventually("it grows old", || {
        ask_as(&lab, 1, "", &chat("x")).header("x-gatehouse-cache") == Some("miss")
    });
    lab.publish(|config| {
        config.apis[0].versions[0].config.policies.cache = Some(Cache { ttl_s: 1_000, ..Cache::default() });
    });
    assert_eq!(ask_as(&lab, 1, "", &chat("x")).header("x-gatehouse-cache"), Some("miss"));
    assert_eq!(ask_as(&lab, 1, "", &chat("x")).header("x-gatehouse-cache"), Some("hit"));
    lab.publish(|config| config.apis[0].versions[0].models.as_mut().unwrap().strict = true);
    assert_eq!(ask_as(&lab, 1, "", &chat("x")).header("x-gatehouse-cache"), Some("miss"));
}

#[test]
fn an_answer_of_another_version_of_a_dialect_is_another_one() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, with(Cache::default()));
    for (more, expected) in [
        ("", "miss"),
        ("OpenAI-Beta: a\r\n", "miss"),
        ("OpenAI-Beta: b\r\n", "miss"),
        ("OpenAI-Beta: a\r\n", "hit"),
        // what means nothing to the dialect changes nothing, nor does the name of a single call
        ("Anthropic-Beta: a\r\nIdempotency-Key: a\r\n", "hit"),
    ] {
        assert_eq!(ask_as(&lab, 1, more, &chat("x")).header("x-gatehouse-cache"), Some(expected), "{more}");
    }
}

#[test]
fn masked_calls_are_kept_by_what_was_said() {
    let vendor = Vendor::start().unwrap();
    let mask = Some(Mask { kinds: vec![Kind::Email], ..Mask::default() });
    let lab = lab(&vendor, Policies { mask, ..with(Cache::default()) });
    for (address, expected) in [("a@b.example", "miss"), ("c@d.example", "miss"), ("a@b.example", "hit")] {
        let answer = ask_as(&lab, 1, "", &chat(&format!("I am {address}")));
        assert_eq!(answer.header("x-gatehouse-cache"), Some(expected), "{address}");
        assert_eq!(text_of("openai", &answer.json()), format!("You said: I am {address}"));
    }
}
