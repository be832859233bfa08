//! Requests to go on in another protocol over the same connection (RFC 9110 section 7.8). WebSocket (RFC 6455) is the
//! only one that passes; of every other offer nothing is said to the upstream, and the request is an ordinary one.

use http::header::{self, HeaderMap, HeaderName};
use http::{Method, Version, request};

/// Whether WebSocket is among what is offered. HTTP/1.0 has no upgrade, and HTTP/2 another way (RFC 8441, which is not
/// spoken here).
#[must_use]
pub fn asks_for_websocket(request: &request::Parts) -> bool {
    request.version == Version::HTTP_11
        && lists(&request.headers, &header::CONNECTION, b"upgrade")
        && lists(&request.headers, &header::UPGRADE, b"websocket")
}

/// Whether it is the opening handshake of a WebSocket (RFC 6455 section 4.1); what it says in detail is for the server
/// to judge.
#[must_use]
pub fn is_handshake(request: &request::Parts) -> bool {
    request.method == Method::GET
        && request.headers.contains_key(header::SEC_WEBSOCKET_KEY)
        && request.headers.contains_key(header::SEC_WEBSOCKET_VERSION)
        && asks_for_websocket(request)
}

fn lists(headers: &HeaderMap, name: &HeaderName, word: &[u8]) -> bool {
    let mut tokens = headers.get_all(name).iter().flat_map(|value| value.as_bytes().split(|b| *b == b','));
    tokens.any(|token| token.trim_ascii().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn parts(version: Version, method: Method, fields: &[(&str, &str)]) -> request::Parts {
        let mut request = Request::builder().method(method).version(version);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_handshake_has_all_of_its_parts() {
        let all = [
            ("connection", "keep-alive, Upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("sec-websocket-version", "13"),
        ];
        assert!(is_handshake(&parts(Version::HTTP_11, Method::GET, &all)));
        let mut listed = all;
        listed[1].1 = "h2c, websocket";
        assert!(is_handshake(&parts(Version::HTTP_11, Method::GET, &listed)));
        for version in [Version::HTTP_10, Version::HTTP_2] {
            assert!(!asks_for_websocket(&parts(version, Method::GET, &all)), "{version:?}");
        }
        assert!(!is_handshake(&parts(Version::HTTP_11, Method::POST, &all)));
        for missing in 0..all.len() {
            let mut fields = all.to_vec();
            fields.remove(missing);
            assert!(!is_handshake(&parts(Version::HTTP_11, Method::GET, &fields)), "{missing}");
        }
        for (at, other) in [(0, "upgraded"), (1, "h2c"), (1, "websocket2"), (1, "web socket")] {
            let mut fields = all;
            fields[at].1 = other;
            assert!(!asks_for_websocket(&parts(Version::HTTP_11, Method::GET, &fields)), "{other}");
        }
    }
}
