//! Nodes are asked how they are.

use super::number::Number;
use crate::flash::FormState;
use domain::upstream::HealthCheck;
use leptos::prelude::*;
use ui::{Field, FieldRow, FieldsetFold, Switched, TextInput, format};

#[component]
pub fn HealthFold(form: FormState, health: Option<HealthCheck>) -> AnyView {
    let enabled = form.checked("health[enabled]", health.is_some());
    let open = enabled || form.is_wrong("upstream.health");
    let state = health.as_ref().map_or_else(
        || "Off".to_owned(),
        |health| format!("GET {} every {}", health.path, format::millis(health.interval_ms.into())),
    );
    let stored = health.unwrap_or_default();
    let path = form.value_or("health[path]", &stored.path);
    view! {
        <FieldsetFold legend="Health checks" state open>
            <Switched
                name="health[enabled]"
                label="Ask every address how it is"
                hint="Calls go around one that does not answer well. Every gateway asks for itself."
                checked=enabled
            >
                <Field
                    name="health[path]"
                    label="GET"
                    id="field-health-path"
                    hint="Below the address, with a query if need be. Default: /."
                    error=form.error("upstream.health.path")
                    quiet=true
                >
                    <TextInput value=path mono=true maxlength=1_024 placeholder="/healthz"/>
                </Field>
                <Often form stored=stored.clone()/>
                <Verdict form stored/>
            </Switched>
        </FieldsetFold>
    }
    .into_any()
}

#[component]
fn Often(form: FormState, stored: HealthCheck) -> AnyView {
    let (group, usual) = ("health", HealthCheck::default());
    view! {
        <FieldRow>
            <Number
                form
                group
                name="interval_ms"
                label="Every"
                within=100..=3_600_000
                usual=usual.interval_ms
                stored=stored.interval_ms
                suffix="ms"
            />
            <Number
                form
                group
                name="timeout_ms"
                label="The answer begins within"
                within=10..=60_000
                usual=usual.timeout_ms
                stored=stored.timeout_ms
                suffix="ms"
            />
        </FieldRow>
    }
    .into_any()
}

/// Which answers are good, and how many make a difference.
#[component]
fn Verdict(form: FormState, stored: HealthCheck) -> AnyView {
    let (group, usual) = ("health", HealthCheck::default());
    view! {
        <FieldRow>
            <Number
                form
                group
                name="expect_from"
                label="Good are statuses from"
                within=200..=599
                usual=usual.expect_from.into()
                stored=stored.expect_from
            />
            <Number
                form
                group
                name="expect_to"
                label="to"
                hint="Not below the first."
                within=200..=599
                usual=usual.expect_to.into()
                stored=stored.expect_to
            />
        </FieldRow>
        <FieldRow>
            <Number
                form
                group
                name="unhealthy_after"
                label="Taken out after"
                hint="In a row."
                within=1..=20
                usual=usual.unhealthy_after
                stored=stored.unhealthy_after
                suffix="failures"
            />
            <Number
                form
                group
                name="healthy_after"
                label="Brought back after"
                hint="In a row."
                within=1..=20
                usual=usual.healthy_after
                stored=stored.healthy_after
                suffix="good answers"
            />
        </FieldRow>
    }
    .into_any()
}
