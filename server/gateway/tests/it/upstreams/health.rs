//! Active checks: a node that does not pass them gets no calls.

use super::{configured, counted, facing, named, with_status};
use crate::lab::{self, Lab, eventually};
use domain::net::OutboundGuard;
use domain::upstream::HealthCheck;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

fn check() -> HealthCheck {
    HealthCheck {
        path: "/up?deep=1".to_owned(),
        interval_ms: 100,
        healthy_after: 2,
        unhealthy_after: 2,
        ..HealthCheck::default()
    }
}

fn healthy(lab: &Lab) -> Vec<bool> {
    lab.gateway.nodes().iter().map(|node| node.healthy).collect()
}

#[test]
fn a_node_that_fails_its_checks_is_left_and_comes_back() {
    let status = Arc::new(AtomicU16::new(200));
    let (shaky, live) = (with_status("shaky", &status), named("live"));
    let lab = facing(&[&shaky.url(), &live.url()], |upstream| upstream.health = Some(check()));
    assert_eq!(counted(&lab, 4).len(), 2, "fit until known to be unfit");
    status.store(503, Ordering::SeqCst);
    eventually("down", || healthy(&lab) == [false, true]);
    assert_eq!(counted(&lab, 10), [("live".to_owned(), 10)].into());
    let node = lab.gateway.nodes().swap_remove(0);
    assert_eq!((node.ejections, node.last_error.as_str()), (1, "check_status"));
    assert_eq!((node.api.as_str(), node.version.as_str(), node.number), ("echo", "v1", 1));
    let metrics = lab.gateway.prometheus();
    let series = format!(
        "gatehouse_upstream_node_up{{upstream=\"echo/v1\",node=\"1\",address=\"{}\"}} 0\n",
        shaky.addr()
    );
    assert!(metrics.contains(&series), "{metrics}");
    status.store(200, Ordering::SeqCst);
    eventually("back", || healthy(&lab) == [true, true]);
    assert_eq!(counted(&lab, 10).len(), 2);
    let asked = shaky.heads().into_iter().find(|head| head.contains("/up")).unwrap();
    assert!(asked.starts_with("GET /up?deep=1 HTTP/1.1\r\nhost: 127.0.0.1:"), "{asked}");
}

#[test]
fn with_all_nodes_down_the_answer_is_503_and_says_when_to_come_again() {
    let rules = HealthCheck { interval_ms: 1_700, unhealthy_after: 1, ..check() };
    let mut lab = facing(&["http://127.0.0.1:1", "http://127.0.0.1:2"], |upstream| {
        upstream.health = Some(HealthCheck { unhealthy_after: 1, ..check() });
    });
    eventually("down", || healthy(&lab) == [false, false]);
    lab.publish(|config| config.apis[0].versions[0].config.upstream.health = Some(rules));
    let answer = lab.call("GET /echo/x", "");
    assert_eq!(answer.status, 503, "what is known lives on through publications");
    assert_eq!(answer.header("retry-after"), Some("2"));
    assert_eq!(answer.header("proxy-status"), Some("gatehouse; error=destination_unavailable"));
    assert_eq!(answer.json()["type"], format!("{}/problems/upstream-unavailable", lab::PORTAL));
    assert_eq!(lab.gateway.nodes()[0].last_error, "connection_refused");
    // without checks nothing is held against them
    lab.publish(|config| config.apis[0].versions[0].config.upstream.health = None);
    assert_eq!(lab.call("GET /echo/x", "").status, 502);
}

#[test]
fn checks_pass_the_outbound_guard() {
    let backend = named("a");
    let config = configured(&[&backend.url()], |upstream| upstream.health = Some(check()));
    let lab = Lab::with(config, gateway::Options { outbound: OutboundGuard::default(), ..lab::options() });
    eventually("down", || healthy(&lab) == [false]);
    assert_eq!(lab.gateway.nodes()[0].last_error, "destination_ip_prohibited");
    assert_eq!(backend.accepted(), 0);
}
