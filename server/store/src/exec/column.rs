//! What can be read from a column. Bad data in the database is an error of its own, never a default.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use super::Row;
use crate::error::{Error, Result};

/// A type that one column holds.
pub trait FromColumn: Sized {
    fn from_column(row: &Row, column: &str) -> Result<Self>;
}

macro_rules! primitive {
    ($($type:ty),*) => {
        $(impl FromColumn for $type {
            fn from_column(row: &Row, column: &str) -> Result<Self> {
                row.primitive(column)
            }
        })*
    };
}

primitive!(String, Vec<u8>, i64, f64, bool);

macro_rules! narrowed {
    ($($type:ty),*) => {
        $(impl FromColumn for $type {
            fn from_column(row: &Row, column: &str) -> Result<Self> {
                row.get::<i64>(column)?.try_into().map_err(|error| Error::bad_column(column, error))
            }
        })*
    };
}

narrowed!(u16, u32, u64);

impl FromColumn for DateTime<Utc> {
    fn from_column(row: &Row, column: &str) -> Result<Self> {
        let millis = row.get::<i64>(column)?;
        DateTime::from_timestamp_millis(millis)
            .ok_or_else(|| Error::bad_column(column, format!("{millis} is not a time in unix milliseconds")))
    }
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(row: &Row, column: &str) -> Result<Self> {
        if row.is_null(column)? { Ok(None) } else { T::from_column(row, column).map(Some) }
    }
}

impl Row {
    /// A column of JSON text.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T> {
        let text = self.get::<String>(column)?;
        serde_json::from_str(&text).map_err(|error| Error::bad_column(column, error))
    }
}
