//! The circuit breaker of each node.

use super::number::Number;
use crate::flash::FormState;
use domain::upstream::Breaker;
use leptos::prelude::*;
use ui::{FieldRow, FieldsetFold, Switched, format};

#[component]
pub fn BreakerFold(form: FormState, breaker: Option<Breaker>) -> AnyView {
    let enabled = form.checked("breaker[enabled]", breaker.is_some());
    let open = enabled || form.is_wrong("upstream.breaker");
    let state = breaker.as_ref().map_or_else(|| "Off".to_owned(), state);
    let stored = breaker.unwrap_or_default();
    view! {
        <FieldsetFold legend="Circuit breaker" state open>
            <Switched
                name="breaker[enabled]"
                label="Open a breaker when many calls to an address fail"
                hint="Nothing gets through then until a few calls have tried it out. The bound that is reached first counts."
                checked=enabled
            >
                <Bounds form stored=stored.clone()/>
                <Times form stored/>
            </Switched>
        </FieldsetFold>
    }
    .into_any()
}

fn state(breaker: &Breaker) -> String {
    let bounds = match (breaker.failures, breaker.error_percent) {
        (0, percent) => format!("{percent} %"),
        (failures, 0) => failures.to_string(),
        (failures, percent) => format!("{failures} or {percent} %"),
    };
    format!("Opens at {bounds} failures, for {}", format::millis(breaker.open_ms.into()))
}

/// How many failures are too many.
#[component]
fn Bounds(form: FormState, stored: Breaker) -> AnyView {
    let (group, usual) = ("breaker", Breaker::default());
    view! {
        <FieldRow>
            <Number
                form
                group
                name="error_percent"
                label="Share of failures"
                hint="0: it does not count."
                within=0..=100
                usual=usual.error_percent.into()
                stored=stored.error_percent
                suffix="%"
            />
            <Number
                form
                group
                name="minimum_calls"
                label="Taken of at least"
                within=1..=100_000
                usual=usual.minimum_calls
                stored=stored.minimum_calls
                suffix="calls"
            />
        </FieldRow>
        <FieldRow>
            <Number
                form
                group
                name="failures"
                label="Number of failures"
                hint="0: it does not count."
                within=0..=10_000
                usual=usual.failures
                stored=stored.failures
            />
            <Number
                form
                group
                name="window_ms"
                label="Counted over"
                within=1_000..=600_000
                usual=usual.window_ms
                stored=stored.window_ms
                suffix="ms"
            />
        </FieldRow>
    }
    .into_any()
}

/// How long it is open, and what closes it.
#[component]
fn Times(form: FormState, stored: Breaker) -> AnyView {
    let (group, usual) = ("breaker", Breaker::default());
    view! {
        <FieldRow>
            <Number
                form
                group
                name="open_ms"
                label="Open for"
                within=100..=3_600_000
                usual=usual.open_ms
                stored=stored.open_ms
                suffix="ms"
            />
            <Number
                form
                group
                name="probes"
                label="Then tried out by"
                hint="All of them have to go well."
                within=1..=100
                usual=usual.probes
                stored=stored.probes
                suffix="calls"
            />
        </FieldRow>
    }
    .into_any()
}
