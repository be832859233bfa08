//! JSON bodies: of a bounded size, declared as JSON, read strictly.

use super::wording;
use crate::merge_patch;
use crate::operation::{Description, Input};
use crate::problem::Refusal;
use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use control::openapi::Limits;
use domain::check::Invalid;
use domain::problem::{Problem, ProblemKind};
use domain::strict_json;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::marker::PhantomData;

/// Bytes of a body that holds what a person typed.
pub const SMALL: usize = 256 * 1024;
/// Bytes of a body in which an OpenAPI document may be. In a JSON string each of its bytes takes at most six
/// (`\u0022`), so none that may be read is refused for how it was escaped. Enough for the files of a prompt, too.
pub const LARGE: usize = 6 * Limits::GIVEN.bytes + SMALL;

/// A JSON body of at most `MOST` bytes. No body at all reads as `{}`.
pub struct Body<T, const MOST: usize = SMALL>(pub T);

/// A change in JSON, read as a merge patch (RFC 7396): what is absent stays.
pub struct Patch<T, const MOST: usize = SMALL> {
    patch: Value,
    read: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned, const MOST: usize> Patch<T, MOST> {
    /// The change itself.
    pub fn read(self) -> Result<T, Refusal> {
        typed(self.patch)
    }

    /// The whole that the change gives when it is laid over `current`.
    pub fn over(self, current: &impl Serialize) -> Result<T, Refusal> {
        typed(merge_patch::merge(value(current)?, self.patch))
    }

    /// Inside of a member, `given` and `other` say the same in two ways: where one is given, the other one does not
    /// stay.
    #[must_use]
    pub fn instead(mut self, member: &str, given: &str, other: &str) -> Self {
        if let Some(Value::Object(part)) = self.patch.get_mut(member)
            && part.get(given).is_some_and(|value| !value.is_null())
            && !part.contains_key(other)
        {
            part.insert(other.to_owned(), Value::Null);
        }
        self
    }

    /// Lays one member over what is there, so that what is absent inside of it stays as well.
    pub fn within(mut self, member: &str, current: &impl Serialize) -> Result<Self, Refusal> {
        if let Some(part) = self.patch.get_mut(member).filter(|part| part.is_object()) {
            *part = merge_patch::merge(value(current)?, part.take());
        }
        Ok(self)
    }
}

fn value(current: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(current).map_err(|error| {
        tracing::error!(%error, "an object could not be written as JSON");
        Problem::new(ProblemKind::Internal, "it has been logged; please try again later").into()
    })
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(value).map_err(|error| wording::at_field(&error).into())
}

impl<S: Sync, T: DeserializeOwned, const MOST: usize> FromRequest<S> for Body<T, MOST> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        typed(read(request, MOST, false).await?).map(Self)
    }
}

impl<S: Sync, T, const MOST: usize> FromRequest<S> for Patch<T, MOST> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let patch = read(request, MOST, true).await?;
        Ok(Self { patch, read: PhantomData })
    }
}

/// The bytes of a body, of which there may be `most`.
pub async fn collect(headers: &HeaderMap, body: axum::body::Body, most: usize) -> Result<Bytes, Refusal> {
    let too_large =
        || Problem::new(ProblemKind::TooLarge, format!("expected a body of at most {most} bytes"));
    if declared_length(headers).is_some_and(|length| length > most) {
        return Err(too_large().into());
    }
    let collected = to_bytes(body, most).await.map_err(|error| {
        let limit = std::error::Error::source(&error)
            .is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
        if limit { too_large() } else { Problem::new(ProblemKind::MalformedInput, "the body broke off") }
    });
    Ok(collected?)
}

async fn read(request: Request, most: usize, patch: bool) -> Result<Value, Refusal> {
    let (parts, body) = request.into_parts();
    let body = collect(&parts.headers, body, most).await?;
    if body.is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    check_type(&parts.headers, patch)?;
    let value = parse(&body)?;
    // a reader of structs would take a list as well, member by member
    if value.is_object() { Ok(value) } else { Err(Invalid::one("body", "expected an object").into()) }
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn check_type(headers: &HeaderMap, patch: bool) -> Result<(), Problem> {
    let declared = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim();
    let is = |expected: &str| essence.eq_ignore_ascii_case(expected);
    if is("application/json") || (patch && is("application/merge-patch+json")) {
        return Ok(());
    }
    Err(Problem::new(ProblemKind::UnsupportedMediaType, "expected `Content-Type: application/json`"))
}

fn parse(body: &Bytes) -> Result<Value, Refusal> {
    strict_json::parse(body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = match error.classify() {
            serde_json::error::Category::Eof => "it ends too early".to_owned(),
            _ => wording::without_place(&error.to_string()),
        };
        let detail = format!("expected JSON: {what}, at line {line}, column {column}");
        Problem::new(ProblemKind::MalformedInput, detail).into()
    })
}

impl<T: JsonSchema, const MOST: usize> Input for Body<T, MOST> {
    fn describe(description: &mut Description<'_>) {
        description.largest = MOST;
        description.body = Some(description.schemas.subschema_for::<T>());
    }
}

impl<T: JsonSchema, const MOST: usize> Input for Patch<T, MOST> {
    fn describe(description: &mut Description<'_>) {
        description.patch = true;
        description.body = Some(description.schemas.subschema_for::<T>());
    }
}
