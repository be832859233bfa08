//! Vendors whose keys are more than a word: Amazon's signatures, Google's tokens, Azure's addresses.

use super::{alias, config, post, post_bytes, provider, said, start, streamed, target, text_of};
use crate::lab::Lab;
use domain::gateway_config::GatewayProvider;
use domain::models::ModelAlias;
use faultlab::raw::RawClient;
use faultlab::vendor::{Seen, Vendor};
use serde_json::{Value, json};
use std::sync::Barrier;

const VERTEX: &str = "/v1/projects/p/locations/eu/publishers/google";

fn with(settings: &[(&str, &str)], provider: GatewayProvider) -> GatewayProvider {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    GatewayProvider { settings: settings.collect(), ..provider }
}

fn bedrock(vendor: &Vendor, keys: &[&str]) -> GatewayProvider {
    with(&[("region", "eu-central-1")], provider(1, "bedrock", vendor.url(), keys))
}

fn vertex(vendor: &Vendor, keys: &[&str]) -> GatewayProvider {
    let base = format!("{}{VERTEX}", vendor.url());
    with(&[("region", "eu"), ("project", "p")], provider(1, "vertex", base, keys))
}

/// One model of provider 1 for each name.
fn models(names: &[&str]) -> Vec<ModelAlias> {
    names.iter().enumerate().map(|(at, name)| alias(&format!("m{at}"), vec![target(1, name, 0)])).collect()
}

/// Says hello in every dialect, at once and in pieces.
fn greet(lab: &Lab, model: &str) {
    for (caller, path, body) in said(model, "hello there", false) {
        let answer = post(lab, &path, &body);
        assert_eq!(answer.status, 200, "{caller} to {model}: {}", answer.text());
        assert_eq!(text_of(caller, &answer.json()), "You said: hello there", "{caller} to {model}");
    }
    for (caller, path, body) in said(model, "hello there", true) {
        let answer = post(lab, &path, &body);
        assert_eq!(answer.status, 200, "{caller} to {model}: {}", answer.text());
        assert_eq!(streamed(caller, &answer.text()), "You said: hello there", "{caller} to {model}");
    }
}

/// Asks once, as OpenAI's clients do; the status and the answer.
fn ask(lab: &Lab, model: &str) -> (u16, Value) {
    let (_, path, body) = &said(model, "hi", false)[0];
    let answer = post(lab, path, body);
    (answer.status, answer.json())
}

fn asked_for_tokens(vendor: &Vendor) -> usize {
    vendor.requests().iter().filter(|seen| seen.path == "/token").count()
}

fn last(vendor: &Vendor) -> Seen {
    vendor.requests().pop().unwrap()
}

#[test]
fn bedrock_takes_our_signatures() {
    let vendor = Vendor::start().unwrap();
    let good = format!("AKIAGOOD:{}", Vendor::secret_of("AKIAGOOD"));
    let arn = "arn:aws:bedrock:eu-central-1:1:inference-profile/eu.sim-large-v1:0";
    let lab = start(config(vec![bedrock(&vendor, &[&good])], models(&["eu.sim-large-v1:0", arn])));
    greet(&lab, "m0");
    greet(&lab, "m1");
    let seen = last(&vendor);
    let authorization = seen.header("authorization").unwrap();
    assert!(authorization.contains("AKIAGOOD/") && authorization.contains("/eu-central-1/bedrock/"));
    assert!(!format!("{seen:?}").contains(&Vendor::secret_of("AKIAGOOD")), "the secret stays here");
}

#[test]
fn a_call_costs_what_the_model_costs_in_the_providers_region() {
    let vendor = Vendor::start().unwrap();
    let key = format!("AKIAGOOD:{}", Vendor::secret_of("AKIAGOOD"));
    let mut costs = Vec::new();
    // nano-dollars of a token, in a region that has a price of its own and in one that has not
    for (region, input, output) in [("us-gov-west-1", 42, 168), ("eu-central-1", 35, 140)] {
        let provider = with(&[("region", region)], provider(1, "bedrock", vendor.url(), &[&key]));
        let lab = start(config(vec![provider], models(&["amazon.nova-micro-v1:0"])));
        for stream in [false, true] {
            for (caller, path, body) in said("m0", "a b c", stream) {
                let answer = post(&lab, &path, &body);
                assert_eq!(answer.status, 200, "{caller} in {region}: {}", answer.text());
                let ai = lab.record_of("ok").ai.unwrap();
                let cost = ai.input_tokens * input + ai.output_tokens * output;
                assert_eq!(ai.cost_nano, Some(cost), "{caller} in {region}: {ai:?}");
                costs.push((caller, stream, region, cost));
            }
        }
    }
    let (first, second) = costs.split_at(8);
    assert!(first.iter().zip(second).all(|(one, other)| one.3 > other.3), "{costs:?}");
}

#[test]
fn keys_of_amazon_come_as_sessions_in_json_and_as_api_keys() {
    let vendor = Vendor::start().unwrap();
    let secret = Vendor::secret_of("ASIA1");
    let session = format!("ASIA1:{secret}:session");
    let object = json!({ "AccessKeyId": "ASIA1", "SecretAccessKey": secret, "SessionToken": "session" });
    for (key, token) in
        [(&*session, Some("session")), (&object.to_string(), Some("session")), ("ABSK1", None)]
    {
        let lab = start(config(vec![bedrock(&vendor, &[key])], models(&["sim-large"])));
        assert_eq!(ask(&lab, "m0").0, 200, "{key}");
        let seen = last(&vendor);
        assert_eq!(seen.header("x-amz-security-token"), token, "{key}");
        let bearer = seen.header("authorization") == Some("Bearer ABSK1");
        assert_eq!(bearer, token.is_none(), "{key}");
    }
}

#[test]
fn an_access_key_that_signs_wrongly_rests() {
    let vendor = Vendor::start().unwrap();
    let good = format!("AKIAGOOD:{}", Vendor::secret_of("AKIAGOOD"));
    let keys = ["AKIABAD:not-its-secret", &good];
    let lab = start(config(vec![bedrock(&vendor, &keys)], models(&["sim-large"])));
    for _ in 0..4 {
        assert_eq!(ask(&lab, "m0").0, 200);
    }
    assert_eq!(vendor.calls(), 5, "the wrong one was tried once");
    let lab = start(config(vec![bedrock(&vendor, &keys[..1])], models(&["sim-large"])));
    for (caller, path, body) in said("m0", "hi", false) {
        let answer = post(&lab, &path, &body);
        let expected = if caller == "anthropic" { 529 } else { 503 };
        assert_eq!(answer.status, expected, "{caller}: {}", answer.text());
        assert!(!answer.text().contains("signature"), "it is the gateway's: {}", answer.text());
    }
}

#[test]
fn vertex_is_asked_with_one_token_in_three_dialects() {
    let vendor = Vendor::start().unwrap();
    let account = vendor.service_account("good");
    let names = ["gemini-sim", "claude-sim@20260101", "meta/sim"];
    let lab = start(config(vec![vertex(&vendor, &[&account])], models(&names)));
    for model in ["m0", "m1", "m2"] {
        greet(&lab, model);
    }
    assert_eq!(asked_for_tokens(&vendor), 1);
    let requests = vendor.requests();
    let seen = |part: &str| {
        let found = requests.iter().find(|seen| seen.path.contains(part));
        found.unwrap_or_else(|| panic!("nothing asked for {part}"))
    };
    seen("/publishers/google/models/gemini-sim:generateContent");
    seen("/publishers/anthropic/models/claude-sim%4020260101:streamRawPredict");
    seen("/endpoints/openapi/chat/completions");
    let claude = seen(":rawPredict");
    let body = claude.json();
    assert_eq!((&body["anthropic_version"], body.get("model")), (&json!("vertex-2023-10-16"), None));
    assert_eq!(claude.header("anthropic-version"), None);
    assert_eq!(claude.header("authorization"), Some("Bearer ya29.good-1"));
    assert_eq!(lab.record_of("ok").attempts, 1, "who gives tokens is no backend");
}

#[test]
fn callers_who_need_a_token_at_once_wait_for_the_same_one() {
    const CALLERS: usize = 12;
    let vendor = Vendor::start().unwrap();
    let account = vendor.service_account("slow");
    let lab = start(config(vec![vertex(&vendor, &[&account])], models(&["gemini-sim"])));
    let (_, path, body) = &said("m0", "hi", false)[0];
    let (addr, bytes) = (lab.addr(), post_bytes(path, body));
    let together = Barrier::new(CALLERS);
    std::thread::scope(|scope| {
        let caller = || {
            together.wait();
            RawClient::ask(addr, &bytes).unwrap().status
        };
        let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(caller)).collect();
        for caller in callers {
            assert_eq!(caller.join().unwrap(), 200);
        }
    });
    assert_eq!(asked_for_tokens(&vendor), 1);
}

#[test]
fn an_account_that_is_given_no_token_rests() {
    for (name, word, status) in [("bad", "token_refused", None), ("down", "token_unavailable", None)] {
        let vendor = Vendor::start().unwrap();
        let (wrong, good) = (vendor.service_account(name), vendor.service_account("good"));
        let lab = start(config(vec![vertex(&vendor, &[&wrong, &good])], models(&["gemini-sim"])));
        for _ in 0..3 {
            assert_eq!(ask(&lab, "m0").0, 200, "{name}");
        }
        assert_eq!(asked_for_tokens(&vendor), 2, "{name} is asked with once");
        let calls = lab.records();
        let tried = calls.iter().filter_map(|call| call.ai.as_ref()).map(|ai| &ai.tried);
        let failed: Vec<_> = tried.flatten().filter(|tried| !tried.failure.is_empty()).collect();
        assert_eq!(failed.len(), 1, "{failed:?}");
        assert_eq!((failed[0].failure.as_str(), failed[0].status), (word, status));

        let lab = start(config(vec![vertex(&vendor, &[&wrong])], models(&["gemini-sim"])));
        for (caller, path, body) in said("m0", "hi", false) {
            let answer = post(&lab, &path, &body);
            let expected = if caller == "anthropic" { 529 } else { 503 };
            assert_eq!(answer.status, expected, "{caller}: {}", answer.text());
            assert!(answer.header("retry-after").is_some(), "{caller}");
            assert!(!answer.text().contains("iam.gserviceaccount"), "{caller}: {}", answer.text());
        }
        assert_eq!(asked_for_tokens(&vendor), 3, "{name} rests");
    }
}

#[test]
fn a_token_that_is_taken_back_is_not_used_again() {
    let vendor = Vendor::start().unwrap();
    let accounts = [vendor.service_account("one"), vendor.service_account("two")];
    let keys: Vec<&str> = accounts.iter().map(String::as_str).collect();
    let mut lab = start(config(vec![vertex(&vendor, &keys)], models(&["gemini-sim"])));
    assert_eq!([ask(&lab, "m0").0, ask(&lab, "m0").0], [200, 200]);
    assert_eq!(asked_for_tokens(&vendor), 2);
    vendor.revoke_tokens();
    assert_eq!(ask(&lab, "m0").0, 503, "both tokens are refused, and both keys rest");
    // a key under another name does not rest; its account is asked with anew
    lab.publish(|config| config.providers[0].keys[0].id = domain::ids::ProviderKeyId::from_parts(9, 9));
    assert_eq!(ask(&lab, "m0").0, 200);
    assert_eq!(asked_for_tokens(&vendor), 3);
}

#[test]
fn tokens_live_on_when_something_else_changes() {
    let vendor = Vendor::start().unwrap();
    let account = vendor.service_account("good");
    let mut lab = start(config(vec![vertex(&vendor, &[&account])], models(&["gemini-sim"])));
    assert_eq!(ask(&lab, "m0").0, 200);
    lab.publish(|config| config.providers[0].settings.extend([("other".to_owned(), "x".to_owned())]));
    assert_eq!(ask(&lab, "m0").0, 200);
    assert_eq!(asked_for_tokens(&vendor), 1);
    // another secret of the same key is another account
    let other = vendor.service_account("other");
    lab.publish(|config| config.providers[0].keys[0].secret = format!("sealed {other}"));
    assert_eq!(ask(&lab, "m0").0, 200);
    assert_eq!(last(&vendor).header("authorization"), Some("Bearer ya29.other-2"));
}

#[test]
fn tokens_are_not_fetched_from_where_the_guard_lets_nobody() {
    let vendor = Vendor::start().unwrap();
    let mut account: Value = serde_json::from_str(&vendor.service_account("good")).unwrap();
    account["token_uri"] = json!("http://169.254.169.254/token");
    let lab = start(config(vec![vertex(&vendor, &[&account.to_string()])], models(&["gemini-sim"])));
    assert_eq!(ask(&lab, "m0").0, 503);
    let call = lab.record_of("upstream-unavailable");
    assert_eq!(call.ai.unwrap().tried[0].failure, "destination_ip_prohibited");
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn a_secret_that_is_no_key_leaves_its_provider_out() {
    let vendor = Vendor::start().unwrap();
    let account = vendor.service_account("good").replace("MII", "AAA");
    let mut lab = start(config(Vec::new(), models(&["m"])));
    for wrong in [bedrock(&vendor, &["AKIA1:"]), vertex(&vendor, &["{}"]), vertex(&vendor, &[&account])] {
        let left_out = lab.try_publish(|config| config.providers = vec![wrong]);
        assert_eq!(left_out.len(), 1, "{left_out:?}");
        assert!(left_out[0].contains("expected"), "{left_out:?}");
        assert!(!left_out[0].contains("BEGIN PRIVATE KEY-----\\n"), "{left_out:?}");
    }
}

#[test]
fn azure_is_asked_at_both_of_its_addresses() {
    let vendor = Vendor::start().unwrap();
    let base = format!("{}/openai/v1", vendor.url());
    for (version, path) in [
        (None, "/openai/v1/chat/completions"),
        (Some("preview"), "/openai/v1/chat/completions?api-version=preview"),
        (Some("2024-10-21"), "/openai/deployments/my-gpt/chat/completions?api-version=2024-10-21"),
    ] {
        let said = version.map(|version| ("api_version", version));
        let settings: Vec<_> = [("resource", "r")].into_iter().chain(said).collect();
        let azure = with(&settings, provider(1, "azure", base.clone(), &["k1"]));
        let lab = start(config(vec![azure], models(&["my-gpt"])));
        greet(&lab, "m0");
        let seen = last(&vendor);
        assert_eq!(seen.path, path);
        assert_eq!((seen.header("api-key"), seen.header("authorization")), (Some("k1"), None));
    }
}
