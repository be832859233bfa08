//! What one request leaves for the page after it: a notice, a secret shown once, or why a form was refused together
//! with what was typed. Kept in the session (sealed, see the server's session store), read once, never in an address.

use crate::done::Shown;
use crate::error::sentence;
use crate::server::incoming;
use domain::problem::Problem;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flash {
    /// The path of the page that it is for.
    pub page: String,
    pub notice: Option<String>,
    pub shown: Option<Shown>,
    pub refused: Option<Refused>,
}

/// A form that was sent and not accepted.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// The server function that it was posted to.
    pub action: String,
    pub problem: Problem,
    pub request_id: Option<String>,
    /// Names and values in the order of the form, without passwords and other secrets.
    pub typed: Vec<(String, String)>,
}

impl std::fmt::Debug for Refused {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Refused")
            .field("action", &self.action)
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
}

impl Refused {
    fn typed(&self, name: &str) -> Option<&str> {
        self.typed.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// Fields whose values are never kept.
const SECRET_FIELDS: [&str; 5] = ["password", "current", "secret", "key", "private_key"];
/// All that is kept of a form, in bytes of its values.
const MAX_TYPED: usize = 64 * 1024;

/// What may be kept of a form: no secrets, and no more than fits. Says whether something was too long.
#[must_use]
pub fn keepable(fields: Vec<(String, String)>) -> (Vec<(String, String)>, bool) {
    let mut room = MAX_TYPED;
    let mut too_long = false;
    let kept = fields
        .into_iter()
        .filter(|(name, _)| !SECRET_FIELDS.contains(&name.as_str()))
        .filter(|(name, value)| match room.checked_sub(name.len() + value.len()) {
            Some(left) => {
                room = left;
                true
            }
            None => {
                too_long = true;
                false
            }
        })
        .collect();
    (kept, too_long)
}

/// A form as the page draws it: what was typed and what was wrong with it, if it has just been refused.
///
/// `let form = FormState::of(teams::Create::url());` then `form.value("name")`, `form.error("name")`.
#[derive(Clone, Copy, Debug)]
pub struct FormState(StoredValue<Option<Refused>>);

impl FormState {
    /// The form that posts to this server function.
    #[must_use]
    pub fn of(action: &str) -> Self {
        Self::where_it(action, |_| true)
    }

    /// One of several forms on the page that post to the same server function: the one with this hidden value.
    #[must_use]
    pub fn of_one(action: &str, name: &str, value: &str) -> Self {
        Self::where_it(action, |refused| refused.typed(name) == Some(value))
    }

    fn where_it(action: &str, is: impl FnOnce(&Refused) -> bool) -> Self {
        let refused = incoming().flash.refused.clone();
        Self(StoredValue::new(refused.filter(|refused| refused.action == action && is(refused))))
    }

    /// Whether it has just been refused.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.0.with_value(Option::is_some)
    }

    /// What was typed.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        self.0.with_value(|refused| refused.as_ref()?.typed(name).map(str::to_owned))
    }

    /// What was typed, or what is stored.
    #[must_use]
    pub fn value_or(&self, name: &str, stored: &str) -> String {
        self.value(name).unwrap_or_else(|| stored.to_owned())
    }

    /// Whether a box was ticked, or whether it is so in what is stored.
    #[must_use]
    pub fn checked(&self, name: &str, stored: bool) -> bool {
        if self.is_refused() { self.value(name).is_some() } else { stored }
    }

    /// All that is wrong with a field, where that can be much: a document.
    #[must_use]
    pub fn errors(&self, field: &str) -> Vec<String> {
        self.0.with_value(|refused| {
            let fields = refused.iter().flat_map(|refused| &refused.problem.fields);
            fields.filter(|error| error.field == field).map(|error| sentence(&error.message)).collect()
        })
    }

    /// What is wrong with the parts of a field (`nodes[1].url`), each with its field.
    #[must_use]
    pub fn errors_within(&self, field: &str) -> Vec<(String, String)> {
        self.0.with_value(|refused| {
            let fields = refused.iter().flat_map(|refused| &refused.problem.fields);
            let within = fields.filter(|error| error.field.starts_with(field));
            within.map(|error| (error.field.clone(), sentence(&error.message))).collect()
        })
    }

    /// Whether anything is wrong with a field or its parts.
    #[must_use]
    pub fn is_wrong(&self, field: &str) -> bool {
        !self.errors_within(field).is_empty()
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn error(&self, field: &str) -> Option<String> {
        let message = self.0.with_value(|refused| refused.as_ref()?.problem.at(field).map(str::to_owned))?;
        let continues = message.starts_with("is ") || message.starts_with("has ");
        Some(sentence(&if continues { format!("this {message}") } else { message }))
    }
}

/// The secret that this page shows once.
#[must_use]
pub fn shown() -> Option<Shown> {
    incoming().flash.shown.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn secrets_are_not_kept() {
        let (kept, too_long) = keepable(vec![
            field("email", "ada@example.com"),
            field("password", "hunter22"),
            field("private_key", "PEM"),
        ]);
        assert_eq!(kept, [field("email", "ada@example.com")]);
        assert!(!too_long);
    }

    #[test]
    fn a_value_that_is_too_long_goes_and_the_others_stay() {
        let document = "x".repeat(MAX_TYPED);
        let (kept, too_long) =
            keepable(vec![field("name", "Pets"), field("openapi", &document), field("slug", "pets")]);
        assert_eq!(kept, [field("name", "Pets"), field("slug", "pets")]);
        assert!(too_long);
    }
}
