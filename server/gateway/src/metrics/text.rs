//! The Prometheus text exposition format, version 0.0.4: what stands before a metric's samples, and how labels are
//! quoted. (<https://prometheus.io/docs/instrumenting/exposition_formats/>)

use std::fmt::Write;

/// The two lines before the samples of a metric; `kind` is `counter`, `gauge` or `histogram`.
pub fn describe(text: &mut String, name: &str, kind: &str, help: &str) {
    // writing to a string cannot fail
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// A metric of one sample without labels.
pub fn single(text: &mut String, name: &str, kind: &str, help: &str, value: u64) {
    describe(text, name, kind, help);
    let _ = writeln!(text, "{name} {value}");
}

/// `a="1",b="2"`, with what would end a value early escaped.
#[must_use]
pub fn labels(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(name);
        text.push_str("=\"");
        for character in value.chars() {
            match character {
                '\\' => text.push_str("\\\\"),
                '"' => text.push_str("\\\""),
                '\n' => text.push_str("\\n"),
                other => text.push(other),
            }
        }
        text.push('"');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        let pairs = [("a", "GET /pets/{id}"), ("b", "\"\\\n"), ("c", "")];
        assert_eq!(labels(&pairs), "a=\"GET /pets/{id}\",b=\"\\\"\\\\\\n\",c=\"\"");
    }
}
