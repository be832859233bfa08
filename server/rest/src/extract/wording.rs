//! What a reader of JSON or of a query says of an error, in our words and at its field.

use domain::check::Invalid;
use std::fmt::Display;

/// Rust's names of what was expected, and ours.
const NAMES: [(&str, &str); 7] = [
    ("u8", "a whole number from 0 to 255"),
    ("u16", "a whole number from 0 to 65535"),
    ("u32", "a whole number from 0 to 4294967295"),
    ("u64", "a whole number that is not negative"),
    ("i64", "a whole number"),
    ("a boolean", "true or false"),
    ("a sequence", "a list"),
];

/// The longest part of a message that is repeated to the caller, in characters.
const LONGEST: usize = 300;

/// The error at the field where it happened: `limits.rate.seconds`.
pub fn at_field<E: Display>(error: &serde_path_to_error::Error<E>) -> Invalid {
    let path = error.path().to_string();
    let path = if path == "." { String::new() } else { path };
    let text = without_place(&error.inner().to_string());
    if let Some(missing) = text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        let field = if path.is_empty() { missing.to_owned() } else { format!("{path}.{missing}") };
        return Invalid::one(&field, "is required");
    }
    let field: String = if path.is_empty() { "body".to_owned() } else { path.chars().take(200).collect() };
    Invalid::one(&field, message(&text))
}

fn message(text: &str) -> String {
    if text.starts_with("unknown field") {
        return match text.split_once(", expected ") {
            Some((_, expected)) => format!("is not known here; expected {}", plain(expected)),
            None => "is not known here".to_owned(),
        };
    }
    for prefix in ["invalid type: ", "invalid value: ", "unknown variant "] {
        let parts = text.strip_prefix(prefix).and_then(|rest| rest.rsplit_once(", expected "));
        if let Some((got, expected)) = parts {
            return format!("expected {}, got {}", name(expected), plain(got));
        }
    }
    plain(text)
}

fn name(expected: &str) -> String {
    if expected.starts_with("struct ") {
        return "an object".to_owned();
    }
    let known = NAMES.iter().find(|(rust, _)| *rust == expected);
    known.map_or_else(|| plain(expected), |(_, ours)| (*ours).to_owned())
}

fn plain(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// The message without the place that `serde_json` puts at its end.
pub fn without_place(text: &str) -> String {
    text.rsplit_once(" at line ").map_or(text, |(before, _)| before).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::plans::UpdatePlan;
    use serde_json::json;

    #[test]
    fn errors_name_the_field_and_what_was_expected() {
        for (body, field, said) in [
            (
                json!({ "limits": { "rate": { "requests": "5", "seconds": 1 } } }),
                "limits.rate.requests",
                "expected a whole number from 0 to 4294967295, got string \"5\"",
            ),
            (json!({ "limits": { "rate": { "requests": 5 } } }), "limits.rate.seconds", "is required"),
            (json!({ "nmae": "x" }), "nmae", "is not known here; expected one of `name`, `description`"),
            (json!({ "approval": "perhaps" }), "approval", "expected `automatic` or `manual`, got `perhaps`"),
            (json!({ "closed": 1 }), "closed", "expected true or false, got integer `1`"),
        ] {
            let error = serde_path_to_error::deserialize::<_, UpdatePlan>(body.clone()).unwrap_err();
            let Invalid(errors) = at_field(&error);
            assert_eq!(errors[0].field, field, "{body}");
            assert!(errors[0].message.starts_with(said), "{body}: {}", errors[0].message);
        }
    }

    #[test]
    fn what_was_sent_is_not_repeated_at_length() {
        let body = json!({ "limits": "x".repeat(100_000) });
        let error = serde_path_to_error::deserialize::<_, UpdatePlan>(body).unwrap_err();
        assert!(at_field(&error).0[0].message.len() < 500);
    }
}
