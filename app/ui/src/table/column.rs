//! What a column is called, how it is aligned, and how it is sorted.

use super::sort::Sort;
use crate::words::words;
use crate::{Glyph, Icon};
use leptos::prelude::*;

/// How the cells of a column stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Start,
    /// Figures: at the right, digits below digits.
    Number,
    /// As narrow as its content: badges, times.
    Shrink,
    /// Ids and paths in typewriter face.
    Mono,
    /// Buttons at the right; its name is only read aloud.
    Actions,
}

impl Align {
    pub(super) fn class(self) -> Option<&'static str> {
        match self {
            Self::Start => None,
            Self::Number => Some("cell-number"),
            Self::Shrink => Some("cell-shrink"),
            Self::Mono => Some("cell-mono"),
            Self::Actions => Some("cell-actions"),
        }
    }
}

/// A column of a [`super::Table`].
#[derive(Clone, Debug)]
pub struct Column {
    pub(super) label: String,
    pub(super) align: Align,
    /// The name of the column is only read aloud.
    pub(super) silent: bool,
    sort: Option<Sort>,
}

impl Column {
    /// Text.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), align: Align::Start, silent: false, sort: None }
    }

    /// Figures.
    pub fn number(label: impl Into<String>) -> Self {
        Self { align: Align::Number, ..Self::new(label) }
    }

    /// As narrow as its content.
    pub fn shrink(label: impl Into<String>) -> Self {
        Self { align: Align::Shrink, ..Self::new(label) }
    }

    /// Ids, paths, addresses.
    pub fn mono(label: impl Into<String>) -> Self {
        Self { align: Align::Mono, ..Self::new(label) }
    }

    /// Buttons and menus of the row.
    pub fn actions() -> Self {
        Self { align: Align::Actions, silent: true, ..Self::new(words().actions) }
    }

    /// A column whose name is only read aloud, such as that of checkboxes.
    pub fn silent(label: impl Into<String>) -> Self {
        Self { align: Align::Shrink, silent: true, ..Self::new(label) }
    }

    /// Makes the head a link that sorts; see [`super::Sorting::by`].
    pub fn sort(self, sort: Sort) -> Self {
        Self { sort: Some(sort), ..self }
    }

    pub(super) fn head(self) -> AnyView {
        let order = self.sort.as_ref().and_then(Sort::aria);
        let label = match (self.silent, self.sort) {
            (true, _) => view! { <span class="visually-hidden">{self.label}</span> }.into_any(),
            (false, None) => self.label.into_any(),
            (false, Some(sort)) => {
                let glyph = if sort.descending() { Glyph::ArrowDown } else { Glyph::ArrowUp };
                view! { <a class="sort-link" href=sort.href>{self.label}<Icon glyph/></a> }.into_any()
            }
        };
        view! {
            <th scope="col" role="columnheader" class=self.align.class() aria-sort=order>
                {label}
            </th>
        }
        .into_any()
    }
}
