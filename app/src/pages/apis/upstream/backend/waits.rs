//! How long a call may wait for its backend.

use crate::flash::FormState;
use domain::upstream::Timeouts;
use leptos::prelude::*;
use std::ops::RangeInclusive;
use ui::{Field, FieldRow, Fieldset, InputKind, TextInput, format};

const MINUTE: RangeInclusive<u32> = 10..=60_000;
const HOUR: RangeInclusive<u32> = 10..=3_600_000;

#[component]
pub fn Waits(form: FormState, timeouts: Timeouts) -> AnyView {
    let Timeouts { connect_ms, first_byte_ms, idle_ms, total_ms } = timeouts;
    let usual = Timeouts::default();
    view! {
        <Fieldset legend="How long a call may wait" hint="Past a limit the caller gets 504.">
            <FieldRow>
                <Wait form name="connect_ms" label="To connect" stored=connect_ms usual=usual.connect_ms within=MINUTE/>
                <Wait form name="first_byte_ms" label="For the answer to begin" stored=first_byte_ms usual=usual.first_byte_ms within=HOUR/>
            </FieldRow>
            <FieldRow>
                <Wait form name="idle_ms" label="Between two pieces" stored=idle_ms usual=usual.idle_ms within=HOUR/>
                <Wait form name="total_ms" label="In all" stored=total_ms usual=usual.total_ms within=HOUR/>
            </FieldRow>
        </Fieldset>
    }
    .into_any()
}

#[component]
fn Wait(
    form: FormState,
    name: &'static str,
    label: &'static str,
    stored: u32,
    usual: u32,
    within: RangeInclusive<u32>,
) -> AnyView {
    let error = form.error(&format!("upstream.timeouts.{name}"));
    let (least, most) = (*within.start(), *within.end());
    let hint = format!("{least} to {}, default {}.", format::whole(most.into()), format::whole(usual.into()));
    view! {
        <Field name label hint error required=true>
            <TextInput
                value=form.value_or(name, &stored.to_string())
                kind=InputKind::Number
                min=least.to_string()
                max=most.to_string()
                suffix="ms"
            />
        </Field>
    }
    .into_any()
}
