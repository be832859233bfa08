//! Where a draft's calls go and how long they may wait, at which host names it answers, and who may call from browsers.

mod cors;

use super::desk::{Desk, desk};
use super::workspace::{Part, Workspace};
use crate::api::versions::draft::{Hosts, Upstream as Save};
use crate::flash::FormState;
use cors::CorsForm;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Field, FieldRow, Fieldset, Form, FormActions, InputKind, Load, TextArea,
    TextInput,
};

#[component]
pub fn Upstream() -> AnyView {
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Upstream>
                <div class="stack narrow">
                    <BackendForm desk=desk.clone()/>
                    <HostForm desk=desk.clone()/>
                    <CorsForm desk/>
                </div>
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
fn BackendForm(desk: Desk) -> AnyView {
    let form = FormState::of(Save::url());
    let upstream = desk.version.draft.upstream.clone();
    let timeouts = upstream.timeouts;
    let url = upstream.nodes.first().map(|node| node.url.to_string()).unwrap_or_default();
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Backend">
            <Form action=Save::url() hidden=desk.hidden()>
                <Field
                    name="url"
                    label="Address"
                    hint="Its path, if any, is put before the path of each call."
                    error=form.error("upstream.url")
                    required=true
                >
                    <TextInput value=form.value_or("url", &url) kind=InputKind::Url mono=true/>
                </Field>
                <Fieldset legend="How long a call may wait" hint="Past a limit the caller gets 504.">
                    <FieldRow>
                        <Wait form name="connect_ms" label="To connect" stored=timeouts.connect_ms/>
                        <Wait form name="first_byte_ms" label="For the answer to begin" stored=timeouts.first_byte_ms/>
                    </FieldRow>
                    <FieldRow>
                        <Wait form name="idle_ms" label="Between two pieces" stored=timeouts.idle_ms/>
                        <Wait form name="total_ms" label="In all" stored=timeouts.total_ms/>
                    </FieldRow>
                </Fieldset>
                <FormActions><Button variant=ButtonVariant::Primary disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Wait(form: FormState, name: &'static str, label: &'static str, stored: u32) -> AnyView {
    let error = form.error(&format!("upstream.timeouts.{name}"));
    view! {
        <Field name label error required=true>
            <TextInput value=form.value_or(name, &stored.to_string()) kind=InputKind::Number min="10" suffix="ms"/>
        </Field>
    }
    .into_any()
}

#[component]
fn HostForm(desk: Desk) -> AnyView {
    let form = FormState::of(Hosts::url());
    let hosts: Vec<String> = desk.version.draft.hosts.iter().map(ToString::to_string).collect();
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Host names" lead="At these the version answers at the root as well. Their DNS has to lead to the gateway.">
            <Form action=Hosts::url() hidden=desk.hidden()>
                <Field name="hosts" label="Host names" hint="One a line, without a port." error=form.error("hosts")>
                    <TextArea value=form.value_or("hosts", &hosts.join("\n")) rows=3 mono=true placeholder="api.example.com"/>
                </Field>
                <FormActions><Button disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
