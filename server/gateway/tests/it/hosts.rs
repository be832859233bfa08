//! Host names of a version's own: each leads to one version, and none takes what is the gateway's.

use crate::lab::{self, Lab, api, api_key, subscription, version};
use domain::gateway_config::{GatewayConfig, GatewayVersion, UnreadableVersion};
use domain::lifecycle::VersionState;
use domain::subscriptions::SubscriptionState;
use domain::text::HostName;
use faultlab::echo::Echo;
use gateway::SnapshotHandle;

/// A host name as it may have been kept, also one that nobody may choose any more.
fn kept(name: &str) -> HostName {
    serde_json::from_value(name.into()).unwrap()
}

fn hosted(name: &str, upstream: &str, hosts: &[&str]) -> GatewayVersion {
    let mut version = version(name, upstream);
    version.config.hosts = hosts.iter().map(|host| kept(host)).collect();
    version
}

/// Apis `echo` and `other`, whose backends see the paths `/echo-v1/…`, `/echo-v2/…` and `/other-v1/…`.
fn shared(echo: &Echo, echo_v1: &[&str], echo_v2: &[&str], other_v1: &[&str]) -> GatewayConfig {
    let at = |name: &str| format!("{}/{name}", echo.url());
    let mut config = lab::config(&echo.url());
    config.apis = vec![
        api(1, "echo", vec![hosted("v1", &at("echo-v1"), echo_v1), hosted("v2", &at("echo-v2"), echo_v2)]),
        api(2, "other", vec![hosted("v1", &at("other-v1"), other_v1)]),
    ];
    config.subscriptions.push(subscription(1, 2, SubscriptionState::Active));
    config
}

/// Which version's backend a call to the host reached; else the status.
fn answers(lab: &Lab, host: &str) -> String {
    let answer = lab.ask(format!("GET /x HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {}\r\n\r\n", api_key(1)));
    match answer.status {
        200 => answer.json()["path"].as_str().unwrap().trim_matches('/').replace("/x", ""),
        status => status.to_string(),
    }
}

#[test]
fn a_host_that_two_versions_have_stays_with_the_one_that_had_it() {
    let echo = Echo::start().unwrap();
    let mut lab = Lab::with(shared(&echo, &["one.test"], &[], &["two.test"]), lab::options());
    assert_eq!((answers(&lab, "one.test"), answers(&lab, "two.test")), ("echo-v1".into(), "other-v1".into()));
    let next = shared(&echo, &["one.test", "two.test"], &["new.test"], &["two.test", "one.test", "new.test"]);
    let told = lab.try_publish(|config| config.apis = next.apis);
    assert_eq!(
        told,
        [
            "version echo/v1 does not answer at the host two.test: it belongs to other/v1",
            "version other/v1 does not answer at the host one.test: it belongs to echo/v1",
            "version other/v1 does not answer at the host new.test: it belongs to echo/v2",
        ]
    );
    for (host, version) in [("one.test", "echo-v1"), ("two.test", "other-v1"), ("new.test", "echo-v2")] {
        assert_eq!(answers(&lab, host), version, "{host}");
    }
}

#[test]
fn a_host_that_stands_twice_in_one_version_is_one_host() {
    let echo = Echo::start().unwrap();
    let lab = Lab::with(shared(&echo, &["a.test", "A.test"], &[], &[]), lab::options());
    assert_eq!(answers(&lab, "A.test"), "echo-v1");
}

#[test]
fn the_hosts_of_a_retired_version_are_free_for_others() {
    let echo = Echo::start().unwrap();
    let mut lab = Lab::with(shared(&echo, &["a.test", "b.test"], &[], &[]), lab::options());
    assert_eq!(answers(&lab, "a.test"), "echo-v1");
    let next = shared(&echo, &["a.test", "b.test"], &["a.test"], &[]);
    lab.publish(|config| {
        config.apis = next.apis;
        config.apis[0].versions[0].state = VersionState::Retired;
        config.apis[0].versions[0].lifecycle.retired_at = Some("2100-01-01T00:00:00Z".parse().unwrap());
    });
    assert_eq!((answers(&lab, "a.test"), answers(&lab, "b.test")), ("echo-v2".into(), "404".into()));
    assert_eq!(lab.call("GET /echo/v1/x", "").status, 410);
}

#[test]
fn a_version_that_cannot_be_read_keeps_its_hosts() {
    let echo = Echo::start().unwrap();
    let mut lab = Lab::with(shared(&echo, &["a.test", "b.test"], &[], &[]), lab::options());
    let next = shared(&echo, &[], &["b.test"], &[]);
    let told = lab.try_publish(|config| {
        config.apis = next.apis;
        let GatewayVersion { name, state, lifecycle, .. } = config.apis[0].versions.remove(0);
        config.apis[0].unreadable.push(UnreadableVersion { name, state, lifecycle });
    });
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((answers(&lab, "a.test"), answers(&lab, "b.test")), ("echo-v1".into(), "echo-v2".into()));
}

#[test]
fn no_version_takes_an_address_or_a_name_of_the_installation() {
    let echo = Echo::start().unwrap();
    let hosts = ["127.0.0.1", "localhost", "gateway.example.com", "portal.example.com", "a.test"];
    let config = shared(&echo, &[], &[], &hosts);
    let own = ["gateway.example.com", "portal.example.com"].map(kept).to_vec();
    let snapshots = SnapshotHandle::new(lab::CREDENTIAL_KEY, lab::PORTAL).keeping(own);
    let told: Vec<String> = snapshots.publish(&config).iter().map(ToString::to_string).collect();
    let expected = hosts[..4].iter().map(|host| {
        format!("version other/v1 does not answer at the host {host}: the name is the installation's own")
    });
    assert_eq!(told, expected.collect::<Vec<_>>());
    let lab = Lab::serving(snapshots, config);
    assert_eq!(answers(&lab, "a.test"), "other-v1");
    for host in &hosts[..4] {
        let line = "GET /echo/v1/x HTTP/1.1";
        let answer = lab.ask(format!("{line}\r\nHost: {host}\r\nX-API-Key: {}\r\n\r\n", api_key(1)));
        assert_eq!((answer.status, answer.json()["path"].as_str()), (200, Some("/echo-v1/x")), "{host}");
    }
}
