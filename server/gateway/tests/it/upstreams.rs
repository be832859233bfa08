//! Upstreams of several nodes: how calls are spread over them, and what a node that fails costs the callers.

mod failures;
mod health;

use crate::lab::{self, Lab, eventually};
use domain::subscriptions::SubscriptionState;
use domain::upstream::{Balance, HashKey, HostMode, Node, Upstream};
use faultlab::raw::RawUpstream;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::time::Duration;

fn nodes(urls: &[&str]) -> Vec<Node> {
    urls.iter().map(|url| Node { url: url.parse().unwrap(), weight: 1 }).collect()
}

fn configured(urls: &[&str], change: impl FnOnce(&mut Upstream)) -> domain::gateway_config::GatewayConfig {
    let mut config = lab::config(urls[0]);
    let upstream = &mut config.apis[0].versions[0].config.upstream;
    upstream.nodes = nodes(urls);
    change(upstream);
    config
}

/// A gateway in front of these nodes.
fn facing(urls: &[&str], change: impl FnOnce(&mut Upstream)) -> Lab {
    Lab::with(configured(urls, change), lab::options())
}

fn ok(text: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len())
}

/// Answers every call with its name.
fn named(name: &'static str) -> RawUpstream {
    RawUpstream::start(move |mut peer| {
        while !peer.head()?.is_empty() {
            peer.send(ok(name))?;
        }
        Ok(())
    })
    .unwrap()
}

/// Answers every call with that status at that moment, and its name.
fn with_status(name: &'static str, status: &Arc<AtomicU16>) -> RawUpstream {
    let status = Arc::clone(status);
    RawUpstream::start(move |mut peer| {
        while !peer.head()?.is_empty() {
            let status = status.load(Ordering::SeqCst).to_string();
            peer.send(ok(name).replace("200 OK", &status))?;
        }
        Ok(())
    })
    .unwrap()
}

/// Which node answers.
fn who(lab: &Lab, more: &str) -> String {
    let answer = lab.call("GET /echo/x", more);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text()
}

fn counted(lab: &Lab, calls: usize) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for _ in 0..calls {
        *counts.entry(who(lab, "")).or_default() += 1;
    }
    counts
}

#[test]
fn weights_are_kept_exactly() {
    let (a, b, c) = (named("a"), named("b"), named("c"));
    let lab = facing(&[&a.url(), &b.url(), &c.url()], |upstream| {
        upstream.nodes[0].weight = 30;
        upstream.nodes[1].weight = 10;
        upstream.nodes[2].weight = 20;
    });
    assert_eq!(counted(&lab, 60), BTreeMap::from([("a".into(), 30), ("b".into(), 10), ("c".into(), 20)]));
}

#[test]
fn a_key_keeps_its_node_and_only_those_of_a_lost_node_move() {
    let all = [named("a"), named("b"), named("c"), named("d")];
    let urls: Vec<String> = all.iter().map(RawUpstream::url).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let by = HashKey::Header { name: "X-Tenant".to_owned() };
    let mut lab = facing(&urls, |upstream| upstream.balance = Balance::Hash(by));
    let homes = |lab: &Lab| -> Vec<String> {
        (0..80).map(|tenant| who(lab, &format!("X-Tenant: tenant-{tenant}\r\n"))).collect()
    };
    let before = homes(&lab);
    assert_eq!(homes(&lab), before, "each key where it was");
    for name in ["a", "b", "c", "d"] {
        // how evenly is tested where the nodes' addresses do not change from run to run
        assert!(before.iter().any(|home| home == name), "no key at {name}");
    }
    lab.publish(|config| drop(config.apis[0].versions[0].config.upstream.nodes.remove(1)));
    for (before, after) in before.iter().zip(homes(&lab)) {
        assert!(*before == after || before == "b", "a key moved from {before} to {after}");
        assert_ne!(after, "b");
    }
}

#[test]
fn calls_hash_by_address_and_by_credential() {
    const CALLERS: u8 = 24;
    let (a, b) = (named("a"), named("b"));
    for by in [HashKey::Address, HashKey::Credential] {
        let by_address = by == HashKey::Address;
        let mut config = configured(&[&a.url(), &b.url()], |upstream| upstream.balance = Balance::Hash(by));
        config.credentials = (1..=CALLERS).map(lab::credential).collect();
        config.subscriptions =
            (1..=CALLERS).map(|number| lab::subscription(number, 1, SubscriptionState::Active)).collect();
        let trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        let lab = Lab::with(config, gateway::Options { trusted_proxies, ..lab::options() });
        let node = |credential: u8, address: u8| {
            let key = lab::api_key(credential);
            let answer = lab.ask(format!(
                "GET /echo/x HTTP/1.1\r\nHost: gateway.test\r\nX-API-Key: {key}\r\n\
                 X-Forwarded-For: 203.0.113.{address}\r\n\r\n"
            ));
            assert_eq!(answer.status, 200, "{}", answer.text());
            answer.text()
        };
        let mut homes = BTreeMap::<String, u8>::new();
        for caller in 1..=CALLERS {
            // what does not count is another one each time
            let seen: Vec<String> = (0..4)
                .map(|turn| (caller * 5 + turn * 7) % CALLERS + 1)
                .map(|other| if by_address { node(other, caller) } else { node(caller, other) })
                .collect();
            assert!(seen.iter().all(|node| *node == seen[0]), "one caller, one node: {seen:?}");
            *homes.entry(seen[0].clone()).or_default() += 1;
        }
        // how evenly is tested where the nodes' addresses do not change from run to run
        assert_eq!(homes.len(), 2, "every caller at {homes:?}");
    }
}

#[test]
fn least_requests_leaves_a_busy_node_alone() {
    let (a, released) = (named("a"), Arc::new(AtomicBool::new(false)));
    let until = Arc::clone(&released);
    let busy = RawUpstream::start(move |mut peer| {
        peer.head()?;
        while !until.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(2));
        }
        peer.send(ok("busy"))?;
        peer.close()
    });
    let busy = busy.unwrap();
    let lab = facing(&[&busy.url(), &a.url()], |upstream| upstream.balance = Balance::LeastRequests);
    std::thread::scope(|scope| {
        // of two with nothing to do one is taken in turn, so that one of two calls is with the busy node
        let calls: Vec<_> = (0..2).map(|_| scope.spawn(|| who(&lab, ""))).collect();
        eventually("a call at the busy node", || busy.heads().len() == 1);
        eventually("the other one is answered", || {
            calls.iter().any(std::thread::ScopedJoinHandle::is_finished)
        });
        let answered = counted(&lab, 20);
        released.store(true, Ordering::SeqCst);
        assert_eq!(answered, BTreeMap::from([("a".into(), 20)]));
        let mut names: Vec<String> = calls.into_iter().map(|call| call.join().unwrap()).collect();
        names.sort();
        assert_eq!(names, ["a", "busy"]);
    });
}

#[test]
fn the_faster_of_two_nodes_gets_the_calls() {
    let fast = named("fast");
    let slow = RawUpstream::start(|mut peer| {
        while !peer.head()?.is_empty() {
            std::thread::sleep(Duration::from_millis(40));
            peer.send(ok("slow"))?;
        }
        Ok(())
    });
    let slow = slow.unwrap();
    let lab = facing(&[&slow.url(), &fast.url()], |upstream| upstream.balance = Balance::P2cEwma);
    let counts = counted(&lab, 40);
    assert!(counts["fast"] >= 36 && counts["slow"] >= 1, "{counts:?}");
}

#[test]
fn the_host_field_is_the_nodes_own_the_callers_or_a_fixed_one() {
    let backend = named("a");
    let own = backend.addr().to_string();
    for (mode, expected) in [
        (HostMode::Upstream, own.as_str()),
        (HostMode::Preserve, "gateway.test"),
        (HostMode::Fixed("api.example.com".parse().unwrap()), "api.example.com"),
    ] {
        let lab = facing(&[&backend.url()], |upstream| upstream.host = mode);
        who(&lab, "");
        let head = backend.heads().pop().unwrap().to_lowercase();
        assert!(head.contains(&format!("\r\nhost: {expected}\r\n")), "{head}");
    }
}

#[test]
fn each_node_is_told_its_own_address_and_base_path() {
    let (dead, live) = ("http://127.0.0.1:1/dead", named("live"));
    let lab = facing(&[dead, &format!("{}/base", live.url())], |_| {});
    for _ in 0..4 {
        who(&lab, "");
    }
    for head in live.heads() {
        assert!(head.starts_with("GET /base/x HTTP/1.1\r\n"), "{head}");
        assert!(head.to_lowercase().contains(&format!("\r\nhost: {}\r\n", live.addr())), "{head}");
    }
}
