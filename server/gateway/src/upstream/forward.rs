//! The head of a request as an upstream gets it. For HTTP/1.1 it is written as bytes at once, so that sending it again
//! costs nothing; for HTTP/2 it is put together as fields, by the same rules.
//!
//! Fields of this hop end here (RFC 9110 section 7.6.1), the credential stays here, and what says who called is ours.

use super::http2::message::Fields;
use super::target::Target;
use crate::authenticate::Used;
use crate::ctx::Ctx;
use crate::intake::request::is_hop_by_hop;
use crate::reject::{Reject, RejectKind};
use domain::credentials::key::Kind;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, request};
use smallvec::SmallVec;
use std::io::Write;
use std::net::IpAddr;

/// Where the fields of a head go. What is written between the begin and the end of a field is its value.
pub trait HeadSink: Write {
    fn begin(&mut self, name: &'static str);

    fn end(&mut self);

    /// A field as it came.
    fn copy(&mut self, name: &HeaderName, value: &HeaderValue);

    /// A piece of a value.
    fn put(&mut self, bytes: &[u8]) {
        // neither bytes nor fields in memory can fail to be written
        drop(self.write_all(bytes));
    }

    fn field(&mut self, name: &'static str, value: &[u8]) {
        self.begin(name);
        self.put(value);
        self.end();
    }
}

impl HeadSink for Vec<u8> {
    fn begin(&mut self, name: &'static str) {
        self.extend_from_slice(name.as_bytes());
        self.extend_from_slice(b": ");
    }

    fn end(&mut self) {
        self.extend_from_slice(b"\r\n");
    }

    fn copy(&mut self, name: &HeaderName, value: &HeaderValue) {
        self.extend_from_slice(name.as_str().as_bytes());
        self.extend_from_slice(b": ");
        self.extend_from_slice(value.as_bytes());
        self.extend_from_slice(b"\r\n");
    }
}

/// Writes the head for HTTP/1.1. `body`: none, or its length where it is known (else it goes out in chunks).
pub fn head(
    ctx: &Ctx,
    request: &request::Parts,
    target: &Target,
    used: Used,
    body: Option<Option<u64>>,
) -> Result<Vec<u8>, Reject> {
    let mut head = Vec::with_capacity(1 << 10);
    head.extend_from_slice(ctx.method.as_str().as_bytes());
    head.push(b' ');
    put_target(&mut head, ctx, target);
    head.extend_from_slice(b" HTTP/1.1\r\n");
    head.field("host", host(ctx, &request.headers, target));
    end_to_end_fields(&mut head, ctx, &request.headers, used);
    length(&mut head, ctx, body);
    if body == Some(None) {
        head.extend_from_slice(b"transfer-encoding: chunked\r\n");
    }
    if ctx.upgrade {
        head.extend_from_slice(b"upgrade: websocket\r\nconnection: upgrade\r\n");
    } else if wants_trailers(&request.headers) {
        head.extend_from_slice(b"te: trailers\r\nconnection: te\r\n");
    }
    ours(&mut head, ctx, request)?;
    head.extend_from_slice(b"\r\n");
    Ok(head)
}

/// The same for HTTP/2 (RFC 9113 section 8.3), where frames tell of the body.
pub fn http2_head(
    ctx: &Ctx,
    request: &request::Parts,
    target: &Target,
    used: Used,
    body: Option<Option<u64>>,
) -> Result<Request<()>, Reject> {
    let mut fields = Fields::default();
    end_to_end_fields(&mut fields, ctx, &request.headers, used);
    length(&mut fields, ctx, body);
    if wants_trailers(&request.headers) {
        fields.field("te", b"trailers");
    }
    ours(&mut fields, ctx, request)?;
    let mut address = Vec::with_capacity(128);
    put_target(&mut address, ctx, target);
    let host = host(ctx, &request.headers, target);
    let whole = fields.into_request(ctx.method.clone(), target.tls.is_some(), host, address);
    whole.ok_or_else(|| Reject::bad_request("an address that cannot be passed on"))
}

fn put_target(out: &mut Vec<u8>, ctx: &Ctx, target: &Target) {
    out.extend_from_slice(target.base_path.as_bytes());
    let below = ctx.path_below();
    if below.is_empty() && target.base_path.is_empty() {
        out.push(b'/');
    }
    out.extend_from_slice(below.as_bytes());
    if let Some(query) = ctx.uri.query() {
        out.push(b'?');
        out.extend_from_slice(query.as_bytes());
    }
}

fn length(head: &mut impl HeadSink, ctx: &Ctx, body: Option<Option<u64>>) {
    match body {
        Some(Some(length)) => {
            head.begin("content-length");
            head.put(itoa::Buffer::new().format(length).as_bytes());
            head.end();
        }
        // RFC 9110 section 8.6: where a method expects a body, its absence is said
        None if matches!(ctx.method, Method::POST | Method::PUT | Method::PATCH) => {
            head.field("content-length", b"0");
        }
        Some(None) | None => {}
    }
}

/// What the gateway says of the call.
fn ours(head: &mut impl HeadSink, ctx: &Ctx, request: &request::Parts) -> Result<(), Reject> {
    via(head, ctx, request)?;
    forwarded(head, ctx, &request.headers);
    let mut id = [0; uuid::fmt::Hyphenated::LENGTH];
    head.field("x-request-id", ctx.id.hyphenated().encode_lower(&mut id).as_bytes());
    head.field("traceparent", &ctx.trace.traceparent());
    Ok(())
}

fn end_to_end_fields(head: &mut impl HeadSink, ctx: &Ctx, headers: &HeaderMap, used: Used) {
    let named = named_by_connection(headers);
    for (name, value) in headers {
        if ends_here(name, used)
            || named.contains(name)
            || (name == header::AUTHORIZATION && holds_key(value))
            || (name == "tracestate" && !ctx.trace.keeps_state())
        {
            continue;
        }
        if name == header::COOKIE {
            cookie(head, &ctx.worker.options.portal_cookies, value);
        } else {
            head.copy(name, value);
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
        "host" | "content-length" | "via" | "x-api-key" | "x-request-id" | "forwarded" | "x-real-ip"
        | "traceparent" => true,
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
fn cookie(head: &mut impl HeadSink, ours: &[String], value: &HeaderValue) {
    let is_ours = |pair: &[u8]| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        ours.iter().any(|cookie| cookie.as_bytes() == name)
    };
    let pairs = value.as_bytes().split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    let kept: Vec<&[u8]> = pairs.filter(|pair| !is_ours(pair)).collect();
    if !kept.is_empty() {
        head.field("cookie", &kept.join(&b"; "[..]));
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
fn via(head: &mut impl HeadSink, ctx: &Ctx, request: &request::Parts) -> Result<(), Reject> {
    let us = ctx.worker.pseudonym.as_bytes();
    head.begin("via");
    for value in request.headers.get_all(header::VIA) {
        if value.as_bytes().windows(us.len()).any(|window| window == us) {
            return Err(Reject::new(
                RejectKind::LoopDetected,
                "the api's backend leads back to this gateway",
            ));
        }
        head.put(value.as_bytes());
        head.put(b", ");
    }
    let version: &[u8] = match request.version {
        http::Version::HTTP_10 => b"1.0 ",
        http::Version::HTTP_2 => b"2 ",
        _ => b"1.1 ",
    };
    head.put(version);
    head.put(us);
    head.end();
    Ok(())
}

/// Who called, for backends: from our own proxies with what they say, else only what we have seen ourselves.
fn forwarded(head: &mut impl HeadSink, ctx: &Ctx, headers: &HeaderMap) {
    let before = |name: &'static str| {
        if ctx.peer_trusted { headers.get(name).map(HeaderValue::as_bytes) } else { None }
    };
    head.begin("x-forwarded-for");
    if ctx.peer_trusted {
        for value in headers.get_all("x-forwarded-for") {
            head.put(value.as_bytes());
            head.put(b", ");
        }
    }
    put_address(head, ctx.peer);
    head.end();
    let own_proto = if ctx.is_tls { "https" } else { "http" };
    let proto = before("x-forwarded-proto").unwrap_or(own_proto.as_bytes());
    head.field("x-forwarded-proto", proto);
    let host = before("x-forwarded-host").or_else(|| own_host(ctx, headers));
    if let Some(host) = host {
        head.field("x-forwarded-host", host);
    }
    head.begin("forwarded");
    if let Some(chain) = before("forwarded") {
        head.put(chain);
        head.put(b", ");
    }
    // RFC 7239 section 6: with colons in it, it is quoted
    let (before, after): (&[u8], &[u8]) =
        if ctx.peer.is_ipv4() { (b"for=", b";proto=") } else { (b"for=\"[", b"]\";proto=") };
    head.put(before);
    put_address(head, ctx.peer);
    head.put(after);
    head.put(own_proto.as_bytes());
    if let Some(host) = own_host(ctx, headers) {
        head.put(b";host=\"");
        head.put(host);
        head.put(b"\"");
    }
    head.end();
}

/// An address without the formatting machinery: two are written for every call.
fn put_address(head: &mut impl HeadSink, address: IpAddr) {
    let IpAddr::V4(v4) = address else { return drop(write!(head, "{address}")) };
    for (place, octet) in v4.octets().into_iter().enumerate() {
        if place > 0 {
            head.put(b".");
        }
        head.put(itoa::Buffer::new().format(octet).as_bytes());
    }
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
