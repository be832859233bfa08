//! Rate and quota at the edge: exact under many callers, told truly, and never charged for a refusal.

use crate::faults::black_hole;
use crate::lab::{self, Lab};
use domain::plans::{Limits, Period, Quota, Rate};
use faultlab::echo::Echo;
use faultlab::raw::RawClient;
use gateway::Clock;

/// 2026-02-28 23:00:00 UTC
const EVENING: u64 = 1_772_319_600_000;

fn lab(limits: Limits, echo: &Echo, clock: &Clock) -> Lab {
    let mut config = lab::config(&echo.url());
    config.subscriptions[0].limits = limits;
    let mut options = lab::options();
    options.clock = clock.clone();
    Lab::with(config, options)
}

fn quota(requests: u64, period: Period) -> Limits {
    Limits { quota: Some(Quota { requests, period }), ..Limits::default() }
}

#[test]
fn headers_tell_what_is_left_and_when_it_is_back() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let limits = Limits { rate: Some(Rate { requests: 2, seconds: 10 }), ..quota(4, Period::Day) };
    let lab = lab(limits, &echo, &clock);
    let seen = |advance_ms: u64| {
        clock.advance_ms(advance_ms);
        let answer = lab.call("GET /echo/json", "");
        assert_eq!(answer.header("ratelimit-policy"), Some("\"rate\";q=2;w=10, \"quota\";q=4;w=86400"));
        let retry = answer.header("retry-after").map(str::to_owned);
        (answer.status, answer.header("ratelimit").unwrap().to_owned(), retry)
    };
    assert_eq!(seen(0), (200, "\"rate\";r=1;t=5, \"quota\";r=3;t=3600".into(), None));
    assert_eq!(seen(0), (200, "\"rate\";r=0;t=10, \"quota\";r=2;t=3600".into(), None));
    assert_eq!(seen(0), (429, "\"rate\";r=0;t=5, \"quota\";r=2;t=3600".into(), Some("5".into())));
    assert_eq!(seen(5_000), (200, "\"rate\";r=0;t=10, \"quota\";r=1;t=3595".into(), None));
    assert_eq!(seen(10_000), (200, "\"rate\";r=1;t=5, \"quota\";r=0;t=3585".into(), None));
    assert_eq!(
        seen(0),
        (429, "\"rate\";r=1;t=5, \"quota\";r=0;t=3585".into(), Some("3585".into())),
        "the rate was not charged"
    );
    assert_eq!(seen(3_585_000), (200, "\"rate\";r=1;t=5, \"quota\";r=3;t=86400".into(), None), "a new day");
}

#[test]
fn a_call_without_limits_says_nothing_of_them() {
    let echo = Echo::start().unwrap();
    let answer = Lab::start(&echo.url()).call("GET /echo/json", "");
    assert_eq!((answer.header("ratelimit"), answer.header("ratelimit-policy")), (None, None));
}

#[test]
fn many_callers_get_exactly_the_quota() {
    const QUOTA: u64 = 1_000;
    const CALLERS: u64 = 500;
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let mut config = lab::config(&echo.url());
    config.subscriptions[0].limits = quota(QUOTA, Period::Month);
    let options = gateway::Options { clock, max_connections_per_address: 1_000, ..lab::options() };
    let lab = Lab::with(config, options);
    let addr = lab.addr();
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            std::thread::spawn(move || {
                let mut client = RawClient::connect(addr).unwrap();
                let mut statuses = Vec::new();
                for _ in 0..5 {
                    client.send(lab::request("GET /echo/v1/json", "")).unwrap();
                    statuses.push(client.answer(false).unwrap().status);
                }
                statuses
            })
        })
        .collect();
    let statuses: Vec<u16> = callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect();
    let count = |status: u16| statuses.iter().filter(|got| **got == status).count() as u64;
    assert_eq!((count(200), count(429)), (QUOTA, CALLERS * 5 - QUOTA));
    assert_eq!(echo.calls(), QUOTA);
}

#[test]
fn what_was_used_is_remembered_when_the_plan_changes() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let mut lab = lab(quota(4, Period::Day), &echo, &clock);
    assert_eq!(lab.call("GET /echo", "").status, 200);
    assert_eq!(lab.call("GET /echo", "").status, 200);
    lab.publish(|config| config.subscriptions[0].limits = Limits::default());
    assert_eq!(lab.call("GET /echo", "").header("ratelimit"), None);
    lab.publish(|config| config.subscriptions[0].limits = quota(4, Period::Day));
    assert_eq!(lab.call("GET /echo", "").header("ratelimit"), Some("\"quota\";r=0;t=3600"));
    assert_eq!(lab.call("GET /echo", "").status, 429);
    lab.publish(|config| config.subscriptions[0].limits = quota(5, Period::Month));
    let statuses: Vec<u16> = (0..2).map(|_| lab.call("GET /echo", "").status).collect();
    assert_eq!(statuses, [200, 429], "what was used of the day is used of the month");
}

#[test]
fn refusals_of_other_stages_cost_nothing() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let lab = lab(quota(2, Period::Day), &echo, &clock);
    assert_eq!(lab.call("GET /unknown", "").status, 404);
    assert_eq!(lab.call("POST /echo", "Content-Length: 99999999\r\n").status, 413);
    assert_eq!(lab.call("GET /echo", "").header("ratelimit"), Some("\"quota\";r=1;t=3600"));
}

#[test]
fn a_call_that_no_upstream_has_seen_costs_nothing() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let limits = Limits { rate: Some(Rate { requests: 2, seconds: 10 }), ..quota(2, Period::Day) };
    let mut lab = lab(limits, &echo, &clock);
    let there = lab.config.apis[0].versions[0].config.upstream.clone();
    lab.publish(|config| {
        config.apis[0].versions[0].config.upstream.nodes[0].url = "http://127.0.0.1:1".parse().unwrap();
    });
    for _ in 0..3 {
        let answer = lab.call("GET /echo", "");
        let left = "\"rate\";r=2;t=0, \"quota\";r=2;t=3600";
        assert_eq!((answer.status, answer.header("ratelimit")), (502, Some(left)));
    }
    lab.publish(|config| config.apis[0].versions[0].config.upstream = there);
    let statuses: Vec<u16> = (0..3).map(|_| lab.call("GET /echo/json", "").status).collect();
    assert_eq!(statuses, [200, 200, 429]);
}

#[test]
fn a_caller_who_leaves_before_an_upstream_is_reached_is_charged_nothing() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let (_listener, _queued, addr) = black_hole();
    let mut lab = lab(quota(1, Period::Day), &echo, &clock);
    let there = lab.config.apis[0].versions[0].config.upstream.clone();
    lab.publish(|config| {
        config.apis[0].versions[0].config.upstream.nodes[0].url = format!("http://{addr}").parse().unwrap();
    });
    let mut client = lab.client();
    client.send(lab::request("GET /echo", "")).unwrap();
    lab::eventually("the call waits for its upstream", || lab.figures().in_flight == 1);
    drop(client);
    assert_eq!(lab.record_of("client-gone").attempts, 0);
    lab.publish(|config| config.apis[0].versions[0].config.upstream = there);
    let statuses: Vec<u16> = (0..2).map(|_| lab.call("GET /echo/json", "").status).collect();
    assert_eq!(statuses, [200, 429]);
}

#[test]
fn cancelling_and_asking_again_is_no_way_to_a_fresh_quota() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let mut lab = lab(quota(1, Period::Day), &echo, &clock);
    assert_eq!(lab.call("GET /echo/json", "").status, 200);
    let mut held = lab.config.subscriptions[0].clone();
    lab.publish(|config| config.subscriptions.clear());
    assert_eq!(lab.call("GET /echo/json", "").status, 403);
    held.id = domain::ids::SubscriptionId::from_parts(9, 9);
    lab.publish(|config| config.subscriptions.push(held));
    assert_eq!(lab.call("GET /echo/json", "").status, 429);
}
