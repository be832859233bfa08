//! Code, keys, and rendered Markdown.

use crate::text::{OptionalText, Slot};
use leptos::prelude::*;

/// Code as it is. Scrolls in its own box.
#[component]
pub fn CodeBlock(
    #[prop(into)] code: String,
    /// Shown at the top: `curl`, `json`.
    #[prop(optional, into)]
    language: OptionalText,
    #[prop(optional, into)] title: OptionalText,
    /// A copy button: an island's.
    #[prop(optional, into)]
    copy: Slot,
    /// Breaks long lines: for keys and addresses.
    #[prop(optional)]
    wrap: bool,
) -> AnyView {
    let (language, title) = (language.get(), title.get());
    let class = if wrap { "code code-wrap" } else { "code" };
    let head = (language.is_some() || title.is_some() || copy.is_some()).then(|| {
        view! {
            <div class="code-head">
                {title.map(|title| view! { <span class="code-title">{title}</span> })}
                {language.map(|language| view! { <span class="code-language">{language}</span> })}
                {copy.get().map(|copy| view! { <span class="push">{copy}</span> })}
            </div>
        }
    });
    view! {
        <div class=class>
            {head}
            <pre tabindex="0"><code>{code}</code></pre>
        </div>
    }
    .into_any()
}

/// Something shown once: a key. One click selects all of it.
#[component]
pub fn Secret(
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    /// That it will not be shown again.
    #[prop(optional, into)]
    note: OptionalText,
    #[prop(optional, into)] copy: Slot,
) -> AnyView {
    view! {
        <div class="secret">
            <p class="secret-label">{label}</p>
            <div class="secret-value">
                <code>{value}</code>
                {copy.get()}
            </div>
            {note.get().map(|note| view! { <p class="secret-note">{note}</p> })}
        </div>
    }
    .into_any()
}

/// Rendered Markdown. The HTML must have been cleaned: it is written as it is.
#[component]
pub fn Prose(#[prop(into)] html: String) -> AnyView {
    view! { <div class="prose" inner_html=html></div> }.into_any()
}
