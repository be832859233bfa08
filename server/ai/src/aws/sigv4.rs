//! Amazon's signature of a request, version 4 (`AWS4-HMAC-SHA256`), as botocore 1.44 makes it for all services but S3:
//! the path as it goes over the wire is encoded once more before it is signed.

#[cfg(test)]
mod tests;

use super::percent_encode;
use chrono::DateTime;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// The service that Bedrock's requests are signed for, whatever the host is called.
pub const BEDROCK: &str = "bedrock";

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Who signs.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    pub access_key: &'a str,
    pub secret_key: &'a str,
    /// Of keys that hold for hours.
    pub session_token: Option<&'a str>,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // the other two are secrets
        out.debug_struct("Credentials").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

/// For what, where and when a signature holds.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    pub region: &'a str,
    pub service: &'a str,
    /// Unix seconds. Amazon takes signatures that are at most five minutes off.
    pub time: i64,
}

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub method: &'a str,
    /// As in the `host` header: with the port, unless it is the scheme's own.
    pub host: &'a str,
    /// As sent.
    pub path: &'a str,
    /// As sent, without the `?`.
    pub query: &'a str,
    /// Those that nobody changes on the way; without `host` and what [`sign`] gives.
    pub headers: &'a [(&'a str, &'a str)],
    /// Of [`body_hash`].
    pub body_hash: &'a str,
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn body_hash(body: &[u8]) -> String {
    hex(&Sha256::digest(body))
}

/// The headers to send with the request: names in small letters, with their values.
#[must_use]
pub fn sign(
    request: &Request<'_>,
    credentials: &Credentials<'_>,
    scope: &Scope<'_>,
) -> Vec<(&'static str, String)> {
    // a time that no calendar has is refused by Amazon like any wrong time
    let time = DateTime::from_timestamp(scope.time, 0).unwrap_or_default();
    let (time, day) = (time.format("%Y%m%dT%H%M%SZ").to_string(), time.format("%Y%m%d").to_string());
    let mut given =
        vec![("x-amz-content-sha256", request.body_hash.to_owned()), ("x-amz-date", time.clone())];
    given.extend(credentials.session_token.map(|token| ("x-amz-security-token", token.to_owned())));
    let (canonical, signed) = canonical_request(request, &given);
    let holds = format!("{day}/{}/{}/aws4_request", scope.region, scope.service);
    let text = format!("{ALGORITHM}\n{time}\n{holds}\n{}", body_hash(canonical.as_bytes()));
    let secret = format!("AWS4{}", credentials.secret_key);
    let key = [day.as_str(), scope.region, scope.service, "aws4_request"]
        .into_iter()
        .fold(secret.into_bytes(), |key, part| hmac(&key, part).to_vec());
    let signature = hex(&hmac(&key, &text));
    let key = credentials.access_key;
    let authorization =
        format!("{ALGORITHM} Credential={key}/{holds}, SignedHeaders={signed}, Signature={signature}");
    given.push(("authorization", authorization));
    given
}

/// What is hashed, and the names of the headers in it.
fn canonical_request(request: &Request<'_>, given: &[(&str, String)]) -> (String, String) {
    let mut headers = BTreeMap::<String, String>::new();
    let ours = given.iter().map(|(name, value)| (*name, value.as_str()));
    let host = std::iter::once(("host", request.host));
    for (name, value) in request.headers.iter().copied().chain(host).chain(ours) {
        // one space at the most, wherever there are some
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        headers
            .entry(name.to_ascii_lowercase())
            .and_modify(|before| {
                before.push(',');
                before.push_str(&value);
            })
            .or_insert(value);
    }
    let signed = headers.keys().map(String::as_str).collect::<Vec<_>>().join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let canonical = format!(
        "{}\n{}\n{}\n{lines}\n{signed}\n{}",
        request.method.to_ascii_uppercase(),
        percent_encode(&without_dots(request.path), b"/"),
        canonical_query(request.query),
        request.body_hash,
    );
    (canonical, signed)
}

/// The path without `.`, `..` and empty segments (RFC 3986, section 5.2.4).
fn without_dots(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    let end = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{end}", segments.join("/"))
}

/// The query with its fields in order. It is encoded already.
fn canonical_query(query: &str) -> String {
    let mut fields: Vec<_> = query
        .split('&')
        .filter(|_| !query.is_empty())
        .map(|field| field.split_once('=').unwrap_or((field, "")))
        .collect();
    fields.sort_unstable();
    fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn hmac(key: &[u8], text: &str) -> [u8; 32] {
    // HMAC takes keys of every length
    let mac = Hmac::<Sha256>::new_from_slice(key);
    mac.map(|mac| mac.chain_update(text).finalize().into_bytes().into()).unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // writing into a text cannot fail
        let _ = write!(text, "{byte:02x}");
    }
    text
}
