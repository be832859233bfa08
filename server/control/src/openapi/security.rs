//! How the described API knows its callers, as the document declares it.

use serde::Serialize;
use serde_json::Value;

use super::finding::clip;
use super::{Format, reference};

/// Most schemes listed.
const MAX_SCHEMES: usize = 100;

/// Longest text of a scheme, in bytes.
const MAX_TEXT: usize = 2_000;

/// One entry of `securityDefinitions` or `components.securitySchemes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecurityScheme {
    /// The name that operations refer to.
    pub name: String,
    /// `apiKey`, `http`, `basic`, `oauth2`, `openIdConnect` or `mutualTLS`, as declared.
    pub kind: String,
    /// What carries it: `header X-Key` for an API key, `bearer` for HTTP.
    pub carrier: Option<String>,
    pub description: Option<String>,
}

pub(super) fn read(root: &Value, format: Format) -> Vec<SecurityScheme> {
    let schemes = match format {
        Format::Swagger2 => root.get("securityDefinitions"),
        Format::OpenApi30 | Format::OpenApi31 => root.pointer("/components/securitySchemes"),
    };
    let Some(schemes) = schemes.and_then(Value::as_object) else { return Vec::new() };
    schemes
        .iter()
        .take(MAX_SCHEMES)
        .map(|(name, value)| scheme(name, reference::resolve(root, value)))
        .collect()
}

fn scheme(name: &str, value: &Value) -> SecurityScheme {
    let text = |key| value.get(key).and_then(Value::as_str).map(|text| clip(text, MAX_TEXT));
    let carrier = match (text("in"), text("name")) {
        (Some(place), Some(name)) => Some(format!("{place} {name}")),
        _ => text("scheme"),
    };
    SecurityScheme {
        name: clip(name, MAX_TEXT),
        kind: text("type").unwrap_or_default(),
        carrier,
        description: text("description"),
    }
}
