//! Small pieces that several pages show the same way.

use crate::flash::{self, FormState};
use crate::islands::copy_button::CopyButton;
use crate::server::now;
use domain::Time as At;
use leptos::prelude::*;
use ui::{Badge, Field, Glyph, InputKind, OptionalText, Secret, TextInput, Time, Tone, format};

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

/// A certificate is renewed before it has so long left.
const SOON_MS: i64 = 21 * 86_400_000;

/// Whether a certificate is valid now, and whether for long.
#[component]
pub fn Validity(from: At, until: At) -> AnyView {
    let (from_ms, until_ms) = (from.timestamp_millis(), until.timestamp_millis());
    let now_ms = now().timestamp_millis();
    if now_ms < from_ms {
        view! { <Badge label="Not valid yet" tone=Tone::Danger glyph=Glyph::Problem/> }.into_any()
    } else if now_ms >= until_ms {
        view! { <Badge label="Expired" tone=Tone::Danger glyph=Glyph::Problem/> }.into_any()
    } else if until_ms - now_ms < SOON_MS {
        let label = format!("Ends in {}", format::duration(until_ms - now_ms));
        view! { <Badge label tone=Tone::Warning glyph=Glyph::Warning/> }.into_any()
    } else {
        view! { <Badge label="Valid" tone=Tone::Good glyph=Glyph::Check/> }.into_any()
    }
}

/// The day on which access ends; `held` is what it is now.
#[component]
pub fn AccessEnd(
    form: FormState,
    #[prop(optional_no_strip)] held: Option<At>,
    /// Of the field, where the page has several.
    #[prop(optional, into)]
    id: OptionalText,
) -> AnyView {
    let held = held.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default();
    view! {
        <Field
            name="expires_at"
            label="Access ends"
            hint="At the beginning of this day, in UTC. Leave it empty for access without an end."
            id
            error=form.error("expires_at")
        >
            <TextInput value=form.value_or("expires_at", &held) kind=InputKind::Date/>
        </Field>
    }
    .into_any()
}
