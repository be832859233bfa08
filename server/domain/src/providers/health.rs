//! How a provider is, as far as that is known: what the gateway sees of its keys, and what the last test came to.

use super::{Provider, ProviderTest};
use crate::Time;
use crate::ids::ProviderKeyId;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};

wire_enum! {
    /// Whether calls go out with a key.
    KeyState {
        Fit = "fit",
        /// The vendor refused it. It is left alone for a while.
        Resting = "resting",
        /// It has had its share. It is left alone for as long as the vendor said.
        Cooling = "cooling",
        /// It was left alone long enough: one call at a time tries it out.
        Trial = "trial",
    }
}

/// A key as the gateway that was asked sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyHealth {
    pub key: ProviderKeyId,
    pub state: KeyState,
    /// Until when no call goes out with it; absent when nothing keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The last time that the vendor did not take it since the gateway started; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<KeyFailure>,
}

/// The vendor did not take a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyFailure {
    /// Of the vendor's answer.
    pub status: u16,
    pub at: Time,
}

/// The last test of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LastTest {
    pub at: Time,
    /// The key that it was made with; absent where the provider had none that could be used.
    #[serde(default)]
    pub key: Option<ProviderKeyId>,
    #[serde(flatten)]
    pub test: ProviderTest,
}

/// A provider, and how it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProviderDetail {
    #[serde(flatten)]
    pub provider: Provider,
    /// Of the keys that the gateway calls with. Those that are switched off are not there, and none are of a provider
    /// that it does not serve.
    pub health: Vec<KeyHealth>,
    /// Absent: it was never tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_test: Option<LastTest>,
}

impl ProviderDetail {
    /// What the gateway sees of a key.
    #[must_use]
    pub fn health_of(&self, key: &ProviderKeyId) -> Option<&KeyHealth> {
        self.health.iter().find(|health| health.key == *key)
    }
}

/// How a provider is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is switched off.
    Off,
    /// It has no keys; some vendors ask for none.
    Keyless,
    /// None of its keys is switched on and has not expired.
    Unusable,
    /// The gateway that was asked does not call it.
    Unserved,
    /// Some of its keys are left alone for a while.
    Resting {
        resting: usize,
        of: usize,
    },
    /// The last test, made when nothing of it was different, did not go well.
    Failing,
    Well,
}

impl ProviderDetail {
    /// How it is at that time.
    #[must_use]
    pub fn standing(&self, now: Time) -> Standing {
        let provider = &self.provider;
        let left_alone = |health: &&KeyHealth| matches!(health.state, KeyState::Resting | KeyState::Cooling);
        let resting = self.health.iter().filter(left_alone).count();
        let tested_as_it_is = self.last_test.as_ref().filter(|last| last.at >= provider.updated_at);
        if !provider.enabled {
            Standing::Off
        } else if provider.keys.is_empty() {
            Standing::Keyless
        } else if provider.keys.iter().all(|key| !key.is_usable(now)) {
            Standing::Unusable
        } else if self.health.is_empty() {
            Standing::Unserved
        } else if resting > 0 {
            Standing::Resting { resting, of: self.health.len() }
        } else if tested_as_it_is.is_some_and(|last| !last.test.ok) {
            Standing::Failing
        } else {
            Standing::Well
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ProviderId;
    use crate::providers::{ProviderKey, ProviderSettings};

    fn at(seconds: i64) -> Time {
        Time::from_timestamp(seconds, 0).unwrap()
    }

    fn key(number: u128) -> ProviderKey {
        ProviderKey {
            id: ProviderKeyId::from_parts(1, number),
            name: format!("key {number}"),
            hint: String::new(),
            weight: 1,
            position: 1,
            enabled: true,
            expires_at: Some(at(100)),
            created_at: at(0),
        }
    }

    fn health(number: u128, state: KeyState) -> KeyHealth {
        KeyHealth { key: key(number).id, state, until: None, last_failure: None }
    }

    fn detail() -> ProviderDetail {
        let provider = Provider {
            id: ProviderId::from_parts(1, 1),
            name: "Mine".to_owned(),
            kind: "openai".to_owned(),
            base_url: None,
            settings: ProviderSettings::new(),
            enabled: true,
            keys: vec![key(1), key(2)],
            created_at: at(0),
            updated_at: at(10),
        };
        let health = vec![health(1, KeyState::Fit), health(2, KeyState::Trial)];
        ProviderDetail { provider, health, last_test: None }
    }

    #[test]
    fn the_standing_says_what_is_worst() {
        let standing = |change: fn(&mut ProviderDetail), seconds| {
            let mut detail = detail();
            change(&mut detail);
            detail.standing(at(seconds))
        };
        assert_eq!(standing(|_| {}, 20), Standing::Well);
        assert_eq!(standing(|_| {}, 100), Standing::Unusable, "the keys have expired");
        assert_eq!(standing(|detail| detail.provider.enabled = false, 20), Standing::Off);
        assert_eq!(standing(|detail| detail.provider.keys.clear(), 20), Standing::Keyless);
        assert_eq!(standing(|detail| detail.health.clear(), 20), Standing::Unserved);
        let cooling = |detail: &mut ProviderDetail| detail.health[1].state = KeyState::Cooling;
        assert_eq!(standing(cooling, 20), Standing::Resting { resting: 1, of: 2 });
        let test = |detail: &mut ProviderDetail, seconds| {
            let test = ProviderTest { error: Some("no".to_owned()), ..ProviderTest::default() };
            detail.last_test = Some(LastTest { at: at(seconds), key: None, test });
        };
        let mut tested = detail();
        test(&mut tested, 9);
        assert_eq!(tested.standing(at(20)), Standing::Well, "it was changed after");
        test(&mut tested, 10);
        assert_eq!(tested.standing(at(20)), Standing::Failing);
    }
}
