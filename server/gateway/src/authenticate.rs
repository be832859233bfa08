//! Stage 3: which credential a call shows, and whose it is.
//!
//! Read in this order: `X-API-Key: {key}`, `Authorization: Bearer {key}`, `Authorization: {key}`; on ai apis
//! `x-goog-api-key: {key}` as well, when there is none of them.

use crate::ctx::Ctx;
use crate::reject::{Reject, RejectKind};
use crate::snapshot::Snapshot;
use domain::credentials::key::{self, Kind};
use http::{HeaderMap, HeaderName, HeaderValue, header};

pub const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Where Google's SDKs put a key; read on ai apis alone.
const GOOGLE_KEY: HeaderName = HeaderName::from_static("x-goog-api-key");

/// Which header the credential came in; it does not travel on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    ApiKey,
    Authorization,
}

pub fn find(ctx: &mut Ctx, snapshot: &Snapshot, headers: &HeaderMap) -> Result<Used, Reject> {
    let is_ai = ctx.version.as_ref().is_some_and(|version| version.models.is_some());
    let (shown, used) = match shown(headers) {
        Err(_) if is_ai && headers.contains_key(GOOGLE_KEY) => googles(headers)?,
        shown => shown?,
    };
    // a mistyped key is told from its checksum alone
    if !key::is_well_formed(Kind::Credential, shown) {
        return Err(invalid());
    }
    let hash = ctx.worker.snapshots.hash(shown);
    let credential = snapshot.credential(&hash).ok_or_else(invalid)?;
    ctx.credential = Some(credential.clone());
    if credential.expires_ms.is_some_and(|at| at <= ctx.at_ms) {
        return Err(Reject::new(
            RejectKind::CredentialExpired,
            "this key has expired; its owner can make a new one",
        ));
    }
    Ok(used)
}

fn googles(headers: &HeaderMap) -> Result<(&str, Used), Reject> {
    let value = only(headers, GOOGLE_KEY)?.ok_or_else(required)?;
    Ok((text(value)?, Used::ApiKey))
}

fn shown(headers: &HeaderMap) -> Result<(&str, Used), Reject> {
    if let Some(value) = only(headers, API_KEY)? {
        return Ok((text(value)?, Used::ApiKey));
    }
    let Some(value) = only(headers, header::AUTHORIZATION)? else { return Err(required()) };
    let value = text(value)?;
    match value.split_once(' ') {
        None => Ok((value, Used::Authorization)),
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => Ok((key.trim(), Used::Authorization)),
        // some other scheme is not for us
        Some(_) => Err(required()),
    }
}

/// The header's one value. Two of them are no credential: nobody could say which one was checked.
fn only(headers: &HeaderMap, name: HeaderName) -> Result<Option<&HeaderValue>, Reject> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        (_, Some(_)) => Err(invalid()),
    }
}

fn text(value: &HeaderValue) -> Result<&str, Reject> {
    value.to_str().map(str::trim).map_err(|_| invalid())
}

fn required() -> Reject {
    Reject::new(
        RejectKind::CredentialRequired,
        "send an API key as \"Authorization: Bearer {key}\" or \"X-API-Key: {key}\"",
    )
}

fn invalid() -> Reject {
    Reject::new(RejectKind::CredentialInvalid, "this API key is unknown or was revoked")
}
