//! An operation as the document has it, with references followed and the shapes of OpenAPI 2 and 3 made one.
//! Everything is borrowed: this is read, compared and shown, and copied only by those who keep count.

use serde_json::Value;

use super::{Document, Format, Operation, pointer, reference};

/// Most parameters, responses and media types read of one operation.
const MAX_PARAMETERS: usize = 200;
const MAX_RESPONSES: usize = 100;
const MAX_CONTENTS: usize = 20;

/// One operation.
pub(super) struct RawOperation<'a> {
    pub value: &'a Value,
    pub parameters: Vec<RawParameter<'a>>,
    pub body: Option<RawBody<'a>>,
    pub responses: Vec<RawResponse<'a>>,
}

/// A parameter, or a header of a response.
#[derive(Clone, Copy)]
pub(super) struct RawParameter<'a> {
    pub name: &'a str,
    /// `path`, `query`, `header`, `cookie`, and `formData` in a [`RawBody`].
    pub location: &'a str,
    pub required: bool,
    pub value: &'a Value,
    /// The schema; in OpenAPI 2 it is the parameter itself.
    pub schema: &'a Value,
}

pub(super) struct RawBody<'a> {
    pub required: bool,
    pub description: Option<&'a str>,
    pub contents: Vec<RawContent<'a>>,
    /// The fields of an OpenAPI 2 form, which has no schema.
    pub form: Vec<RawParameter<'a>>,
}

pub(super) struct RawContent<'a> {
    pub media_type: &'a str,
    pub schema: Option<&'a Value>,
    pub example: Option<&'a Value>,
}

pub(super) struct RawResponse<'a> {
    /// `200`, `4XX` or `default`.
    pub status: &'a str,
    pub value: &'a Value,
    pub contents: Vec<RawContent<'a>>,
    pub headers: Vec<RawParameter<'a>>,
}

/// Reads an operation of `document`.
pub(super) fn read<'a>(document: &'a Document, operation: &Operation) -> Option<RawOperation<'a>> {
    let root = &document.value;
    let value = root.pointer(&operation.pointer)?;
    let item = root.pointer(pointer::parent(&operation.pointer))?;
    let (form, parameters): (Vec<_>, Vec<_>) = parameters(root, item, value)
        .into_iter()
        .partition(|parameter| matches!(parameter.location, "body" | "formData"));
    let reader = Reader { root, value, swagger2: document.format == Format::Swagger2 };
    let body = if reader.swagger2 { reader.body2(form) } else { reader.body3() };
    Some(RawOperation { value, parameters, body, responses: reader.responses() })
}

/// The parameters of a path item and of one of its operations, which overrides the former by name and location.
pub(super) fn parameters<'a>(
    root: &'a Value,
    item: &'a Value,
    operation: &'a Value,
) -> Vec<RawParameter<'a>> {
    let mut all: Vec<RawParameter<'a>> = Vec::new();
    for holder in [item, operation] {
        for new in declared(root, holder) {
            match all.iter_mut().find(|old| old.name == new.name && old.location == new.location) {
                Some(old) => *old = new,
                None => all.push(new),
            }
        }
    }
    all
}

/// The parameters that a path item or an operation declares itself.
pub(super) fn declared<'a>(root: &'a Value, holder: &'a Value) -> impl Iterator<Item = RawParameter<'a>> {
    let list = holder.get("parameters").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().take(MAX_PARAMETERS).filter_map(move |value| parameter(reference::resolve(root, value)))
}

fn parameter(value: &Value) -> Option<RawParameter<'_>> {
    let name = value.get("name")?.as_str()?;
    let location = value.get("in")?.as_str()?;
    let required = location == "path" || is_true(value, "required");
    Some(RawParameter { name, location, required, value, schema: own_schema(value) })
}

/// The schema of a parameter or header: under `schema`, under its one media type, or itself (OpenAPI 2).
fn own_schema(value: &Value) -> &Value {
    let in_content = || value.get("content")?.as_object()?.values().next()?.get("schema");
    value.get("schema").or_else(in_content).unwrap_or(value)
}

struct Reader<'a> {
    root: &'a Value,
    value: &'a Value,
    swagger2: bool,
}

impl<'a> Reader<'a> {
    fn body3(&self) -> Option<RawBody<'a>> {
        let body = reference::resolve(self.root, self.value.get("requestBody")?);
        Some(RawBody {
            required: is_true(body, "required"),
            description: body.get("description").and_then(Value::as_str),
            contents: self.contents(body),
            form: Vec::new(),
        })
    }

    fn body2(&self, form: Vec<RawParameter<'a>>) -> Option<RawBody<'a>> {
        let required = form.iter().any(|parameter| parameter.required);
        if let Some(body) = form.iter().find(|parameter| parameter.location == "body") {
            let content =
                |media_type| RawContent { media_type, schema: body.value.get("schema"), example: None };
            return Some(RawBody {
                required,
                description: body.value.get("description").and_then(Value::as_str),
                contents: self.media_types("consumes", "application/json").map(content).collect(),
                form: Vec::new(),
            });
        }
        let is_file = |field: &RawParameter<'a>| field.value.get("type").is_some_and(|kind| kind == "file");
        let usual = match form.iter().any(is_file) {
            true => "multipart/form-data",
            false => "application/x-www-form-urlencoded",
        };
        let content = |media_type| RawContent { media_type, schema: None, example: None };
        let contents = self.media_types("consumes", usual).map(content).collect();
        (!form.is_empty()).then_some(RawBody { required, description: None, contents, form })
    }

    fn responses(&self) -> Vec<RawResponse<'a>> {
        let responses = self.value.get("responses").map(|all| reference::resolve(self.root, all));
        let Some(responses) = responses.and_then(Value::as_object) else { return Vec::new() };
        let known = responses.iter().filter(|(status, _)| !status.starts_with("x-"));
        known.take(MAX_RESPONSES).map(|(status, value)| self.response(status, value)).collect()
    }

    fn response(&self, status: &'a str, value: &'a Value) -> RawResponse<'a> {
        let value = reference::resolve(self.root, value);
        let contents = match (self.swagger2, value.get("schema")) {
            (false, _) => self.contents(value),
            (true, None) => Vec::new(),
            (true, schema) => {
                let example = |media_type: &str| value.get("examples")?.get(media_type);
                self.media_types("produces", "application/json")
                    .map(|media_type| RawContent { media_type, schema, example: example(media_type) })
                    .collect()
            }
        };
        RawResponse { status, value, contents, headers: self.headers(value) }
    }

    fn headers(&self, response: &'a Value) -> Vec<RawParameter<'a>> {
        let Some(headers) = response.get("headers").and_then(Value::as_object) else { return Vec::new() };
        let header = |(name, value): (&'a String, &'a Value)| {
            let value = reference::resolve(self.root, value);
            let required = is_true(value, "required");
            RawParameter { name, location: "header", required, value, schema: own_schema(value) }
        };
        headers.iter().take(MAX_PARAMETERS).map(header).collect()
    }

    fn contents(&self, holder: &'a Value) -> Vec<RawContent<'a>> {
        let Some(content) = holder.get("content").and_then(Value::as_object) else { return Vec::new() };
        let one = |(media_type, value): (&'a String, &'a Value)| {
            let value = reference::resolve(self.root, value);
            let first = || {
                let example = value.get("examples")?.as_object()?.values().next()?;
                reference::resolve(self.root, example).get("value")
            };
            RawContent {
                media_type,
                schema: value.get("schema"),
                example: value.get("example").or_else(first),
            }
        };
        content.iter().take(MAX_CONTENTS).map(one).collect()
    }

    /// `consumes` or `produces` of the operation, else of the document, else the usual one.
    fn media_types(&self, key: &str, usual: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
        let list = [self.value, self.root].into_iter().find_map(|holder| holder.get(key)?.as_array());
        let list = list.map(Vec::as_slice).unwrap_or_default();
        let usual = if list.is_empty() { Some(usual) } else { None };
        list.iter().filter_map(Value::as_str).take(MAX_CONTENTS).chain(usual)
    }
}

fn is_true(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}
