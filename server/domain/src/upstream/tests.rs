use super::*;
use crate::problem::FieldError;
use serde_json::{Value, json};

fn read(value: Value) -> Result<Upstream, Vec<String>> {
    let input: UpstreamInput = serde_json::from_value(value).unwrap();
    let fields = |error: FieldError| error.field;
    input.check().map_err(|Invalid(errors)| errors.into_iter().map(fields).collect())
}

#[test]
fn what_was_kept_before_there_were_nodes_reads_and_is_written_as_before() {
    let timeouts = json!({ "connect_ms": 100, "first_byte_ms": 200, "idle_ms": 300, "total_ms": 400 });
    let kept = json!({ "url": "http://a.test/base", "timeouts": timeouts });
    let upstream: Upstream = serde_json::from_value(kept.clone()).unwrap();
    assert_eq!((upstream.nodes.len(), upstream.timeouts.idle_ms), (1, 300));
    assert_eq!(serde_json::to_value(&upstream).unwrap(), kept);
    assert_eq!(upstream.protocol, Protocol::Http1);
    let bare: Upstream = serde_json::from_value(json!({ "url": "http://a.test" })).unwrap();
    assert_eq!(bare, Upstream::at("http://a.test".parse().unwrap()));
    for nothing in [json!({}), json!({ "nodes": [] }), json!({ "timeouts": {} })] {
        let error = serde_json::from_value::<Upstream>(nothing).unwrap_err().to_string();
        assert!(error.contains("missing field `url`"), "{error}");
    }
}

#[test]
fn all_of_it_comes_back_as_it_was_written() {
    let given = json!({
        "nodes": [{ "url": "http://a.test", "weight": 3 }, { "url": "https://b.test:8443/x" }],
        "protocol": "http2",
        "balance": { "hash": { "by": "header", "name": "X-Tenant" } },
        "host": { "fixed": "api.example.com" },
        "retries": { "attempts": 2, "on": ["connect", "503"] },
        "health": { "path": "/up" },
        "ejection": {},
        "breaker": { "failures": 3 },
        "tls": {
            "ca": "-----BEGIN CERTIFICATE-----",
            "client_certificate": "cert_01jd3r8k2m0c9q5x7v4w6t8y2z",
            "server_name": "Orders.internal",
        },
    });
    let upstream = read(given).unwrap();
    assert_eq!(upstream.nodes.iter().map(|node| node.weight).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(upstream.host, HostMode::Fixed("api.example.com".parse().unwrap()));
    let written = serde_json::to_value(&upstream).unwrap();
    assert_eq!(written["balance"]["hash"]["by"], "header");
    assert_eq!(written["protocol"], "http2");
    assert_eq!(written["tls"]["server_name"], "orders.internal");
    assert_eq!(written["retries"]["on"], json!(["connect", "503"]));
    assert_eq!(serde_json::from_value::<Upstream>(written).unwrap(), upstream);
    assert_eq!(UpstreamInput::from(upstream.clone()).check().unwrap(), upstream);
}

const CA: &str = "-----BEGIN CERTIFICATE-----";

#[test]
fn every_bound_names_its_field() {
    let url = "http://a.test";
    for (given, field) in [
        (json!({}), "url"),
        (json!({ "nodes": [{ "url": "ftp://x" }, { "url": url }] }), "nodes[0].url"),
        (json!({ "url": url, "nodes": [{ "url": "http://b.test" }] }), "url"),
        (json!({ "nodes": [{ "url": url }, { "url": url }] }), "nodes[1].url"),
        (json!({ "nodes": [{ "url": url, "weight": 0 }] }), "nodes[0].weight"),
        (json!({ "nodes": [{ "url": url }, { "url": "http://b", "weight": 101 }] }), "nodes[1].weight"),
        (
            json!({ "nodes": (0..33).map(|n| json!({ "url": format!("http://n{n}") })).collect::<Vec<_>>() }),
            "nodes",
        ),
        (
            json!({ "url": url, "balance": { "hash": { "by": "header", "name": "a b" } } }),
            "balance.hash.name",
        ),
        (json!({ "url": url, "retries": { "attempts": 6 } }), "retries.attempts"),
        (json!({ "url": url, "retries": { "on": [] } }), "retries.on"),
        (json!({ "url": url, "retries": { "backoff_ms": 5_001 } }), "retries.backoff_ms"),
        (json!({ "url": url, "retries": { "budget_percent": 0 } }), "retries.budget_percent"),
        (json!({ "url": url, "health": { "path": "up" } }), "health.path"),
        (json!({ "url": url, "health": { "path": "/a b" } }), "health.path"),
        (json!({ "url": url, "health": { "interval_ms": 99 } }), "health.interval_ms"),
        (json!({ "url": url, "health": { "timeout_ms": 0 } }), "health.timeout_ms"),
        (json!({ "url": url, "health": { "healthy_after": 0 } }), "health.healthy_after"),
        (json!({ "url": url, "health": { "unhealthy_after": 21 } }), "health.unhealthy_after"),
        (json!({ "url": url, "health": { "expect_from": 400 } }), "health.expect_to"),
        (json!({ "url": url, "ejection": { "failures": 0 } }), "ejection.failures"),
        (json!({ "url": url, "ejection": { "for_ms": 1 } }), "ejection.for_ms"),
        (json!({ "url": url, "breaker": { "error_percent": 0 } }), "breaker.error_percent"),
        (json!({ "url": url, "breaker": { "minimum_calls": 0 } }), "breaker.minimum_calls"),
        (json!({ "url": url, "breaker": { "window_ms": 10 } }), "breaker.window_ms"),
        (json!({ "url": url, "breaker": { "open_ms": 10 } }), "breaker.open_ms"),
        (json!({ "url": url, "breaker": { "probes": 0 } }), "breaker.probes"),
        (json!({ "url": url, "tls": { "server_name": "b.test" } }), "tls"),
        (json!({ "url": "https://a.test", "tls": { "ca": "abc" } }), "tls.ca"),
        (
            json!({ "url": "https://a.test", "tls": { "ca": format!("{CA}{}", "x".repeat(65_536)) } }),
            "tls.ca",
        ),
        (
            json!({ "url": "https://a.test", "tls": { "ca": format!("{CA}-----BEGIN PRIVATE KEY-----") } }),
            "tls.ca",
        ),
        (json!({ "url": "https://a.test", "tls": { "server_name": "localhost" } }), "tls.server_name"),
    ] {
        assert_eq!(read(given.clone()).unwrap_err(), [field], "{given}");
    }
}

#[test]
fn a_breaker_trips_at_its_number_or_at_its_share_of_enough_calls() {
    let number = Breaker { failures: 3, error_percent: 0, ..Breaker::default() };
    assert_eq!([number.trips(2, 2), number.trips(3, 1_000)], [false, true]);
    let share = Breaker { error_percent: 50, minimum_calls: 10, ..Breaker::default() };
    assert_eq!([share.trips(9, 9), share.trips(4, 10), share.trips(5, 10)], [false, false, true]);
}
