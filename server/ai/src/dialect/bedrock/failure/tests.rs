use super::*;

#[test]
fn types_say_what_went_wrong() {
    let cases = [
        (429, "ThrottlingException", FailureKind::RateLimited),
        (400, "ValidationException", FailureKind::InvalidRequest),
        (403, "AccessDeniedException", FailureKind::Permission),
        (403, "UnrecognizedClientException", FailureKind::Authentication),
        (403, "ExpiredTokenException", FailureKind::Authentication),
        (403, "InvalidSignatureException", FailureKind::Authentication),
        (404, "ResourceNotFoundException", FailureKind::NotFound),
        (408, "ModelTimeoutException", FailureKind::Timeout),
        (424, "ModelErrorException", FailureKind::Internal),
        (424, "ModelStreamErrorException", FailureKind::Internal),
        (429, "ModelNotReadyException", FailureKind::RateLimited),
        (400, "ServiceQuotaExceededException", FailureKind::RateLimited),
        (500, "InternalServerException", FailureKind::Internal),
        (503, "ServiceUnavailableException", FailureKind::Overloaded),
        (413, "SomethingNewException", FailureKind::TooLarge),
    ];
    for (status, name, kind) in cases {
        let failure = read_typed_failure(status, name, br#"{"message":"as it is"}"#);
        let expected = Failure { code: Some(name.to_owned()), ..Failure::new(kind, "as it is") };
        assert_eq!(failure, expected, "{name}");
    }
}

#[test]
fn types_are_found_wherever_they_stand() {
    let long = "ValidationException:http://internal.amazon.com/coral/com.amazon.bedrock/";
    let failure = read_typed_failure(400, long, br#"{"Message":"too long"}"#);
    let expected = |kind, code: Option<&str>, message: &str| Failure {
        code: code.map(str::to_owned),
        ..Failure::new(kind, message)
    };
    assert_eq!(failure, expected(FailureKind::InvalidRequest, Some("ValidationException"), "too long"));
    let body = br#"{"__type":"com.amazon.coral.service#AccessDeniedException","message":"no"}"#;
    let denied = expected(FailureKind::Permission, Some("AccessDeniedException"), "no");
    assert_eq!(read_failure(400, body), denied);
    let body = br#"{"originalMessage":"deep down","originalStatusCode":500}"#;
    assert_eq!(read_failure(424, body), expected(FailureKind::Internal, None, "deep down"));
}

#[test]
fn what_says_nothing_has_its_status() {
    for body in [b"".as_slice(), b"<html>", b"[]", b"{}", br#"{"message":null}"#, br#"{"message":""}"#] {
        let failure = read_failure(503, body);
        assert_eq!(failure, Failure::new(FailureKind::Overloaded, "the vendor answered 503"));
    }
}
