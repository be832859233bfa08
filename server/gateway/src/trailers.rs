//! Fields that come after a body (RFC 9110 section 6.5), in whichever version of HTTP.

use http::{HeaderMap, HeaderName, header};

/// Whether a field never comes as a trailer: those that frame a message, route it or authenticate it, or change how
/// what came before them is to be read (section 6.5.1).
#[must_use]
pub fn is_never_trailer(name: &HeaderName) -> bool {
    [
        header::CONTENT_LENGTH,
        header::TRANSFER_ENCODING,
        header::HOST,
        header::TRAILER,
        header::TE,
        header::UPGRADE,
        header::CONNECTION,
        header::AUTHORIZATION,
        header::PROXY_AUTHORIZATION,
        header::PROXY_AUTHENTICATE,
        header::WWW_AUTHENTICATE,
        header::COOKIE,
        header::SET_COOKIE,
        header::CONTENT_TYPE,
        header::CONTENT_ENCODING,
        header::CONTENT_RANGE,
        header::CACHE_CONTROL,
        header::EXPECT,
        header::MAX_FORWARDS,
    ]
    .contains(name)
        || matches!(name.as_str(), "x-api-key" | "keep-alive" | "proxy-connection")
}

/// The trailers that may pass, if any.
#[must_use]
pub fn passing(mut trailers: HeaderMap) -> Option<HeaderMap> {
    let never: Vec<HeaderName> = trailers.keys().filter(|name| is_never_trailer(name)).cloned().collect();
    for name in &never {
        trailers.remove(name);
    }
    if trailers.is_empty() { None } else { Some(trailers) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_frames_or_authenticates_never_passes() {
        let mut trailers = HeaderMap::new();
        for name in ["grpc-status", "content-length", "authorization", "x-api-key", "te", "x-sum"] {
            trailers.append(name, "1".parse().unwrap());
        }
        let mut names: Vec<String> = Vec::new();
        names.extend(passing(trailers).unwrap().keys().map(ToString::to_string));
        names.sort();
        assert_eq!(names, ["grpc-status", "x-sum"]);
        let mut none = HeaderMap::new();
        none.append("host", "a".parse().unwrap());
        assert_eq!(passing(none), None);
    }
}
