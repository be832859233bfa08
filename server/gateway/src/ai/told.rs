//! What callers of ai apis are told: answers with the fields that belong to them, and why there is none.

use super::facts::SharedFacts;
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

/// Fields of a vendor's answer that mean something to its clients.
fn passes(name: &HeaderName) -> bool {
    let name = name.as_str();
    matches!(
        name,
        "retry-after"
            | "retry-after-ms"
            | "x-should-retry"
            | "request-id"
            | "openai-processing-ms"
            | "openai-version"
    ) || ["x-ratelimit-", "anthropic-ratelimit-"].iter().any(|prefix| name.starts_with(prefix))
}

/// An answer. `content_type` says what it is when it was translated; else the vendor does.
#[must_use]
pub fn answer(
    vendors: &HeaderMap,
    content_type: Option<&'static str>,
    content: Content,
    facts: &SharedFacts,
) -> Answer {
    let mut headers = HeaderMap::with_capacity(16);
    for (name, value) in vendors.iter().filter(|(name, _)| content_type.is_none() && passes(name)) {
        headers.append(name.clone(), value.clone());
    }
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
    Vendor { dialect: VendorDialect, status: u16, failure: Failure, headers: HeaderMap, body: Bytes },
}

impl Refused {
    /// Of an answer that makes no sense, or says that there is none.
    #[must_use]
    pub fn of(dialect: VendorDialect, failure: Failure) -> Self {
        if failure.kind == FailureKind::Garbled {
            return Self::Gateway(Reject::new(RejectKind::UpstreamBroken, failure.message));
        }
        let status = failure.kind.status();
        Self::Vendor { dialect, status, failure, headers: HeaderMap::new(), body: Bytes::new() }
    }

    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        match self {
            Self::Gateway(_) => None,
            Self::Vendor { failure, .. } => Some(failure.clone()),
        }
    }

    /// Tells the caller: in the vendor's own words where they speak the same dialect.
    pub fn tell(self, caller: CallerDialect, facts: &SharedFacts) -> Result<Answer, Reject> {
        let (dialect, status, failure, vendors, body) = match self {
            Self::Gateway(reject) => return Err(reject),
            Self::Vendor { dialect, status, failure, headers, body } => {
                (dialect, status, failure, headers, body)
            }
        };
        // the key is the gateway's: a caller who is told 401 would look for the fault at their own
        if matches!(status, 401..=403) {
            let detail = "the model's provider does not take the gateway's key";
            return Err(Reject::new(RejectKind::UpstreamUnavailable, detail).retry_after(60));
        }
        let mut headers = HeaderMap::with_capacity(16);
        for (name, value) in vendors.iter().filter(|(name, _)| passes(name)) {
            headers.append(name.clone(), value.clone());
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        put_facts(&mut headers, facts);
        let forwarded = dialect.is(caller) && serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok();
        let (status, body) = if forwarded {
            (status, body)
        } else {
            (caller.status(&failure), Bytes::from(caller.write_failure(&failure).to_string()))
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
        Ok(Answer { status, headers, content: Content::Whole(body) })
    }
}

/// Reads a vendor's error answer.
pub async fn read(dialect: VendorDialect, status: u16, headers: &HeaderMap, body: WireBody) -> Refused {
    let mut body = super::body::all(UpstreamBody::Http1(body)).await.unwrap_or_default();
    body.truncate(LARGEST_ERROR);
    let error_type = headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let failure = dialect.read_failure(status, error_type, &body);
    Refused::Vendor { dialect, status, failure, headers: headers.clone(), body }
}

/// When a vendor says that it may be asked again.
#[must_use]
pub fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let number = |name: HeaderName| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let ms = number(HeaderName::from_static("retry-after-ms"));
    let ms = ms.or_else(|| number(RETRY_AFTER).map(|seconds| seconds * 1_000.0))?;
    // a cast of a float keeps to the range
    (ms >= 0.0).then_some(ms as u64)
}
