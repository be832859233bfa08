//! Reading the fields of a request as strictly as a vendor does.

use super::refusal::Refusal;
use serde_json::Value;

/// A string that must be there.
pub(super) fn text<'v>(of: &'v Value, name: &str) -> Result<&'v str, Refusal> {
    optional_text(of, name)?.ok_or_else(|| missing(name))
}

/// A string; null is as good as absent.
pub(super) fn optional_text<'v>(of: &'v Value, name: &str) -> Result<Option<&'v str>, Refusal> {
    present(of, name).map(|value| value.as_str().ok_or_else(|| wrong(name, "a string"))).transpose()
}

/// A list that must be there and hold something.
pub(super) fn list<'v>(of: &'v Value, name: &str) -> Result<&'v [Value], Refusal> {
    let found = present(of, name).ok_or_else(|| missing(name))?;
    let found = found.as_array().ok_or_else(|| wrong(name, "an array"))?;
    if found.is_empty() { Err(Refusal::bad(format!("{name}: must not be empty"))) } else { Ok(found) }
}

/// A list; nothing when it is absent.
pub(super) fn optional_list<'v>(of: &'v Value, name: &str) -> Result<&'v [Value], Refusal> {
    let Some(found) = present(of, name) else { return Ok(&[]) };
    found.as_array().map(Vec::as_slice).ok_or_else(|| wrong(name, "an array"))
}

/// An object that must be there.
pub(super) fn object<'v>(of: &'v Value, name: &str) -> Result<&'v Value, Refusal> {
    let found = present(of, name).ok_or_else(|| missing(name))?;
    if found.is_object() { Ok(found) } else { Err(wrong(name, "an object")) }
}

/// A number of one or more.
pub(super) fn count(of: &Value, name: &str) -> Result<Option<usize>, Refusal> {
    let Some(found) = present(of, name) else { return Ok(None) };
    let number = found.as_u64().and_then(|number| usize::try_from(number).ok());
    number.filter(|number| *number > 0).map(Some).ok_or_else(|| wrong(name, "a positive integer"))
}

/// False when it is absent.
pub(super) fn flag(of: &Value, name: &str) -> Result<bool, Refusal> {
    present(of, name).map_or(Ok(false), |value| value.as_bool().ok_or_else(|| wrong(name, "a boolean")))
}

/// A number that lies between 0 and `most`, when it is there.
pub(super) fn at_most(of: &Value, name: &str, most: f64) -> Result<(), Refusal> {
    let Some(found) = present(of, name) else { return Ok(()) };
    let within = found.as_f64().is_some_and(|number| (0.0..=most).contains(&number));
    if within { Ok(()) } else { Err(wrong(name, &format!("a number from 0 to {most}"))) }
}

/// Nothing but these fields.
pub(super) fn only(of: &Value, names: &[&str]) -> Result<(), Refusal> {
    let unknown = of.as_object().and_then(|of| of.keys().find(|key| !names.contains(&key.as_str())));
    unknown.map_or(Ok(()), |name| Err(Refusal::bad(format!("unknown field: {name}"))))
}

/// A name that vendors accept for a tool, or an id of a call.
pub(super) fn tool_name<'v>(of: &'v Value, name: &str) -> Result<&'v str, Refusal> {
    let found = text(of, name)?;
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if (1..=64).contains(&found.len()) && found.chars().all(good) {
        Ok(found)
    } else {
        Err(wrong(name, "1 to 64 of [a-zA-Z0-9_-]"))
    }
}

/// The value, unless it is null.
pub(super) fn present<'v>(of: &'v Value, name: &str) -> Option<&'v Value> {
    of.get(name).filter(|value| !value.is_null())
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::bad(format!("{name}: field required"))
}

pub(super) fn wrong(name: &str, expected: &str) -> Refusal {
    Refusal::bad(format!("{name}: expected {expected}"))
}
