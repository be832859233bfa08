//! What changed between two documents of one API, and whether callers of the old one would notice.

mod operation;
mod schema;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::path::Template;
use super::{Document, Method, Operation};

/// Most changes reported.
const MAX_CHANGES: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    Added,
    Removed,
    Changed,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    pub kind: ChangeKind,
    /// `GET /pets/{id}` as the new document has it; `None` for the document as a whole.
    pub operation: Option<String>,
    /// In words: ``query parameter `limit` is now required``.
    pub detail: String,
    /// A call that was right, or an answer that was understood, may no longer be.
    pub breaking: bool,
}

/// The differences from `old` to `new`: of the whole, then by operation in the order of `new`, then what is gone.
/// Operations are the same if method and path agree, whatever the path's parameters are called.
#[must_use]
pub fn diff(old: &Document, new: &Document) -> Vec<Change> {
    let mut changes = Changes { list: Vec::new(), operation: None };
    whole(old, new, &mut changes);
    let olds: HashMap<_, _> = old.operations.iter().map(|operation| (key(operation), operation)).collect();
    let mut comparison = schema::Comparison::new(&old.value, &new.value);
    for operation in &new.operations {
        changes.operation = Some(name(operation));
        match olds.get(&key(operation)) {
            Some(before) => {
                operation::compare((old, before), (new, operation), &mut comparison, &mut changes)
            }
            None => changes.added("operation added"),
        }
    }
    let news: HashMap<_, _> = new.operations.iter().map(|operation| (key(operation), ())).collect();
    for operation in old.operations.iter().filter(|operation| !news.contains_key(&key(operation))) {
        changes.operation = Some(name(operation));
        changes.removed("operation removed", true);
    }
    changes.operation = None;
    if comparison.is_exhausted() {
        changes.changed("the documents are too large to compare every schema", false);
    }
    changes.list
}

/// Collects changes of one operation after another.
struct Changes {
    list: Vec<Change>,
    operation: Option<String>,
}

impl Changes {
    fn added(&mut self, detail: impl Into<String>) {
        self.add(ChangeKind::Added, detail.into(), false);
    }

    fn removed(&mut self, detail: impl Into<String>, breaking: bool) {
        self.add(ChangeKind::Removed, detail.into(), breaking);
    }

    fn changed(&mut self, detail: impl Into<String>, breaking: bool) {
        self.add(ChangeKind::Changed, detail.into(), breaking);
    }

    fn add(&mut self, kind: ChangeKind, detail: String, breaking: bool) {
        if self.list.len() < MAX_CHANGES {
            self.list.push(Change { kind, operation: self.operation.clone(), detail, breaking });
        }
    }
}

fn whole(old: &Document, new: &Document, changes: &mut Changes) {
    let fields = [
        ("format", old.format.name(), new.format.name()),
        ("title", old.title.as_str(), new.title.as_str()),
        ("version", old.version.as_str(), new.version.as_str()),
    ];
    for (field, was, is) in fields {
        if was != is {
            let (was, is) = (super::finding::quoted(was), super::finding::quoted(is));
            changes.changed(format!("{field} was {was} and is {is}"), false);
        }
    }
    if old.description != new.description {
        changes.changed("description changed", false);
    }
    let addresses =
        |document: &Document| document.servers.iter().map(|server| server.url.clone()).collect::<Vec<_>>();
    if addresses(old) != addresses(new) {
        changes.changed("servers changed", false);
    }
}

fn key(operation: &Operation) -> (Method, String) {
    let shape = Template::parse(&operation.path).map(|template| template.shape);
    (operation.method, shape.unwrap_or_else(|_| operation.path.clone()))
}

fn name(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}
