//! What the head of a request must be like before anything is made of it (RFC 9110, RFC 9112 sections 3 and 6).
//!
//! hyper has parsed it by now and refused what is no HTTP at all; here is refused what two parsers could read in two
//! ways. Whatever fails here closes the connection.

use super::seats::Share;
use super::{client, path, upgrade};
use crate::ctx::Ctx;
use crate::h1::parse_length;
use crate::options::HeadLimits;
use crate::reject::{Reject, RejectKind};
use domain::calls::ID_SKEW;
use http::header::{self, HeaderName, HeaderValue};
use http::{Method, Version, request};
use ipnet::IpNet;
use std::borrow::Cow;
use uuid::Uuid;

const LARGEST_TARGET: usize = 8 << 10;

/// What the head said, once checked.
pub struct Head {
    is_http2: bool,
}

impl Head {
    /// The host that was asked for: lower case, without a port.
    #[must_use]
    pub fn host_name<'r>(&self, request: &'r request::Parts) -> Cow<'r, str> {
        let host = host(request, self.is_http2).unwrap_or_default();
        let name = match host.rfind(':') {
            Some(colon) if !host.ends_with(']') => host.get(..colon).unwrap_or(host),
            _ => host,
        };
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(name.to_ascii_lowercase())
        } else {
            name.into()
        }
    }
}

/// Checks the head; leaves the normalised path and the client's address in `ctx`. `length` is what the body has.
pub fn check(ctx: &mut Ctx, request: &request::Parts, length: Option<u64>) -> Result<Head, Reject> {
    let is_http2 = request.version == Version::HTTP_2;
    check_method(request)?;
    let fields = read_fields(request, ctx.worker.options.head)?;
    check_framing(request, &fields)?;
    check_host(request, &fields, is_http2)?;
    check_target(ctx, request)?;
    if fields.offers_upgrade && upgrade::asks_for_websocket(request) {
        if length != Some(0) {
            return Err(Reject::bad_request("what asks for another protocol has no body"));
        }
        ctx.upgrade = upgrade::is_handshake(request);
    }
    let trusted = &ctx.worker.options.trusted_proxies;
    if !trusted.is_empty() && client::is_trusted(ctx.peer, trusted) {
        ctx.client = client::address(ctx.peer, &request.headers, trusted);
        ctx.peer_trusted = true;
        ctx.id = named_by_peer(request, ctx.at_ms).unwrap_or(ctx.id);
        ctx.share = share(ctx, trusted)?;
    }
    Ok(Head { is_http2 })
}

/// A proxy's connections are nobody's in particular: whom it speaks for has as many calls as others have connections.
fn share(ctx: &Ctx, trusted: &[IpNet]) -> Result<Option<Share>, Reject> {
    if client::is_trusted(ctx.client, trusted) {
        return Ok(None);
    }
    let detail = "there are too many calls from one address at the same time";
    let overloaded = || Reject::new(RejectKind::Overloaded, detail).retry_after(1);
    ctx.worker.seats.share(ctx.client).ok_or_else(overloaded).map(Some)
}

/// The request id that a proxy of ours gave, when it is one of the kind that we make: of about now, because calls are
/// found by the time in it.
fn named_by_peer(request: &request::Parts, now_ms: u64) -> Option<Uuid> {
    let id = Uuid::try_parse_ascii(request.headers.get("x-request-id")?.as_bytes()).ok()?;
    if id.get_version_num() != 7 {
        return None;
    }
    let made_ms = id.as_u64_pair().0 >> 16;
    (made_ms.abs_diff(now_ms) <= ID_SKEW.num_milliseconds().unsigned_abs()).then_some(id)
}

fn check_method(request: &request::Parts) -> Result<(), Reject> {
    if matches!(request.method, Method::CONNECT | Method::TRACE) {
        let reject = Reject::new(RejectKind::MethodNotAllowed, "neither CONNECT nor TRACE pass this gateway");
        // a client may take the connection for a tunnel before it has read the answer
        return Err(reject.closing().header(
            header::ALLOW,
            HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
        ));
    }
    if !matches!(request.version, Version::HTTP_10 | Version::HTTP_11 | Version::HTTP_2) {
        return Err(Reject::new(
            RejectKind::VersionNotSupported,
            "HTTP/1.0, HTTP/1.1 and HTTP/2 are spoken here",
        ));
    }
    Ok(())
}

/// Fields that decide about framing and trust, counted.
#[derive(Default)]
struct Fields<'r> {
    hosts: usize,
    lengths: usize,
    length: Option<&'r HeaderValue>,
    codings: usize,
    coding: &'r [u8],
    offers_upgrade: bool,
}

/// Looks at every field once.
fn read_fields(request: &request::Parts, limits: HeadLimits) -> Result<Fields<'_>, Reject> {
    let mut fields = Fields::default();
    let is_http2 = request.version == Version::HTTP_2;
    let (one, limits) = (limits.field_bytes(), if is_http2 { limits.in_http2() } else { limits });
    if request.headers.len() > limits.fields {
        return Err(too_large(limits, one));
    }
    let mut size = request.uri.path().len();
    for (name, value) in &request.headers {
        let field = name.as_str().len() + value.len();
        size += field + 4;
        if field > one || size > limits.bytes {
            return Err(too_large(limits, one));
        }
        if is_http2 && value.as_bytes() != value.as_bytes().trim_ascii() {
            // HTTP/1.1 has no way to write that (RFC 9113 section 8.2.1)
            return Err(Reject::bad_request("the value of a field begins or ends with a space"));
        }
        match *name {
            header::HOST => fields.hosts += 1,
            header::CONTENT_LENGTH => {
                fields.lengths += 1;
                fields.length = Some(value);
            }
            header::TRANSFER_ENCODING => {
                fields.codings += 1;
                fields.coding = value.as_bytes();
            }
            header::CONNECTION => check_connection(value)?,
            header::UPGRADE => fields.offers_upgrade = true,
            header::EXPECT if !value.as_bytes().eq_ignore_ascii_case(b"100-continue") => {
                return Err(Reject::new(RejectKind::ExpectationFailed, "only 100-continue can be expected"));
            }
            _ if name.as_str().contains('_') && is_trusted_name(&name.as_str().replace('_', "-")) => {
                return Err(Reject::bad_request("a field name that some servers take for another one"));
            }
            _ => {}
        }
    }
    Ok(fields)
}

/// What may be in a head, and how many bytes in one field of it.
#[must_use]
pub fn too_large(limits: HeadLimits, one: usize) -> Reject {
    let HeadLimits { bytes, fields } = limits;
    Reject::new(
        RejectKind::HeadersTooLarge,
        format!("there may be {fields} header fields, one of {one} bytes at most and all of {bytes}"),
    )
}

/// `Connection` removes the fields that it names: never those that others rely on.
fn check_connection(value: &HeaderValue) -> Result<(), Reject> {
    for token in value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii) {
        let name = token.to_ascii_lowercase();
        if std::str::from_utf8(&name).is_ok_and(is_trusted_name) {
            return Err(Reject::bad_request("Connection names a field that it must not remove"));
        }
    }
    Ok(())
}

/// Fields that the gateway or a backend trusts.
fn is_trusted_name(name: &str) -> bool {
    matches!(
        name,
        "host"
            | "authorization"
            | "x-api-key"
            | "content-length"
            | "content-type"
            | "transfer-encoding"
            | "cookie"
            | "forwarded"
            | "via"
            | "x-real-ip"
            | "x-request-id"
            | "expect"
            | "traceparent"
    ) || ["x-forwarded-", "x-gatehouse-", "x-consumer-", "x-team-"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

fn check_framing(request: &request::Parts, fields: &Fields<'_>) -> Result<(), Reject> {
    if fields.lengths > 1 || fields.codings > 1 {
        return Err(Reject::bad_request("the length of the body is given more than once"));
    }
    if fields.length.is_some_and(|length| parse_length(length).is_none()) {
        return Err(Reject::bad_request("Content-Length is no number"));
    }
    if fields.codings == 0 {
        return Ok(());
    }
    if fields.lengths > 0 {
        return Err(Reject::bad_request("Content-Length and Transfer-Encoding exclude each other"));
    }
    if request.version != Version::HTTP_11 {
        return Err(Reject::bad_request("only HTTP/1.1 has Transfer-Encoding"));
    }
    let known = |coding: &[u8]| {
        ["gzip", "x-gzip", "deflate", "compress", "x-compress"].iter().any(|known| coding == known.as_bytes())
    };
    let mut codings: Vec<Vec<u8>> = fields
        .coding
        .split(|byte| *byte == b',')
        .map(|coding| coding.trim_ascii().to_ascii_lowercase())
        .collect();
    match codings.pop() {
        Some(last) if last == b"chunked" && codings.is_empty() => Ok(()),
        Some(last) if last == b"chunked" && codings.iter().all(|coding| known(coding)) => Err(Reject::new(
            RejectKind::CodingNotImplemented,
            "chunked is the only transfer coding that is spoken here",
        )),
        _ => Err(Reject::bad_request("a transfer coding other than chunked")),
    }
}

fn check_host(request: &request::Parts, fields: &Fields<'_>, is_http2: bool) -> Result<(), Reject> {
    if fields.hosts > 1 {
        return Err(Reject::bad_request("more than one Host"));
    }
    let authority = request.uri.authority().map(http::uri::Authority::as_str);
    let field = request.headers.get(header::HOST).map(HeaderValue::as_bytes);
    if let (Some(authority), Some(field)) = (authority, field)
        && !authority.as_bytes().eq_ignore_ascii_case(field)
    {
        return Err(Reject::bad_request("the target and Host name different hosts"));
    }
    match host(request, is_http2) {
        Some(host) if is_host(host) => Ok(()),
        Some(_) => Err(Reject::bad_request("Host is not a host")),
        // HTTP/1.0 did not have it
        None if field.is_none() && request.version == Version::HTTP_10 => Ok(()),
        None => Err(Reject::bad_request("no Host")),
    }
}

fn host(request: &request::Parts, is_http2: bool) -> Option<&str> {
    let field =
        || request.headers.get(header::HOST).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    if is_http2 { request.uri.authority().map(http::uri::Authority::as_str).or_else(field) } else { field() }
}

/// `uri-host [ ":" port ]`, without escapes.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, rest)) => {
            if v6.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            match rest.strip_prefix(':') {
                Some(port) => ("v6", port),
                None if rest.is_empty() => ("v6", "80"),
                None => return false,
            }
        }
        None => text.split_once(':').unwrap_or((text, "80")),
    };
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
        && port.len() <= 5
        && port.bytes().all(|byte| byte.is_ascii_digit())
}

fn check_target(ctx: &mut Ctx, request: &request::Parts) -> Result<(), Reject> {
    let uri = &request.uri;
    let query = uri.query().unwrap_or_default();
    if uri.path().len() + query.len() >= LARGEST_TARGET {
        return Err(Reject::new(RejectKind::UriTooLong, "an address may have 8192 bytes"));
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(Reject::bad_request("the target holds a user name"));
    }
    if uri.path() == "*" {
        // RFC 9110 section 9.3.7: about the server as a whole, of which there is nothing to say
        let kind =
            if request.method == Method::OPTIONS { RejectKind::NoRoute } else { RejectKind::BadRequest };
        return Err(Reject::new(kind, "* is an address for OPTIONS alone, and no api has it"));
    }
    if !query.bytes().all(|byte| (0x21..=0x7e).contains(&byte)) {
        return Err(Reject::bad_request("the query has a character that is not printable ASCII"));
    }
    match path::normalise(uri.path()) {
        Ok(Cow::Borrowed(_)) => Ok(()),
        Ok(Cow::Owned(normal)) => {
            ctx.normalised = Some(normal.into_boxed_str());
            Ok(())
        }
        Err(detail) => Err(Reject::new(RejectKind::BadRequest, format!("the path has {detail}"))),
    }
}

/// Whether a field of that name concerns only the connection it came over (RFC 9110 section 7.6.1).
#[must_use]
pub fn is_hop_by_hop(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection"
            | "keep-alive"
            | "proxy-connection"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
            | "http2-settings"
            | "expect"
    )
}
