//! A refusal as those who call over gRPC read it: no body, and its status among the fields of the head
//! (`Trailers-Only` in the protocol of gRPC over HTTP/2).

use super::Reject;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

const STATUS: HeaderName = HeaderName::from_static("grpc-status");
const MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
/// What stands for itself in a message: printable ASCII but the percent sign.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');

/// Whether a request is one of gRPC.
#[must_use]
pub fn is_grpc(request: &HeaderMap) -> bool {
    request.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

/// Turns status and fields of a refusal into those of gRPC.
#[must_use]
pub fn translate(reject: &Reject, status: StatusCode, headers: &mut HeaderMap) -> StatusCode {
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(STATUS, HeaderValue::from(code(status.as_u16())));
    let message = utf8_percent_encode(&reject.detail, ESCAPED).to_string();
    if let Ok(message) = HeaderValue::try_from(message) {
        headers.insert(MESSAGE, message);
    }
    StatusCode::OK
}

/// The status code of gRPC.
const fn code(status: u16) -> u16 {
    match status {
        // INTERNAL
        400 => 13,
        // UNAUTHENTICATED
        401 => 16,
        // PERMISSION_DENIED
        403 => 7,
        // UNIMPLEMENTED
        404 => 12,
        // RESOURCE_EXHAUSTED
        413 | 429 => 8,
        // UNAVAILABLE
        502 | 503 => 14,
        // DEADLINE_EXCEEDED
        504 => 4,
        // UNKNOWN
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reject::RejectKind;

    #[test]
    fn every_kind_has_its_code_and_a_message_that_is_escaped() {
        let mut headers = HeaderMap::new();
        let reject = Reject::new(RejectKind::QuotaExceeded, "100 % of\nthe caf\u{e9}'s calls");
        let status = translate(&reject, StatusCode::TOO_MANY_REQUESTS, &mut headers);
        assert_eq!(
            (status, &headers["content-type"]),
            (StatusCode::OK, &"application/grpc".parse().unwrap())
        );
        assert_eq!(
            (&headers["grpc-status"], &headers["grpc-message"]),
            (&"8".parse().unwrap(), &"100 %25 of%0Athe caf%C3%A9's calls".parse().unwrap(),)
        );
        let of = |kind: RejectKind| code(kind.rule().status);
        assert_eq!(RejectKind::ALL.iter().filter(|kind| of(**kind) == 0).count(), 0, "none is OK");
        for (kind, code) in [
            (RejectKind::BadRequest, 13),
            (RejectKind::CredentialRequired, 16),
            (RejectKind::NoSubscription, 7),
            (RejectKind::NoRoute, 12),
            (RejectKind::BodyTooLarge, 8),
            (RejectKind::RateLimited, 8),
            (RejectKind::UpstreamUnreachable, 14),
            (RejectKind::UpstreamUnavailable, 14),
            (RejectKind::CallTimeout, 4),
            (RejectKind::MethodNotAllowed, 2),
        ] {
            assert_eq!(of(kind), code, "{kind:?}");
        }
    }
}
