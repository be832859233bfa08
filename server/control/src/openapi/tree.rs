//! Builds a JSON value from any serde format and refuses what `serde_json::Value` would let pass: a key that comes
//! twice, too many levels, and more values or text than the limits allow (YAML aliases multiply both).

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::Limits;
use super::finding::quoted;

/// What is left of the limits while one document is read.
pub(super) struct Allowance {
    limits: Limits,
    nodes: Cell<usize>,
    bytes: Cell<usize>,
}

impl Allowance {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, nodes: Cell::new(limits.nodes), bytes: Cell::new(limits.bytes) }
    }

    /// The seed of the whole document.
    pub(super) fn seed(&self) -> Seed<'_> {
        Seed { allowance: self, level: 0 }
    }

    fn node<E: Error>(&self) -> Result<(), E> {
        let Some(left) = self.nodes.get().checked_sub(1) else {
            return Err(E::custom(format!("the document has more than {} values", self.limits.nodes)));
        };
        self.nodes.set(left);
        Ok(())
    }

    fn text<E: Error>(&self, text: &str) -> Result<(), E> {
        let Some(left) = self.bytes.get().checked_sub(text.len()) else {
            let max = self.limits.bytes;
            return Err(E::custom(format!(
                "with its aliases expanded the document is larger than {max} bytes"
            )));
        };
        self.bytes.set(left);
        Ok(())
    }
}

/// Reads one value that stands `level` objects and arrays deep.
#[derive(Clone, Copy)]
pub(super) struct Seed<'b> {
    allowance: &'b Allowance,
    level: usize,
}

impl Seed<'_> {
    fn inside<E: Error>(self) -> Result<Self, E> {
        let max = self.allowance.limits.depth;
        if self.level >= max {
            return Err(E::custom(too_deep(max)));
        }
        Ok(Self { level: self.level + 1, ..self })
    }
}

/// The message for a document with more levels than allowed.
pub(super) fn too_deep(max: usize) -> String {
    format!("the document is nested more than {max} levels deep")
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.allowance.node()?;
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.allowance.node()?;
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.allowance.node()?;
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.allowance.node()?;
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.allowance.node()?;
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that JSON cannot carry"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.allowance.text(value)?;
        self.allowance.node()?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        self.allowance.text(&value)?;
        self.allowance.node()?;
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.allowance.node()?;
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(value) = access.next_element_seed(inside)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        self.allowance.node()?;
        let inside = self.inside()?;
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(twice(&key)));
            }
            self.allowance.text(&key)?;
            let value = access.next_value_seed(inside)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// The message for a key that one object has more than once.
pub(super) fn twice(key: &str) -> String {
    format!("the key {} stands twice in the same object", quoted(key))
}
