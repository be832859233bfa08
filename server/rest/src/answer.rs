//! What handlers answer: an object, a list, something created, or nothing.

use crate::BASE;
use crate::etag::ETag;
use crate::operation::{Description, Outcome};
use crate::problem::Refusal;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use domain::paging::Page;
use domain::problem::{Problem, ProblemKind};
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderValue, StatusCode};
use schemars::{JsonSchema, json_schema};
use serde::Serialize;

/// An object that was asked for: 200 with a strong `ETag`.
pub struct Object<T>(pub T);

/// The result of an action: 200.
pub struct Changed<T>(pub T);

/// A new object: 201 with `Location`.
pub struct Created<T> {
    /// Below [`BASE`].
    pub location: String,
    pub object: T,
}

/// A part of a list: 200 with `{items, next?}`, and `Link` to the next part.
pub struct Listed<T>(pub Page<T>);

/// It is done, and there is nothing to say: 204.
pub struct Done;

/// The cursor that the guard makes a `Link` of, as it knows the address that was asked.
#[derive(Clone)]
pub struct Next(pub String);

fn write(value: &impl Serialize) -> Result<Bytes, Refusal> {
    serde_json::to_vec(value).map(Bytes::from).map_err(|error| {
        tracing::error!(%error, "an answer could not be written as JSON");
        Problem::new(ProblemKind::Internal, "it has been logged; please try again later").into()
    })
}

fn json(status: StatusCode, body: Bytes) -> Response {
    (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

impl<T: Serialize> IntoResponse for Object<T> {
    fn into_response(self) -> Response {
        match write(&self.0) {
            Ok(body) => {
                let tag = ETag::of(&body);
                let mut response = json(StatusCode::OK, body);
                response.headers_mut().insert(ETAG, tag.header());
                response
            }
            Err(refusal) => refusal.into_response(),
        }
    }
}

impl<T: Serialize> IntoResponse for Changed<T> {
    fn into_response(self) -> Response {
        write(&self.0).map(|body| json(StatusCode::OK, body)).into_response()
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let location = HeaderValue::from_str(&format!("{BASE}{}", self.location));
        let mut response = match write(&self.object) {
            Ok(body) => json(StatusCode::CREATED, body),
            Err(refusal) => return refusal.into_response(),
        };
        if let Ok(location) = location {
            response.headers_mut().insert(LOCATION, location);
        }
        response
    }
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        let mut response = Changed(&self.0).into_response();
        if let Some(next) = self.0.next {
            response.extensions_mut().insert(Next(next));
        }
        response
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl<T: JsonSchema> Outcome for Object<T> {
    fn describe(description: &mut Description<'_>) {
        description.answer = Some(description.schemas.subschema_for::<T>());
        description
            .headers
            .push(("ETag", "changes with the object; give it back in `If-Match` or `If-None-Match`"));
    }
}

impl<T: JsonSchema> Outcome for Changed<T> {
    fn describe(description: &mut Description<'_>) {
        description.answer = Some(description.schemas.subschema_for::<T>());
    }
}

impl<T: JsonSchema> Outcome for Created<T> {
    fn describe(description: &mut Description<'_>) {
        description.status = 201;
        description.answer = Some(description.schemas.subschema_for::<T>());
        description.headers.push(("Location", "where the new object is"));
    }
}

impl<T: JsonSchema> Outcome for Listed<T> {
    fn describe(description: &mut Description<'_>) {
        let item = description.schemas.subschema_for::<T>();
        description.answer = Some(json_schema!({
            "type": "object",
            "properties": {
                "items": { "type": "array", "items": item },
                "next": { "type": "string", "description": "The cursor of the next part, absent on the last." },
            },
            "required": ["items"],
        }));
        description
            .headers
            .push(("Link", "the next part of the list, as `rel=\"next\"`; absent on the last"));
    }
}

impl Outcome for Done {
    fn describe(description: &mut Description<'_>) {
        description.status = 204;
    }
}
