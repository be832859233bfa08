//! Query parameters. That each is known, and stands once, the guard has seen to.

use super::wording;
use crate::operation::{Description, Input, Parameter};
use crate::problem::Refusal;
use axum::extract::FromRequestParts;
use domain::check::{Check, Invalid};
use domain::paging::{DEFAULT_LIMIT, MAX_LIMIT, PageOf};
use http::request::Parts;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Display;
use std::str::FromStr;
use url::form_urlencoded;

/// Filters and choices of a question. An empty parameter is an absent one.
pub struct Asked<T>(pub T);

/// Which part of a list.
pub struct Paged(pub PageOf);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        let mut filled = form_urlencoded::Serializer::new(String::new());
        filled.extend_pairs(form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty()));
        let filled = filled.finish();
        let source = serde_urlencoded::Deserializer::new(form_urlencoded::parse(filled.as_bytes()));
        serde_path_to_error::deserialize(source).map(Self).map_err(|error| wording::at_field(&error).into())
    }
}

impl<S: Sync> FromRequestParts<S> for Paged {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let (mut limit, mut cursor) = (None, None);
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                "limit" => limit = Some(value),
                "cursor" => cursor = Some(value),
                _ => {}
            }
        }
        Ok(Self(PageOf::parse(limit.as_deref(), cursor.as_deref())?))
    }
}

/// Reads `a,b,c`. An empty text is an empty list.
pub fn list<T>(field: &str, text: &str) -> Result<Vec<T>, Invalid>
where
    T: FromStr,
    T::Err: Display,
{
    let mut check = Check::new();
    let words = text.split(',').filter(|word| !word.trim().is_empty());
    let values = words.filter_map(|word| check.parse(field, word)).collect();
    check.done(|| Some(values))
}

impl<T: JsonSchema> Input for Asked<T> {
    fn describe(description: &mut Description<'_>) {
        let schema = T::json_schema(description.schemas).to_value();
        let properties = schema.get("properties").and_then(Value::as_object);
        description
            .query
            .extend(properties.into_iter().flatten().map(|(name, schema)| parameter(name, schema)));
    }
}

/// A parameter is given or not, never null.
fn parameter(name: &str, schema: &Value) -> Parameter {
    let mut schema = schema.clone();
    let mut description = String::new();
    if let Some(object) = schema.as_object_mut() {
        if let Some(Value::String(text)) = object.remove("description") {
            description = text;
        }
        object.remove("default");
        if let Some(Value::Array(types)) = object.get("type") {
            let given = types.iter().find(|one| *one != "null").cloned();
            object.extend(given.map(|one| ("type".to_owned(), one)));
        }
        let null = json!({ "type": "null" });
        let given = object
            .get("anyOf")
            .and_then(Value::as_array)
            .and_then(|any| any.iter().find(|one| **one != null));
        if let Some(given) = given.cloned() {
            schema = given;
        }
    }
    Parameter { name: name.to_owned(), description, schema }
}

impl Input for Paged {
    fn describe(description: &mut Description<'_>) {
        description.query.push(Parameter {
            name: "limit".to_owned(),
            description: "How many items at most.".to_owned(),
            schema: json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT }),
        });
        description.query.push(Parameter {
            name: "cursor".to_owned(),
            description: "The `next` of the part before.".to_owned(),
            schema: json!({ "type": "string" }),
        });
    }
}
