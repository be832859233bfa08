//! What the catalogue says of an api, its versions, and the steps that callers feel: each asks before it does.

mod end;
mod lifecycle;
mod versions;

use super::about::AboutFields;
use super::desk::{Desk, desk};
use super::workspace::{Part, Workspace};
use crate::api::apis::Update;
use crate::flash::FormState;
use domain::roles::Permission;
use end::End;
use leptos::prelude::*;
use lifecycle::Lifecycle;
use server_fn::ServerFn;
use ui::{Button, ButtonVariant, Card, Form, FormActions, Load};
use versions::Versions;

#[component]
pub fn Settings() -> AnyView {
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Settings>
                <div class="stack narrow">
                    <About desk=desk.clone()/>
                    <Versions desk=desk.clone()/>
                    <Lifecycle desk=desk.clone()/>
                    <End desk/>
                </div>
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
fn About(desk: Desk) -> AnyView {
    let form = FormState::of(Update::url());
    let api = desk.api().clone();
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="In the catalogue" lead="Holds at once, without a publication.">
            <Form action=Update::url() hidden=vec![("api", api.id.to_string())]>
                <AboutFields form api/>
                <FormActions><Button variant=ButtonVariant::Primary disabled>"Save"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
