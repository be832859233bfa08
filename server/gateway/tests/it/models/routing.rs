//! Which of an alias's models is asked first, and what is on record of those that were.

use super::{alias, config, post, provider, said, start, target};
use crate::lab::{Lab, eventually};
use domain::models::{AliasStrategy, ModelAlias, ModelTarget};
use faultlab::vendor::Vendor;
use serde_json::json;

fn by(strategy: AliasStrategy, targets: Vec<ModelTarget>) -> ModelAlias {
    ModelAlias { strategy, ..alias("m", targets) }
}

/// The model that answered.
fn answered_by(lab: &Lab, text: &str) -> String {
    let (_, path, body) = &said("m", text, false)[0];
    let answer = post(lab, path, body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.header("x-gatehouse-model").unwrap().to_owned()
}

#[test]
fn the_cheapest_model_is_asked_first_and_one_without_a_price_last() {
    let vendor = Vendor::start().unwrap();
    let openai = provider(1, "openai", format!("{}/v1", vendor.url()), &["good"]);
    let heavy = |model: &str| ModelTarget { weight: 100, ..target(1, model, 0) };
    let targets = vec![heavy("of-no-price"), heavy("gpt-4o"), target(1, "gpt-4o-mini", 0)];
    let lab = start(config(vec![openai.clone()], vec![by(AliasStrategy::LowestCost, targets)]));
    for _ in 0..10 {
        assert_eq!(answered_by(&lab, "hi"), "gpt-4o-mini");
    }
    // a priority counts more than a price, and what fails is followed by the next cheapest
    let targets = vec![
        target(1, "gpt-4o-mini", 1),
        target(1, "of-no-price", 0),
        target(1, "gpt-4o", 0),
        target(2, "gpt-4o-mini", 0),
    ];
    let unreachable = provider(2, "openai", "http://127.0.0.1:1/v1".to_owned(), &["good"]);
    let lab = start(config(vec![openai, unreachable], vec![by(AliasStrategy::LowestCost, targets)]));
    for _ in 0..10 {
        assert_eq!(answered_by(&lab, "hi"), "gpt-4o");
    }
}

#[test]
fn the_model_that_answers_soonest_is_asked_first() {
    let vendor = Vendor::start().unwrap();
    let openai = provider(1, "openai", format!("{}/v1", vendor.url()), &["good"]);
    let targets = vec![target(1, "one", 0), target(1, "two", 0)];
    let lab = start(config(vec![openai], vec![by(AliasStrategy::LeastLatency, targets)]));
    let slow = answered_by(&lab, "#slow 1500");
    let other = answered_by(&lab, "hi");
    assert_ne!(slow, other, "one that has not been asked is tried");
    for _ in 0..10 {
        assert_eq!(answered_by(&lab, "hi"), other);
    }
}

#[test]
fn a_model_that_fails_is_thought_to_be_slow() {
    let vendor = Vendor::start().unwrap();
    let providers = vec![
        provider(1, "openai", "http://127.0.0.1:1/v1".to_owned(), &["k"]),
        provider(2, "openai", format!("{}/v1", vendor.url()), &["k"]),
    ];
    let targets = vec![ModelTarget { weight: 100, ..target(1, "a", 0) }, target(2, "b", 0)];
    let lab = start(config(providers, vec![by(AliasStrategy::LeastLatency, targets)]));
    let attempts = || {
        let (_, path, body) = &said("m", "hi", false)[0];
        let answer = post(&lab, path, body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.header("x-gatehouse-attempts").unwrap().to_owned()
    };
    let at_first = [attempts(), attempts()];
    assert!(at_first.contains(&"2".to_owned()), "each is tried: {at_first:?}");
    for _ in 0..10 {
        assert_eq!(attempts(), "1");
    }
}

#[test]
fn every_attempt_is_on_record_and_counted_in_a_header() {
    let (limited, good) = (Vendor::start().unwrap(), Vendor::start().unwrap());
    let at = |vendor: &Vendor| format!("{}/v1", vendor.url());
    let providers = vec![
        provider(1, "openai", "http://127.0.0.1:1/v1".to_owned(), &["k"]),
        provider(2, "anthropic", at(&limited), &["limited", "bad"]),
        provider(3, "anthropic", at(&good), &["k"]),
    ];
    let targets = vec![target(1, "a", 0), target(2, "b", 1), target(3, "sim-small", 2)];
    let lab = start(config(providers, vec![alias("m", targets)]));
    for stream in [false, true] {
        let (_, path, body) = &said("m", "hi", stream)[0];
        let answer = post(&lab, path, body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let call = lab.record_of("ok");
        let tried = call.ai.unwrap().tried;
        let told: Vec<_> =
            tried.iter().map(|tried| (tried.model.as_str(), tried.status, tried.failure.as_str())).collect();
        let refused = ("a", None, "connection_refused");
        let answered = ("sim-small", Some(200), "");
        let expected = if stream {
            // the keys of the second one rest
            vec![refused, answered]
        } else {
            vec![refused, ("b", Some(429), ""), ("b", Some(401), ""), answered]
        };
        assert_eq!(told, expected);
        assert_eq!(answer.header("x-gatehouse-attempts"), Some(expected.len().to_string().as_str()));
        assert_eq!(answer.header("x-gatehouse-provider"), Some("anthropic"));
        assert_eq!(tried[0].provider, super::provider_id(1).to_string());
    }
}

#[test]
fn an_answer_that_is_of_no_use_is_told_as_such() {
    let vendor = Vendor::start().unwrap();
    let anthropic = provider(1, "anthropic", format!("{}/v1", vendor.url()), &["k"]);
    let lab = start(config(vec![anthropic], vec![alias("m", vec![target(1, "sim-large", 0)])]));
    for (command, failure) in [("#garbage", "garbled"), ("#cut", "broke_off")] {
        let (_, path, body) = &said("m", command, false)[0];
        assert_eq!(post(&lab, path, body).status, 502);
        let tried = lab.record_of("upstream-broken").ai.unwrap().tried;
        assert_eq!(tried.len(), 1);
        assert_eq!((tried[0].status, tried[0].failure.as_str()), (Some(200), failure), "{command}");
    }
    let body = json!({ "model": "m", "messages": [{ "role": "user", "content": "#error 400" }] });
    let answer = post(&lab, "/ai/v1/chat/completions", &body);
    assert_eq!((answer.status, answer.header("x-gatehouse-attempts")), (400, Some("1")));
}

#[test]
fn an_attempt_that_the_caller_did_not_wait_for_is_on_record() {
    let vendor = Vendor::start().unwrap();
    let openai = provider(1, "openai", format!("{}/v1", vendor.url()), &["k"]);
    let lab = start(config(vec![openai], vec![alias("m", vec![target(1, "sim-large", 0)])]));
    let (_, path, body) = &said("m", "#slow 20000", false)[0];
    let mut client = lab.client();
    client.send(super::post_bytes(path, body)).unwrap();
    eventually("the vendor was asked", || vendor.calls() == 1);
    drop(client);
    let tried = lab.record_of("client-gone").ai.unwrap().tried;
    assert_eq!(tried.len(), 1);
    assert_eq!((tried[0].status, tried[0].failure.as_str()), (None, "client_gone"));
}
