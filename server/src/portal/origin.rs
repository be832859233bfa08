//! Against forged requests: what changes anything must come from a page of this portal. Modern browsers say so in
//! `Sec-Fetch-Site` (Fetch Metadata), older ones in `Origin`; a request that says neither is refused.

use super::Portal;
use super::problems;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::problem::{Problem, ProblemKind};
use http::{HeaderMap, Method, header};
use std::net::IpAddr;

/// The portal's own origin.
pub struct Own {
    /// `https://portal.example.com`
    origin: String,
    /// Whether it has no name but an address, without TLS: then it is reached at each address of the machine, and
    /// through forwarded ports.
    by_address: bool,
}

impl Own {
    /// From the portal's address, with or without a slash at the end.
    pub fn of(portal_url: &str) -> Self {
        let origin = portal_url.trim_end_matches('/').to_ascii_lowercase();
        let by_address = origin.strip_prefix("http://").is_some_and(is_address);
        Self { origin, by_address }
    }

    fn is_same(&self, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        match text("sec-fetch-site".parse().unwrap_or(header::VIA)) {
            Some(site) => site == "same-origin",
            None => text(header::ORIGIN).is_some_and(|origin| self.owns(origin, text(header::HOST))),
        }
    }

    /// Whether the origin is the portal's; where that has no name, whether it is the address that the request came to.
    /// A name would not do: anybody can have one that leads here (DNS rebinding), but nobody else's page is served at
    /// this address and port.
    fn owns(&self, origin: &str, host: Option<&str>) -> bool {
        let origin = origin.to_ascii_lowercase();
        origin == self.origin
            || (self.by_address
                && came_to(&origin, host)
                && origin.strip_prefix("http://").is_some_and(is_address))
    }

    /// What is said of a request that is not from a page of the portal.
    fn refusal(&self, headers: &HeaderMap) -> String {
        let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        let elsewhere = text(header::ORIGIN)
            .is_some_and(|origin| came_to(&origin.to_ascii_lowercase(), text(header::HOST)));
        if elsewhere {
            format!(
                "the portal is at {}; open it there, or have an operator set GATEHOUSE_PORTAL_URL to the address \
                 that you typed",
                self.origin
            )
        } else {
            "this did not come from a page of the portal; open the portal and try again there".to_owned()
        }
    }
}

/// Whether a page of this origin sent the request to where it came from.
fn came_to(origin: &str, host: Option<&str>) -> bool {
    let from = origin.split_once("://").map(|(_, from)| from);
    from.is_some_and(|from| host.is_some_and(|host| host.eq_ignore_ascii_case(from)))
}

/// Whether a host is an address, like `127.0.0.1` or `[::1]:80`, or `localhost:3000`, which browsers take for one.
fn is_address(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok()
}

/// Lets through what only reads, and what comes from a page of this portal.
pub async fn check(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || portal.origin.is_same(request.headers()) {
        return next.run(request).await;
    }
    let detail = portal.origin.refusal(request.headers());
    problems::response(Problem::new(ProblemKind::Forbidden, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(portal: &str, pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        Own::of(portal).is_same(&headers)
    }

    #[test]
    fn only_pages_of_the_portal_may_post() {
        let portal = "https://portal.example.com";
        for (headers, expected) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "cross-site"), ("origin", portal)], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("origin", "https://PORTAL.example.com")], true),
            (&[("origin", "http://portal.example.com")], false),
            (&[("origin", "https://portal.example.com.evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "http://localhost:3000"), ("host", "localhost:3000")], false),
            (&[], false),
        ] {
            assert_eq!(same(portal, headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_portal_without_a_name_is_at_each_address_and_under_no_name() {
        for portal in ["http://127.0.0.1:3000/", "http://192.168.1.5:3000", "http://0.0.0.0:3000"] {
            for (headers, expected) in [
                (&[("origin", "http://localhost:3000"), ("host", "localhost:3000")][..], true),
                (&[("origin", "http://[::1]:3000"), ("host", "[::1]:3000")], true),
                (&[("origin", "http://10.0.0.5"), ("host", "10.0.0.5")], true),
                (&[("origin", "http://localhost:8080"), ("host", "localhost:3000")], false),
                (&[("origin", "http://10.0.0.5:8080"), ("host", "10.0.0.5:3000")], false),
                (&[("origin", "https://10.0.0.5"), ("host", "10.0.0.5")], false),
                (&[("origin", "http://evil.example:3000"), ("host", "evil.example:3000")], false),
                (&[("origin", "http://10.0.0.5.evil.example"), ("host", "10.0.0.5.evil.example")], false),
                (&[("sec-fetch-site", "cross-site"), ("origin", "http://[::1]"), ("host", "[::1]")], false),
            ] {
                assert_eq!(same(portal, headers), expected, "{portal}: {headers:?}");
            }
        }
        let named = [("origin", "http://10.0.0.5:3000"), ("host", "10.0.0.5:3000")];
        assert!(!same("https://portal.example.com", &named) && !same("https://10.0.0.5", &named));
    }
}
