//! Compares one operation with itself in another document.

use std::collections::HashMap;

use serde_json::Value;

use super::super::finding::quoted;
use super::super::path::Template;
use super::super::raw::{self, RawBody, RawContent, RawOperation, RawParameter, RawResponse};
use super::super::{Document, Operation};
use super::Changes;
use super::schema::{Comparison, Direction};

pub(super) fn compare<'a>(
    old: (&'a Document, &Operation),
    new: (&'a Document, &Operation),
    schemas: &mut Comparison<'a>,
    changes: &mut Changes,
) {
    let (Some(before), Some(after)) = (raw::read(old.0, old.1), raw::read(new.0, new.1)) else { return };
    if !old.1.deprecated && new.1.deprecated {
        changes.changed("deprecated", false);
    }
    if old.1.deprecated && !new.1.deprecated {
        changes.changed("no longer deprecated", false);
    }
    let words = |operation: &RawOperation<'_>| {
        ["summary", "description"]
            .map(|key| operation.value.get(key).and_then(Value::as_str).map(str::to_owned))
    };
    if words(&before) != words(&after) {
        changes.changed("summary or description changed", false);
    }
    let keyed_old = keyed(&before.parameters, &old.1.path);
    let keyed_new = keyed(&after.parameters, &new.1.path);
    parameters(&keyed_old, &keyed_new, schemas, changes);
    body(before.body.as_ref(), after.body.as_ref(), schemas, changes);
    responses(&before.responses, &after.responses, schemas, changes);
}

/// A parameter of the path is known by its place, any other by its name.
type Key<'a> = (&'a str, usize, &'a str);
type Keyed<'a> = Vec<(Key<'a>, RawParameter<'a>)>;

fn keyed<'a>(parameters: &[RawParameter<'a>], path: &str) -> Keyed<'a> {
    let names = Template::parse(path).map(|template| template.names).unwrap_or_default();
    let key = |parameter: &RawParameter<'a>| {
        let place = names.iter().position(|name| *name == parameter.name && parameter.location == "path");
        place.map_or((parameter.location, 0, parameter.name), |place| (parameter.location, place, ""))
    };
    parameters.iter().map(|parameter| (key(parameter), *parameter)).collect()
}

fn parameters<'a>(old: &Keyed<'a>, new: &Keyed<'a>, schemas: &mut Comparison<'a>, changes: &mut Changes) {
    let olds: HashMap<_, _> = old.iter().map(|(key, parameter)| (*key, parameter)).collect();
    for (key, parameter) in new {
        let name = format!("{} parameter {}", parameter.location, quoted(parameter.name));
        match olds.get(key) {
            Some(before) => {
                if parameter.required != before.required {
                    let now = if parameter.required { "now required" } else { "no longer required" };
                    changes.changed(format!("{name} is {now}"), parameter.required);
                }
                schemas.compare(
                    Some(before.schema),
                    Some(parameter.schema),
                    Direction::Request,
                    &name,
                    changes,
                );
            }
            // A path has the same parameters in both, declared or not.
            None if parameter.location == "path" => changes.added(format!("{name} declared")),
            None if parameter.required => changes.changed(format!("required {name} added"), true),
            None => changes.added(format!("optional {name} added")),
        }
    }
    for (_, parameter) in old.iter().filter(|(key, _)| !new.iter().any(|(other, _)| other == key)) {
        changes
            .removed(format!("{} parameter {} removed", parameter.location, quoted(parameter.name)), false);
    }
}

fn body<'a>(
    old: Option<&RawBody<'a>>,
    new: Option<&RawBody<'a>>,
    schemas: &mut Comparison<'a>,
    changes: &mut Changes,
) {
    match (old, new) {
        (None, None) => {}
        (None, Some(new)) if new.required => changes.changed("required request body added", true),
        (None, Some(_)) => changes.added("optional request body added"),
        (Some(_), None) => changes.removed("request body removed", false),
        (Some(old), Some(new)) => {
            if old.required != new.required {
                let now = if new.required { "now required" } else { "no longer required" };
                changes.changed(format!("request body is {now}"), new.required);
            }
            parameters(&keyed(&old.form, ""), &keyed(&new.form, ""), schemas, changes);
            contents(&old.contents, &new.contents, Direction::Request, "request body", schemas, changes);
        }
    }
}

fn responses<'a>(
    old: &[RawResponse<'a>],
    new: &[RawResponse<'a>],
    schemas: &mut Comparison<'a>,
    changes: &mut Changes,
) {
    for after in new {
        let name = format!("response {}", quoted(after.status));
        match old.iter().find(|before| before.status == after.status) {
            Some(before) => {
                contents(&before.contents, &after.contents, Direction::Response, &name, schemas, changes);
            }
            None => changes.added(format!("{name} added")),
        }
    }
    for before in old.iter().filter(|before| !new.iter().any(|after| after.status == before.status)) {
        // Callers live by the answers to calls that went well.
        let success = before.status.starts_with('2') || before.status == "default";
        changes.removed(format!("response {} removed", quoted(before.status)), success);
    }
}

fn contents<'a>(
    old: &[RawContent<'a>],
    new: &[RawContent<'a>],
    direction: Direction,
    name: &str,
    schemas: &mut Comparison<'a>,
    changes: &mut Changes,
) {
    for after in new {
        let media_type = quoted(after.media_type);
        match old.iter().find(|before| before.media_type == after.media_type) {
            Some(before) => {
                let name = if new.len() == 1 { name.to_owned() } else { format!("{name} as {media_type}") };
                schemas.compare(before.schema, after.schema, direction, &name, changes);
            }
            None => changes.added(format!("{name} as {media_type} added")),
        }
    }
    for before in old.iter().filter(|before| !new.iter().any(|after| after.media_type == before.media_type)) {
        changes.removed(format!("{name} as {} removed", quoted(before.media_type)), true);
    }
}
