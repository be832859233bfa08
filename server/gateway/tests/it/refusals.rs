//! The refusal table: every kind of refusal that some stage makes, provoked through the front door.

use crate::lab::{self, Lab, api, api_key, credential, subscription, version};
use chrono::{DateTime, TimeDelta};
use domain::gateway_config::{GatewayConfig, GatewayVersion};
use domain::lifecycle::VersionState;
use domain::plans::{Limits, Period, Quota, Rate};
use domain::policies::Policies;
use domain::policies::cors::Cors;
use domain::subscriptions::SubscriptionState;
use domain::upstream::Breaker;
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;
use gateway::{Clock, RejectKind};
use std::collections::HashSet;
use std::time::Duration;

/// Kinds that belong to stages which are not there yet.
const NOT_YET: [RejectKind; 4] = [
    RejectKind::MalformedInput,
    RejectKind::InvalidInput,
    RejectKind::AddressRefused,
    RejectKind::SubscriptionNotStarted,
];
/// Kinds that need a gateway in a state of its own, and the test that has it.
const ELSEWHERE: [RejectKind; 11] = [
    // models.rs
    RejectKind::ModelNotFound,
    // models/policies.rs
    RejectKind::GuardRefused,
    RejectKind::MaskRefused,
    // models/operations.rs
    RejectKind::NotOffered,
    // models/budgets.rs
    RejectKind::BudgetExceeded,
    RejectKind::ModelRefused,
    RejectKind::PriceUnknown,
    // timers.rs
    RejectKind::RequestTimeout,
    // faults.rs
    RejectKind::UpstreamConnectTimeout,
    RejectKind::CallTimeout,
    // journaling.rs
    RejectKind::Overloaded,
];

/// By the clock that the gateway under test runs on.
fn now() -> domain::Time {
    let ms = i64::try_from(Clock::system().unix_ms()).unwrap();
    DateTime::from_timestamp_millis(ms).unwrap()
}

fn in_state(state: VersionState, change: impl FnOnce(&mut GatewayVersion)) -> GatewayVersion {
    let mut version = version("v1", "http://127.0.0.1:1");
    version.state = state;
    change(&mut version);
    version
}

fn with_cors(upstream: &str) -> GatewayVersion {
    let mut version = version("v1", upstream);
    let cors = Cors { origins: vec!["https://app.test".into()], ..Cors::default() };
    version.config.policies = Policies { cors: Some(cors), ..Policies::default() };
    version
}

fn with_routes(upstream: &str) -> GatewayVersion {
    let mut version = version("v1", upstream);
    version.config.routes = vec![domain::routes::Route {
        methods: vec![domain::routes::Method::Get],
        path: "/only".parse().unwrap(),
        summary: String::new(),
    }];
    version
}

/// One failure, and nothing gets through for an hour.
fn fragile(upstream: &str) -> GatewayVersion {
    let mut version = version("v1", upstream);
    let rules = Breaker { failures: 1, open_ms: 3_600_000, ..Breaker::default() };
    version.config.upstream.breaker = Some(rules);
    version
}

fn slow(upstream: &str) -> GatewayVersion {
    let mut version = version("v1", upstream);
    version.config.upstream.timeouts.first_byte_ms = 150;
    version
}

/// Keys: 1 subscribed to everything; 2 to nothing; 3 expired; 4 pending, 5 rejected, 6 paused, 7 and 8 expired
/// subscriptions; 9 at the end of its rate, 10 at the end of its quota; 11 unknown.
fn world(echo: &str, silent: &str, broken: &str) -> GatewayConfig {
    let mut config = lab::config(echo);
    let at = now();
    config.apis = vec![
        api(
            1,
            "echo",
            vec![version("v1", echo), in_state(VersionState::Draft, |v| v.name = "v2".parse().unwrap())],
        ),
        api(2, "routed", vec![with_routes(echo)]),
        api(
            3,
            "blocked",
            vec![in_state(VersionState::Blocked, |v| {
                v.lifecycle.blocked_reason = Some("a leak".into());
                v.lifecycle.blocked_until = Some(at + TimeDelta::seconds(90));
            })],
        ),
        api(
            4,
            "retired",
            vec![in_state(VersionState::Retired, |v| {
                v.lifecycle.retired_at = Some(at - TimeDelta::days(29));
                v.lifecycle.successor = Some("echo/v1".into());
            })],
        ),
        api(
            5,
            "forgotten",
            vec![in_state(VersionState::Retired, |v| {
                v.lifecycle.retired_at = Some(at - TimeDelta::days(31));
            })],
        ),
        api(6, "nowhere", vec![version("v1", "http://127.0.0.1:1")]),
        api(7, "private", vec![version("v1", "http://169.254.169.254")]),
        api(8, "unnamed", vec![version("v1", "http://no-such-host.invalid")]),
        api(9, "silent", vec![slow(silent)]),
        api(10, "broken", vec![version("v1", broken)]),
        api(11, "cors", vec![with_cors(echo)]),
        api(12, "fragile", vec![fragile("http://127.0.0.1:1")]),
    ];
    config.credentials = (1..=10).map(credential).collect();
    config.credentials[2].expires_at = Some(at - TimeDelta::seconds(1));
    config.subscriptions =
        (1..=12).map(|number| subscription(1, number, SubscriptionState::Active)).collect();
    let mut add = |key: u8, state, change: &dyn Fn(&mut domain::gateway_config::GatewaySubscription)| {
        let mut subscription = subscription(key, 1, state);
        change(&mut subscription);
        config.subscriptions.push(subscription);
    };
    add(3, SubscriptionState::Active, &|_| {});
    add(4, SubscriptionState::Pending, &|_| {});
    add(5, SubscriptionState::Rejected, &|_| {});
    add(6, SubscriptionState::Paused, &|_| {});
    add(7, SubscriptionState::Expired, &|_| {});
    add(8, SubscriptionState::Active, &|s| s.expires_at = Some(at - TimeDelta::seconds(1)));
    let one = Limits { rate: Some(Rate { requests: 1, seconds: 3_600 }), ..Limits::default() };
    add(9, SubscriptionState::Active, &|s| s.limits = one.clone());
    let one = Limits { quota: Some(Quota { requests: 1, period: Period::Month }), ..Limits::default() };
    add(10, SubscriptionState::Active, &|s| s.limits = one.clone());
    config
}

struct Row {
    expected: RejectKind,
    request: String,
    /// A header of the answer and a part of its value.
    header: Option<(&'static str, &'static str)>,
}

fn row(expected: RejectKind, request: impl Into<String>) -> Row {
    Row { expected, request: request.into(), header: None }
}

fn with(expected: RejectKind, request: impl Into<String>, name: &'static str, value: &'static str) -> Row {
    Row { expected, request: request.into(), header: Some((name, value)) }
}

fn get(path: &str, key: u8) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: gateway.test\r\nAuthorization: Bearer {}\r\n\r\n", api_key(key))
}

fn raw(line: &str, more: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: gateway.test\r\n{more}\r\n")
}

fn table() -> Vec<Row> {
    use RejectKind as K;
    let long = "a".repeat(9_000);
    let mut rows = vec![
        with(K::BadRequest, "GET /echo HTTP/1.1\r\n\r\n", "connection", "close"),
        with(K::CredentialRequired, raw("GET /echo", ""), "www-authenticate", "Bearer realm="),
        row(K::CredentialRequired, raw("GET /echo", "Authorization: Basic dTpw\r\n")),
        with(K::CredentialInvalid, get("/echo", 11), "www-authenticate", "error=\"invalid_token\""),
        row(K::CredentialInvalid, raw("GET /echo", "X-API-Key: mistyped\r\n")),
        row(
            K::CredentialInvalid,
            raw("GET /echo", &format!("X-API-Key: {0}\r\nX-API-Key: {0}\r\n", api_key(1))),
        ),
        with(K::CredentialExpired, get("/echo", 3), "www-authenticate", "Bearer"),
        row(K::NoSubscription, get("/echo", 2)),
        row(K::SubscriptionPending, get("/echo", 4)),
        row(K::SubscriptionRejected, get("/echo", 5)),
        row(K::SubscriptionPaused, get("/echo", 6)),
        row(K::SubscriptionExpired, get("/echo", 7)),
        row(K::SubscriptionExpired, get("/echo", 8)),
        row(K::NoRoute, get("/", 1)),
        row(K::NoRoute, get("/unknown/x", 1)),
        row(K::NoRoute, get("/routed/other", 1)),
        row(K::NoRoute, get("/forgotten", 1)),
        with(K::MethodNotAllowed, raw("POST /routed/only", ""), "allow", "GET, HEAD"),
        with(K::MethodNotAllowed, raw("TRACE /echo", ""), "allow", "GET"),
        with(K::ApiRetired, get("/retired/v1/x", 1), "link", "</echo/v1/>; rel=\"successor-version\""),
        with(K::ApiBlocked, get("/blocked", 1), "retry-after", ""),
        row(
            K::OriginRefused,
            raw("OPTIONS /cors", "Origin: https://other.test\r\nAccess-Control-Request-Method: GET\r\n"),
        ),
        row(K::BodyTooLarge, raw("POST /echo", "Content-Length: 99999999\r\n")),
        row(K::UriTooLong, raw(&format!("GET /echo/{long}"), "")),
        row(K::VersionNotSupported, raw("GET /echo", "").replace("HTTP/1.1", "HTTP/1.9")),
        row(K::HeadersTooLarge, raw("GET /echo", &format!("X-Long: {}\r\n", "a".repeat(17_000)))),
        row(K::HeadersTooLarge, raw("GET /echo", &"X-Many: 1\r\n".repeat(101))),
        row(K::ExpectationFailed, raw("GET /echo", "Expect: the-best\r\n")),
        row(K::CodingNotImplemented, raw("POST /echo", "Transfer-Encoding: gzip, chunked\r\n")),
        with(K::UpstreamUnreachable, get("/nowhere", 1), "proxy-status", "connection_refused"),
        with(K::UpstreamUnreachable, get("/private", 1), "proxy-status", "destination_ip_prohibited"),
        with(K::UpstreamUnreachable, get("/unnamed", 1), "proxy-status", "dns_error"),
        with(K::UpstreamUnavailable, get("/fragile", 1), "proxy-status", "destination_unavailable"),
        with(K::UpstreamTimeout, get("/silent", 1), "proxy-status", "http_response_timeout"),
        with(K::UpstreamBroken, get("/broken", 1), "proxy-status", "connection_terminated"),
        with(K::LoopDetected, String::new(), "proxy-status", "proxy_loop_detected"),
    ];
    for (kind, key) in [(K::RateLimited, 9), (K::QuotaExceeded, 10)] {
        rows.push(with(kind, get("/echo", key), "retry-after", ""));
    }
    rows
}

#[test]
fn every_refusal_is_as_the_table_says() {
    let echo = Echo::start().unwrap();
    let silent = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.drain().map(drop)
    });
    let silent = silent.unwrap();
    let broken = RawUpstream::answering("").unwrap();
    let lab = Lab::with(world(&echo.url(), &silent.url(), &broken.url()), lab::options());
    // the one call that keys 9 and 10 may make, and how this gateway calls itself
    assert_eq!(lab.ask(get("/echo", 9)).status, 200);
    let via = lab.ask(get("/echo", 10)).json()["headers"]["via"].as_str().unwrap().to_owned();
    // the one call that opens the breaker
    assert_eq!(lab.ask(get("/fragile", 1)).status, 502);
    let mut seen: HashSet<RejectKind> = NOT_YET.into_iter().chain(ELSEWHERE).collect();
    for mut row in table() {
        if row.expected == RejectKind::LoopDetected {
            row.request = lab::request("GET /echo", &format!("Via: 1.1 other, {via}\r\n"));
        }
        check(&lab, &row);
        seen.insert(row.expected);
    }
    let missing: Vec<_> = RejectKind::ALL.iter().filter(|kind| !seen.contains(kind)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    assert_eq!(echo.calls(), 2, "no refused call reached the backend");
}

fn check(lab: &Lab, row: &Row) {
    let rule = row.expected.rule();
    let before = lab.figures().rejected(rule.name);
    let answer = lab.ask(&row.request);
    let what = format!("{} for {:.120?}: {answer:?}", rule.name, row.request);
    assert_eq!(answer.status, rule.status, "{what}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{what}");
    let problem = answer.json();
    let id = answer.header("x-request-id").unwrap();
    assert_eq!(problem["type"], format!("{}/problems/{}", lab::PORTAL, rule.name), "{what}");
    assert_eq!((&problem["status"], &problem["title"]), (&rule.status.into(), &rule.title.into()), "{what}");
    assert_eq!(
        (&problem["request_id"], &problem["instance"]),
        (&id.into(), &format!("urn:uuid:{id}").into()),
        "{what}"
    );
    assert!(
        !problem["detail"].as_str().unwrap().is_empty() && !answer.text().contains("127.0.0.1"),
        "{what}"
    );
    assert!(rule.status < 500 || answer.header("proxy-status").is_some(), "{what}");
    if let Some((name, value)) = row.header {
        assert!(answer.header(name).is_some_and(|got| got.contains(value)), "{name} of {what}");
    }
    if let Some(seconds) = answer.header("retry-after") {
        assert!(seconds.parse::<u64>().unwrap() >= 1, "{what}");
    }
    assert_eq!(lab.figures().rejected(rule.name), before + 1, "counted once: {what}");
    let call = lab.record_of(rule.name);
    assert_eq!((call.id.as_str(), call.status), (id, rule.status), "on record: {what}");
}

#[test]
fn a_refusal_of_a_head_request_has_no_body() {
    let lab = Lab::start("http://127.0.0.1:1");
    let mut client = lab.client();
    client.send("HEAD /unknown HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    assert_eq!(client.answer(true).unwrap().status, 404);
    client.send("GET /unknown HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
    assert_eq!(client.answer(false).unwrap().json()["status"], 404, "nothing stood between the two answers");
    assert!(client.is_closed_within(Duration::from_secs(5)).unwrap());
}
