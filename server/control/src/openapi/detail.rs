//! What one operation takes and answers, ready to be shown.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::raw::{self, RawBody, RawContent, RawParameter, RawResponse};
use super::view::Viewer;
use super::{Document, Operation, SchemaView, sample};

/// One operation in full. Long texts are cut, and what a page cannot hold is left out or marked [`super::End::Cut`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperationDetail {
    pub description: Option<String>,
    pub parameters: Vec<Parameter>,
    pub body: Option<Body>,
    /// In the document's order.
    pub responses: Vec<Response>,
}

/// A value outside the body. Also used for the headers of a response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    pub name: String,
    /// `path`, `query`, `header` or `cookie`.
    pub location: String,
    pub required: bool,
    pub deprecated: bool,
    pub description: Option<String>,
    pub schema: SchemaView,
    pub example: Option<Value>,
}

/// What a call carries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    pub required: bool,
    pub description: Option<String>,
    pub contents: Vec<Content>,
}

/// One way to write a body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    pub media_type: String,
    pub schema: Option<SchemaView>,
    /// The author's, else one made up from the schema.
    pub example: Option<Value>,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// `200`, `4XX` or `default`.
    pub status: String,
    pub description: Option<String>,
    pub headers: Vec<Parameter>,
    pub contents: Vec<Content>,
}

pub(super) fn read(document: &Document, operation: &Operation) -> Option<OperationDetail> {
    let raw = raw::read(document, operation)?;
    let mut page = Page { viewer: Viewer::new(&document.value) };
    Some(OperationDetail {
        description: page.viewer.budget.field(raw.value, "description"),
        parameters: raw.parameters.iter().map(|parameter| page.parameter(parameter)).collect(),
        body: raw.body.as_ref().map(|body| page.body(body)),
        responses: raw.responses.iter().map(|response| page.response(response)).collect(),
    })
}

struct Page<'a> {
    viewer: Viewer<'a>,
}

impl<'a> Page<'a> {
    fn parameter(&mut self, raw: &RawParameter<'a>) -> Parameter {
        let mut schema = self.viewer.whole(raw.schema);
        if std::ptr::eq(raw.schema, raw.value) {
            // OpenAPI 2: the words are the parameter's, and stand there.
            schema.description = None;
        }
        let budget = &mut self.viewer.budget;
        Parameter {
            name: budget.text(raw.name).unwrap_or_default(),
            location: budget.text(raw.location).unwrap_or_default(),
            required: raw.required,
            deprecated: raw.value.get("deprecated").and_then(Value::as_bool).unwrap_or_default(),
            description: budget.field(raw.value, "description"),
            example: raw.value.get("example").and_then(|value| budget.value(value)),
            schema,
        }
    }

    fn body(&mut self, raw: &RawBody<'a>) -> Body {
        let form = (!raw.form.is_empty()).then(|| self.form(&raw.form));
        let content = |content| {
            let content: Content = self.content(content, true);
            match &form {
                Some(form) => {
                    Content { schema: Some(form.clone()), example: Some(sample(form, true)), ..content }
                }
                None => content,
            }
        };
        let contents = raw.contents.iter().map(content).collect();
        let description = raw.description.and_then(|text| self.viewer.budget.text(text));
        Body { required: raw.required, description, contents }
    }

    /// The fields of an OpenAPI 2 form as the object that they make up.
    fn form(&mut self, fields: &[RawParameter<'a>]) -> SchemaView {
        static NOTHING: Value = Value::Null;
        let mut form = self.viewer.whole(&NOTHING);
        form.kind = "object".to_owned();
        let children = fields.iter().map(|field| self.viewer.field(field.name, field.required, field.schema));
        form.children = children.collect();
        form
    }

    fn response(&mut self, raw: &RawResponse<'a>) -> Response {
        let budget = &mut self.viewer.budget;
        Response {
            status: budget.text(raw.status).unwrap_or_default(),
            description: budget.field(raw.value, "description"),
            headers: raw.headers.iter().map(|header| self.parameter(header)).collect(),
            contents: raw.contents.iter().map(|content| self.content(content, false)).collect(),
        }
    }

    fn content(&mut self, raw: &RawContent<'a>, sent: bool) -> Content {
        let schema = raw.schema.map(|schema| self.viewer.whole(schema));
        let given = raw.example.and_then(|value| self.viewer.budget.value(value));
        // A made-up example of nothing known helps nobody.
        let made_up = || schema.as_ref().map(|schema| sample(schema, sent)).filter(|value| !value.is_null());
        Content {
            media_type: self.viewer.budget.text(raw.media_type).unwrap_or_default(),
            example: given.or_else(made_up),
            schema,
        }
    }
}
