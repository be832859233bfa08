//! The trace that a call is part of (W3C Trace Context, <https://www.w3.org/TR/trace-context/>): continued when the
//! caller names one, else begun here. Says nothing of what a trace is used for.

use crate::ids::Ids;
use http::{HeaderMap, HeaderValue};

/// `00-{trace id}-{parent id}-{flags}`
const LENGTH: usize = 55;
const SAMPLED: u8 = 1;

/// Where a call stands in its trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Never 0.
    pub id: u128,
    /// The caller's span; `None` when the trace begins here.
    pub parent: Option<u64>,
    /// The span of this call at the gateway. Never 0.
    pub span: u64,
    /// The span of asking the backend, which the backend gets as its parent. Never 0.
    pub upstream_span: u64,
    /// Whether whoever began the trace wants it recorded.
    pub sampled: bool,
}

/// What a valid `traceparent` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Parent {
    trace: u128,
    span: u64,
    sampled: bool,
}

impl Trace {
    /// Continues the trace that the request names, or begins one, of which one in so many is sampled.
    #[must_use]
    pub fn of(headers: &HeaderMap, ids: &Ids, ratio: Ratio) -> Self {
        let (span, upstream_span) = (ids.span(), ids.span());
        if let Some(Parent { trace, span: parent, sampled }) = parent(headers) {
            return Self { id: trace, parent: Some(parent), span, upstream_span, sampled };
        }
        let id = ids.trace();
        Self { id, parent: None, span, upstream_span, sampled: ratio.takes(id) }
    }

    /// `traceparent` as the backend is told. `tracestate` belongs to a trace that is continued, and goes with one that
    /// is not.
    #[must_use]
    pub fn traceparent(&self) -> [u8; LENGTH] {
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        if let Some(id) = text.get_mut(3..35) {
            hex(id, &self.id.to_be_bytes());
        }
        if let Some(span) = text.get_mut(36..52) {
            hex(span, &self.upstream_span.to_be_bytes());
        }
        if let (true, Some(flag)) = (self.sampled, text.last_mut()) {
            *flag = b'1';
        }
        text
    }

    /// Whether the caller's `tracestate` goes on to the backend.
    #[must_use]
    pub fn keeps_state(&self) -> bool {
        self.parent.is_some()
    }
}

/// How many of the traces that begin here are sampled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio(u64);

impl Ratio {
    /// `None` outside 0 to 1.
    #[must_use]
    pub fn new(ratio: f64) -> Option<Self> {
        // the cast saturates, so that 1 takes all
        (0.0..=1.0).contains(&ratio).then_some(Self((ratio * (1_u64 << 63) as f64) as u64))
    }

    /// By the trace's id, so that everybody who asks is told the same.
    fn takes(self, trace: u128) -> bool {
        let low = (trace & u128::from(u64::MAX)) as u64;
        (low >> 1) < self.0
    }
}

/// Two digits for each byte.
fn hex(into: &mut [u8], bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or(b'0');
    for (pair, byte) in into.chunks_exact_mut(2).zip(bytes) {
        if let [high, low] = pair {
            (*high, *low) = (digit(byte >> 4), digit(byte & 15));
        }
    }
}

/// The one `traceparent`. Of two, nobody could say which counts.
fn parent(headers: &HeaderMap) -> Option<Parent> {
    let mut values = headers.get_all("traceparent").iter();
    match (values.next(), values.next()) {
        (Some(value), None) => read(value),
        _ => None,
    }
}

/// Sections 3.2.2 and 4: of a later version that much is read as this one has.
fn read(value: &HeaderValue) -> Option<Parent> {
    let bytes = value.as_bytes();
    let (known, more) = bytes.split_at_checked(LENGTH)?;
    let (version, rest) = number(known)?;
    let later = (1..0xff).contains(&version) && more.first().is_none_or(|byte| *byte == b'-');
    if !later && (version != 0 || !more.is_empty()) {
        return None;
    }
    let (trace, rest): (u128, _) = field(rest, 32)?;
    let (span, rest) = field(rest, 16)?;
    let (flags, _) = field(rest, 2)?;
    let (span, flags) = (u64::try_from(span).ok()?, u8::try_from(flags).ok()?);
    (trace != 0 && span != 0).then_some(Parent { trace, span, sampled: flags & SAMPLED != 0 })
}

/// Two digits at the beginning.
fn number(bytes: &[u8]) -> Option<(u128, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(2)?;
    Some((digits_of(digits)?, rest))
}

/// So many digits behind a hyphen.
fn field(bytes: &[u8], length: usize) -> Option<(u128, &[u8])> {
    let (digits, rest) = bytes.strip_prefix(b"-")?.split_at_checked(length)?;
    Some((digits_of(digits)?, rest))
}

/// Lower-case hex digits, and no others.
fn digits_of(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some((number << 4) | u128::from(value))
    })
}

#[cfg(test)]
mod tests;
