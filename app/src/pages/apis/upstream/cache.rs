//! Answers of models that are given again to whoever asks exactly the same.

use crate::api::versions::policies::Cache as Save;
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use domain::policies::cache::Cache;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, Card, Checkbox, Field, FieldRow, Form, FormActions, InputKind, TextInput, Toggle};

const LEAD: &str = "Whoever asks exactly the same gets the same answer at once, and it costs nothing.";

#[component]
pub fn CacheForm(desk: Desk) -> AnyView {
    let form = FormState::of(Save::url());
    let stored = desk.version.draft.policies.cache.clone();
    let enabled = form.checked("enabled", stored.is_some());
    let cache = stored.unwrap_or_default();
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Kept answers" lead=LEAD>
            <Form action=Save::url() hidden=desk.hidden()>
                <Toggle name="enabled" label="Keep answers" checked=enabled/>
                <Sizes form cache=cache.clone()/>
                <Checkbox
                    name="shared"
                    label="For all applications together"
                    hint="One application then gets what another has asked. Otherwise each has answers of its own."
                    checked=form.checked("shared", cache.shared)
                />
                <FormActions><Button disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Sizes(form: FormState, cache: Cache) -> AnyView {
    view! {
        <FieldRow>
            <Field name="ttl_s" label="Kept for" error=form.error("policies.cache.ttl_s") quiet=true>
                <TextInput value=form.value_or("ttl_s", &cache.ttl_s.to_string()) kind=InputKind::Number min="1" suffix="s"/>
            </Field>
            <Field name="max_entries" label="Answers at most" error=form.error("policies.cache.max_entries") quiet=true>
                <TextInput value=form.value_or("max_entries", &cache.max_entries.to_string()) kind=InputKind::Number min="1"/>
            </Field>
            <Field name="max_bytes" label="Memory at most" error=form.error("policies.cache.max_bytes") quiet=true>
                <TextInput
                    value=form.value_or("max_bytes", &cache.max_bytes.to_string())
                    kind=InputKind::Number
                    min="65536"
                    suffix="bytes"
                />
            </Field>
        </FieldRow>
    }
    .into_any()
}
