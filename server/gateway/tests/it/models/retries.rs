//! How often models are asked for one call, and for how long.

use super::{alias, config, post, provider, said, start, target};
use crate::lab::Lab;
use domain::gateway_config::GatewayConfig;
use domain::models::ModelRetries;
use faultlab::vendor::Vendor;
use std::time::{Duration, Instant};

fn with(mut config: GatewayConfig, attempts: Option<u32>, within_s: Option<u32>) -> Lab {
    let models = config.apis[0].versions[0].models.as_mut().unwrap();
    models.retries = ModelRetries { attempts, within_s };
    start(config)
}

/// Status, word and model of each attempt at the last call.
fn tried(lab: &Lab, outcome: &str) -> Vec<(String, Option<u16>, String)> {
    let tried = lab.record_of(outcome).ai.unwrap().tried;
    tried.into_iter().map(|tried| (tried.model, tried.status, tried.failure)).collect()
}

#[test]
fn no_more_attempts_are_made_than_the_version_says() {
    // three targets, the second of which has two keys that are refused
    for (attempts, status, expected) in [
        (Some(1), 502, vec!["a"]),
        (Some(2), 429, vec!["a", "b"]),
        (Some(3), 503, vec!["a", "b", "b"]),
        (Some(4), 200, vec!["a", "b", "b", "sim-small"]),
        (Some(8), 200, vec!["a", "b", "b", "sim-small"]),
        (None, 200, vec!["a", "b", "b", "sim-small"]),
    ] {
        let vendor = Vendor::start().unwrap();
        let at = || format!("{}/v1", vendor.url());
        let providers = vec![
            provider(1, "openai", "http://127.0.0.1:1/v1".to_owned(), &["k"]),
            provider(2, "anthropic", at(), &["limited", "bad"]),
            provider(3, "anthropic", at(), &["k"]),
        ];
        let targets = vec![target(1, "a", 0), target(2, "b", 1), target(3, "sim-small", 2)];
        let lab = with(config(providers, vec![alias("m", targets)]), attempts, None);
        let (_, path, body) = &said("m", "hi", false)[0];
        let answer = post(&lab, path, body);
        assert_eq!(answer.status, status, "{attempts:?}: {}", answer.text());
        assert_eq!(vendor.calls() as usize, expected.len() - 1, "{attempts:?}");
        if status == 200 {
            let models: Vec<String> = tried(&lab, "ok").into_iter().map(|(model, _, _)| model).collect();
            assert_eq!(models, expected, "{attempts:?}");
        }
    }
}

#[test]
fn an_answer_begins_in_time_or_another_model_is_not_asked() {
    let vendor = Vendor::start().unwrap();
    let openai = provider(1, "openai", format!("{}/v1", vendor.url()), &["k"]);
    let targets = vec![target(1, "one", 0), target(1, "two", 1)];
    let lab = with(config(vec![openai], vec![alias("m", targets)]), None, Some(1));
    for (calls, stream) in [(1, false), (2, true)] {
        let (_, path, body) = &said("m", "#slow 20000", stream)[0];
        let began = Instant::now();
        let answer = post(&lab, path, body);
        assert_eq!(answer.status, 504, "{}", answer.text());
        let took = began.elapsed();
        assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(10), "{took:?}");
        let expected = [("one".to_owned(), None, "http_response_timeout".to_owned())];
        assert_eq!(tried(&lab, "upstream-timeout"), expected);
        assert_eq!(vendor.calls(), calls);
    }
}

#[test]
fn what_has_begun_in_time_may_take_longer() {
    let vendor = Vendor::start().unwrap();
    let openai = provider(1, "openai", format!("{}/v1", vendor.url()), &["k"]);
    let lab = with(config(vec![openai], vec![alias("m", vec![target(1, "one", 0)])]), Some(1), Some(1));
    let began = Instant::now();
    let (_, path, body) = &said("m", "#pace 30 #long 60", true)[0];
    let answer = post(&lab, path, body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.text().ends_with("data: [DONE]\n\n"), "{}", answer.text());
    assert!(began.elapsed() > Duration::from_millis(1_200), "{:?}", began.elapsed());
}
