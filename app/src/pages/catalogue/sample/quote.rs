//! Text as a literal of a language.

use serde_json::Value;
use std::fmt::Write as _;

/// In single quotes, for a POSIX shell.
pub fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// In double quotes with JSON's escapes, which JavaScript, Python, Go and Java read the same way.
pub fn double(text: &str) -> String {
    Value::from(text).to_string()
}

/// A Rust string; raw where it is longer than a line.
pub fn rust(text: &str) -> String {
    if text.contains('\n') && !text.contains("\"#") { format!("r#\"{text}\"#") } else { format!("{text:?}") }
}

/// A Go string; raw where it is longer than a line.
pub fn go(text: &str) -> String {
    if text.contains('\n') && !text.contains(['`', '\r']) { format!("`{text}`") } else { double(text) }
}

/// A Java string; a text block where it is longer than a line.
pub fn java(text: &str) -> String {
    if text.contains('\n') && !text.contains("\"\"\"") {
        format!("\"\"\"\n{}\"\"\"", text.replace('\\', "\\\\"))
    } else {
        double(text)
    }
}

/// A JSON value as Python writes it.
pub fn python(value: &Value) -> String {
    let mut out = String::new();
    python_value(&mut out, value, 0);
    out
}

fn python_value(out: &mut String, value: &Value, level: usize) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Array(items) if !items.is_empty() => {
            out.push_str("[\n");
            for item in items {
                indent(out, level + 1);
                python_value(out, item, level + 1);
                out.push_str(",\n");
            }
            indent(out, level);
            out.push(']');
        }
        Value::Object(fields) if !fields.is_empty() => {
            out.push_str("{\n");
            for (name, field) in fields {
                indent(out, level + 1);
                out.push_str(&double(name));
                out.push_str(": ");
                python_value(out, field, level + 1);
                out.push_str(",\n");
            }
            indent(out, level);
            out.push('}');
        }
        // numbers, strings, and empty lists and objects are written as in JSON; a String takes every write
        other => drop(write!(out, "{other}")),
    }
}

fn indent(out: &mut String, level: usize) {
    out.push_str(&"    ".repeat(level));
}
