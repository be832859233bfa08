//! The id by which a request is found again in logs and answers.

use domain::Time;
use std::fmt;
use uuid::{Builder, Uuid};

/// A UUIDv7 (RFC 9562), in every answer's `X-Request-Id` and every problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

impl RequestId {
    #[must_use]
    pub fn new(now: Time) -> Self {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let random: [u8; 10] = rand::random();
        Self(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(out)
    }
}
