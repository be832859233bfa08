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
    /// Whether it is reached at a loopback address, where people type any of its names and ports.
    loopback: bool,
}

impl Own {
    /// From the portal's address, with or without a slash at the end.
    pub fn of(portal_url: &str) -> Self {
        let origin = portal_url.trim_end_matches('/').to_ascii_lowercase();
        let host = origin.split_once("://").map_or(origin.as_str(), |(_, host)| host);
        let loopback = is_loopback(host);
        Self { origin, loopback }
    }

    fn is_same(&self, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        match text("sec-fetch-site".parse().unwrap_or(header::VIA)) {
            Some(site) => site == "same-origin",
            None => text(header::ORIGIN).is_some_and(|origin| self.owns(origin, text(header::HOST))),
        }
    }

    /// Whether the origin is the portal's; on loopback, whether it is the one that the request came to.
    fn owns(&self, origin: &str, host: Option<&str>) -> bool {
        let origin = origin.to_ascii_lowercase();
        if origin == self.origin {
            return true;
        }
        let from = origin.strip_prefix("http://");
        self.loopback
            && from.is_some_and(|from| {
                is_loopback(from) && host.is_some_and(|host| host.eq_ignore_ascii_case(from))
            })
    }
}

/// Whether `localhost:3000`, `127.0.0.1` or `[::1]:80` is this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Lets through what only reads, and what comes from a page of this portal.
pub async fn check(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || portal.origin.is_same(request.headers()) {
        return next.run(request).await;
    }
    let detail = "this did not come from a page of the portal; open the portal and try again there";
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
    fn on_loopback_the_address_may_be_any_of_its_names() {
        let portal = "http://127.0.0.1:3000/";
        for (headers, expected) in [
            (&[("origin", "http://localhost:3000"), ("host", "localhost:3000")][..], true),
            (&[("origin", "http://[::1]:3000"), ("host", "[::1]:3000")], true),
            (&[("origin", "http://localhost:8080"), ("host", "localhost:3000")], false),
            (&[("origin", "http://evil.example"), ("host", "evil.example")], false),
        ] {
            assert_eq!(same(portal, headers), expected, "{headers:?}");
        }
    }
}
