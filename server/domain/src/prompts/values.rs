//! What a caller fills in, checked by type.

use super::media::Media;
use super::variables::{Variable, VariableKind};
use crate::check::{Check, Invalid};
use chrono::NaiveDate;
use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;

/// Bytes of one text.
const LONGEST_TEXT: usize = 1 << 20;
const PICTURES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const FILES: [&str; 2] = ["application/pdf", "text/plain"];

/// The value of one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// It was left out.
    Nothing,
    Text(String),
    Number(Number),
    Flag(bool),
    Media(Media),
}

/// Every variable of a prompt, by name.
pub type Values = BTreeMap<String, Given>;

/// Reads what a caller says. Errors are named `variables.{name}`.
pub fn read_all(variables: &[Variable], mut given: Map<String, Value>) -> Result<Values, Invalid> {
    let mut check = Check::new();
    let mut values = Values::new();
    for variable in variables {
        let field = format!("variables.{}", variable.name);
        let said = given.remove(&variable.name).filter(|value| !value.is_null());
        match said.or_else(|| variable.default.clone()) {
            Some(value) => match read(variable, value) {
                Ok(value) => drop(values.insert(variable.name.clone(), value)),
                Err(why) => check.error(&field, why),
            },
            None if variable.required => {
                check.error(&field, format!("is required: a value of the type {}", variable.kind));
            }
            None => drop(values.insert(variable.name.clone(), Given::Nothing)),
        }
    }
    for name in given.keys().take(20) {
        let shown: String = name.chars().take(80).collect();
        check.error(&format!("variables.{shown}"), unknown(variables));
    }
    check.done(|| Some(values))
}

fn unknown(variables: &[Variable]) -> String {
    if variables.is_empty() {
        return "there is no such variable; the prompt has none".to_owned();
    }
    let names: Vec<&str> = variables.iter().map(|variable| variable.name.as_str()).collect();
    format!("there is no such variable; expected {}", names.join(", "))
}

/// The value of one variable; the error says what was expected.
pub(super) fn read(variable: &Variable, value: Value) -> Result<Given, String> {
    let kind = variable.kind;
    match (kind, value) {
        (VariableKind::String, Value::String(text)) => plain_text(text).map(Given::Text),
        (VariableKind::Number, Value::Number(number)) => Ok(Given::Number(number)),
        (VariableKind::Boolean, Value::Bool(flag)) => Ok(Given::Flag(flag)),
        (VariableKind::Enum, Value::String(text)) if variable.values.contains(&text) => Ok(Given::Text(text)),
        (VariableKind::Enum, value) => {
            Err(format!("expected one of {}, got {}", variable.values.join(", "), shown(&value)))
        }
        (VariableKind::Date, Value::String(text)) => date(text).map(Given::Text),
        (VariableKind::Image, value) => Media::read(value, &PICTURES, variable.limit()).map(Given::Media),
        (VariableKind::File, value) => Media::read(value, &FILES, variable.limit()).map(Given::Media),
        (kind, value) => Err(format!("expected {}, got {}", expected(kind), shown(&value))),
    }
}

/// No NUL: it marks the places of files in what is filled in.
fn plain_text(text: String) -> Result<String, String> {
    if text.len() > LONGEST_TEXT {
        return Err(format!("expected at most {LONGEST_TEXT} bytes, got {}", text.len()));
    }
    if text.contains('\0') {
        return Err("expected text without the character NUL".to_owned());
    }
    Ok(text)
}

fn date(text: String) -> Result<String, String> {
    // chrono alone would take 2026-3-4 as well
    let good = text.len() == 10 && NaiveDate::parse_from_str(&text, "%Y-%m-%d").is_ok();
    if good { Ok(text) } else { Err(format!("expected a date like 2026-03-14, got {}", shown(&text.into()))) }
}

fn expected(kind: VariableKind) -> &'static str {
    match kind {
        VariableKind::Number => "a number",
        VariableKind::Boolean => "true or false",
        VariableKind::Date => "a date like 2026-03-14",
        _ => "a text",
    }
}

/// A value, as far as it is shown in an error.
fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string().chars().take(60).collect(),
    }
}

/// What a form's text stands for; the text itself where it does not fit, which [`read_all`] then refuses.
#[must_use]
pub fn of_text(kind: VariableKind, text: &str) -> Value {
    let typed = text.trim();
    match kind {
        VariableKind::Number => typed.parse::<Number>().map_or_else(|_| text.into(), Value::Number),
        VariableKind::Boolean => match typed {
            "true" => true.into(),
            "false" => false.into(),
            _ => text.into(),
        },
        VariableKind::Date => typed.into(),
        _ => text.into(),
    }
}
