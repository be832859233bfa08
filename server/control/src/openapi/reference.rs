//! `$ref`: only into the same document, only to what is there, and never in a circle of references alone.
//! [`check`] looks at all of them once; [`resolve`] and [`follow`] then walk one, and are safe on any document.

use std::collections::HashMap;

use serde_json::Value;

use super::finding::{Findings, quoted};
use super::pointer::{self, Target};

/// Most references that may stand in a row before a value comes.
const MAX_HOPS: usize = 32;

/// Longest text of one reference, in bytes.
const MAX_LENGTH: usize = 2_048;

/// The reference that `value` is, if it is one.
pub(super) fn of(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()
}

/// The value that `value` stands for: itself, or what its reference leads to. A reference that leads nowhere
/// stands for itself.
pub(super) fn resolve<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    let mut at = value;
    for _ in 0..MAX_HOPS {
        let Some(reference) = of(at) else { break };
        let Target::Local(pointer) = pointer::target(reference) else { break };
        let Some(next) = root.pointer(&pointer) else { break };
        at = next;
    }
    at
}

/// Like [`resolve`], for the value at `pointer`, and also says where it was found.
pub(super) fn follow(root: &Value, pointer: String) -> Option<(String, &Value)> {
    let mut pointer = pointer;
    let mut at = root.pointer(&pointer)?;
    for _ in 0..MAX_HOPS {
        let Some(reference) = of(at) else { break };
        let Target::Local(next) = pointer::target(reference) else { break };
        at = root.pointer(&next)?;
        pointer = next;
    }
    Some((pointer, at))
}

/// Reports every reference that cannot be followed.
pub(super) fn check(root: &Value, findings: &mut Findings) {
    let mut check = Check { root, findings, known: HashMap::new(), pointer: String::new() };
    check.walk(root, Keys::Words);
}

/// What the keys of an object are: words of OpenAPI, or names that the author chose (of properties, say).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    Words,
    Names,
}

/// Where a reference leads in the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// To a value, over so many references.
    Value(usize),
    External,
    Anchor,
    Nowhere,
    Circle,
    TooFar,
    TooLong,
}

struct Check<'a, 'f> {
    root: &'a Value,
    findings: &'f mut Findings,
    /// One verdict for each text, so that long chains are walked once.
    known: HashMap<&'a str, Verdict>,
    pointer: String,
}

impl<'a> Check<'a, '_> {
    fn walk(&mut self, value: &'a Value, keys: Keys) {
        match value {
            Value::Object(map) => {
                if let Some(reference) = of(value) {
                    self.report(reference);
                }
                for (key, child) in map {
                    if keys == Keys::Words && is_literal(key) {
                        continue;
                    }
                    let inside =
                        if keys == Keys::Words && holds_names(key) { Keys::Names } else { Keys::Words };
                    self.step(key, child, inside);
                }
            }
            Value::Array(list) => {
                for (index, child) in list.iter().enumerate() {
                    self.step(&index.to_string(), child, Keys::Words);
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, token: &str, child: &'a Value, keys: Keys) {
        if !child.is_object() && !child.is_array() {
            return;
        }
        let length = self.pointer.len();
        pointer::push(&mut self.pointer, token);
        self.walk(child, keys);
        self.pointer.truncate(length);
    }

    fn report(&mut self, reference: &'a str) {
        let name = quoted(reference);
        let message = match self.verdict(reference) {
            Verdict::Value(_) => return,
            Verdict::External => {
                format!(
                    "the reference {name} leads out of the document; only references that start with `#/` are read"
                )
            }
            Verdict::Anchor => {
                format!(
                    "the reference {name} names an anchor; only JSON pointers that start with `#/` are read"
                )
            }
            Verdict::Nowhere => format!("the reference {name} leads to nothing in this document"),
            Verdict::Circle => {
                format!("the reference {name} leads back to itself without a value on the way")
            }
            Verdict::TooFar => format!("the reference {name} needs more than {MAX_HOPS} references in a row"),
            Verdict::TooLong => format!("the reference {name} is longer than {MAX_LENGTH} bytes"),
        };
        self.findings.error(&self.pointer, message);
    }

    fn verdict(&mut self, first: &'a str) -> Verdict {
        let mut chain: Vec<&'a str> = Vec::new();
        let mut at = first;
        let end = loop {
            if let Some(verdict) = self.known.get(at) {
                break *verdict;
            }
            if chain.contains(&at) {
                break Verdict::Circle;
            }
            if chain.len() >= MAX_HOPS {
                break Verdict::TooFar;
            }
            chain.push(at);
            match self.target(at) {
                Ok(target) => match of(target) {
                    Some(next) => at = next,
                    None => break Verdict::Value(0),
                },
                Err(verdict) => break verdict,
            }
        };
        let mut verdict = end;
        for reference in chain.into_iter().rev() {
            verdict = match verdict {
                Verdict::Value(hops) if hops < MAX_HOPS => Verdict::Value(hops + 1),
                Verdict::Value(_) => Verdict::TooFar,
                other => other,
            };
            self.known.insert(reference, verdict);
        }
        verdict
    }

    fn target(&self, reference: &str) -> Result<&'a Value, Verdict> {
        if reference.len() > MAX_LENGTH {
            return Err(Verdict::TooLong);
        }
        match pointer::target(reference) {
            Target::Local(pointer) => self.root.pointer(&pointer).ok_or(Verdict::Nowhere),
            Target::Anchor => Err(Verdict::Anchor),
            Target::External => Err(Verdict::External),
        }
    }
}

/// Keys whose values are data of the author, in which `$ref` means nothing.
fn is_literal(key: &str) -> bool {
    matches!(key, "example" | "default" | "enum" | "const" | "value" | "mapping" | "security" | "scopes")
        || key.starts_with("x-")
}

/// Keys whose values are objects from names to things.
fn holds_names(key: &str) -> bool {
    matches!(
        key,
        "properties"
            | "patternProperties"
            | "dependentSchemas"
            | "definitions"
            | "$defs"
            | "schemas"
            | "responses"
            | "parameters"
            | "examples"
            | "requestBodies"
            | "headers"
            | "securitySchemes"
            | "securityDefinitions"
            | "links"
            | "callbacks"
            | "pathItems"
            | "paths"
            | "webhooks"
            | "content"
            | "encoding"
            | "variables"
    )
}
