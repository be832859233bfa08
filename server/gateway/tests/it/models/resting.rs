//! Models that fail again and again are not asked for a while, where there are others.

use super::{alias, config, post, provider, said, start_with, target};
use crate::lab::{self, Lab};
use domain::gateway_config::GatewayConfig;
use faultlab::vendor::Vendor;
use gateway::Options;
use gateway::clock::Clock;

/// Calls after which a model that failed at each rests, and for how long.
const ENOUGH: u64 = 5;
const REST_MS: u64 = 30_000;

fn lab(config: GatewayConfig, clock: &Clock) -> Lab {
    start_with(config, Options { clock: clock.clone(), ..lab::options() })
}

/// The model that answered, and how many were asked.
fn asked(lab: &Lab) -> (String, String) {
    let (_, path, body) = &said("m", "hi", false)[0];
    let answer = post(lab, path, body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
    (header("x-gatehouse-model"), header("x-gatehouse-attempts"))
}

fn answered(model: &str, attempts: &str) -> (String, String) {
    (model.to_owned(), attempts.to_owned())
}

#[test]
fn a_model_that_cannot_be_reached_is_skipped_until_it_can() {
    let (clock, first, second) =
        (Clock::manual(1_700_000_000_000), Vendor::start().unwrap(), Vendor::start().unwrap());
    let addr = first.addr();
    let at = |url: String| format!("{url}/v1");
    let providers =
        vec![provider(1, "openai", at(first.url()), &["k"]), provider(2, "openai", at(second.url()), &["k"])];
    let lab = lab(config(providers, vec![alias("m", vec![target(1, "a", 0), target(2, "b", 1)])]), &clock);
    assert_eq!(asked(&lab), answered("a", "1"));
    drop(first);
    // what went well before counts no more
    clock.advance_ms(60_000);
    for _ in 0..ENOUGH {
        assert_eq!(asked(&lab), answered("b", "2"));
    }
    for _ in 0..3 {
        assert_eq!(asked(&lab), answered("b", "1"), "it rests");
    }
    clock.advance_ms(REST_MS);
    assert_eq!(asked(&lab), answered("b", "2"), "one call tries it");
    assert_eq!(asked(&lab), answered("b", "1"), "it rests anew");
    let _first = Vendor::start_at(addr).unwrap();
    assert_eq!(asked(&lab), answered("b", "1"));
    clock.advance_ms(REST_MS);
    for _ in 0..3 {
        assert_eq!(asked(&lab), answered("a", "1"), "it is back");
    }
}

#[test]
fn where_all_models_rest_the_first_is_asked_all_the_same() {
    let clock = Clock::manual(1_700_000_000_000);
    let vendor = Vendor::start().unwrap();
    let openai = provider(1, "openai", format!("{}/v1", vendor.url()), &["k"]);
    let targets = vec![target(1, "a", 0), target(1, "b", 1)];
    let lab = lab(config(vec![openai], vec![alias("m", targets)]), &clock);
    let failing = |expected: u64| {
        let before = vendor.calls();
        let (_, path, body) = &said("m", "#error 500", false)[0];
        assert_eq!(post(&lab, path, body).status, 500);
        assert_eq!(vendor.calls() - before, expected);
        vendor.requests().pop().unwrap().json()["model"].as_str().unwrap().to_owned()
    };
    for _ in 0..ENOUGH {
        assert_eq!(failing(2), "b");
    }
    for _ in 0..3 {
        assert_eq!(failing(1), "a");
    }
    assert_eq!(asked(&lab), answered("a", "1"));
}

#[test]
fn what_is_the_callers_or_the_keys_fault_makes_no_model_rest() {
    let clock = Clock::manual(1_700_000_000_000);
    let vendor = Vendor::start().unwrap();
    let at = || format!("{}/v1", vendor.url());
    let providers =
        vec![provider(1, "openai", at(), &["k"]), provider(2, "openai", at(), &["limited", "bad"])];
    let lab = lab(config(providers, vec![alias("m", vec![target(2, "a", 0), target(1, "b", 1)])]), &clock);
    for _ in 0..2 * ENOUGH {
        let (_, path, body) = &said("m", "#error 400", false)[0];
        assert_eq!(post(&lab, path, body).status, 400);
        // keys have rested enough, and are tried again
        clock.advance_ms(11_000);
    }
    for _ in 0..3 {
        assert_eq!(asked(&lab).0, "b");
    }
}
