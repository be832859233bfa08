//! What the portal says to the person: beside what it is about, across the page, or instead of content.

use crate::text::{OptionalText, Slot};
use crate::{Glyph, Icon, Tone};
use leptos::prelude::*;

/// A message in the page. Dangers and warnings are read aloud at once, the rest in turn.
#[component]
pub fn Notice(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] title: OptionalText,
    /// Buttons at its right.
    #[prop(optional, into)]
    actions: Slot,
    children: Children,
) -> AnyView {
    let role = if matches!(tone, Tone::Danger | Tone::Warning) { "alert" } else { "status" };
    view! {
        <div class=format!("notice {}", tone.class()) role=role>
            <Icon glyph=tone.glyph()/>
            <div class="notice-text">
                {title.get().map(|title| view! { <p class="notice-title">{title}</p> })}
                <div>{children()}</div>
            </div>
            {actions.get().map(|actions| view! { <div class="notice-actions">{actions}</div> })}
        </div>
    }
    .into_any()
}

/// A strip across the top of a page: demo installation, deprecation, draft that differs.
#[component]
pub fn Banner(
    #[prop(optional)] tone: Tone,
    #[prop(optional, into)] actions: Slot,
    children: Children,
) -> AnyView {
    view! {
        <div class=format!("banner {}", tone.class()) role="status">
            <Icon glyph=tone.glyph()/>
            <div>{children()}</div>
            {actions.get().map(|actions| view! { <div class="row push">{actions}</div> })}
        </div>
    }
    .into_any()
}

/// Why nothing is here, and the one action that changes it.
#[component]
pub fn EmptyState(
    glyph: Glyph,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: OptionalText,
    #[prop(optional, into)] action: Slot,
) -> AnyView {
    view! {
        <div class="empty">
            <div class="empty-icon"><Icon glyph large=true/></div>
            <p class="empty-title">{title}</p>
            {text.get().map(|text| view! { <p class="empty-text">{text}</p> })}
            {action.get().map(|action| view! { <div class="empty-action">{action}</div> })}
        </div>
    }
    .into_any()
}
