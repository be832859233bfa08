//! A line to search with.

use crate::text::OptionalText;
use crate::words::words;
use crate::{Glyph, Icon};
use leptos::prelude::*;

/// Search. Inside a [`crate::FilterBar`] it is a control; with `action` it is a form of its own.
#[component]
pub fn SearchBox(
    #[prop(default = "q".into(), into)] name: String,
    #[prop(optional, into)] value: OptionalText,
    /// What is searched; also the placeholder.
    #[prop(optional, into)]
    label: OptionalText,
    /// Where the search is sent.
    #[prop(optional, into)]
    action: OptionalText,
    /// A key that an island listens to, shown at the right.
    #[prop(optional, into)]
    key_hint: OptionalText,
) -> AnyView {
    let label = label.get().unwrap_or_else(|| words().search.to_owned());
    let control = view! {
        <div class="search-box">
            <Icon glyph=Glyph::Search/>
            <input
                class="input"
                type="search"
                name=name
                value=value.get()
                placeholder=label.clone()
                aria-label=label.clone()
                autocomplete="off"
                enterkeyhint="search"
            />
            {key_hint.get().map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </div>
    };
    match action.get() {
        None => control.into_any(),
        Some(action) => view! {
            <form method="get" action=action role="search" aria-label=label>{control}</form>
        }
        .into_any(),
    }
    .into_any()
}
