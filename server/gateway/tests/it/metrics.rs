//! What a scraper is told: well-formed, by route templates, within a budget, and never less than before.

use crate::lab::{self, Lab, eventually};
use domain::gateway_config::GatewayConfig;
use domain::routes::Route;
use faultlab::echo::Echo;
use faultlab::exposition::Exposition;
use gateway::SnapshotHandle;
use std::collections::BTreeSet;

/// `GET /json`
fn route(text: &str) -> Route {
    let (method, path) = text.split_once(' ').unwrap();
    let methods = method.parse().into_iter().collect();
    Route { methods, path: path.parse().unwrap(), summary: String::new() }
}

fn serve(config: &mut GatewayConfig, routes: &[&str]) {
    config.apis[0].versions[0].config.routes = routes.iter().map(|text| route(text)).collect();
}

fn with_routes(echo: &Echo, routes: &[&str]) -> GatewayConfig {
    let mut config = lab::config(&echo.url());
    serve(&mut config, routes);
    config
}

fn within(budget: usize, config: GatewayConfig) -> Lab {
    let snapshots = SnapshotHandle::new(lab::CREDENTIAL_KEY, lab::PORTAL).with_series(budget);
    assert_eq!(snapshots.publish(&config), []);
    Lab::serving(snapshots, config)
}

fn page(lab: &Lab) -> Exposition {
    let text = lab.gateway.prometheus();
    Exposition::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A metric of a route of the one api; `more` are labels that sort behind `route`.
fn of(page: &Exposition, metric: &str, route: &str, more: &str) -> Option<f64> {
    let api = if route == "__other__" { route } else { "echo" };
    let version = if route == "__other__" { route } else { "v1" };
    page.value(&format!(
        "gatehouse_gateway_{metric}{{api=\"{api}\",route=\"{route}\",{more}version=\"{version}\"}}"
    ))
}

fn calls(page: &Exposition, route: &str) -> Option<f64> {
    of(page, "requests_total", route, "status=\"2xx\",")
}

/// All routes that any sample names.
fn routes(page: &Exposition) -> BTreeSet<&str> {
    let named = page.samples.keys().filter_map(|series| series.split_once("route=\""));
    named.filter_map(|(_, rest)| rest.split('"').next()).collect()
}

#[test]
fn calls_are_counted_by_the_template_of_their_route() {
    let echo = Echo::start().unwrap();
    let lab = Lab::with(with_routes(&echo, &["GET /json", "ANY /status/{code}"]), lab::options());
    for line in [
        "GET /echo/json",
        "GET /echo/json",
        "GET /echo/status/404",
        "DELETE /echo/status/503",
        "GET /echo/none",
        "GET /nowhere",
    ] {
        lab.call(line, "");
    }
    let page = page(&lab);
    assert_eq!(calls(&page, "GET /json"), Some(2.0));
    let status = "ANY /status/{code}";
    assert_eq!(of(&page, "requests_total", status, "status=\"4xx\","), Some(1.0));
    assert_eq!(of(&page, "requests_total", status, "status=\"5xx\","), Some(1.0));
    assert_eq!(of(&page, "request_duration_seconds_count", status, ""), Some(2.0));
    assert_eq!(of(&page, "upstream_duration_seconds_count", status, ""), Some(2.0));
    assert!(of(&page, "response_bytes_total", "GET /json", "").unwrap() > 0.0);
    let refused = "gatehouse_gateway_refusals_total";
    assert_eq!(of(&page, "requests_total", "", "status=\"4xx\","), Some(1.0));
    assert_eq!(
        page.value(&format!("{refused}{{api=\"echo\",reason=\"no-route\",route=\"\",version=\"v1\"}}")),
        Some(1.0)
    );
    assert_eq!(
        page.value(&format!("{refused}{{api=\"\",reason=\"no-route\",route=\"\",version=\"\"}}")),
        Some(1.0)
    );
    // what was never sent on took no backend's time
    assert_eq!(of(&page, "upstream_duration_seconds_count", "", ""), None);
    assert_eq!(routes(&page), BTreeSet::from(["", "GET /json", status]));
}

#[test]
fn bytes_of_bodies_are_counted() {
    let echo = Echo::start().unwrap();
    let lab = Lab::with(with_routes(&echo, &["POST /x"]), lab::options());
    let mut client = lab.client();
    client.send(lab::request("POST /echo/x", "Content-Length: 5\r\n") + "hello").unwrap();
    let answer = client.answer(false).unwrap();
    let page = page(&lab);
    assert_eq!(of(&page, "request_bytes_total", "POST /x", ""), Some(5.0));
    assert_eq!(of(&page, "response_bytes_total", "POST /x", ""), Some(answer.body.len() as f64));
}

#[test]
fn nothing_that_stays_counts_less_after_a_publication() {
    let echo = Echo::start().unwrap();
    let mut lab = Lab::with(with_routes(&echo, &["GET /a", "GET /b"]), lab::options());
    let mut expected = 0.0;
    for round in 0..6 {
        for path in ["/a", "/b", "/c", "/a"] {
            lab.call(&format!("GET /echo{path}"), "");
        }
        expected += 2.0;
        let before = page(&lab);
        assert_eq!(calls(&before, "GET /a"), Some(expected));
        let more = if round % 2 == 0 { ["GET /c", "GET /a"] } else { ["GET /a", "GET /b"] };
        lab.publish(|config| serve(config, &more));
        let after = page(&lab);
        for (series, value) in before.samples.iter().filter(|(series, _)| before.is_cumulative(series)) {
            match after.value(series) {
                Some(now) => assert!(now >= *value, "{series}: {now} after {value}"),
                None => assert!(!series.contains("\"GET /a\""), "{series} is gone"),
            }
        }
        assert_eq!(calls(&after, "GET /a"), Some(expected), "it goes on where it was");
    }
}

#[test]
fn a_route_that_is_gone_makes_room_for_another() {
    let echo = Echo::start().unwrap();
    let mut lab = within(2, with_routes(&echo, &["GET /a", "GET /b", "GET /c"]));
    for path in ["/a", "/b", "/c", "/c"] {
        lab.call(&format!("GET /echo{path}"), "");
    }
    let full = page(&lab);
    assert_eq!(routes(&full), BTreeSet::from(["GET /a", "GET /b", "__other__"]));
    assert_eq!(calls(&full, "__other__"), Some(2.0));
    lab.publish(|config| serve(config, &["GET /b", "GET /c"]));
    assert_eq!(routes(&page(&lab)), BTreeSet::from(["GET /b", "__other__"]), "it disappears at once");
    eventually("its place is free", || page(&lab).value("gatehouse_metrics_series") == Some(1.0));
    lab.publish(|_| {});
    lab.call("GET /echo/c", "");
    let after = page(&lab);
    assert_eq!((calls(&after, "GET /b"), calls(&after, "GET /c")), (Some(1.0), Some(1.0)));
    assert_eq!(calls(&after, "__other__"), Some(2.0), "what was counted there stays there");
}

#[test]
fn ten_thousand_routes_stay_within_the_budget() {
    let echo = Echo::start().unwrap();
    let texts: Vec<String> = (0..10_000).map(|number| format!("GET /r{number}/{{id}}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let lab = within(100, with_routes(&echo, &texts));
    let mut client = lab.client();
    for number in 0..300 {
        client.send(lab::request(&format!("GET /echo/r{}/7", number * 33), "")).unwrap();
        assert_eq!(client.answer(false).unwrap().status, 200);
    }
    let page = page(&lab);
    let routes = routes(&page);
    assert_eq!(routes.len(), 101, "{routes:?}");
    assert_eq!(calls(&page, "__other__"), Some(200.0));
    let all: f64 = routes.iter().filter_map(|route| calls(&page, route)).sum();
    assert!((all - 300.0).abs() < 0.5, "{all}");
    assert_eq!(page.value("gatehouse_calls_total{status=\"2xx\"}"), Some(300.0));
}
