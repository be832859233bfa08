//! Budgets of tokens and money: what is set aside, refused, bounded and settled.

mod beside;
mod endings;
mod race;

use super::{KINDS, alias, config, post, provider, provider_id, said, start, target};
use crate::lab::{self, Lab, api_id, application};
use chrono::DateTime;
use domain::budgets::{Amount, Budget, Spending, Subject, Unit, Used};
use domain::gateway_config::{GatewayBudget, GatewayConfig};
use domain::ids::{BudgetId, TeamId};
use domain::plans::{CostBudget, Limits, Period, TokenBudget};
use domain::settings::UnknownPrice;
use faultlab::raw::Answer;
use faultlab::vendor::Vendor;
use serde_json::{Value, json};

/// Of a known price: 2.50 dollars for a million tokens of input, 10 of output.
pub const PRICED: &str = "gpt-4o-2024-08-06";

pub fn team() -> TeamId {
    TeamId::from_parts(1, 1)
}

pub fn budget(subject: Subject, unit: Unit, amount: u64) -> GatewayBudget {
    let id = BudgetId::from_parts(amount, u128::from(unit == Unit::Nano));
    GatewayBudget { id, subject, unit, amount, period: Period::Month }
}

pub fn of_application() -> Subject {
    Subject::Application(application(1))
}

/// The alias `m`, of a known price.
pub fn priced(vendor: &Vendor) -> GatewayConfig {
    sold(vendor, PRICED)
}

/// The alias `m`, for a model of OpenAI's.
fn sold(vendor: &Vendor, model: &str) -> GatewayConfig {
    let openai = provider(1, "openai", format!("{}/v1", vendor.url()), &["good"]);
    config(vec![openai], vec![alias("m", vec![target(1, model, 0)])])
}

/// The same, with budgets.
pub fn selling(vendor: &Vendor, model: &str, budgets: Vec<GatewayBudget>) -> Lab {
    start(GatewayConfig { budgets, ..sold(vendor, model) })
}

pub fn with(vendor: &Vendor, budgets: Vec<GatewayBudget>) -> Lab {
    selling(vendor, PRICED, budgets)
}

pub fn spending(lab: &Lab, subject: Subject, unit: Unit) -> Spending {
    let at = DateTime::from_timestamp(0, 0).unwrap();
    lab.gateway.spending(&Budget {
        id: BudgetId::from_parts(1, 1),
        subject,
        name: String::new(),
        team: None,
        unit,
        amount: 1,
        period: Period::Month,
        created_at: at,
        updated_at: at,
    })
}

pub fn chat(lab: &Lab, text: &str, max_tokens: u64) -> Answer {
    let message = json!({ "role": "user", "content": text });
    let body = json!({ "model": "m", "messages": [message], "max_completion_tokens": max_tokens });
    post(lab, "/ai/v1/chat/completions", &body)
}

/// What callers of each dialect say who want to hear 700 tokens at most.
pub fn bounded(text: &str, stream: bool) -> [(&'static str, String, Value); 4] {
    let mut all = said("m", text, stream);
    for (caller, _, body) in &mut all {
        match *caller {
            "gemini" => body["generationConfig"] = json!({ "maxOutputTokens": 700 }),
            "responses" => body["max_output_tokens"] = json!(700),
            _ => body["max_tokens"] = json!(700),
        }
    }
    all
}

#[test]
fn every_budget_that_applies_refuses_in_the_words_of_the_caller() {
    let vendor = Vendor::start().unwrap();
    let subjects =
        [of_application(), Subject::Team(team()), Subject::Api(api_id(1)), Subject::Provider(provider_id(1))];
    for subject in subjects {
        for unit in [Unit::Tokens, Unit::Nano] {
            let lab = with(&vendor, vec![budget(subject.clone(), unit, 10)]);
            for (caller, path, body) in bounded("one two three four five six seven", false) {
                let answer = post(&lab, &path, &body);
                let text = answer.text();
                assert_eq!(answer.status, 429, "{subject} {unit} {caller}: {text}");
                assert!(
                    text.contains("budget-exceeded") || caller == "anthropic" || caller == "gemini",
                    "{text}"
                );
                let whose = subject.scope().as_str();
                assert!(text.contains(whose), "{text}");
                let shows = text.contains("10 tokens") || text.contains("$0.00000001");
                let own = matches!(subject, Subject::Application(_) | Subject::Team(_));
                assert_eq!(shows, own, "figures are for who pays: {text}");
                assert_eq!(answer.header("x-should-retry"), Some("false"));
                let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
                assert!(wait > 2, "until the next month: {wait}");
            }
            assert_eq!(spending(&lab, subject.clone(), unit), Spending::default());
        }
    }
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn plans_limit_tokens_and_money_and_tell_what_is_left() {
    let vendor = Vendor::start().unwrap();
    let period = Period::Day;
    for (limits, name, kind, left) in [
        (
            Limits { tokens: Some(TokenBudget { tokens: 60, period }), ..Limits::default() },
            "tokens",
            "quota-exceeded",
            30,
        ),
        (
            Limits { cost: Some(CostBudget { nano: 600_000, period }), ..Limits::default() },
            "cost",
            "budget-exceeded",
            300_000,
        ),
    ] {
        let mut lab = start(priced(&vendor));
        lab.publish(|config| config.subscriptions[0].limits = limits);
        let first = chat(&lab, "hello", 20);
        assert_eq!(first.status, 200, "{}", first.text());
        let told = first.header("ratelimit").unwrap().to_owned();
        let rest: u64 = told.split_once(";r=").unwrap().1.split(';').next().unwrap().parse().unwrap();
        assert!(told.starts_with(&format!("\"{name}\"")) && rest >= left, "{told}");
        assert!(first.header("ratelimit-policy").unwrap().contains(name));
        let refused = chat(&lab, "hello", 100);
        assert_eq!(refused.status, 429);
        assert!(refused.text().contains(kind), "{}", refused.text());
        // what was not used of what was set aside is there again
        assert_eq!(chat(&lab, "hello", 20).status, 200);
    }
}

#[test]
fn who_sets_no_bound_is_bounded_by_what_is_left() {
    let vendor = Vendor::start().unwrap();
    let numbered = || (1..).zip(KINDS);
    let providers = numbered()
        .map(|(number, (kind, path))| provider(number, kind, format!("{}{path}", vendor.url()), &["good"]));
    let aliases = numbered().map(|(number, (kind, _))| alias(kind, vec![target(number, "sim-large", 0)]));
    let budgets = vec![budget(of_application(), Unit::Tokens, 100_000)];
    let lab = start(GatewayConfig { budgets, ..config(providers.collect(), aliases.collect()) });
    for (kind, _) in KINDS {
        let messages = json!([{ "role": "user", "content": "hello" }]);
        let body = json!({ "model": kind, "messages": messages });
        let answer = post(&lab, "/ai/v1/chat/completions", &body);
        assert_eq!(answer.status, 200, "{kind}: {}", answer.text());
        let seen = vendor.requests().pop().unwrap().json();
        let bound = match kind {
            "gemini" => &seen["generationConfig"]["maxOutputTokens"],
            "ollama" => &seen["options"]["num_predict"],
            "openai" => &seen["max_completion_tokens"],
            _ => &seen["max_tokens"],
        };
        assert_eq!(bound, &json!(4_096), "{kind}: {seen}");
        vendor.forget();
    }
}

#[test]
fn the_bound_is_what_the_smallest_budget_still_has() {
    let vendor = Vendor::start().unwrap();
    let budgets = vec![
        budget(of_application(), Unit::Tokens, 1_000_000),
        budget(Subject::Team(team()), Unit::Nano, 1_000_000),
        budget(Subject::Provider(provider_id(1)), Unit::Nano, 500_000),
    ];
    let lab = with(&vendor, budgets);
    let body = json!({ "model": "m", "messages": [{ "role": "user", "content": "#long 500" }] });
    let answer = post(&lab, "/ai/v1/chat/completions", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let bound = vendor.requests().pop().unwrap().json()["max_completion_tokens"].as_u64().unwrap();
    assert!(
        (35..=49).contains(&bound),
        "what a provider's half a thousandth of a dollar is good for: {bound}"
    );
    let spent = spending(&lab, Subject::Provider(provider_id(1)), Unit::Nano);
    assert!(spent.spent <= 500_000 && spent.spent > 300_000 && spent.reserved == 0, "{spent:?}");
}

#[test]
fn a_provider_without_money_is_followed_by_the_next() {
    let vendor = Vendor::start().unwrap();
    let base = || format!("{}/v1", vendor.url());
    let providers = vec![provider(1, "openai", base(), &["good"]), provider(2, "openai", base(), &["good"])];
    let both = vec![target(1, PRICED, 0), target(2, PRICED, 1)];
    let budgets = vec![budget(Subject::Provider(provider_id(1)), Unit::Nano, 1)];
    let lab = start(GatewayConfig { budgets, ..config(providers, vec![alias("m", both)]) });
    assert_eq!(chat(&lab, "hello", 20).status, 200);
    assert_eq!(spending(&lab, Subject::Provider(provider_id(1)), Unit::Nano), Spending::default());
    assert!(spending(&lab, Subject::Provider(provider_id(2)), Unit::Nano).spent > 0);
}

#[test]
fn a_budget_counts_what_was_before_it() {
    let vendor = Vendor::start().unwrap();
    let mut lab = start(priced(&vendor));
    assert_eq!(chat(&lab, "hello", 20).status, 200);
    let spent = spending(&lab, of_application(), Unit::Tokens).spent;
    assert!(spent > 0);
    lab.publish(|config| config.budgets.push(budget(of_application(), Unit::Tokens, spent)));
    assert_eq!(chat(&lab, "hello", 1).status, 429);
    lab.publish(|config| config.budgets = vec![budget(of_application(), Unit::Tokens, 10_000)]);
    assert_eq!(chat(&lab, "hello", 20).status, 200);
}

#[test]
fn what_earlier_processes_used_counts() {
    let vendor = Vendor::start().unwrap();
    let amount = Amount { tokens: 995, nano: 0 };
    for subject in
        [of_application(), Subject::Team(team()), Subject::Api(api_id(1)), Subject::Provider(provider_id(1))]
    {
        let lab = with(&vendor, vec![budget(subject.clone(), Unit::Tokens, 1_000)]);
        let at = DateTime::from_timestamp_millis(i64::try_from(gateway::Clock::system().unix_ms()).unwrap());
        lab.snapshots.remember_used(vec![Used {
            application: application(1).to_string(),
            // told by the subscription
            team: None,
            api: api_id(1).to_string(),
            provider: provider_id(1).to_string(),
            at: at.unwrap(),
            day: amount,
            month: amount,
        }]);
        assert_eq!(spending(&lab, subject.clone(), Unit::Tokens).spent, 995, "{subject}");
        assert_eq!(chat(&lab, "hello", 20).status, 429, "{subject}");
    }
}

#[test]
fn a_price_that_nobody_knows_is_flagged_or_refused() {
    let vendor = Vendor::start().unwrap();
    let openai = provider(1, "openai", format!("{}/v1", vendor.url()), &["good"]);
    let unpriced = config(vec![openai], vec![alias("m", vec![target(1, "of-no-price", 0)])]);
    let budgets = vec![budget(of_application(), Unit::Nano, 1_000)];
    let mut lab = start(GatewayConfig { budgets, ..unpriced });
    assert_eq!(chat(&lab, "hello", 20).status, 200);
    assert_eq!(lab.record_of("ok").ai.unwrap().cost_nano, None);
    assert_eq!(spending(&lab, of_application(), Unit::Nano), Spending::default());
    lab.publish(|config| config.unknown_price = UnknownPrice::Refuse);
    let refused = chat(&lab, "hello", 20);
    assert_eq!(refused.status, 403);
    assert!(
        refused.text().contains("price-unknown") && refused.text().contains("of-no-price"),
        "{}",
        refused.text()
    );
}

#[test]
fn a_plan_may_include_some_models_only() {
    let vendor = Vendor::start().unwrap();
    let openai = provider(1, "openai", format!("{}/v1", vendor.url()), &["good"]);
    let names = ["gpt-large", "gpt-small", "other"];
    let aliases = names.map(|name| alias(name, vec![target(1, PRICED, 0)]));
    let mut lab = start(config(vec![openai], aliases.to_vec()));
    lab.publish(|config| config.subscriptions[0].limits.models = vec!["gpt-*".to_owned()]);
    for (caller, path, body) in said("other", "hello", false) {
        let refused = post(&lab, &path, &body);
        assert_eq!(refused.status, 403, "{caller}");
        assert!(refused.text().contains("does not include the model"), "{caller}: {}", refused.text());
    }
    for (caller, path, body) in said("gpt-small", "hello", false) {
        assert_eq!(post(&lab, &path, &body).status, 200, "{caller}");
    }
    let listed = lab.call("GET /ai/v1/models", "").json();
    let names: Vec<&str> =
        listed["data"].as_array().unwrap().iter().filter_map(|model| model["id"].as_str()).collect();
    assert_eq!(names, ["gpt-large", "gpt-small"]);
    // another plan of the same limits but for its models is another allowance
    lab.publish(|config| config.subscriptions[0].limits.models = vec!["other".to_owned()]);
    let (_, path, body) = &said("other", "hello", false)[0];
    assert_eq!(post(&lab, path, body).status, 200);
    assert_eq!(lab.call("GET /ai/v1/models", "").json()["data"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_cost_on_record_can_be_reckoned_again() {
    let vendor = Vendor::start().unwrap();
    let lab = start(priced(&vendor));
    assert_eq!(chat(&lab, "a b c #cache 2", 20).status, 200);
    let ai = lab.record_of("ok").ai.unwrap();
    assert!(ai.price.ends_with("USD per million: input 2.5, cache_read 1.25, output 10"), "{}", ai.price);
    let reckoned = (ai.input_tokens - ai.cache_read_tokens) * 2_500
        + ai.cache_read_tokens * 1_250
        + ai.output_tokens * 10_000;
    assert_eq!(ai.cost_nano, Some(reckoned));
}

#[test]
fn several_answers_are_set_aside_as_often() {
    let vendor = Vendor::start().unwrap();
    let lab = with(&vendor, vec![budget(of_application(), Unit::Tokens, 100)]);
    let messages = json!([{ "role": "user", "content": "hello" }]);
    let ask = |n: u64| -> Value { json!({ "model": "m", "messages": messages, "max_tokens": 30, "n": n }) };
    assert_eq!(post(&lab, "/ai/v1/chat/completions", &ask(4)).status, 429);
    let heads = lab::request("GET /ai/v1/models", "");
    assert_eq!(lab.ask(heads).status, 200, "a list costs nothing");
}
