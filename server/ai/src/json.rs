//! Reads JSON objects by hand, so that every error says where it is, and what was not read is known by name.

use crate::dropped::Dropped;
use serde_json::{Map, Value};

/// What does not have the shape that its dialect asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{expected}{}", Place(at), Came(got))]
pub struct Invalid {
    /// Where: `messages[3].content[0].image_url`. Empty for the whole document.
    pub at: String,
    /// `expected a string`.
    pub expected: String,
    /// What came instead, as far as it says something: `a number`.
    pub got: &'static str,
}

impl Invalid {
    #[must_use]
    pub fn new(at: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { at: at.into(), expected: expected.into(), got: "" }
    }

    fn got(at: String, expected: &str, value: &Value) -> Self {
        Self { at, expected: expected.to_owned(), got: kind(value) }
    }
}

struct Place<'a>(&'a str);

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(out, "{}: ", self.0) }
    }
}

struct Came(&'static str);

impl std::fmt::Display for Came {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(out, ", got {}", self.0) }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A value and where it stands.
#[derive(Debug)]
pub struct Item {
    pub at: String,
    pub value: Value,
}

impl Item {
    /// The whole document.
    #[must_use]
    pub fn root(value: Value) -> Self {
        Self { at: String::new(), value }
    }

    pub fn object(self) -> Result<Object, Invalid> {
        match self.value {
            Value::Object(fields) => Ok(Object { at: self.at, fields }),
            other => Err(Invalid::got(self.at, "expected an object", &other)),
        }
    }

    pub fn list(self) -> Result<Vec<Self>, Invalid> {
        let at = self.at;
        match self.value {
            Value::Array(items) => {
                let item = |(index, value)| Self { at: format!("{at}[{index}]"), value };
                Ok(items.into_iter().enumerate().map(item).collect())
            }
            other => Err(Invalid::got(at, "expected a list", &other)),
        }
    }

    pub fn text(self) -> Result<String, Invalid> {
        match self.value {
            Value::String(text) => Ok(text),
            other => Err(Invalid::got(self.at, "expected a string", &other)),
        }
    }

    pub fn unsigned(self) -> Result<u64, Invalid> {
        // 8.0 is what some clients say for 8
        let whole =
            |number: f64| (number >= 0.0 && number.fract() == 0.0 && number < 9e15).then_some(number as u64);
        let number = self.value.as_u64().or_else(|| self.value.as_f64().and_then(whole));
        number.ok_or_else(|| Invalid::got(self.at, "expected a whole number from 0", &self.value))
    }

    pub fn signed(self) -> Result<i64, Invalid> {
        self.value.as_i64().ok_or_else(|| Invalid::got(self.at, "expected a whole number", &self.value))
    }

    pub fn number(self) -> Result<f64, Invalid> {
        self.value.as_f64().ok_or_else(|| Invalid::got(self.at, "expected a number", &self.value))
    }

    pub fn flag(self) -> Result<bool, Invalid> {
        self.value.as_bool().ok_or_else(|| Invalid::got(self.at, "expected true or false", &self.value))
    }
}

/// An object being read. A field that was taken is gone; `null` is the same as absent.
#[derive(Debug)]
pub struct Object {
    at: String,
    fields: Map<String, Value>,
}

impl Object {
    /// Where a field of this object stands.
    #[must_use]
    pub fn at(&self, field: &str) -> String {
        if self.at.is_empty() { field.to_owned() } else { format!("{}.{field}", self.at) }
    }

    /// Where this object stands.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.at
    }

    #[must_use]
    pub fn invalid(&self, field: &str, expected: impl Into<String>) -> Invalid {
        Invalid::new(self.at(field), expected)
    }

    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.fields.get(field).is_some_and(|value| !value.is_null())
    }

    /// A text without taking it: to tell by a `type` what the object is.
    #[must_use]
    pub fn peek(&self, field: &str) -> Option<&str> {
        self.fields.get(field)?.as_str()
    }

    /// The field, when it is there.
    pub fn take(&mut self, field: &str) -> Option<Item> {
        let value = self.fields.get_mut(field)?.take();
        (!value.is_null()).then(|| Item { at: self.at(field), value })
    }

    /// The field's bare value, when it is there.
    pub fn value(&mut self, field: &str) -> Option<Value> {
        self.take(field).map(|item| item.value)
    }

    /// The field, which must be there.
    pub fn need(&mut self, field: &str) -> Result<Item, Invalid> {
        self.take(field).ok_or_else(|| self.invalid(field, "expected a value, got none"))
    }

    pub fn text(&mut self, field: &str) -> Result<Option<String>, Invalid> {
        self.take(field).map(Item::text).transpose()
    }

    pub fn unsigned(&mut self, field: &str) -> Result<Option<u64>, Invalid> {
        self.take(field).map(Item::unsigned).transpose()
    }

    pub fn signed(&mut self, field: &str) -> Result<Option<i64>, Invalid> {
        self.take(field).map(Item::signed).transpose()
    }

    pub fn number(&mut self, field: &str) -> Result<Option<f64>, Invalid> {
        self.take(field).map(Item::number).transpose()
    }

    pub fn flag(&mut self, field: &str) -> Result<Option<bool>, Invalid> {
        self.take(field).map(Item::flag).transpose()
    }

    pub fn object(&mut self, field: &str) -> Result<Option<Self>, Invalid> {
        self.take(field).map(Item::object).transpose()
    }

    /// The items of a list; none when it is absent.
    pub fn list(&mut self, field: &str) -> Result<Vec<Item>, Invalid> {
        Ok(self.take(field).map(Item::list).transpose()?.unwrap_or_default())
    }

    pub fn texts(&mut self, field: &str) -> Result<Vec<String>, Invalid> {
        self.list(field)?.into_iter().map(Item::text).collect()
    }

    /// Reports every field that was not taken.
    pub fn drop_rest(self, dropped: &mut Dropped) {
        for (field, value) in &self.fields {
            if !value.is_null() {
                dropped.field(self.at(field));
            }
        }
    }

    /// What was not taken.
    #[must_use]
    pub fn rest(self) -> Map<String, Value> {
        self.fields.into_iter().filter(|(_, value)| !value.is_null()).collect()
    }
}

/// Builds an object of the fields that have a value.
#[derive(Debug, Default)]
pub struct Fields(Map<String, Value>);

impl Fields {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0.insert(field.to_owned(), value.into());
        self
    }

    /// The field, if there is a value.
    #[must_use]
    pub fn some(self, field: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(field, value),
            None => self,
        }
    }

    /// The field, unless the list is empty.
    #[must_use]
    pub fn filled(self, field: &str, values: Vec<Value>) -> Self {
        if values.is_empty() { self } else { self.with(field, values) }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Self {
        Self::Object(fields.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn errors_say_where_and_what() {
        let mut object = Item::root(json!({ "a": [{ "b": 1 }, 2] })).object().unwrap();
        let mut items = object.list("a").unwrap();
        assert_eq!(
            items.pop().unwrap().object().unwrap_err().to_string(),
            "a[1]: expected an object, got a number"
        );
        let mut inner = items.pop().unwrap().object().unwrap();
        assert_eq!(inner.text("b").unwrap_err().to_string(), "a[0].b: expected a string, got a number");
        assert_eq!(inner.need("c").unwrap_err().to_string(), "a[0].c: expected a value, got none");
        assert_eq!(
            Item::root(json!(3)).object().unwrap_err().to_string(),
            "expected an object, got a number"
        );
    }

    #[test]
    fn what_was_not_taken_is_dropped_by_name() {
        let mut object = Item::root(json!({ "x": null, "y": 8.0, "z": { "seen": 1, "unseen": 2 }, "w": 1 }));
        let mut object = std::mem::replace(&mut object, Item::root(Value::Null)).object().unwrap();
        assert_eq!(object.unsigned("y").unwrap(), Some(8));
        assert_eq!(object.text("x").unwrap(), None);
        let mut dropped = Dropped::default();
        let mut inner = object.object("z").unwrap().unwrap();
        assert_eq!(inner.unsigned("seen").unwrap(), Some(1));
        inner.drop_rest(&mut dropped);
        object.drop_rest(&mut dropped);
        assert_eq!(dropped.names(), ["z.unseen", "w"]);
    }
}
