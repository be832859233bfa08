//! A schema as its keywords: references followed, `allOf` merged. Borrowed from the document.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::pointer::{self, Target};
use super::reference;

/// Most objects that one schema is put together from.
const MAX_PARTS: usize = 32;

/// Most keywords of a kind looked at: names in `required`, types, alternatives.
const MAX_NAMES: usize = 1_000;

/// One schema, put together.
pub(super) struct Flat<'a> {
    parts: Vec<&'a Map<String, Value>>,
    /// The name of the component that the schema refers to.
    pub reference: Option<String>,
    /// Tells the schema apart from others of the document.
    pub identity: usize,
    /// The schema `false`, which nothing fits.
    pub never: bool,
}

impl<'a> Flat<'a> {
    pub(super) fn of(root: &'a Value, schema: &'a Value) -> Self {
        let target = reference::resolve(root, schema);
        let reference = reference::of(schema).and_then(component);
        let identity = std::ptr::from_ref(target).addr();
        let mut flat = Self { parts: Vec::new(), reference, identity, never: target == &Value::Bool(false) };
        flat.add(root, schema, MAX_PARTS);
        flat
    }

    fn add(&mut self, root: &'a Value, schema: &'a Value, levels: usize) {
        let target = reference::resolve(root, schema);
        let bare = schema.as_object().is_none_or(|map| map.len() == 1);
        if !std::ptr::eq(schema, target) && !bare {
            // What stands beside a reference; 3.1 gives it meaning, and authors of 3.0 mean it too.
            self.part(schema);
        }
        if !self.part(target) || levels == 0 {
            return;
        }
        let list = target.get("allOf").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for one in list.iter().take(MAX_PARTS) {
            self.add(root, one, levels - 1);
        }
    }

    /// Takes an object in; false if it is none, is there already, or there are too many.
    fn part(&mut self, value: &'a Value) -> bool {
        let Some(map) = value.as_object() else { return false };
        let new = self.parts.len() < MAX_PARTS && !self.parts.iter().any(|part| std::ptr::eq(*part, map));
        if new {
            self.parts.push(map);
        }
        new
    }

    /// A keyword, from the first part that has it.
    pub(super) fn get(&self, keyword: &str) -> Option<&'a Value> {
        self.parts.iter().find_map(|part| part.get(keyword))
    }

    pub(super) fn flag(&self, keyword: &str) -> bool {
        self.get(keyword).and_then(Value::as_bool).unwrap_or_default()
    }

    /// The elements of a keyword that is an array.
    pub(super) fn list(&self, keyword: &str) -> &'a [Value] {
        let list = self.get(keyword).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        list.get(..MAX_NAMES).unwrap_or(list)
    }

    /// The types without `null`; guessed from other keywords if none is declared; empty if any fits.
    pub(super) fn types(&self) -> Vec<&'a str> {
        let declared: Vec<_> = match self.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(some)) => some.iter().filter_map(Value::as_str).take(8).collect(),
            _ => Vec::new(),
        };
        let declared: Vec<_> = declared.into_iter().filter(|name| *name != "null").collect();
        if !declared.is_empty() {
            return declared;
        }
        if self.get("properties").is_some() || self.get("additionalProperties").is_some() {
            return vec!["object"];
        }
        if self.get("items").is_some() || self.get("prefixItems").is_some() {
            return vec!["array"];
        }
        Vec::new()
    }

    /// Whether null fits: `nullable` (3.0), `null` among the types (3.1), or the usual extension (2.0).
    pub(super) fn nullable(&self) -> bool {
        let among = |kind: &Value| kind.as_array().is_some_and(|all| all.iter().any(|one| one == "null"));
        self.flag("nullable") || self.flag("x-nullable") || self.get("type").is_some_and(among)
    }

    /// The properties in document order; where parts disagree, the first one that has a property wins.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let all = self.parts.iter().filter_map(|part| part.get("properties")?.as_object()).flatten();
        let mut seen = HashSet::new();
        all.map(|(name, schema)| (name.as_str(), schema)).filter(move |(name, _)| seen.insert(*name))
    }

    /// The names of all properties that must be there.
    pub(super) fn required(&self) -> HashSet<&'a str> {
        let lists = self.parts.iter().filter_map(|part| part.get("required")?.as_array());
        lists.flatten().filter_map(Value::as_str).take(MAX_NAMES).collect()
    }
}

/// The last name in a reference: `Pet` of `#/components/schemas/Pet`.
fn component(reference: &str) -> Option<String> {
    let Target::Local(pointer) = pointer::target(reference) else { return None };
    pointer::tokens(&pointer).last().map(std::borrow::Cow::into_owned)
}
