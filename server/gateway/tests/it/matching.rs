//! Which api, version and route an address means, as the backend and the record see it.

use crate::lab::{self, Lab, api, eventually, subscription, version};
use domain::gateway_config::GatewayVersion;
use domain::lifecycle::VersionState;
use domain::routes::{Method, Route};
use domain::subscriptions::SubscriptionState;
use faultlab::echo::Echo;

fn routed(name: &str, upstream: &str, routes: &[(&[Method], &str)]) -> GatewayVersion {
    let mut version = version(name, upstream);
    version.config.routes = routes
        .iter()
        .map(|(methods, path)| Route {
            methods: methods.to_vec(),
            path: path.parse().unwrap(),
            summary: String::new(),
        })
        .collect();
    version
}

/// The path that the backend saw and the label of the route.
fn meet(lab: &Lab, line: &str, host: &str) -> (String, String) {
    let answer =
        lab.ask(format!("{line} HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {}\r\n\r\n", lab::api_key(1)));
    assert_eq!(answer.status, 200, "{line} {host}: {}", answer.text());
    let mut label = String::new();
    eventually("on record", || {
        label = lab
            .records()
            .pop()
            .and_then(|call| Some(format!("{} {}", call.version?, call.route?)))
            .unwrap_or_default();
        !label.is_empty()
    });
    (answer.json()["path"].as_str().unwrap().to_owned(), label)
}

#[test]
fn addresses_lead_to_versions_and_routes() {
    let echo = Echo::start().unwrap();
    let base = format!("{}/base/", echo.url());
    let mut config = lab::config(&echo.url());
    let mut hosted =
        routed("v2", &base, &[(&[], "/*"), (&[Method::Get], "/pets/{id}"), (&[Method::Get], "/pets/mine")]);
    hosted.config.hosts = vec!["pets.test".parse().unwrap()];
    config.apis = vec![
        api(1, "echo", vec![routed("v1", &echo.url(), &[(&[], "/*")]), hosted]),
        api(2, "other", vec![routed("v1", &base, &[(&[Method::Get], "/"), (&[Method::Get], "/v2/x")])]),
    ];
    config.subscriptions.push(subscription(1, 2, SubscriptionState::Active));
    let lab = Lab::with(config, lab::options());
    for (line, host, path, label) in [
        ("GET /echo", "gateway.test", "/", "v1 ANY /*"),
        ("GET /echo/", "gateway.test", "/", "v1 ANY /*"),
        ("GET /echo/v1", "gateway.test", "/", "v1 ANY /*"),
        ("GET /echo/v1/a/b", "gateway.test", "/a/b", "v1 ANY /*"),
        ("GET /echo/a/b", "gateway.test", "/a/b", "v1 ANY /*"),
        ("GET /echo/v3/a", "gateway.test", "/v3/a", "v1 ANY /*"),
        ("GET /echo/v2", "gateway.test", "/base", "v2 ANY /*"),
        ("GET /echo/v2/", "gateway.test", "/base/", "v2 ANY /*"),
        ("GET /echo/v2/pets/7", "gateway.test", "/base/pets/7", "v2 GET /pets/{id}"),
        ("GET /echo/v2/pets/mine", "gateway.test:8080", "/base/pets/mine", "v2 GET /pets/mine"),
        ("POST /echo/v2/pets/mine", "gateway.test", "/base/pets/mine", "v2 ANY /*"),
        ("GET /pets/7", "pets.test", "/base/pets/7", "v2 GET /pets/{id}"),
        ("GET /", "PETS.test:80", "/base/", "v2 ANY /*"),
        ("GET /other/v2/x", "gateway.test", "/base/v2/x", "v1 GET /v2/x"),
        ("GET /other", "gateway.test", "/base", "v1 GET /"),
        ("GET /echo//x/./%7Ey/../z?q=%2F", "gateway.test", "/x/z", "v1 ANY /*"),
    ] {
        assert_eq!(meet(&lab, line, host), (path.to_owned(), label.to_owned()), "{line} {host}");
    }
}

#[test]
fn a_version_that_is_not_served_is_not_answered_for_by_the_default_one() {
    let echo = Echo::start().unwrap();
    let mut config = lab::config(&echo.url());
    config.apis[0].drafts.push("v2".parse().unwrap());
    let mut lab = Lab::with(config, lab::options());
    for (line, status) in [
        ("GET /echo/v2", 404),
        ("GET /echo/v2/", 404),
        ("GET /echo/v2/a", 404),
        ("GET /echo/a/v2", 200),
        ("GET /echo/v20/a", 200),
        ("GET /echo/v1/v2", 200),
    ] {
        assert_eq!(lab.call(line, "").status, status, "{line}");
    }
    let url = echo.url();
    lab.publish(|config| {
        config.apis[0].drafts.clear();
        config.apis[0].versions.push(version("v2", &url));
    });
    assert_eq!(lab.call("GET /echo/v2/a", "").json()["path"], "/a");
}

#[test]
fn a_deprecated_version_says_so_on_every_answer() {
    let echo = Echo::start().unwrap();
    let mut config = lab::config(&echo.url());
    let version = &mut config.apis[0].versions[0];
    version.state = VersionState::Deprecated;
    version.lifecycle.deprecated_at = Some("2026-01-01T00:00:00Z".parse().unwrap());
    version.lifecycle.sunset_at = Some("2026-12-31T23:59:59Z".parse().unwrap());
    version.lifecycle.successor = Some("echo/v2".into());
    let lab = Lab::with(config, lab::options());
    for answer in [lab.call("GET /echo/json", ""), lab.ask("GET /echo HTTP/1.1\r\nHost: a\r\n\r\n")] {
        assert_eq!(answer.header("deprecation"), Some("@1767225600"));
        assert_eq!(answer.header("sunset"), Some("Thu, 31 Dec 2026 23:59:59 GMT"));
        let links: Vec<_> = answer
            .headers
            .iter()
            .filter(|(name, _)| name == "link")
            .map(|(_, value)| value.as_str())
            .collect();
        assert_eq!(
            links,
            [
                "<http://portal.test/catalogue/echo/v1>; rel=\"sunset\"",
                "<http://portal.test/catalogue/echo/v1>; rel=\"deprecation\"",
                "</echo/v2/>; rel=\"successor-version\"",
            ]
        );
    }
}
