//! Limits of a version for all its callers: by api, route, application and address; exact, told truly, and taken
//! from together or not at all.

use crate::lab::{self, Lab};
use domain::plans::{Limits, Period, Quota, Rate};
use domain::policies::limits::{By, ScopedLimit};
use domain::routes::{Method, Route};
use domain::subscriptions::SubscriptionState;
use faultlab::echo::Echo;
use faultlab::raw::RawClient;
use gateway::{Clock, Options};
use std::collections::HashMap;

/// 2026-02-28 23:00:00 UTC
pub const EVENING: u64 = 1_772_319_600_000;

pub fn rate(name: &str, by: By, requests: u32, seconds: u32) -> ScopedLimit {
    let rate = Some(Rate { requests, seconds });
    ScopedLimit { name: name.to_owned(), by, rate, quota: None, routes: Vec::new() }
}

pub fn quota(name: &str, by: By, requests: u64) -> ScopedLimit {
    let quota = Some(Quota { requests, period: Period::Day });
    ScopedLimit { name: name.to_owned(), by, rate: None, quota, routes: Vec::new() }
}

/// Applications 1 and 2 may call; the routes are `GET /json` and `ANY /*`; what `X-Forwarded-For` says is believed.
pub fn lab(limits: Vec<ScopedLimit>, plan: Limits, echo: &Echo, clock: &Clock) -> Lab {
    let mut config = lab::config(&echo.url());
    let version = &mut config.apis[0].versions[0].config;
    let json = Route { methods: vec![Method::Get], path: "/json".parse().unwrap(), summary: String::new() };
    version.routes = vec![json, Route::everything()];
    version.policies.limits = limits;
    config.credentials.push(lab::credential(2));
    config.subscriptions.push(lab::subscription(2, 1, SubscriptionState::Active));
    config.subscriptions[0].limits = plan;
    let options = Options {
        clock: clock.clone(),
        max_connections_per_address: 1_000,
        trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()],
        ..lab::options()
    };
    Lab::with(config, options)
}

pub fn request(path: &str, application: u8, address: &str) -> String {
    let key = lab::api_key(application);
    format!(
        "GET {path} HTTP/1.1\r\nHost: gateway.test\r\nX-API-Key: {key}\r\nX-Forwarded-For: {address}\r\n\r\n"
    )
}

/// 500 callers of both applications, both routes and two addresses make five calls each. How many were let through,
/// by what they have in common in that scope.
fn admitted(limit: ScopedLimit, key: fn(usize) -> usize) -> HashMap<usize, usize> {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let lab = lab(vec![limit], Limits::default(), &echo, &clock);
    let addr = lab.addr();
    let caller = move |number: usize| {
        let application = if number & 1 == 0 { 1 } else { 2 };
        let path = if number & 2 == 0 { "/echo/json" } else { "/echo/other" };
        let address = if number & 4 == 0 { "192.0.2.1" } else { "2001:db8::1" };
        let mut client = RawClient::connect(addr).unwrap();
        let mut statuses = Vec::new();
        for _ in 0..5 {
            client.send(request(path, application, address)).unwrap();
            statuses.push(client.answer(false).unwrap().status);
        }
        assert!(statuses.iter().all(|status| [200, 429].contains(status)), "{statuses:?}");
        (key(number), statuses.into_iter().filter(|status| *status == 200).count())
    };
    let callers: Vec<_> = (0..500).map(|number| std::thread::spawn(move || caller(number))).collect();
    let mut admitted = HashMap::new();
    for caller in callers {
        let (key, count) = caller.join().unwrap();
        *admitted.entry(key).or_default() += count;
    }
    assert_eq!(echo.calls(), admitted.values().sum::<usize>() as u64);
    admitted
}

#[test]
fn many_callers_get_exactly_what_each_scope_allows() {
    for (by, key) in [
        (By::Api, (|_| 0) as fn(usize) -> usize),
        (By::Application, |number| number & 1),
        (By::Route, |number| number & 2),
        (By::Address, |number| number & 4),
    ] {
        for limit in [quota("edge", by, 300), rate("edge", by, 300, 60)] {
            let admitted = admitted(limit, key);
            assert_eq!(admitted.len(), if by == By::Api { 1 } else { 2 });
            assert!(admitted.values().all(|count| *count == 300), "{by}: {admitted:?}");
        }
    }
}

#[test]
fn headers_tell_every_limit_and_the_refusal_says_which() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let json = ScopedLimit { routes: vec!["GET /json".to_owned()], ..rate("json", By::Route, 2, 10) };
    let both =
        ScopedLimit { rate: Some(Rate { requests: 3, seconds: 6 }), ..quota("each", By::Address, 100) };
    let plan = Limits { quota: Some(Quota { requests: 9, period: Period::Day }), ..Limits::default() };
    let lab = lab(vec![json, both], plan, &echo, &clock);
    let seen = |path: &str| {
        let answer = lab.ask(request(path, 1, "192.0.2.1"));
        let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
        (answer.status, header("ratelimit"), header("ratelimit-policy"), header("retry-after"), answer)
    };
    let plan_and_address = "\"quota\";q=9;w=86400, \"each-rate\";q=3;w=6, \"each-quota\";q=100;w=86400";
    let all =
        "\"quota\";q=9;w=86400, \"json-rate\";q=2;w=10, \"each-rate\";q=3;w=6, \"each-quota\";q=100;w=86400";
    let (status, left, policy, ..) = seen("/echo/other");
    assert_eq!((status, policy.as_str()), (200, plan_and_address));
    assert_eq!(left, "\"quota\";r=8;t=3600, \"each-rate\";r=2;t=2, \"each-quota\";r=99;t=3600");
    let (status, left, policy, ..) = seen("/echo/json");
    assert_eq!((status, policy.as_str()), (200, all));
    assert_eq!(
        left,
        "\"quota\";r=7;t=3600, \"json-rate\";r=1;t=5, \"each-rate\";r=1;t=4, \"each-quota\";r=98;t=3600"
    );
    assert_eq!(seen("/echo/json").0, 200);
    let (status, left, policy, retry, answer) = seen("/echo/json");
    assert_eq!((status, policy.as_str(), retry.as_str()), (429, all, "5"));
    assert_eq!(
        left,
        "\"quota\";r=6;t=3600, \"json-rate\";r=0;t=5, \"each-rate\";r=0;t=6, \"each-quota\";r=97;t=3600",
        "those before and after it are told, and were not charged"
    );
    let problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(problem["type"], "http://portal.test/problems/rate-limited");
    let detail =
        "the limit json of the api allows all callers of a route together 2 calls in 10 s; try again in 5 s";
    assert_eq!(problem["detail"], detail);
    let (status, left, _, retry, _) = seen("/echo/other");
    assert_eq!((status, retry.as_str()), (429, "2"));
    assert_eq!(left, "\"quota\";r=6;t=3600, \"each-rate\";r=0;t=2, \"each-quota\";r=97;t=3600");
}

#[test]
fn a_later_refusal_gives_back_what_the_earlier_limits_gave() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let limits = vec![
        rate("one", By::Api, 10, 100),
        quota("two", By::Application, 10),
        rate("three", By::Address, 10, 100),
        quota("last", By::Route, 1),
    ];
    let plan = Limits {
        rate: Some(Rate { requests: 10, seconds: 100 }),
        quota: Some(Quota { requests: 10, period: Period::Day }),
        ..Limits::default()
    };
    let lab = lab(limits, plan, &echo, &clock);
    assert_eq!(lab.ask(request("/echo/json", 1, "192.0.2.1")).status, 200);
    for _ in 0..20 {
        let answer = lab.ask(request("/echo/json", 1, "192.0.2.1"));
        assert_eq!(
            (answer.status, answer.header("ratelimit").unwrap()),
            (
                429,
                "\"rate\";r=9;t=10, \"quota\";r=9;t=3600, \"one-rate\";r=9;t=10, \"two-quota\";r=9;t=3600, \
                 \"three-rate\";r=9;t=10, \"last-quota\";r=0;t=3600"
            )
        );
    }
    let other = lab.ask(request("/echo/other", 1, "192.0.2.1"));
    assert_eq!((other.status, echo.calls()), (200, 2));
}

#[test]
fn a_call_that_no_upstream_has_seen_is_given_back_to_every_scope() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let limits =
        [By::Api, By::Route, By::Address, By::Application].map(|by| quota(by.as_str(), by, 1)).to_vec();
    let mut lab = lab(limits, Limits::default(), &echo, &clock);
    let there = lab.config.apis[0].versions[0].config.upstream.clone();
    lab.publish(|config| {
        config.apis[0].versions[0].config.upstream.nodes[0].url = "http://127.0.0.1:1".parse().unwrap();
    });
    for _ in 0..3 {
        let answer = lab.call("GET /echo/json", "");
        let left = answer.header("ratelimit").unwrap();
        assert_eq!((answer.status, left.matches("r=1").count()), (502, 4), "{left}");
    }
    lab.publish(|config| config.apis[0].versions[0].config.upstream = there);
    assert_eq!(lab.call("GET /echo/json", "").status, 200);
    assert_eq!(lab.call("GET /echo/json", "").status, 429);
}

#[test]
fn what_was_used_outlives_a_publication_and_is_one_for_all_versions() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let limits = vec![quota("all", By::Api, 4), rate("each", By::Address, 3, 600)];
    let mut lab = lab(limits, Limits::default(), &echo, &clock);
    assert_eq!(lab.ask(request("/echo/json", 1, "192.0.2.1")).status, 200);
    lab.publish(|config| {
        let mut second = config.apis[0].versions[0].clone();
        second.name = "v2".parse().unwrap();
        config.apis[0].versions.push(second);
        config.apis[0].versions[0].config.policies.limits[0].quota =
            Some(Quota { requests: 3, period: Period::Day });
    });
    assert_eq!(lab.ask(request("/echo/v1/json", 1, "192.0.2.1")).status, 200);
    let second = lab.ask(request("/echo/v2/json", 1, "192.0.2.1"));
    assert_eq!(second.header("ratelimit"), Some("\"all-quota\";r=1;t=3600, \"each-rate\";r=0;t=600"));
    assert_eq!(lab.ask(request("/echo/v2/json", 1, "192.0.2.1")).status, 429);
    assert_eq!(lab.ask(request("/echo/v1/json", 2, "192.0.2.2")).status, 429, "three are all for v1");
    assert_eq!(lab.ask(request("/echo/v2/json", 2, "192.0.2.2")).status, 200, "and four for v2");
}
