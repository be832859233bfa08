//! How often models are asked for one call, and for how long.

use crate::api::versions::aliases::Retries as Save;
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, Card, Field, FieldRow, Form, FormActions, InputKind, TextInput};

const LEAD: &str =
    "A model that fails is followed by the next one in order, and a key that is refused by the next key.";

#[component]
pub fn RetriesForm(desk: Desk) -> AnyView {
    let form = FormState::of(Save::url());
    let stored = desk.version.draft.models.as_ref().map(|models| models.retries).unwrap_or_default();
    let shown = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let attempts = form.value_or("attempts", &shown(stored.attempts));
    let within_s = form.value_or("within_s", &shown(stored.within_s));
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="When a model fails" lead=LEAD>
            <Form action=Save::url() hidden=desk.hidden()>
                <FieldRow>
                    <Field
                        name="attempts"
                        label="Attempts at most"
                        hint="Of one call, with whichever models and keys. Empty: all of them."
                        error=form.error("model_retries.attempts")
                    >
                        <TextInput value=attempts kind=InputKind::Number min="1"/>
                    </Field>
                    <Field
                        name="within_s"
                        label="An answer begins within"
                        hint="Over all attempts. Empty: each may take five minutes."
                        error=form.error("model_retries.within_s")
                    >
                        <TextInput value=within_s kind=InputKind::Number min="1" suffix="s"/>
                    </Field>
                </FieldRow>
                <FormActions><Button disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
