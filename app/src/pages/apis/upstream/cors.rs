//! Calls from browsers that show pages of other origins.

use crate::api::versions::draft::Cors as Save;
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use domain::policies::cors::Cors;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Button, Card, Checkbox, Field, FieldRow, Form, FormActions, InputKind, TextArea, TextInput, Toggle,
};

#[component]
pub fn CorsForm(desk: Desk) -> AnyView {
    let form = FormState::of(Save::url());
    let stored = desk.version.draft.policies.cors.clone();
    let enabled = form.checked("enabled", stored.is_some());
    let cors = stored.unwrap_or_default();
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Calls from browsers" lead="Pages of other origins may call only where this says so (CORS).">
            <Form action=Save::url() hidden=desk.hidden()>
                <Toggle name="enabled" label="Let pages of other origins call" checked=enabled/>
                <Origins form cors/>
                <FormActions><Button disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Origins(form: FormState, cors: Cors) -> AnyView {
    let methods: Vec<&str> = cors.methods.iter().map(|method| method.as_str()).collect();
    view! {
        <Field
            name="origins"
            label="Origins"
            hint="One a line; a star for every origin."
            error=form.error("policies.cors.origins")
            quiet=true
        >
            <TextArea value=form.value_or("origins", &cors.origins.join("\n")) rows=3 mono=true placeholder="https://app.example.com"/>
        </Field>
        <FieldRow>
            <Field name="methods" label="Methods" hint="None: those of the route." error=form.error("policies.cors.methods")>
                <TextInput value=form.value_or("methods", &methods.join(", ")) mono=true placeholder="GET, POST"/>
            </Field>
            <Field name="headers" label="Headers they may send" hint="None: those asked for." error=form.error("policies.cors.headers")>
                <TextInput value=form.value_or("headers", &cors.headers.join(", ")) mono=true placeholder="X-Trace"/>
            </Field>
        </FieldRow>
        <FieldRow>
            <Field name="expose" label="Headers they may read" error=form.error("policies.cors.expose")>
                <TextInput value=form.value_or("expose", &cors.expose.join(", ")) mono=true placeholder="X-Request-Id"/>
            </Field>
            <Field name="max_age_s" label="Browsers ask again after" error=form.error("policies.cors.max_age_s") quiet=true>
                <TextInput value=form.value_or("max_age_s", &cors.max_age_s.to_string()) kind=InputKind::Number suffix="s"/>
            </Field>
        </FieldRow>
        <Checkbox
            name="credentials"
            label="With cookies"
            hint="Not together with a star."
            checked=form.checked("credentials", cors.credentials)
        />
        {form.error("policies.cors.credentials").map(|error| view! { <p class="field-error">{error}</p> })}
    }
    .into_any()
}
