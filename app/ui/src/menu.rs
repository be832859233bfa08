//! Menus that open below their button: `<details>`, so they need no script. One menu is open at a time.

use crate::text::{OptionalText, Slot};
use crate::{ButtonSize, Glyph, Icon};
use leptos::prelude::*;

/// A button with a menu below it.
#[component]
pub fn Menu(
    /// The words of the button; only read aloud when `summary` shows something else.
    #[prop(into)]
    label: String,
    #[prop(optional_no_strip, into)] glyph: Option<Glyph>,
    #[prop(optional)] size: ButtonSize,
    /// What the button shows instead of words: an avatar and a name.
    #[prop(optional, into)]
    summary: Slot,
    /// Opens upwards: at the foot of the sidebar.
    #[prop(optional)]
    upwards: bool,
    /// [`MenuItem`]s, forms with `<button class="menu-item">`, `<hr>`s.
    children: Children,
) -> AnyView {
    let small = if size == ButtonSize::Small { " button-small" } else { "" };
    let class = format!("button button-secondary menu-button{small}");
    let place = if upwards { "menu menu-up" } else { "menu" };
    let summary = match summary.get() {
        Some(summary) => view! {
            <summary class="menu-summary">
                <span class="visually-hidden">{label} ": "</span>
                {summary} <Icon glyph=Glyph::ChevronDown/>
            </summary>
        }
        .into_any(),
        None => view! {
            <summary class=class>
                {glyph.map(|glyph| view! { <Icon glyph/> })} {label} <Icon glyph=Glyph::ChevronDown/>
            </summary>
        }
        .into_any(),
    };
    view! {
        <details class=place name="menu">
            {summary}
            <div class="menu-list">{children()}</div>
        </details>
    }
    .into_any()
}

/// A link in a menu.
#[component]
pub fn MenuItem(
    #[prop(into)] href: String,
    #[prop(optional_no_strip, into)] glyph: Option<Glyph>,
    #[prop(optional)] current: bool,
    children: Children,
) -> AnyView {
    view! {
        <a class="menu-item" href=href aria-current=current.then_some("true")>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {children()}
        </a>
    }
    .into_any()
}

/// Choices of which one holds, as a row of joined buttons: the period of a chart.
#[component]
pub fn ButtonGroup(
    #[prop(into)] label: String,
    /// [`crate::LinkButton`]s, one of them `current`.
    children: Children,
) -> AnyView {
    view! { <div class="button-group" role="group" aria-label=label>{children()}</div> }.into_any()
}

/// Where a menu shows one thing about itself: who is signed in.
#[component]
pub fn MenuNote(#[prop(into)] title: String, #[prop(optional, into)] text: OptionalText) -> AnyView {
    view! {
        <div class="menu-note">
            <strong>{title}</strong>
            {text.get().map(|text| view! { <span class="cell-sub">{text}</span> })}
        </div>
    }
    .into_any()
}
