//! One asset: its bytes in up to three encodings and the headers that go with them.
//! Conditional requests follow RFC 9110 section 13, the choice of an encoding its section 12.5.3.

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

pub struct Asset {
    content_type: &'static str,
    cache_control: &'static str,
    /// The first 16 hex digits of the SHA-256 of the plain bytes.
    digest: String,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Asset {
    pub fn new(name: &str, plain: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        let digest = Sha256::digest(&plain).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self {
            content_type: content_type(name),
            cache_control: cache_control(name),
            digest,
            plain,
            brotli,
            gzip,
        }
    }

    pub fn respond(&self, request: &HeaderMap) -> Response {
        let (encoding, body) = self.choose(request);
        let tag = match encoding {
            Some(encoding) => format!("\"{}-{encoding}\"", self.digest),
            None => format!("\"{}\"", self.digest),
        };
        if is_known(request, &tag) {
            return self.response(StatusCode::NOT_MODIFIED, &tag, Body::empty());
        }
        let length = body.len();
        let mut response = self.response(StatusCode::OK, &tag, Body::from(body));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        if let Some(encoding) = encoding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }

    /// The smallest encoding that is there and that the client takes.
    fn choose(&self, request: &HeaderMap) -> (Option<&'static str>, Bytes) {
        match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts(request, "br") => (Some("br"), brotli.clone()),
            (_, Some(gzip)) if accepts(request, "gzip") => (Some("gzip"), gzip.clone()),
            _ => (None, self.plain.clone()),
        }
    }

    fn response(&self, status: StatusCode, tag: &str, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        if let Ok(tag) = HeaderValue::from_str(tag) {
            headers.insert(ETAG, tag);
        }
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(self.cache_control));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
}

fn is_known(request: &HeaderMap, tag: &str) -> bool {
    list(request, IF_NONE_MATCH).any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

/// True when `Accept-Encoding` names the coding with a weight above zero.
fn accepts(request: &HeaderMap, coding: &str) -> bool {
    list(request, ACCEPT_ENCODING).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(coding) && weight.is_some_and(|weight| weight > 0.0)
    })
}

/// The members of a comma-separated header, over all its lines.
fn list(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
}

fn cache_control(name: &str) -> &'static str {
    if name.starts_with("pkg/") { "public, max-age=31536000, immutable" } else { "public, max-age=600" }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
