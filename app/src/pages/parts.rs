//! Small pieces that several pages show the same way.

use crate::flash;
use crate::islands::copy_button::CopyButton;
use crate::server::now;
use domain::Time as At;
use leptos::prelude::*;
use ui::{Secret, Time};

/// The secret that the last form made, if any: shown here and never again.
#[component]
pub fn ShownOnce() -> AnyView {
    let Some(shown) = flash::shown() else { return ().into_any() };
    let copy = view! { <CopyButton text=shown.value.clone() label=format!("Copy: {}", shown.label)/> };
    view! { <Secret label=shown.label value=shown.value note=shown.note copy/> }.into_any()
}

/// A time, as far from now; or a word where there is none.
pub fn date_or(at: Option<At>, otherwise: &'static str) -> AnyView {
    match at {
        Some(at) => view! { <Time at=at.timestamp_millis() now=now().timestamp_millis()/> }.into_any(),
        None => view! { <span class="faint">{otherwise}</span> }.into_any(),
    }
}
