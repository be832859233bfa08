//! What changed in an object, field by field, from its JSON before and after.

use serde_json::{Map, Value};
use ui::DiffLine;

/// A line a field; objects inside an object are written `limits.rate`.
pub fn difference(before: Option<&str>, after: Option<&str>) -> Vec<DiffLine> {
    let (before, after) = (fields(before), fields(after));
    let mut lines = Vec::new();
    for (name, old) in &before {
        match after.iter().find(|(other, _)| other == name) {
            Some((_, new)) if new == old => lines.push(DiffLine::kept(line(name, old))),
            Some((_, new)) => {
                lines.push(DiffLine::removed(line(name, old)));
                lines.push(DiffLine::added(line(name, new)));
            }
            None => lines.push(DiffLine::removed(line(name, old))),
        }
    }
    let is_new = |name: &String| before.iter().all(|(other, _)| other != name);
    lines.extend(
        after.iter().filter(|(name, _)| is_new(name)).map(|(name, new)| DiffLine::added(line(name, new))),
    );
    lines
}

fn line(name: &str, value: &str) -> String {
    format!("{name}: {value}")
}

fn fields(json: Option<&str>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    match json.map(serde_json::from_str) {
        None | Some(Ok(Value::Null)) => {}
        Some(Ok(Value::Object(object))) => flatten("", &object, &mut fields),
        Some(Ok(value)) => fields.push(("value".to_owned(), value.to_string())),
        Some(Err(_)) => fields.push(("value".to_owned(), json.unwrap_or_default().to_owned())),
    }
    fields
}

fn flatten(prefix: &str, object: &Map<String, Value>, fields: &mut Vec<(String, String)>) {
    for (name, value) in object {
        match value {
            Value::Object(inner) if !inner.is_empty() => flatten(&format!("{prefix}{name}."), inner, fields),
            Value::String(text) => fields.push((format!("{prefix}{name}"), text.clone())),
            value => fields.push((format!("{prefix}{name}"), value.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: Option<&str>, after: Option<&str>) -> Vec<String> {
        difference(before, after).iter().map(|line| format!("{line:?}")).collect()
    }

    #[test]
    fn fields_that_changed_are_told_apart_from_those_that_did_not() {
        let before = r#"{"name":"Core","limits":{"rate":1},"gone":true}"#;
        let after = r#"{"name":"Core","limits":{"rate":2},"new":[1]}"#;
        let expected = [
            DiffLine::removed("gone: true"),
            DiffLine::removed("limits.rate: 1"),
            DiffLine::added("limits.rate: 2"),
            DiffLine::kept("name: Core"),
            DiffLine::added("new: [1]"),
        ];
        let mut found = shown(Some(before), Some(after));
        let mut expected: Vec<String> = expected.iter().map(|line| format!("{line:?}")).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn something_made_is_all_new_and_nothing_is_nothing() {
        assert_eq!(shown(None, Some(r#"{"name":"Core"}"#)), [format!("{:?}", DiffLine::added("name: Core"))]);
        assert!(shown(None, None).is_empty());
    }
}
