//! The head of a request as an upstream gets it: written as bytes at once, so that sending it again costs nothing.
//!
//! Fields of this hop end here (RFC 9110 section 7.6.1), the credential stays here, and what says who called is ours.

use super::target::Target;
use crate::authenticate::Used;
use crate::ctx::Ctx;
use crate::intake::request::is_hop_by_hop;
use crate::reject::{Reject, RejectKind};
use domain::credentials::key::Kind;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, request};
use smallvec::SmallVec;
use std::io::Write;
use std::net::IpAddr;

/// Writes the head. `body`: none, or its length where it is known (else it goes out in chunks).
pub fn head(
    ctx: &Ctx,
    request: &request::Parts,
    target: &Target,
    used: Used,
    body: Option<Option<u64>>,
) -> Result<Vec<u8>, Reject> {
    let mut head = Vec::with_capacity(1 << 10);
    request_line(&mut head, ctx, target);
    field(&mut head, b"host", host(ctx, &request.headers, target));
    end_to_end_fields(&mut head, ctx, &request.headers, used);
    match body {
        Some(Some(length)) => drop(write!(head, "content-length: {length}\r\n")),
        Some(None) => head.extend_from_slice(b"transfer-encoding: chunked\r\n"),
        // RFC 9110 section 8.6: where a method expects a body, its absence is said
        None if matches!(ctx.method, Method::POST | Method::PUT | Method::PATCH) => {
            head.extend_from_slice(b"content-length: 0\r\n");
        }
        None => {}
    }
    if ctx.upgrade {
        head.extend_from_slice(b"upgrade: websocket\r\nconnection: upgrade\r\n");
    } else if wants_trailers(&request.headers) {
        head.extend_from_slice(b"te: trailers\r\nconnection: te\r\n");
    }
    via(&mut head, ctx, request)?;
    forwarded(&mut head, ctx, &request.headers);
    let mut id = [0; uuid::fmt::Hyphenated::LENGTH];
    field(&mut head, b"x-request-id", ctx.id.hyphenated().encode_lower(&mut id).as_bytes());
    head.extend_from_slice(b"\r\n");
    Ok(head)
}

fn request_line(head: &mut Vec<u8>, ctx: &Ctx, target: &Target) {
    head.extend_from_slice(ctx.method.as_str().as_bytes());
    head.push(b' ');
    head.extend_from_slice(target.base_path.as_bytes());
    let below = ctx.path_below();
    if below.is_empty() && target.base_path.is_empty() {
        head.push(b'/');
    }
    head.extend_from_slice(below.as_bytes());
    if let Some(query) = ctx.uri.query() {
        head.push(b'?');
        head.extend_from_slice(query.as_bytes());
    }
    head.extend_from_slice(b" HTTP/1.1\r\n");
}

fn field(head: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    head.extend_from_slice(name);
    head.extend_from_slice(b": ");
    head.extend_from_slice(value);
    head.extend_from_slice(b"\r\n");
}

fn end_to_end_fields(head: &mut Vec<u8>, ctx: &Ctx, headers: &HeaderMap, used: Used) {
    let named = named_by_connection(headers);
    for (name, value) in headers {
        if ends_here(name, used)
            || named.contains(name)
            || (name == header::AUTHORIZATION && holds_key(value))
        {
            continue;
        }
        if name == header::COOKIE {
            cookie(head, &ctx.worker.options.portal_cookies, value);
        } else {
            field(head, name.as_str().as_bytes(), value.as_bytes());
        }
    }
}

/// Fields that `Connection` names, but `te`, which is written anew.
fn named_by_connection(headers: &HeaderMap) -> SmallVec<[HeaderName; 2]> {
    let values = headers.get_all(header::CONNECTION).iter();
    let tokens =
        values.flat_map(|value| value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii));
    tokens
        .filter(|token| !token.eq_ignore_ascii_case(b"keep-alive") && !token.eq_ignore_ascii_case(b"close"))
        .filter_map(|token| HeaderName::from_bytes(token).ok())
        .collect()
}

fn ends_here(name: &HeaderName, used: Used) -> bool {
    if is_hop_by_hop(name) {
        return true;
    }
    match name.as_str() {
        "host" | "content-length" | "via" | "x-api-key" | "x-request-id" | "forwarded" | "x-real-ip" => true,
        "authorization" => used == Used::Authorization,
        other => {
            other.starts_with("x-")
                && ["x-forwarded-", "x-gatehouse-", "x-consumer-", "x-team-"]
                    .iter()
                    .any(|prefix| other.starts_with(prefix))
        }
    }
}

/// Whether a key of ours stands in a field beside the one that it was taken from.
fn holds_key(value: &HeaderValue) -> bool {
    let prefix = Kind::Credential.prefix().as_bytes();
    value.as_bytes().windows(prefix.len()).any(|window| window == prefix)
}

/// Cookies but the portal's.
fn cookie(head: &mut Vec<u8>, ours: &[String], value: &HeaderValue) {
    let is_ours = |pair: &[u8]| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        ours.iter().any(|cookie| cookie.as_bytes() == name)
    };
    let pairs = value.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let kept: Vec<&[u8]> = pairs.filter(|pair| !is_ours(pair)).collect();
    if !kept.is_empty() {
        field(head, b"cookie", &kept.join(&b"; "[..]));
    }
}

/// The one thing that `TE` may say end to end.
fn wants_trailers(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::TE).iter();
    values.any(|value| {
        value.as_bytes().split(|byte| *byte == b',').any(|t| t.trim_ascii().eq_ignore_ascii_case(b"trailers"))
    })
}

/// RFC 9110 section 7.6.3. A call that already came through here would come again and again.
fn via(head: &mut Vec<u8>, ctx: &Ctx, request: &request::Parts) -> Result<(), Reject> {
    let us = ctx.worker.pseudonym.as_bytes();
    head.extend_from_slice(b"via: ");
    for value in request.headers.get_all(header::VIA) {
        if value.as_bytes().windows(us.len()).any(|window| window == us) {
            return Err(Reject::new(
                RejectKind::LoopDetected,
                "the api's backend leads back to this gateway",
            ));
        }
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b", ");
    }
    let version: &[u8] = match request.version {
        http::Version::HTTP_10 => b"1.0 ",
        http::Version::HTTP_2 => b"2 ",
        _ => b"1.1 ",
    };
    head.extend_from_slice(version);
    head.extend_from_slice(us);
    head.extend_from_slice(b"\r\n");
    Ok(())
}

/// Who called, for backends: from our own proxies with what they say, else only what we have seen ourselves.
fn forwarded(head: &mut Vec<u8>, ctx: &Ctx, headers: &HeaderMap) {
    let before = |name: &'static str| {
        if ctx.peer_trusted { headers.get(name).map(HeaderValue::as_bytes) } else { None }
    };
    head.extend_from_slice(b"x-forwarded-for: ");
    if ctx.peer_trusted {
        for value in headers.get_all("x-forwarded-for") {
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b", ");
        }
    }
    drop(write!(head, "{}\r\n", ctx.peer));
    let own_proto = if ctx.is_tls { "https" } else { "http" };
    let proto = before("x-forwarded-proto").unwrap_or(own_proto.as_bytes());
    field(head, b"x-forwarded-proto", proto);
    let host = before("x-forwarded-host").or_else(|| own_host(ctx, headers));
    if let Some(host) = host {
        field(head, b"x-forwarded-host", host);
    }
    if let Some(chain) = before("forwarded") {
        head.extend_from_slice(b"forwarded: ");
        head.extend_from_slice(chain);
        head.extend_from_slice(b", ");
    } else {
        head.extend_from_slice(b"forwarded: ");
    }
    match ctx.peer {
        IpAddr::V4(v4) => drop(write!(head, "for={v4};proto={own_proto}")),
        IpAddr::V6(v6) => drop(write!(head, "for=\"[{v6}]\";proto={own_proto}")),
    }
    if let Some(host) = own_host(ctx, headers) {
        head.extend_from_slice(b";host=\"");
        head.extend_from_slice(host);
        head.push(b'"');
    }
    head.extend_from_slice(b"\r\n");
}

fn host<'h>(ctx: &'h Ctx, headers: &'h HeaderMap, target: &'h Target) -> &'h [u8] {
    let asked = if target.preserves_host { own_host(ctx, headers) } else { None };
    asked.unwrap_or_else(|| target.authority.as_bytes())
}

/// The host that the client asked us for; it was checked to be one.
fn own_host<'h>(ctx: &'h Ctx, headers: &'h HeaderMap) -> Option<&'h [u8]> {
    let authority = ctx.uri.authority().map(|authority| authority.as_str().as_bytes());
    authority.or_else(|| headers.get(header::HOST).map(HeaderValue::as_bytes))
}
