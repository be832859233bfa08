//! The two types that keep optional props pleasant to write: [`OptionalText`] and [`Slot`].

use leptos::prelude::*;

/// A text that may be left out. Takes `"text"`, a `String`, or an `Option` of either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionalText(Option<String>);

impl OptionalText {
    /// The text, if there is one. An empty text counts as none.
    pub fn get(self) -> Option<String> {
        self.0.filter(|text| !text.is_empty())
    }

    /// Whether there is a text.
    pub fn is_some(&self) -> bool {
        self.0.as_deref().is_some_and(|text| !text.is_empty())
    }
}

impl From<&str> for OptionalText {
    fn from(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }
}

impl From<String> for OptionalText {
    fn from(text: String) -> Self {
        Self(Some(text))
    }
}

impl From<Option<String>> for OptionalText {
    fn from(text: Option<String>) -> Self {
        Self(text)
    }
}

impl From<Option<&str>> for OptionalText {
    fn from(text: Option<&str>) -> Self {
        Self(text.map(str::to_owned))
    }
}

/// A place in a component for any view. Takes whatever can stand in `view!`; left out, it is empty.
#[derive(Default)]
pub struct Slot(Option<AnyView>);

impl Slot {
    /// What was put in, if anything was.
    pub fn get(self) -> Option<AnyView> {
        self.0
    }

    /// Whether something was put in.
    pub fn is_some(&self) -> bool {
        self.0.is_some()
    }
}

impl<V: IntoAny + Send + 'static> From<V> for Slot {
    fn from(view: V) -> Self {
        Self(Some(view.into_any()))
    }
}
