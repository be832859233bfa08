//! Calls from the pages of other origins.

use crate::lab::{self, Lab};
use domain::policies::cors::Cors;
use domain::routes::{Method, Route};
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;

fn lab(cors: Cors, upstream: &str) -> Lab {
    let mut config = lab::config(upstream);
    let version = &mut config.apis[0].versions[0].config;
    version.policies.cors = Some(cors);
    let route = |methods: &[Method], path: &str| Route {
        methods: methods.to_vec(),
        path: path.parse().unwrap(),
        summary: String::new(),
    };
    version.routes = vec![route(&[Method::Get, Method::Put], "/a"), route(&[], "/any/*")];
    Lab::with(config, lab::options())
}

fn app() -> Cors {
    Cors {
        origins: vec!["https://app.test".into()],
        expose: vec!["X-Sum".into()],
        credentials: true,
        ..Cors::default()
    }
}

fn preflight(path: &str, origin: &str, method: &str) -> String {
    format!(
        "OPTIONS {path} HTTP/1.1\r\nHost: a\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: {method}\r\n\
         Access-Control-Request-Headers: x-api-key, x-other\r\n\r\n"
    )
}

#[test]
fn a_preflight_is_answered_before_any_credential() {
    let echo = Echo::start().unwrap();
    let lab = lab(app(), &echo.url());
    let answer = lab.ask(preflight("/echo/a", "https://app.test", "PUT"));
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    for (name, value) in [
        ("access-control-allow-origin", "https://app.test"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "GET, HEAD, PUT"),
        ("access-control-allow-headers", "x-api-key, x-other"),
        ("access-control-max-age", "600"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name}");
    }
    let vary: Vec<_> =
        answer.headers.iter().filter(|(name, _)| name == "vary").map(|(_, value)| value.as_str()).collect();
    assert_eq!(vary.join(", "), "Access-Control-Request-Method, Access-Control-Request-Headers, Origin");
    assert_eq!(lab.ask(preflight("/echo/a", "https://evil.test", "PUT")).status, 403);
    assert_eq!(lab.ask(preflight("/echo/a", "https://app.test", "DELETE")).status, 405);
    assert_eq!(lab.ask(preflight("/echo/b", "https://app.test", "GET")).status, 404);
    assert_eq!(echo.calls(), 0);
    let call = lab.record_of("ok");
    assert_eq!((call.status, call.method.as_str(), call.attempts), (204, "OPTIONS", 0));
}

#[test]
fn what_the_policy_says_wins_over_what_the_page_asks() {
    let echo = Echo::start().unwrap();
    let cors = Cors {
        origins: vec!["*".into()],
        methods: vec![Method::Get],
        headers: vec!["X-API-Key".into()],
        ..Cors::default()
    };
    let answer = lab(cors, &echo.url()).ask(preflight("/echo/any/x", "https://anywhere.test", "PATCH"));
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("X-API-Key"));
}

#[test]
fn pages_may_read_answers_and_refusals_and_the_backend_has_no_say() {
    let upstream = RawUpstream::answering(
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: X-Secret\r\n\r\nok",
    );
    let upstream = upstream.unwrap();
    let lab = lab(app(), &upstream.url());
    let answer = lab.call("GET /echo/a", "Origin: https://app.test\r\n");
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.test"));
    assert_eq!(answer.header("access-control-expose-headers"), Some("X-Sum"));
    assert_eq!(answer.headers.iter().filter(|(name, _)| name == "access-control-allow-origin").count(), 1);
    let refusal = lab.ask("GET /echo/a HTTP/1.1\r\nHost: a\r\nOrigin: https://app.test\r\n\r\n");
    assert_eq!(
        (refusal.status, refusal.header("access-control-allow-origin")),
        (401, Some("https://app.test"))
    );
    let foreign = lab.call("GET /echo/a", "Origin: https://evil.test\r\n");
    assert_eq!((foreign.status, foreign.header("access-control-allow-origin")), (200, None));
    assert_eq!(foreign.header("vary"), Some("Origin"));
}

#[test]
fn options_without_asking_for_a_method_is_an_ordinary_call() {
    let echo = Echo::start().unwrap();
    let lab = lab(app(), &echo.url());
    assert_eq!(lab.call("OPTIONS /echo/any/x", "Origin: https://app.test\r\n").json()["method"], "OPTIONS");
}
