//! The operations of a document: the index that routes are made from.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::finding::{Findings, clip, quoted};
use super::path::Template;
use super::{Limits, Method, method, pointer, raw, reference};

/// Most tags of one operation, and the longest text kept here, in bytes.
const MAX_TAGS: usize = 32;
const MAX_TEXT: usize = 500;

/// One method on one path. What it takes and answers: [`super::Document::detail`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    pub method: Method,
    /// Template below the server's address: `/pets/{id}`.
    pub path: String,
    pub operation_id: Option<String>,
    /// At most 500 bytes.
    pub summary: Option<String>,
    pub tags: Vec<String>,
    pub deprecated: bool,
    /// JSON pointer to the operation in the document.
    pub pointer: String,
}

pub(super) fn read(root: &Value, limits: &Limits, findings: &mut Findings) -> Vec<Operation> {
    let mut index =
        Index { root, limits, findings, operations: Vec::new(), shapes: HashMap::new(), ids: HashMap::new() };
    index.paths();
    index.operations
}

struct Index<'a, 'f> {
    root: &'a Value,
    limits: &'f Limits,
    findings: &'f mut Findings,
    operations: Vec<Operation>,
    /// The path that has taken a method and shape.
    shapes: HashMap<(Method, String), &'a str>,
    /// The pointer of the operation that has taken an id.
    ids: HashMap<&'a str, String>,
}

impl<'a> Index<'a, '_> {
    fn paths(&mut self) {
        let paths = self.root.get("paths").map(|paths| reference::resolve(self.root, paths));
        let Some(paths) = paths.and_then(Value::as_object).filter(|paths| !paths.is_empty()) else {
            self.findings.error("/paths", "the document has no paths: there is nothing to make routes from");
            return;
        };
        for (path, item) in paths {
            if path.starts_with("x-") || path == "$ref" {
                continue;
            }
            self.path(path, item);
            if self.operations.len() > self.limits.operations {
                let max = self.limits.operations;
                self.findings.error("/paths", format!("the document has more than {max} operations"));
                return;
            }
        }
        if self.operations.is_empty() {
            self.findings.error("/paths", "no path has an operation that the gateway carries");
        }
    }

    fn path(&mut self, path: &'a str, item: &'a Value) {
        let pointer = pointer::child("/paths", path);
        if path.starts_with('/') && path.contains(['?', '#']) {
            let message =
                format!("the path {} is left out: routes have no query and no fragment", quoted(path));
            self.findings.warning(&pointer, message);
            return;
        }
        let template = match Template::parse(path) {
            Ok(template) => template,
            Err(why) => {
                self.findings.error(&pointer, format!("the path {} is not a template: {why}", quoted(path)));
                return;
            }
        };
        let Some(fields) = item.as_object() else {
            self.findings.error(&pointer, format!("the path {} is not an object", quoted(path)));
            return;
        };
        let names: HashSet<_> = template.names.iter().collect();
        if names.len() < template.names.len() {
            let message = format!("the path {} has the same parameter twice", quoted(path));
            self.findings.warning(&pointer, message);
        }
        self.unknown_fields(&pointer, fields);
        self.methods(path, &template, &pointer);
    }

    /// Reports what stands beside the operations and is not carried. Only the item's own fields are looked at:
    /// many paths may refer to one item.
    fn unknown_fields(&mut self, pointer: &str, fields: &Map<String, Value>) {
        for key in fields.keys() {
            let place = || pointer::child(pointer, key);
            match key.as_str() {
                "$ref" | "summary" | "description" | "parameters" => {}
                "servers" => self.findings.hint(&place(), "servers of a single path are not used"),
                "trace" => {
                    self.findings.warning(&place(), "TRACE is left out: the gateway does not carry it")
                }
                key if key.starts_with("x-") || method::from_key(key).is_some() => {}
                key => {
                    self.findings.hint(&place(), format!("{} is not a method and is ignored", quoted(key)))
                }
            }
        }
    }

    fn methods(&mut self, path: &'a str, template: &Template<'a>, pointer: &str) {
        let Some((item_pointer, item)) = reference::follow(self.root, pointer.to_owned()) else { return };
        for method in Method::ALL.iter().copied() {
            let Some(value) = item.get(method::key(method)) else { continue };
            let pointer = pointer::child(&item_pointer, method::key(method));
            if !value.is_object() {
                self.findings.error(&pointer, format!("{method} {} is not an object", quoted(path)));
                continue;
            }
            if let Some(other) = self.shapes.insert((method, template.shape.clone()), path) {
                let (path, other) = (quoted(path), quoted(other));
                let message = format!("{method} {path} matches the same calls as {method} {other}");
                self.findings.error(&pointer, message);
            }
            self.check_parameters(method, path, template, item, value, &pointer);
            self.check_id(value, &pointer);
            self.operations.push(operation(method, path, value, pointer));
        }
    }

    /// Every name in the path should be declared; the gateway routes without, but readers miss it.
    fn check_parameters(
        &mut self,
        method: Method,
        path: &str,
        template: &Template<'_>,
        item: &Value,
        value: &Value,
        pointer: &str,
    ) {
        if template.names.is_empty() {
            return;
        }
        let parameters = [item, value].into_iter().flat_map(|holder| raw::declared(self.root, holder));
        let declared: HashSet<_> = parameters.filter(|p| p.location == "path").map(|p| p.name).collect();
        for name in template.names.iter().filter(|name| !declared.contains(*name)) {
            let message =
                format!("{method} {} does not declare its path parameter {}", quoted(path), quoted(name));
            self.findings.warning(pointer, message);
        }
    }

    fn check_id(&mut self, value: &'a Value, pointer: &str) {
        let Some(id) = value.get("operationId").and_then(Value::as_str) else { return };
        match self.ids.get(id) {
            // Two paths that refer to one item share its operations.
            Some(first) if first != pointer => {
                let message = format!("the operationId {} is already that of {}", quoted(id), quoted(first));
                self.findings.warning(pointer, message);
            }
            Some(_) => {}
            None => {
                self.ids.insert(id, pointer.to_owned());
            }
        }
    }
}

fn operation(method: Method, path: &str, value: &Value, pointer: String) -> Operation {
    let text =
        |key| value.get(key)?.as_str().filter(|text| !text.is_empty()).map(|text| clip(text, MAX_TEXT));
    let tags = value.get("tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Operation {
        method,
        path: path.to_owned(),
        operation_id: text("operationId"),
        summary: text("summary"),
        tags: tags.iter().filter_map(Value::as_str).take(MAX_TAGS).map(|tag| clip(tag, MAX_TEXT)).collect(),
        deprecated: value.get("deprecated").and_then(Value::as_bool).unwrap_or_default(),
        pointer,
    }
}
