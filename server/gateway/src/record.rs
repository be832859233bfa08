//! The record of a call as it stands in the journal: one byte that tells the layout, then postcard.

mod ai_record;
mod attempt_record;

pub use ai_record::AiRecord;
pub use attempt_record::AttemptRecord;

use domain::calls::{AiUse, Call, MOST_TRIED};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use uuid::Uuid;

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

/// Bytes that are not a record of a call.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("an empty record")]
    Empty,
    #[error("a record of layout {0}, which this program does not know")]
    Version(u8),
    #[error("a damaged record: {0}")]
    Damaged(#[from] postcard::Error),
    #[error("a record with an id of another kind: {0}")]
    Id(#[from] domain::ids::IdError),
    #[error("a record of a time that is none: {0}")]
    Time(u64),
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

    pub fn read(bytes: &'a [u8]) -> Result<Self, RecordError> {
        match bytes.split_first() {
            Some((&PLAIN, rest)) => Ok(postcard::from_bytes(rest)?),
            Some((&WITH_MODEL, rest)) => {
                let (call, rest) = postcard::take_from_bytes::<Self>(rest)?;
                Ok(Self { ai: Some(postcard::from_bytes(rest)?), ..call })
            }
            Some((&WITH_ATTEMPTS, rest)) => {
                let (call, rest) = postcard::take_from_bytes::<Self>(rest)?;
                let (ai, rest) = postcard::take_from_bytes(rest)?;
                Ok(Self { ai: Some(ai), tried: postcard::from_bytes(rest)?, ..call })
            }
            Some((version, _)) => Err(RecordError::Version(*version)),
            None => Err(RecordError::Empty),
        }
    }
}

/// What the journal's drain hands to the store.
pub fn decode(bytes: &[u8]) -> Result<Call, RecordError> {
    let record = CallRecord::read(bytes)?;
    let at = i64::try_from(record.at_ms).ok().and_then(chrono::DateTime::from_timestamp_millis);
    Ok(Call {
        id: Uuid::from_bytes(record.id).hyphenated().to_string(),
        at: at.ok_or(RecordError::Time(record.at_ms))?,
        api: record.api.map(str::parse).transpose()?,
        version: record.version.map(str::to_owned),
        route: record.route.map(str::to_owned),
        application: record.application.map(str::parse).transpose()?,
        credential: record.credential.map(str::parse).transpose()?,
        subscription: record.subscription.map(str::parse).transpose()?,
        plan: record.plan.map(str::parse).transpose()?,
        method: record.method.to_owned(),
        path: record.path.to_owned(),
        status: record.status,
        outcome: record.outcome.to_owned(),
        duration_us: whole(record.duration_us),
        upstream_us: record.upstream_us.map(whole),
        request_bytes: whole(record.request_bytes),
        response_bytes: whole(record.response_bytes),
        client_address: record.client.to_string(),
        user_agent: record.user_agent.to_owned(),
        attempts: record.attempts,
        ai: record.ai.map(|ai| AiUse {
            tried: record.tried.into_iter().map(AttemptRecord::told).collect(),
            ..ai.told()
        }),
    })
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
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
