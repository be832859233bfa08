//! Checking an input struct: every field is looked at, and all errors are told at once.

use crate::problem::{FieldError, Problem, ProblemKind};

/// The errors of an input, at least one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} invalid field(s)", .0.len())]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    #[must_use]
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        Self(vec![FieldError { field: field.to_owned(), message: message.into() }])
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        let names: Vec<&str> = invalid.0.iter().map(|error| error.field.as_str()).collect();
        let mut problem = Self::new(ProblemKind::InvalidInput, format!("please check: {}", names.join(", ")));
        problem.fields = invalid.0;
        problem
    }
}

/// Collects field errors while an input is read.
#[derive(Debug, Default)]
pub struct Check {
    errors: Vec<FieldError>,
}

impl Check {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub fn error(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    pub fn require(&mut self, holds: bool, field: &str, message: &str) {
        if !holds {
            self.error(field, message);
        }
    }

    /// A number between two bounds.
    pub fn within(&mut self, field: &str, value: u32, least: u32, most: u32) {
        if !(least..=most).contains(&value) {
            self.error(field, format!("expected {least} to {most}, got {value}"));
        }
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// One line of text, trimmed, with a length in characters between `min` and `max` and no control characters.
    pub fn line(&mut self, field: &str, value: &str, min: usize, max: usize) -> String {
        let value = value.trim();
        if value.chars().any(char::is_control) {
            self.error(field, "expected one line without control characters");
        }
        self.length(field, value, min, max);
        value.to_owned()
    }

    /// Text of several lines, with a length in characters of at most `max`.
    pub fn text(&mut self, field: &str, value: &str, max: usize) -> String {
        if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.error(field, "expected text without control characters");
        }
        self.length(field, value, 0, max);
        value.trim_end().to_owned()
    }

    fn length(&mut self, field: &str, value: &str, min: usize, max: usize) {
        let length = value.chars().count();
        if length == 0 && min > 0 {
            self.error(field, "is required");
        } else if length < min || length > max {
            self.error(field, format!("expected {min} to {max} characters, got {length}"));
        }
    }

    /// A value that parses itself; its error is the field's message.
    pub fn parse<T>(&mut self, field: &str, value: &str) -> Option<T>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        if value.trim().is_empty() {
            self.error(field, "is required");
            return None;
        }
        match value.trim().parse() {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.error(field, error.to_string());
                None
            }
        }
    }

    /// As [`Check::parse`], where an empty value means absent.
    pub fn parse_optional<T>(&mut self, field: &str, value: &str) -> Option<T>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        if value.trim().is_empty() { None } else { self.parse(field, value) }
    }

    /// Takes over the errors of a part, with the part's name in front.
    pub fn part<T>(&mut self, field: &str, result: Result<T, Invalid>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Invalid(errors)) => {
                self.errors.extend(errors.into_iter().map(|error| FieldError {
                    field: format!("{field}.{}", error.field),
                    message: error.message,
                }));
                None
            }
        }
    }

    /// Takes over the errors of a part whose fields are named as they are here.
    pub fn all(&mut self, result: Result<(), Invalid>) {
        if let Err(Invalid(errors)) = result {
            self.errors.extend(errors);
        }
    }

    /// The value if no field had an error.
    pub fn done<T>(self, value: impl FnOnce() -> Option<T>) -> Result<T, Invalid> {
        if !self.errors.is_empty() {
            return Err(Invalid(self.errors));
        }
        value().ok_or_else(|| Invalid::one("", "a required field is missing"))
    }

    /// The errors alone.
    pub fn finish(self) -> Result<(), Invalid> {
        if self.errors.is_empty() { Ok(()) } else { Err(Invalid(self.errors)) }
    }
}
