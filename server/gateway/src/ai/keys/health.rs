//! What people are told of keys.

use super::{Key, KeyPool};
use domain::Time;
use domain::providers::{KeyFailure, KeyHealth, KeyState};
use std::sync::atomic::Ordering::Relaxed;

impl KeyPool {
    /// The keys that have not expired, in their order. `now_ms` is in Unix milliseconds.
    #[must_use]
    pub fn health(&self, now_ms: u64) -> Vec<KeyHealth> {
        let good = |key: &&Key| key.expires_ms.is_none_or(|at| now_ms < at);
        self.keys.iter().filter(good).filter_map(|key| health(key, now_ms)).collect()
    }
}

/// `None` only where the key has no id of ours.
fn health(key: &Key, now_ms: u64) -> Option<KeyHealth> {
    let until_ms = key.state.until_ms.load(Relaxed);
    let state = match until_ms {
        0 => KeyState::Fit,
        until_ms if until_ms <= now_ms => KeyState::Trial,
        _ if key.state.last_status.load(Relaxed) == 429 => KeyState::Cooling,
        _ => KeyState::Resting,
    };
    let status = u16::try_from(key.state.failed_status.load(Relaxed)).unwrap_or_default();
    let failed = (status != 0).then(|| time(key.state.failed_ms.load(Relaxed)));
    Some(KeyHealth {
        key: key.id.parse().ok()?,
        state,
        until: (until_ms > now_ms).then(|| time(until_ms)),
        last_failure: failed.map(|at| KeyFailure { status, at }),
    })
}

/// Beyond what a calendar holds: for ever.
fn time(unix_ms: u64) -> Time {
    i64::try_from(unix_ms).ok().and_then(Time::from_timestamp_millis).unwrap_or(Time::MAX_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::clouds::Proof;
    use http::HeaderValue;
    use std::sync::Arc;

    fn pool() -> KeyPool {
        let key = |number: u64, expires_ms| Key {
            id: format!("pkey_{number:026}").into(),
            proof: Proof::Field(HeaderValue::from_static("x")),
            weight: 1,
            expires_ms,
            state: Arc::default(),
        };
        KeyPool::new(vec![key(1, None), key(2, None), key(3, Some(1_000))])
    }

    fn states(pool: &KeyPool, now_ms: u64) -> Vec<KeyState> {
        pool.health(now_ms).into_iter().map(|health| health.state).collect()
    }

    #[test]
    fn health_says_which_keys_rest_until_when_and_why() {
        use KeyState::{Cooling, Fit, Resting, Trial};
        let pool = pool();
        assert_eq!(states(&pool, 999), [Fit, Fit, Fit]);
        assert_eq!(states(&pool, 1_000), [Fit, Fit], "an expired key is not there");
        pool.take(&[1, 2], 2_000).unwrap().refused(401, 2_000);
        pool.take(&[0, 2], 2_000).unwrap().limited(Some(5_000), 2_000);
        let health = pool.health(3_000);
        assert_eq!((health[0].state, health[1].state), (Resting, Cooling));
        assert_eq!(health[1].until, Some(time(7_000)));
        let failure = KeyFailure { status: 401, at: time(2_000) };
        assert_eq!(health[0].last_failure, Some(failure.clone()));
        assert_eq!(states(&pool, 7_000), [Resting, Trial]);
        pool.take(&[1], 62_000).unwrap().worked();
        let health = pool.health(62_000);
        assert_eq!((health[0].state, health[0].until), (Fit, None));
        assert_eq!(health[0].last_failure, Some(failure), "it is told although it is over");
    }
}
