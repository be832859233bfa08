//! A node is left alone after calls to it failed one after the other.

use super::number::Number;
use crate::flash::FormState;
use domain::upstream::Ejection;
use leptos::prelude::*;
use ui::{FieldRow, FieldsetFold, Switched, format};

#[component]
pub fn EjectionFold(form: FormState, ejection: Option<Ejection>) -> AnyView {
    let enabled = form.checked("ejection[enabled]", ejection.is_some());
    let open = enabled || form.is_wrong("upstream.ejection");
    let state = ejection.as_ref().map_or_else(
        || "Off".to_owned(),
        |rules| format!("After {} failures, for {}", rules.failures, format::millis(rules.for_ms.into())),
    );
    let (stored, usual) = (ejection.unwrap_or_default(), Ejection::default());
    view! {
        <FieldsetFold legend="Ejection" state open>
            <Switched
                name="ejection[enabled]"
                label="Go around an address after failures in a row"
                hint="No connection, no answer in time, or a status of 500 or more. If that leaves none, it is called all the same."
                checked=enabled
            >
                <FieldRow>
                    <Number
                        form
                        group="ejection"
                        name="failures"
                        label="After"
                        hint="In a row."
                        within=1..=1_000
                        usual=usual.failures
                        stored=stored.failures
                        suffix="failures"
                    />
                    <Number
                        form
                        group="ejection"
                        name="for_ms"
                        label="For"
                        within=100..=3_600_000
                        usual=usual.for_ms
                        stored=stored.for_ms
                        suffix="ms"
                    />
                </FieldRow>
            </Switched>
        </FieldsetFold>
    }
    .into_any()
}
