//! One document that was read: what it says of itself, and the index of its operations.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::detail::{self, OperationDetail};
use super::finding::{Finding, Findings, quoted};
use super::{Limits, Method, Operation, SecurityScheme, Server, operation, reference, security, server};

/// Most tags listed.
const MAX_TAGS: usize = 500;

/// Which specification a document follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// OpenAPI 2.0, also known as Swagger.
    Swagger2,
    OpenApi30,
    OpenApi31,
}

impl Format {
    /// As people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Swagger2 => "OpenAPI 2.0 (Swagger)",
            Self::OpenApi30 => "OpenAPI 3.0",
            Self::OpenApi31 => "OpenAPI 3.1",
        }
    }
}

/// A tag that operations are grouped by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    pub name: String,
    pub description: Option<String>,
}

/// A document that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub format: Format,
    pub title: String,
    /// The author's version of the description, `info.version`; empty if missing.
    pub version: String,
    pub description: Option<String>,
    /// In the document's order; those without a host are marked, see [`Server::absolute`].
    pub servers: Vec<Server>,
    /// In the document's order of paths, and within a path in the order of [`Method::ALL`].
    pub operations: Vec<Operation>,
    pub security_schemes: Vec<SecurityScheme>,
    pub tags: Vec<Tag>,
    /// The document as compact JSON, fields in its own order: what is kept. Read it again with [`Limits::KEPT`].
    pub text: String,
    /// Warnings and hints.
    pub findings: Vec<Finding>,
    pub(super) value: Value,
}

impl Document {
    /// The document as indented JSON: what is shown.
    #[must_use]
    pub fn pretty(&self) -> String {
        format!("{:#}", self.value)
    }

    /// The document as a value.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// The operation with exactly this path template.
    #[must_use]
    pub fn operation(&self, method: Method, path: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.method == method && operation.path == path)
    }

    /// Parameters, body and responses of an operation of this document, for its reference page. References are
    /// followed here and now, within a budget for one page. `None` if the operation is of another document.
    #[must_use]
    pub fn detail(&self, operation: &Operation) -> Option<OperationDetail> {
        detail::read(self, operation)
    }
}

/// Builds the document from its value. `None` when it cannot be read at all; else the findings decide.
pub(super) fn read(value: Value, limits: &Limits, findings: &mut Findings) -> Option<Document> {
    let format = format(&value, findings)?;
    reference::check(&value, findings);
    let text_at = |pointer| value.pointer(pointer).and_then(scalar).filter(|text| !text.is_empty());
    let title = text_at("/info/title").unwrap_or_else(|| {
        findings.warning("/info", "the document has no title (`info.title`)");
        "Untitled API".to_owned()
    });
    let version = text_at("/info/version").unwrap_or_else(|| {
        findings.warning("/info", "the document has no version (`info.version`)");
        String::new()
    });
    Some(Document {
        format,
        title,
        version,
        description: text_at("/info/description"),
        servers: server::read(&value, format, findings),
        operations: operation::read(&value, limits, findings),
        security_schemes: security::read(&value, format),
        tags: tags(&value),
        text: value.to_string(),
        findings: Vec::new(),
        value,
    })
}

/// The format that the document declares.
fn format(root: &Value, findings: &mut Findings) -> Option<Format> {
    let key = ["swagger", "openapi"].into_iter().find(|key| root.get(key).is_some());
    let Some(key) = key else {
        findings.error("", "neither `swagger` nor `openapi` is there: this is not an OpenAPI document");
        return None;
    };
    // YAML without quotes makes the version a number.
    let declared = root.get(key).and_then(scalar).unwrap_or_default();
    let format = match (key, declared.as_str()) {
        ("swagger", "2" | "2.0") => Some(Format::Swagger2),
        ("openapi", "3.0") => Some(Format::OpenApi30),
        ("openapi", "3.1") => Some(Format::OpenApi31),
        ("openapi", version) if version.starts_with("3.0.") => Some(Format::OpenApi30),
        ("openapi", version) if version.starts_with("3.1.") => Some(Format::OpenApi31),
        _ => None,
    };
    if format.is_none() {
        let message = format!("the version {} is not read; OpenAPI 2.0, 3.0 and 3.1 are", quoted(&declared));
        findings.error(&format!("/{key}"), message);
    }
    format
}

fn tags(root: &Value) -> Vec<Tag> {
    let list = root.get("tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let tag = |tag: &Value| {
        let name = tag.get("name").and_then(scalar)?;
        Some(Tag { name, description: tag.get("description").and_then(scalar) })
    };
    list.iter().filter_map(tag).take(MAX_TAGS).collect()
}

/// Text, also where YAML made it a number.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
