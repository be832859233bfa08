//! Where a draft's calls go and how long they may wait, at which host names it answers, who may call from browsers,
//! what answers tell, and how much all callers may do.

mod alias;
mod backend;
mod cache;
mod cors;
mod guard;
mod limits;
mod live;
mod mask;
mod offer;
mod retries;
mod timing;
mod tls;

pub use alias::EditAlias;
pub use limits::EditLimit;

use super::desk::{Desk, desk};
use super::workspace::{Part, Workspace};
use crate::api::versions::draft::Hosts;
use crate::flash::FormState;
use crate::pages::prompts::PromptForm;
use backend::BackendForm;
use cache::CacheForm;
use cors::CorsForm;
use domain::roles::Permission;
use guard::GuardForm;
use leptos::prelude::*;
use limits::{LimitList, NewLimit};
use live::LiveNodes;
use mask::MaskForm;
use offer::Offer;
use retries::RetriesForm;
use server_fn::ServerFn;
use timing::TimingForm;
use tls::TlsForm;
use ui::{Button, Card, Field, Form, FormActions, Load, TextArea};

#[component]
pub fn Upstream() -> AnyView {
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Upstream>
                <div class="stack">
                    <Behind desk=desk.clone()/>
                    <div class="stack narrow">
                        <HostForm desk=desk.clone()/>
                        <CorsForm desk=desk.clone()/>
                        <TimingForm desk=desk.clone()/>
                        <MaskForm desk=desk.clone()/>
                        <ModelPolicies desk=desk.clone()/>
                    </div>
                    <LimitList desk=desk.clone()/>
                    <div class="narrow">
                        <NewLimit desk/>
                    </div>
                </div>
            </Workspace>
        </Load>
    }
    .into_any()
}

/// What is done to calls of models.
#[component]
fn ModelPolicies(desk: Desk) -> AnyView {
    if desk.version.draft.models.is_none() {
        return ().into_any();
    }
    view! {
        <GuardForm desk=desk.clone()/>
        <CacheForm desk/>
    }
    .into_any()
}

/// What calls go to: a backend, or models.
#[component]
fn Behind(desk: Desk) -> AnyView {
    if desk.version.draft.prompt.is_some() {
        return view! { <PromptForm desk=desk.clone()/> <div class="narrow"><RetriesForm desk/></div> }
            .into_any();
    }
    if desk.version.draft.models.is_some() {
        return view! { <Offer desk=desk.clone()/> <div class="narrow"><RetriesForm desk/></div> }.into_any();
    }
    view! {
        <LiveNodes/>
        <div class="stack narrow">
            <BackendForm desk=desk.clone()/>
            <TlsForm desk/>
        </div>
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
