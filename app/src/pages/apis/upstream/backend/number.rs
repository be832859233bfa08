//! A whole number of one of the groups, with its bounds and what it is when nobody says.

use crate::flash::FormState;
use leptos::prelude::*;
use std::ops::RangeInclusive;
use ui::{Field, InputKind, TextInput, format};

#[component]
pub fn Number(
    form: FormState,
    /// As in `upstream.retries`.
    group: &'static str,
    name: &'static str,
    label: &'static str,
    /// What it means, before its bounds.
    #[prop(optional)]
    hint: &'static str,
    within: RangeInclusive<u32>,
    /// Taken where nothing is typed.
    usual: u32,
    #[prop(into)] stored: u32,
    #[prop(optional)] suffix: &'static str,
) -> AnyView {
    let (least, most) = (*within.start(), *within.end());
    let bounds = format!(
        "{} to {}, default {}.",
        format::whole(least.into()),
        format::whole(most.into()),
        format::whole(usual.into())
    );
    let hint = if hint.is_empty() { bounds } else { format!("{hint} {bounds}") };
    let (field, id) = (format!("{group}[{name}]"), format!("field-{group}-{name}"));
    let value = form.value_or(&field, &stored.to_string());
    let error = form.error(&format!("upstream.{group}.{name}"));
    view! {
        <Field name=field label id hint error quiet=true>
            <TextInput value kind=InputKind::Number min=least.to_string() max=most.to_string() suffix/>
        </Field>
    }
    .into_any()
}
