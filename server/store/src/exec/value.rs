//! What can be bound to a placeholder. Five types are all there are, so that both databases agree on them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::error::{Error, Result};

/// A value for a placeholder. Times are unix milliseconds, JSON and ids are text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(Option<String>),
    Int(Option<i64>),
    Float(Option<f64>),
    Bool(Option<bool>),
    Bytes(Option<Vec<u8>>),
}

impl Value {
    /// A value as JSON text.
    pub fn json(value: &impl Serialize) -> Result<Self> {
        serde_json::to_string(value).map(Self::from).map_err(Error::Unwritable)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::Text(Some(value.clone()))
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<u64> for Value {
    /// Beyond `i64::MAX` (nine quintillion of anything) a count stays at that.
    fn from(value: u64) -> Self {
        Self::Int(Some(i64::try_from(value).unwrap_or(i64::MAX)))
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<u16> for Value {
    fn from(value: u16) -> Self {
        Self::Int(Some(i64::from(value)))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(Some(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(Some(value))
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(Some(value))
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(value: DateTime<Utc>) -> Self {
        Self::Int(Some(value.timestamp_millis()))
    }
}

/// `None` must still say which type it is the absence of: PostgreSQL asks.
pub trait Nullable: Into<Value> {
    const NULL: Value;
}

macro_rules! nullable {
    ($($type:ty => $variant:ident),* $(,)?) => {
        $(impl Nullable for $type {
            const NULL: Value = Value::$variant(None);
        })*
    };
}

nullable! {
    &str => Text,
    String => Text,
    &String => Text,
    i64 => Int,
    u64 => Int,
    u32 => Int,
    u16 => Int,
    f64 => Float,
    bool => Bool,
    DateTime<Utc> => Int,
}

impl<T: Nullable> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(T::NULL, Into::into)
    }
}
