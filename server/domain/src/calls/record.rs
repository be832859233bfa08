//! The record of a call as it is written down, in the journal and in the database: one byte that tells the layout, then
//! postcard, in borrowed text.

mod ai_record;
mod attempt_record;

pub use ai_record::AiRecord;
pub use attempt_record::AttemptRecord;

use super::{AiUse, Call, Ending, MOST_TRIED};
use serde::{Deserialize, Serialize};
use std::net::{AddrParseError, IpAddr};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

/// A call without a model: a [`CallRecord`].
const PLAIN: u8 = 1;
/// A call to a model: a [`CallRecord`], then an [`AiRecord`]. Not written any more.
const WITH_MODEL: u8 = 2;
/// A call to a model: a [`CallRecord`], an [`AiRecord`], then a list of [`AttemptRecord`].
const WITH_ATTEMPTS: u8 = 3;
/// Bytes of a path that are kept.
const LONGEST_PATH: usize = 1_024;
const LONGEST_USER_AGENT: usize = 256;
const LONGEST_METHOD: usize = 32;
/// More than any record takes: ids, names and routes are short, what callers say is capped.
pub const LONGEST_RECORD: usize = 6_400;

/// One call. Borrowed text, so that writing a record allocates nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord<'a> {
    /// UUIDv7.
    pub id: [u8; 16],
    /// Unix milliseconds.
    pub at_ms: u64,
    pub api: Option<&'a str>,
    pub version: Option<&'a str>,
    pub route: Option<&'a str>,
    pub application: Option<&'a str>,
    pub credential: Option<&'a str>,
    pub subscription: Option<&'a str>,
    pub plan: Option<&'a str>,
    pub method: &'a str,
    pub path: &'a str,
    pub status: u16,
    pub outcome: &'a str,
    pub duration_us: u64,
    pub upstream_us: Option<u64>,
    pub request_bytes: u64,
    pub response_bytes: u64,
    pub client: IpAddr,
    pub user_agent: &'a str,
    pub attempts: u16,
    /// What a model did; absent where none was asked. It follows the other fields in a layout of its own, so that a
    /// call without a model is written as if there were none.
    #[serde(skip)]
    pub ai: Option<AiRecord<'a>>,
    /// The times that a model was asked, behind what it did.
    #[serde(skip)]
    pub tried: Vec<AttemptRecord<'a>>,
}

/// Bytes that are not a record of a call, or a call that has none.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("an empty record")]
    Empty,
    #[error("a record of layout {0}, which this program does not know")]
    Version(u8),
    #[error("a damaged record: {0}")]
    Damaged(#[from] postcard::Error),
    #[error("a call whose id is no UUID: {0}")]
    Call(#[from] uuid::Error),
    #[error("a call with an id of another kind: {0}")]
    Id(#[from] crate::ids::IdError),
    #[error("a call from an address that is none: {0}")]
    Address(#[from] AddrParseError),
    #[error("a call of a time that is none")]
    Time,
}

impl<'a> CallRecord<'a> {
    /// Appends the record to `bytes`.
    pub fn encode(&self, mut bytes: Vec<u8>) -> Result<Vec<u8>, RecordError> {
        let Some(ai) = &self.ai else {
            bytes.push(PLAIN);
            return Ok(postcard::to_extend(self, bytes)?);
        };
        bytes.push(WITH_ATTEMPTS);
        let bytes = postcard::to_extend(self, bytes)?;
        let bytes = postcard::to_extend(&ai.capped(), bytes)?;
        let tried: Vec<_> = self.tried.iter().take(MOST_TRIED).map(AttemptRecord::capped).collect();
        Ok(postcard::to_extend(&tried, bytes)?)
    }

    /// The first record of `bytes`, and what is behind it.
    pub fn take(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), RecordError> {
        let (layout, rest) = bytes.split_first().ok_or(RecordError::Empty)?;
        if ![PLAIN, WITH_MODEL, WITH_ATTEMPTS].contains(layout) {
            return Err(RecordError::Version(*layout));
        }
        let (mut record, mut rest) = postcard::take_from_bytes::<Self>(rest)?;
        if *layout != PLAIN {
            let (ai, after) = postcard::take_from_bytes::<AiRecord<'_>>(rest)?;
            (record.ai, rest) = (Some(ai.believed()), after);
        }
        if *layout == WITH_ATTEMPTS {
            (record.tried, rest) = postcard::take_from_bytes(rest)?;
        }
        Ok((record, rest))
    }

    /// The record that `bytes` are.
    pub fn read(bytes: &'a [u8]) -> Result<Self, RecordError> {
        Self::take(bytes).map(|(record, _)| record)
    }

    /// Of a call that was not recorded by a gateway.
    pub fn of(call: &'a Call) -> Result<Self, RecordError> {
        Ok(Self {
            id: Uuid::try_parse(&call.id)?.into_bytes(),
            at_ms: u64::try_from(call.at.timestamp_millis()).map_err(|_| RecordError::Time)?,
            api: call.api.as_ref().map(|id| id.as_str()),
            version: call.version.as_deref(),
            route: call.route.as_deref(),
            application: call.application.as_ref().map(|id| id.as_str()),
            credential: call.credential.as_ref().map(|id| id.as_str()),
            subscription: call.subscription.as_ref().map(|id| id.as_str()),
            plan: call.plan.as_ref().map(|id| id.as_str()),
            method: capped_method(&call.method),
            path: capped_path(&call.path),
            status: call.status,
            outcome: &call.outcome,
            duration_us: count(call.duration_us),
            upstream_us: call.upstream_us.map(count),
            request_bytes: count(call.request_bytes),
            response_bytes: count(call.response_bytes),
            client: call.client_address.parse()?,
            user_agent: capped_user_agent(call.user_agent.as_bytes()),
            attempts: call.attempts,
            ai: call.ai.as_ref().map(AiRecord::of),
            tried: call.ai.iter().flat_map(|ai| &ai.tried).map(AttemptRecord::of).collect(),
        })
    }

    /// The records of calls.
    pub fn of_all(calls: impl IntoIterator<Item = &'a Call>) -> Result<Vec<Self>, RecordError> {
        calls.into_iter().map(Self::of).collect()
    }

    /// What people are shown.
    pub fn call(&self) -> Result<Call, RecordError> {
        let at = i64::try_from(self.at_ms).ok().and_then(chrono::DateTime::from_timestamp_millis);
        let tried = || self.tried.iter().map(AttemptRecord::told).collect();
        Ok(Call {
            id: self.id().to_string(),
            at: at.ok_or(RecordError::Time)?,
            api: self.api.map(str::parse).transpose()?,
            version: self.version.map(str::to_owned),
            route: self.route.map(str::to_owned),
            application: self.application.map(str::parse).transpose()?,
            credential: self.credential.map(str::parse).transpose()?,
            subscription: self.subscription.map(str::parse).transpose()?,
            plan: self.plan.map(str::parse).transpose()?,
            method: self.method.to_owned(),
            path: self.path.to_owned(),
            status: self.status,
            outcome: self.outcome.to_owned(),
            duration_us: whole(self.duration_us),
            upstream_us: self.upstream_us.map(whole),
            request_bytes: whole(self.request_bytes),
            response_bytes: whole(self.response_bytes),
            client_address: self.client.to_string(),
            user_agent: self.user_agent.to_owned(),
            attempts: self.attempts,
            ai: self.ai.as_ref().map(|ai| AiUse { tried: tried(), ..ai.told() }),
        })
    }

    /// Written with hyphens, ids compare as their bytes do.
    #[must_use]
    pub fn id(&self) -> Hyphenated {
        Uuid::from_bytes(self.id).hyphenated()
    }

    #[must_use]
    pub fn ending(&self) -> Ending<'a> {
        Ending { status: self.status, outcome: self.outcome, attempts: self.attempts }
    }
}

/// As numbers are kept in the database.
#[must_use]
pub fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(whole: i64) -> u64 {
    u64::try_from(whole).unwrap_or_default()
}

/// The path as far as it is kept.
#[must_use]
pub fn capped_path(path: &str) -> &str {
    capped(path, LONGEST_PATH)
}

/// The method as far as it is kept.
#[must_use]
pub fn capped_method(method: &str) -> &str {
    capped(method, LONGEST_METHOD)
}

/// The user agent as far as it is kept; what is not UTF-8 is left out.
#[must_use]
pub fn capped_user_agent(value: &[u8]) -> &str {
    capped(std::str::from_utf8(value).unwrap_or_default(), LONGEST_USER_AGENT)
}

fn capped(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
