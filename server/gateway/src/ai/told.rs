//! What callers of ai apis are told: answers with the fields that belong to them, and why there is none.

use super::facts::SharedFacts;
use super::ratelimits;
use crate::finish::{Answer, Content};
use crate::reject::{Reject, RejectKind};
use crate::upstream::answer::{UpstreamBody, WireBody};
use ai::dialect::{CallerDialect, VendorDialect};
use ai::failure::{Failure, FailureKind};
use bytes::Bytes;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};

const PROVIDER: HeaderName = HeaderName::from_static("x-gatehouse-provider");
const MODEL: HeaderName = HeaderName::from_static("x-gatehouse-model");
const ATTEMPTS: HeaderName = HeaderName::from_static("x-gatehouse-attempts");
const DROPPED: HeaderName = HeaderName::from_static("x-gatehouse-dropped");
/// Of an error answer.
const LARGEST_ERROR: usize = 1 << 20;

/// Fields that say whether and when a call is worth another try, in every dialect.
fn is_of_retries(name: &str) -> bool {
    matches!(name, "retry-after" | "retry-after-ms" | "x-should-retry")
}

/// Fields of a vendor's answer that mean something to its clients.
fn passes(name: &HeaderName) -> bool {
    let name = name.as_str();
    is_of_retries(name)
        || matches!(name, "request-id" | "openai-processing-ms" | "openai-version")
        || ["x-ratelimit-", "anthropic-ratelimit-"].iter().any(|prefix| name.starts_with(prefix))
}

/// From whom to whom an answer goes.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    pub vendor: VendorDialect,
    pub caller: CallerDialect,
    /// In Unix milliseconds: some say when, others in how long.
    pub now_ms: u64,
}

impl Way {
    /// The fields of a vendor's answer that the caller is told: all that pass where its words do, else what its own
    /// dialect has a word for.
    fn passed(&self, vendors: &HeaderMap, forwarded: bool) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(16);
        for (name, value) in vendors.iter() {
            if if forwarded { passes(name) } else { is_of_retries(name.as_str()) } {
                headers.append(name.clone(), value.clone());
            }
        }
        if !forwarded {
            headers.extend(ratelimits::translated(vendors, (self.vendor, self.caller), self.now_ms));
        }
        headers
    }
}

/// An answer. `content_type` says what it is when it was translated; else the vendor does.
#[must_use]
pub fn answer(
    vendors: &HeaderMap,
    content_type: Option<&'static str>,
    content: Content,
    way: &Way,
    facts: &SharedFacts,
) -> Answer {
    let mut headers = way.passed(vendors, content_type.is_none());
    let said = vendors.get(CONTENT_TYPE).cloned();
    let own = content_type.map(HeaderValue::from_static);
    headers.extend(own.or(said).map(|value| (CONTENT_TYPE, value)));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    put_facts(&mut headers, facts);
    Answer { status: StatusCode::OK, headers, content }
}

fn put_facts(headers: &mut HeaderMap, facts: &SharedFacts) {
    let facts = facts.borrow();
    headers.insert(ATTEMPTS, facts.tried.len().into());
    let vendor = facts.provider.as_ref().map_or("", |provider| &provider.vendor);
    for (name, value) in [(PROVIDER, vendor), (MODEL, &*facts.model), (DROPPED, &facts.dropped)] {
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
}

/// A caller's request that makes no sense.
#[must_use]
pub fn invalid(failure: Failure) -> Reject {
    Reject::new(RejectKind::MalformedInput, failure.message)
}

/// Why a target gave no answer.
pub enum Refused {
    /// The gateway says so.
    Gateway(Reject),
    /// The vendor does.
    Vendor {
        dialect: VendorDialect,
        status: u16,
        failure: Failure,
        headers: HeaderMap,
        body: Bytes,
        /// In how long it may be asked again, as it says.
        retry_after_ms: Option<u64>,
    },
}

impl Refused {
    /// Of an answer that makes no sense, or says that there is none.
    #[must_use]
    pub fn of(dialect: VendorDialect, failure: Failure) -> Self {
        if failure.kind == FailureKind::Garbled {
            return Self::Gateway(Reject::new(RejectKind::UpstreamBroken, failure.message));
        }
        let status = failure.kind.status();
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        Self::Vendor { dialect, status, failure, headers, body, retry_after_ms: None }
    }

    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        match self {
            Self::Gateway(_) => None,
            Self::Vendor { failure, .. } => Some(failure.clone()),
        }
    }

    /// In how long the vendor may be asked again, where it says so.
    #[must_use]
    pub fn retry_after_ms(&self) -> Option<u64> {
        match self {
            Self::Gateway(_) => None,
            Self::Vendor { retry_after_ms, .. } => *retry_after_ms,
        }
    }

    /// Tells the caller: in the vendor's own words where they speak the same dialect.
    pub fn tell(self, caller: CallerDialect, now_ms: u64, facts: &SharedFacts) -> Result<Answer, Reject> {
        let (dialect, status, failure, vendors, body, retry_after_ms) = match self {
            Self::Gateway(reject) => return Err(reject),
            Self::Vendor { dialect, status, failure, headers, body, retry_after_ms } => {
                (dialect, status, failure, headers, body, retry_after_ms)
            }
        };
        // the key is the gateway's: a caller who is told 401 would look for the fault at their own
        if matches!(status, 401..=403) {
            let detail = "the model's provider does not take the gateway's key";
            return Err(Reject::new(RejectKind::UpstreamUnavailable, detail).retry_after(60));
        }
        let way = Way { vendor: dialect, caller, now_ms };
        let mut headers = way.passed(&vendors, dialect.is(caller));
        if let (Some(ms), false) = (retry_after_ms, headers.contains_key(RETRY_AFTER)) {
            headers.insert(RETRY_AFTER, ms.div_ceil(1_000).into());
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        put_facts(&mut headers, facts);
        let forwarded = dialect.is(caller) && serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok();
        let (status, body) = if forwarded {
            (status, body)
        } else {
            let told = caller.write_failure_until(&failure, retry_after_ms);
            (caller.status(&failure), Bytes::from(told.to_string()))
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
        Ok(Answer { status, headers, content: Content::Whole(body) })
    }
}

/// Reads a vendor's error answer.
pub async fn read(
    dialect: VendorDialect,
    status: u16,
    (headers, body): (&HeaderMap, WireBody),
    now_ms: u64,
) -> Refused {
    let mut body = super::body::all(UpstreamBody::Http1(body)).await.unwrap_or_default();
    body.truncate(LARGEST_ERROR);
    let error_type = headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let failure = dialect.read_failure(status, error_type, &body);
    let retry_after_ms = retry_after_ms(headers, now_ms).or_else(|| dialect.read_retry_ms(&body));
    Refused::Vendor { dialect, status, failure, headers: headers.clone(), body, retry_after_ms }
}

/// In how long a vendor says that it may be asked again: in milliseconds, seconds, or by a date (RFC 9110 section 10.2.3).
fn retry_after_ms(headers: &HeaderMap, now_ms: u64) -> Option<u64> {
    let said = |name: HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |said: &str| said.parse::<f64>().ok();
    let ms = said(HeaderName::from_static("retry-after-ms")).and_then(number);
    let after = said(RETRY_AFTER);
    let ms = ms.or_else(|| after.and_then(number).map(|seconds| seconds * 1_000.0));
    if let Some(ms) = ms {
        // a cast of a float keeps to the range
        return (ms >= 0.0).then_some(ms as u64);
    }
    let at = chrono::DateTime::parse_from_rfc2822(after?).ok()?.timestamp_millis();
    Some(u64::try_from(at).ok()?.saturating_sub(now_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendors_say_in_many_ways_when_they_may_be_asked_again() {
        // 2026-11-28 08:00:00 UTC
        let now_ms = 1_795_852_800_000;
        for (name, said, ms) in [
            ("retry-after", "7", Some(7_000)),
            ("retry-after", "0.5", Some(500)),
            ("retry-after-ms", "120", Some(120)),
            ("retry-after", "Sat, 28 Nov 2026 08:01:30 GMT", Some(90_000)),
            ("retry-after", "Sat, 28 Nov 2026 07:00:00 GMT", Some(0)),
            ("retry-after", "-1", None),
            ("retry-after", "soon", None),
        ] {
            let headers =
                HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_static(said))]);
            assert_eq!(retry_after_ms(&headers, now_ms), ms, "{name}: {said}");
        }
        assert_eq!(retry_after_ms(&HeaderMap::new(), now_ms), None);
    }
}
