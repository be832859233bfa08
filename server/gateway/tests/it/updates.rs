//! A snapshot brought up to date part by part is the one that is compiled from the whole.

use crate::lab::{self, Lab, api, api_id, api_key, application, credential, subscription, version};
use domain::gateway_config::{GatewayConfig, GatewayUpdate, Part};
use domain::subscriptions::SubscriptionState;
use faultlab::echo::Echo;
use gateway::SnapshotHandle;
use gateway::snapshot::KeyHash;
use std::collections::BTreeMap;

const STATES: [SubscriptionState; 4] = [
    SubscriptionState::Active,
    SubscriptionState::Paused,
    SubscriptionState::Pending,
    SubscriptionState::Rejected,
];

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u8) -> u8 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u8::try_from((self.0 >> 33) % u64::from(sides)).unwrap()
    }
}

/// What should be served: by number, and by application and api.
#[derive(Default)]
struct Model {
    apis: BTreeMap<u8, domain::gateway_config::GatewayApi>,
    credentials: BTreeMap<u8, domain::gateway_config::GatewayCredential>,
    subscriptions: BTreeMap<(u8, u8), domain::gateway_config::GatewaySubscription>,
}

impl Model {
    /// Changes something, and says what it is now.
    fn change(&mut self, dice: &mut Dice) -> Part {
        let number = 1 + dice.roll(6);
        let (consumer, provider) = (1 + dice.roll(6), 1 + dice.roll(6));
        match dice.roll(7) {
            0 | 1 => {
                let api = some_api(number, dice);
                self.apis.insert(number, api.clone());
                Part::Api(api)
            }
            2 => {
                self.apis.remove(&number);
                Part::NoApi(api_id(number))
            }
            3 => {
                let mut credential = credential(number);
                // a key's hash never changes: one without a proper hash never had one
                if number == 6 {
                    credential.hash = "no digits".to_owned();
                }
                self.credentials.insert(number, credential.clone());
                Part::Credential(credential)
            }
            4 => {
                let known = self.credentials.remove(&number);
                let hash = known.map_or_else(|| credential(number).hash, |known| known.hash);
                Part::NoCredential(hash)
            }
            5 => {
                let state = STATES[usize::from(dice.roll(4))];
                let subscription = subscription(consumer, provider, state);
                self.subscriptions.insert((consumer, provider), subscription.clone());
                Part::Subscription(subscription)
            }
            _ if dice.roll(4) == 0 => {
                self.credentials.retain(|owner, _| *owner != number);
                self.subscriptions.retain(|(owner, _), _| *owner != number);
                Part::NoApplication(application(number))
            }
            _ => {
                self.subscriptions.remove(&(consumer, provider));
                Part::NoSubscription(application(consumer), api_id(provider))
            }
        }
    }

    fn config(&self, sequence: i64) -> GatewayConfig {
        GatewayConfig {
            sequence,
            apis: self.apis.values().cloned().collect(),
            credentials: self.credentials.values().cloned().collect(),
            subscriptions: self.subscriptions.values().cloned().collect(),
            ..GatewayConfig::default()
        }
    }
}

/// With one or two versions, sometimes a host that others ask for too, sometimes a backend that does not compile.
fn some_api(number: u8, dice: &mut Dice) -> domain::gateway_config::GatewayApi {
    let mut versions = vec![version("v1", &format!("http://127.0.0.1:{}", 1 + dice.roll(9)))];
    if dice.roll(2) == 0 {
        versions.push(version("v2", "http://127.0.0.1:1"));
    }
    if dice.roll(2) == 0 {
        versions[0].config.hosts.push(format!("host-{}.test", dice.roll(3)).parse().unwrap());
    }
    if dice.roll(4) == 0 {
        let unfit = serde_json::from_str("\"https://bad-.test\"").unwrap();
        versions[0].config.upstream.nodes[0].url = unfit;
    }
    api(number, &format!("api-{number}"), versions)
}

/// All that calls can find, in words.
fn served(snapshots: &SnapshotHandle) -> Vec<String> {
    let snapshot = snapshots.current();
    let mut found = Vec::new();
    let hash = |number| KeyHash::of(&lab::CREDENTIAL_KEY, &api_key(number));
    for host in ["", "host-0.test", "host-1.test", "host-2.test"] {
        for path in (1..=6).flat_map(|api| ["", "/v1", "/v2"].map(|version| format!("/api-{api}{version}"))) {
            let Some(addressed) = snapshot.address(host, &path) else { continue };
            let version = addressed.version;
            let node = &version.cluster.nodes[0].target.authority;
            found.push(format!("{host}{path}: {} {} at {node:?}", version.api, version.name));
            for number in 1..=6 {
                let Some(credential) = snapshot.credential(&hash(number)) else { continue };
                let subscription = snapshot.subscription(credential, version);
                let state = subscription.map(|subscription| (&subscription.id, subscription.state));
                found.push(format!("{host}{path}: {} {state:?}", credential.id));
            }
        }
    }
    let mut left_out: Vec<String> = snapshot.left_out().iter().map(ToString::to_string).collect();
    left_out.sort();
    found.extend(left_out);
    found
}

#[test]
fn parts_lead_to_what_the_whole_leads_to() {
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let mut model = Model::default();
        let whole = SnapshotHandle::new(lab::CREDENTIAL_KEY, lab::PORTAL);
        let by_parts = SnapshotHandle::new(lab::CREDENTIAL_KEY, lab::PORTAL);
        let mut seen = 0;
        for sequence in 1..60 {
            let parts: Vec<Part> = (0..1 + dice.roll(3)).map(|_| model.change(&mut dice)).collect();
            let _told = whole.publish(&model.config(sequence));
            let _told = by_parts.update(&GatewayUpdate { sequence, parts: parts.clone() });
            let expected = served(&whole);
            seen = seen.max(expected.len());
            assert_eq!(served(&by_parts), expected, "seed {seed}, after {parts:#?}");
            assert_eq!(by_parts.sequence(), sequence);
        }
        assert!(seen > 30, "only {seen} things were ever served");
    }
}

#[test]
fn a_part_is_in_effect_when_update_returns() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let status = || lab.call("GET /echo/json", "").status;
    let update = |sequence, part| {
        assert_eq!(lab.snapshots.update(&GatewayUpdate { sequence, parts: vec![part] }), []);
        assert_eq!(lab.snapshots.sequence(), sequence);
    };
    assert_eq!(status(), 200);
    update(2, Part::Subscription(subscription(1, 1, SubscriptionState::Paused)));
    assert_eq!(status(), 403);
    update(3, Part::Subscription(subscription(1, 1, SubscriptionState::Active)));
    assert_eq!(status(), 200);
    update(4, Part::NoCredential(credential(1).hash));
    assert_eq!(status(), 401);
    update(5, Part::Credential(credential(1)));
    assert_eq!(status(), 200);
    update(6, Part::NoApi(api_id(1)));
    assert_eq!(status(), 404);
    update(7, Part::Api(api(1, "echo", vec![version("v1", &echo.url())])));
    assert_eq!(status(), 200, "the subscription was there all the time");
    update(8, Part::NoApplication(application(1)));
    assert_eq!(status(), 401);
}

#[test]
fn limits_count_on_when_a_subscription_changes() {
    let echo = Echo::start().unwrap();
    let mut config = lab::config(&echo.url());
    config.subscriptions[0].limits.quota =
        serde_json::from_str(r#"{"requests": 3, "period": "month"}"#).unwrap();
    let lab = Lab::with(config.clone(), lab::options());
    assert_eq!(lab.call("GET /echo/json", "").status, 200);
    assert_eq!(lab.call("GET /echo/json", "").status, 200);
    let changed = config.subscriptions[0].clone();
    assert_eq!(
        lab.snapshots.update(&GatewayUpdate { sequence: 2, parts: vec![Part::Subscription(changed)] }),
        []
    );
    assert_eq!(lab.call("GET /echo/json", "").status, 200);
    assert_eq!(lab.call("GET /echo/json", "").status, 429);
}
