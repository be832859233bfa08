//! What is served changes as a whole, at once, and never in the middle of a call.

use crate::lab::{self, Lab, api, credential, subscription, version};
use domain::gateway_config::{GatewayConfig, GatewayVersion};
use domain::subscriptions::SubscriptionState;
use faultlab::echo::Echo;
use faultlab::raw::RawClient;
use gateway::CompileError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

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

fn share_a_host(versions: &mut Vec<GatewayVersion>) {
    versions[0].config.hosts = vec!["a.test".parse().unwrap()];
    versions.push(GatewayVersion { name: "v2".parse().unwrap(), ..versions[0].clone() });
}

#[test]
fn what_does_not_compile_leaves_the_last_one_serving() {
    let echo = Echo::start().unwrap();
    let mut lab = Lab::start(&echo.url());
    let good = lab.config.clone();
    type Change = fn(&mut GatewayConfig);
    let changes: [(Change, &str); 4] = [
        (|config| config.apis.push(config.apis[0].clone()), "two apis have the slug echo"),
        (|config| config.apis[0].versions.extend_from_within(..), "more than one version v1"),
        (|config| config.credentials[0].hash = "abc".into(), "not 64 hex digits"),
        (|config| share_a_host(&mut config.apis[0].versions), "host a.test belongs to"),
    ];
    for (change, expected) in changes {
        let mut bad = good.clone();
        bad.sequence = 99;
        change(&mut bad);
        let error: CompileError = lab.snapshots.publish(&bad).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(lab.snapshots.sequence(), 1);
        assert_eq!(lab.call("GET /echo/json", "").status, 200);
    }
    lab.publish(|_| {});
    assert_eq!(lab.snapshots.sequence(), 2);
}

#[test]
fn a_large_configuration_compiles_quickly() {
    let mut config = lab::config("http://127.0.0.1:1");
    let template = config.credentials[0].clone();
    config.credentials = (0..100_000_u32)
        .map(|number| {
            let mut credential = template.clone();
            credential.id = domain::ids::CredentialId::from_parts(2, u128::from(number));
            credential.application = domain::ids::ApplicationId::from_parts(2, u128::from(number));
            credential.hash = blake3::hash(&number.to_le_bytes()).to_hex().to_string();
            credential
        })
        .collect();
    let template = config.subscriptions[0].clone();
    config.subscriptions = (0..100_000_u32)
        .map(|number| {
            let mut subscription = template.clone();
            subscription.id = domain::ids::SubscriptionId::from_parts(2, u128::from(number));
            subscription.application = domain::ids::ApplicationId::from_parts(2, u128::from(number));
            subscription
        })
        .collect();
    let snapshots = gateway::SnapshotHandle::new([0; 32], lab::PORTAL);
    let start = Instant::now();
    snapshots.publish(&config).unwrap();
    // an optimised build takes a tenth of this
    assert!(start.elapsed().as_secs() < 15, "{:?}", start.elapsed());
}
