//! What is served changes as a whole, at once, and never in the middle of a call.

use crate::lab::{self, Lab, api, credential, subscription, version};
use domain::gateway_config::{GatewayConfig, UnreadableVersion};
use domain::lifecycle::VersionState;
use domain::subscriptions::SubscriptionState;
use domain::upstream::UpstreamUrl;
use faultlab::echo::Echo;
use faultlab::raw::RawClient;
use gateway::SnapshotHandle;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[test]
fn a_change_is_in_effect_when_publish_returns() {
    let echo = Echo::start().unwrap();
    let mut lab = Lab::start(&echo.url());
    let mut clients = [lab.client(), lab.client(), lab.client(), lab.client()];
    for round in 0..100 {
        let paused = round % 2 == 0;
        lab.publish(|config| {
            config.subscriptions[0].state =
                if paused { SubscriptionState::Paused } else { SubscriptionState::Active };
        });
        for client in &mut clients {
            client.send(lab::request("GET /echo/json", "")).unwrap();
            assert_eq!(client.answer(false).unwrap().status, if paused { 403 } else { 200 });
        }
    }
    lab.publish(|config| config.credentials.clear());
    clients[0].send(lab::request("GET /echo/json", "")).unwrap();
    assert_eq!(clients[0].answer(false).unwrap().status, 401);
    assert_eq!(lab.snapshots.sequence(), 102);
}

#[test]
fn publishing_under_load_fails_no_call() {
    let echo = Echo::start().unwrap();
    let mut lab = Lab::start(&echo.url());
    let (addr, stop, calls) = (lab.addr(), AtomicBool::new(false), AtomicU64::new(0));
    let (stop, calls) = (&stop, &calls);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || {
                let mut client = RawClient::connect(addr).unwrap();
                while !stop.load(Ordering::SeqCst) {
                    client.send(lab::request("GET /echo/json", "")).unwrap();
                    assert_eq!(client.answer(false).unwrap().status, 200);
                    calls.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        for number in (0..200_u8).cycle() {
            if calls.load(Ordering::SeqCst) > 2_000 && lab.config.sequence > 300 {
                break;
            }
            lab.publish(|config| {
                // routes, keys and subscriptions come and go around the one that is called
                config.apis.truncate(1);
                config.apis.push(api(2, &format!("api-{number}"), vec![version("v1", "http://127.0.0.1:1")]));
                config.credentials.truncate(1);
                config.credentials.push(credential(2 + number % 8));
                config.subscriptions.truncate(1);
                config.subscriptions.push(subscription(2 + number % 8, 2, SubscriptionState::Active));
            });
        }
        stop.store(true, Ordering::SeqCst);
    });
}

/// An upstream that was kept since before its host was checked: no certificate can be made out to it.
fn uncertifiable() -> UpstreamUrl {
    serde_json::from_str("\"https://bad-.test\"").unwrap()
}

#[test]
fn what_cannot_be_served_is_left_out_and_the_rest_is_what_it_is_now() {
    let echo = Echo::start().unwrap();
    type Change = fn(&mut GatewayConfig);
    let changes: [(Change, &str); 5] = [
        (
            |config| config.apis.push(config.apis[0].clone()),
            "api echo is not served: another api has the same slug",
        ),
        (
            |config| config.apis[0].versions.extend_from_within(..),
            "version echo/v1 is not served: there is another version of this name",
        ),
        (|config| config.credentials[1].hash = "abc".into(), "its hash is not 64 hex digits"),
        (
            |config| config.apis[1].versions[0].config.upstream.nodes[0].url = uncertifiable(),
            "version other/v1 is not served: upstream: no certificate can be checked for the host bad-.test",
        ),
        (
            |config| {
                let version = config.apis[1].versions.remove(0);
                let (name, state, lifecycle) = (version.name, version.state, version.lifecycle);
                config.apis[1].unreadable.push(UnreadableVersion { name, state, lifecycle });
            },
            "version other/v1 is not served: its live revision cannot be read",
        ),
    ];
    for (change, expected) in changes {
        let mut config = lab::config(&echo.url());
        change_other(&mut config);
        change(&mut config);
        let snapshots = SnapshotHandle::new(lab::CREDENTIAL_KEY, lab::PORTAL);
        let told: Vec<String> = snapshots.publish(&config).iter().map(ToString::to_string).collect();
        assert!(told.len() == 1 && told[0].contains(expected), "{told:?}");
        assert_eq!(snapshots.sequence(), 1);
        let mut lab = Lab::serving(snapshots, config);
        assert_eq!(lab.call("GET /echo/json", "").status, 200);
        lab.try_publish(|config| config.credentials.clear());
        assert_eq!(lab.call("GET /echo/json", "").status, 401, "a revoked key opens nothing: {expected}");
    }
}

/// A second api and a second key, which something can be wrong with.
fn change_other(config: &mut GatewayConfig) {
    config.apis.push(api(2, "other", vec![version("v1", "http://127.0.0.1:1")]));
    config.credentials.push(credential(2));
}

#[test]
fn a_version_that_does_not_compile_stays_what_it_was_in_the_state_that_it_is_in() {
    let echo = Echo::start().unwrap();
    let mut lab = Lab::start(&echo.url());
    let kept = "version echo/v1 is not served as it was published, but as it was before: upstream";
    let told = lab.try_publish(|config| {
        config.apis[0].versions[0].config.upstream.nodes[0].url = uncertifiable();
        config.apis[0].versions[0].config.routes.clear();
    });
    assert!(told.len() == 1 && told[0].contains(kept), "{told:?}");
    assert_eq!(lab.call("GET /echo/json", "").status, 200);
    for (state, status) in [
        (VersionState::Blocked, 503),
        (VersionState::Retired, 410),
        (VersionState::Deprecated, 200),
        (VersionState::Draft, 404),
    ] {
        lab.try_publish(|config| {
            let version = &mut config.apis[0].versions[0];
            version.state = state;
            version.lifecycle.retired_at = Some("2100-01-01T00:00:00Z".parse().unwrap());
        });
        let answer = lab.call("GET /echo/json", "");
        assert_eq!(answer.status, status, "{state}");
        assert_eq!(answer.header("deprecation").is_some(), state == VersionState::Deprecated, "{state}");
    }
    // what it was is forgotten once it was a draft
    lab.try_publish(|config| config.apis[0].versions[0].state = VersionState::Published);
    assert_eq!(lab.call("GET /echo/json", "").status, 404);
    // and it comes back with its next good revision
    let url = echo.url();
    lab.publish(|config| config.apis[0].versions[0] = version("v1", &url));
    assert_eq!(lab.call("GET /echo/json", "").status, 200);
}

#[test]
fn every_backend_that_may_be_saved_compiles() {
    let long = "a".repeat(63);
    let whole = [long.as_str(); 4].join(".");
    let parts = [
        "a",
        "a-b",
        "a_b",
        "-a",
        "a-",
        "a*b",
        "a~b",
        "a!b",
        "a'b",
        "a(b",
        "xn--a",
        "xn--bcher-kva",
        "1",
        "0x1",
    ];
    let mut hosts: Vec<String> =
        parts.iter().flat_map(|one| parts.iter().map(move |other| format!("{one}.{other}"))).collect();
    hosts.extend(parts.iter().flat_map(|part| [(*part).to_owned(), format!("{part}."), format!("{part}..")]));
    hosts.extend(
        [&*long, &*whole, &whole[1..], &whole[2..], "[::1]", "127.0.0.1", "1.2", "b\u{fc}cher.example"]
            .map(str::to_owned),
    );
    hosts.push(format!("{long}a.test"));
    let mut compiled = 0;
    for url in hosts.iter().flat_map(|host| ["http", "https"].map(|scheme| format!("{scheme}://{host}/base")))
    {
        if url.parse::<UpstreamUrl>().is_err() {
            continue;
        }
        let snapshots = SnapshotHandle::new(lab::CREDENTIAL_KEY, lab::PORTAL);
        assert_eq!(snapshots.publish(&lab::config(&url)), [], "{url}");
        compiled += 1;
    }
    assert!(compiled > 150, "only {compiled} were looked at");
}
