//! Which version is the default, and a new one.

use crate::api::apis::DefaultVersion;
use crate::api::versions::Create;
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, Card, Choice, Field, FieldRow, Form, FormActions, Select, TextInput};

#[component]
pub fn Versions(desk: Desk) -> AnyView {
    let several = desk.detail.versions.len() > 1;
    let default = several.then(|| view! { <Default desk=desk.clone()/> });
    view! {
        <Card title="Versions" lead="A new version lets callers move when they are ready.">
            <div class="stack stack-wide">{default} <New desk/></div>
        </Card>
    }
    .into_any()
}

fn names(desk: &Desk) -> Vec<Choice> {
    let choice = |name: String, state: &str| Choice::new(name.clone(), format!("{name} ({state})"));
    desk.detail
        .versions
        .iter()
        .map(|version| choice(version.name.to_string(), version.state.as_str()))
        .collect()
}

#[component]
fn Default(desk: Desk) -> AnyView {
    let form = FormState::of(DefaultVersion::url());
    let api = desk.api().clone();
    let disabled = desk.missing(Permission::ApisPublish);
    let options = names(&desk);
    view! {
        <Form action=DefaultVersion::url() hidden=vec![("api", api.id.to_string())]>
            <Field
                name="version"
                label="Default version"
                hint="Answers without a version in the address as well; the catalogue opens with it."
                error=form.error("default_version")
                quiet=true
            >
                <Select options value=form.value_or("version", api.default_version.as_str())/>
            </Field>
            <FormActions><Button disabled>"Change the default"</Button></FormActions>
        </Form>
    }
    .into_any()
}

#[component]
fn New(desk: Desk) -> AnyView {
    let form = FormState::of(Create::url());
    let disabled = desk.missing(Permission::ApisEdit);
    let next = format!("v{}", desk.detail.versions.len() + 1);
    view! {
        <Form action=Create::url() hidden=vec![("api", desk.api().id.to_string())]>
            <FieldRow>
                <Field name="name" label="New version" id="new-version" error=form.error("name") required=true>
                    <TextInput value=form.value_or("name", &next) mono=true maxlength=4/>
                </Field>
                <Field name="from" label="Begins as a copy of" error=form.error("from") quiet=true>
                    <Select options=names(&desk) value=form.value_or("from", desk.version.name.as_str())/>
                </Field>
            </FieldRow>
            <FormActions><Button disabled>"Create the version"</Button></FormActions>
        </Form>
    }
    .into_any()
}
