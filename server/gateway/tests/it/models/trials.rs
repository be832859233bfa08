//! Trials of prompts: real calls that nobody's application makes.

use super::budgets::{PRICED, budget, spending};
use super::prompts::prompt;
use super::{config, provider, provider_id, start, target};
use crate::lab::{Lab, api_id};
use crate::scopes::quota;
use domain::budgets::{Spending, Subject, Unit};
use domain::gateway_config::{GatewayBudget, GatewayVersion};
use domain::ids::TeamId;
use domain::policies::cache::Cache;
use domain::policies::guard::{Guard, Rule};
use domain::policies::limits::By;
use domain::prompts::trial::{PromptCall, Trial, TrialProblem};
use domain::prompts::{self, Prompt};
use faultlab::vendor::Vendor;
use futures_util::future::join_all;
use gateway::Untried;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Of the api, and of nobody who calls it.
fn owner() -> TeamId {
    TeamId::from_parts(1, 9)
}

/// A gateway that serves no api, and a version that is tried there. Behind provider 1 is a vendor, behind provider 2
/// nobody.
struct Bench {
    lab: Lab,
    version: GatewayVersion,
}

fn bench(vendor: &Vendor, prompt: Prompt, budgets: Vec<GatewayBudget>) -> Bench {
    let there = provider(1, "openai", format!("{}/v1", vendor.url()), &["good"]);
    let away = provider(2, "openai", "http://127.0.0.1:1/v1".to_owned(), &["good"]);
    let mut config = config(vec![there, away], prompt.offers().aliases);
    config.budgets = budgets;
    let mut version = config.apis.remove(0).versions.remove(0);
    config.subscriptions.clear();
    version.config.routes = prompts::routes();
    version.config.prompt = Some(prompt);
    Bench { lab: start(config), version }
}

/// The usual prompt, put to these models.
fn to(targets: &[(u8, &str)]) -> Prompt {
    let targets: Vec<_> =
        targets.iter().zip(0..).map(|((at, model), priority)| target(*at, model, priority)).collect();
    prompt(|it| it["model"] = json!({ "targets": targets }))
}

fn priced(vendor: &Vendor, budgets: Vec<GatewayBudget>) -> Bench {
    bench(vendor, to(&[(1, PRICED)]), budgets)
}

fn run<T>(tried: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(tried)
}

impl Bench {
    fn call(&self, variables: Value) -> PromptCall {
        let Value::Object(variables) = variables else { panic!("{variables}") };
        let (api, slug, version) = (api_id(1), "ai".parse().unwrap(), self.version.clone());
        PromptCall { api, slug, team: owner(), version, variables }
    }

    fn say(&self, text: &str) -> Result<Trial, Untried> {
        run(self.lab.gateway.try_prompt(self.call(json!({ "text": text }))))
    }

    fn refused(&self, text: &str) -> (Trial, TrialProblem) {
        let trial = self.say(text).unwrap();
        assert_eq!((&trial.output, &trial.finish), (&None, &None), "{trial:?}");
        let problem = trial.problem.clone().unwrap();
        (trial, problem)
    }

    fn spent(&self, subject: Subject) -> Spending {
        spending(&self.lab, subject, Unit::Tokens)
    }
}

#[test]
fn a_trial_is_a_call_of_the_api_without_an_application() {
    let vendor = Vendor::start().unwrap();
    let bench = priced(&vendor, Vec::new());
    let trial = bench.say("hello there").unwrap();
    assert_eq!((trial.output, trial.problem), (Some(json!("You said: hello there")), None));
    assert_eq!((trial.finish.as_deref(), trial.refusal), (Some("stop"), None));
    let ai = trial.ai.unwrap();
    assert_eq!((ai.provider.as_str(), ai.model.as_str()), (provider_id(1).as_str(), PRICED));
    assert!(ai.input_tokens > 0 && ai.output_tokens > 0, "{ai:?}");
    assert_eq!(ai.cost_nano, Some(ai.input_tokens * 2_500 + ai.output_tokens * 10_000));
    assert!(ai.price.starts_with("20"), "{}", ai.price);
    assert_eq!(ai.tried.iter().map(|tried| tried.status).collect::<Vec<_>>(), [Some(200)]);

    let call = bench.lab.record_of("ok");
    assert_eq!((&call.id, call.api, call.version.as_deref()), (&trial.call, Some(api_id(1)), Some("v1")));
    assert_eq!((call.application, call.credential, call.subscription, call.plan), (None, None, None, None));
    assert_eq!((call.path.as_str(), call.route.as_deref()), ("/ai/v1", Some("POST /")));
    assert_eq!((call.user_agent.as_str(), call.ai.as_ref()), ("gatehouse trial", Some(&ai)));
    assert_eq!(call.duration_us / 1_000, i64::try_from(trial.ms).unwrap());
    let spent = Spending { spent: u64::try_from(ai.tokens()).unwrap(), reserved: 0 };
    for subject in [Subject::Api(api_id(1)), Subject::Team(owner()), Subject::Provider(provider_id(1))] {
        assert_eq!(bench.spent(subject.clone()), spent, "{subject}");
    }
    // what is tried is nowhere served
    assert_eq!(bench.lab.call("POST /ai/v1", "Content-Length: 0\r\n").status, 404);
}

#[test]
fn budgets_refuse_what_is_tried_as_well() {
    let vendor = Vendor::start().unwrap();
    for subject in [Subject::Api(api_id(1)), Subject::Team(owner()), Subject::Provider(provider_id(1))] {
        let bench = priced(&vendor, vec![budget(subject.clone(), Unit::Tokens, 3)]);
        let (trial, problem) = bench.refused("one two three four five six seven");
        assert_eq!((problem.status, problem.name.as_str()), (429, "budget-exceeded"), "{subject}");
        assert!(problem.detail.contains(subject.scope().as_str()), "{}", problem.detail);
        assert_eq!(bench.lab.record_of("budget-exceeded").id, trial.call);
        assert_eq!(bench.spent(subject), Spending::default());
    }
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn what_a_vendor_does_wrong_is_told_with_its_attempts() {
    let vendor = Vendor::start().unwrap();
    let (trial, problem) = bench(&vendor, to(&[(2, PRICED)]), Vec::new()).refused("hello");
    assert_eq!((problem.status, problem.name.as_str()), (502, "upstream-unreachable"), "{problem:?}");
    let ai = trial.ai.unwrap();
    assert_eq!((ai.cost_nano, ai.tried.len(), ai.tried[0].status), (Some(0), 1, None));
    assert_eq!(ai.tried[0].failure, "connection_refused");

    let (trial, problem) = priced(&vendor, Vec::new()).refused("#error 500");
    assert_eq!((problem.status, problem.name.as_str()), (502, "upstream-broken"), "{problem:?}");
    assert_eq!(trial.ai.unwrap().tried[0].status, Some(500));

    let trial = bench(&vendor, to(&[(2, "sim-large"), (1, "sim-small")]), Vec::new()).say("hello").unwrap();
    let ai = trial.ai.unwrap();
    let tried: Vec<_> = ai.tried.iter().map(|tried| (tried.model.as_str(), tried.status)).collect();
    assert_eq!((trial.problem, tried), (None, vec![("sim-large", None), ("sim-small", Some(200))]));
    assert_eq!((ai.model.as_str(), ai.cost_nano), ("sim-small", None), "nobody knows what it costs");

    let trial = priced(&vendor, Vec::new()).say("#refuse").unwrap();
    assert!(trial.refusal.is_some() && trial.problem.is_none(), "{trial:?}");
}

#[test]
fn values_that_do_not_fit_and_prompts_that_cannot_be_filled_are_problems() {
    let vendor = Vendor::start().unwrap();
    let bench = priced(&vendor, Vec::new());
    let trial = run(bench.lab.gateway.try_prompt(bench.call(json!({ "tone": "rude" })))).unwrap();
    let problem = trial.problem.unwrap();
    assert_eq!((problem.status, problem.name.as_str()), (422, "invalid-input"));
    assert!(problem.detail.contains("variables.text: is required"), "{}", problem.detail);
    assert_eq!((trial.ai, bench.lab.record_of("invalid-input").id), (None, trial.call));

    let mut unfit = bench.call(json!({ "text": "a" }));
    unfit.version.config.prompt.as_mut().unwrap().messages[0].template = "{{ text".to_owned();
    let untried = run(bench.lab.gateway.try_prompt(unfit)).unwrap_err();
    assert!(matches!(&untried, Untried::Unfit(why) if why.contains("messages[0].template")), "{untried}");
    assert_eq!((vendor.calls(), bench.lab.records().len()), (0, 0), "a call that was none is on no record");
}

#[test]
fn trials_draw_on_the_limits_of_the_version() {
    let vendor = Vendor::start().unwrap();
    for by in [By::Api, By::Route, By::Application, By::Address] {
        let mut bench = priced(&vendor, Vec::new());
        bench.version.config.policies.limits = vec![quota("few", by, 1)];
        assert_eq!(bench.say("hello").unwrap().problem, None, "{by}");
        let (_, problem) = bench.refused("hello");
        assert_eq!((problem.status, problem.name.as_str()), (429, "quota-exceeded"), "{by}");
    }
}

#[test]
fn policies_hold_for_trials() {
    let vendor = Vendor::start().unwrap();
    let mut bench = priced(&vendor, Vec::new());
    let rule = Rule { name: "no-bananas".to_owned(), pattern: "banana".to_owned() };
    let policies = &mut bench.version.config.policies;
    policies.guard = Some(Guard { deny: vec![rule], ..Guard::default() });
    policies.cache = Some(Cache { shared: true, ..Cache::default() });
    let (_, problem) = bench.refused("a banana");
    assert_eq!((problem.status, problem.name.as_str()), (400, "guard-refused"));
    let first = bench.say("hello").unwrap();
    let again = bench.say("hello").unwrap();
    assert_eq!((&again.output, vendor.calls()), (&first.output, 1));
    assert_eq!(again.ai.unwrap().price, "from the cache");
    // kept for each application, of which there is none
    bench.version.config.policies.cache = Some(Cache::default());
    bench.say("hello").unwrap();
    assert_eq!((bench.say("hello").unwrap().problem, vendor.calls()), (None, 3));
}

#[test]
fn a_trial_that_nobody_waits_for_is_given_up() {
    let vendor = Vendor::start().unwrap();
    let bench = priced(&vendor, Vec::new());
    let tried = bench.lab.gateway.try_prompt(bench.call(json!({ "text": "#slow 20000 hello" })));
    run(async {
        assert!(tokio::time::timeout(Duration::from_millis(500), tried).await.is_err());
    });
    let call = bench.lab.record_of("client-gone");
    assert_eq!((call.status, call.ai.unwrap().tried[0].failure.as_str()), (499, "client_gone"));
    assert_eq!(bench.spent(Subject::Api(api_id(1))), Spending::default());
}

#[test]
fn a_gateway_that_stops_ends_trials_and_takes_no_more() {
    let vendor = Vendor::start().unwrap();
    for (text, patience, whole) in [("#slow 500 hello", 10, true), ("#slow 20000 hello", 0, false)] {
        let bench = priced(&vendor, Vec::new());
        vendor.forget();
        std::thread::scope(|scope| {
            let tried = scope.spawn(|| bench.say(text));
            crate::lab::eventually("the vendor was asked", || !vendor.requests().is_empty());
            let began = Instant::now();
            bench.lab.gateway.drain(Duration::from_secs(patience));
            let tried = tried.join().unwrap();
            assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
            assert_eq!(tried.is_ok_and(|trial| trial.output.is_some()), whole, "{text}");
        });
        assert_eq!(bench.say("hello"), Err(Untried::Unanswered));
    }
}

#[test]
fn no_more_than_so_many_trials_wait() {
    let vendor = Vendor::start().unwrap();
    let bench = priced(&vendor, Vec::new());
    let tried = (0..48).map(|_| bench.lab.gateway.try_prompt(bench.call(json!({ "text": "#slow 1000 hi" }))));
    let tried = run(join_all(tried));
    let (answered, busy): (Vec<_>, Vec<_>) = tried.into_iter().partition(Result::is_ok);
    assert!(answered.len() >= 16 && !busy.is_empty(), "{} and {}", answered.len(), busy.len());
    assert!(answered.iter().all(|trial| trial.as_ref().unwrap().problem.is_none()));
    assert!(busy.iter().all(|untried| *untried == Err(Untried::Busy)), "{busy:?}");
}
