//! Changing one limit of a draft.

use super::LimitFields;
use crate::api::versions::limits::Update;
use crate::flash::FormState;
use crate::pages::apis::desk::{Desk, desk};
use crate::pages::apis::workspace::{Part, Workspace};
use crate::server::{query, set_status};
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, ButtonVariant, Card, EmptyState, Form, FormActions, Glyph, LinkButton, Load};

#[component]
pub fn EditLimit() -> AnyView {
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Upstream>
                <Edit desk/>
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
fn Edit(desk: Desk) -> AnyView {
    let name = query("name");
    let back = desk.href("/upstream");
    let Some(limit) = desk.version.draft.policies.limits.iter().find(|limit| limit.name == name).cloned()
    else {
        set_status(404);
        let action = view! { <LinkButton href=back>"All limits"</LinkButton> };
        return view! {
            <EmptyState
                glyph=Glyph::Plan
                title="The draft has no such limit"
                text="Somebody may have changed or removed it meanwhile."
                action
            />
        }
        .into_any();
    };
    let form = FormState::of_one(Update::url(), "limit", &name);
    let disabled = desk.missing(Permission::ApisEdit);
    let mut hidden = desk.hidden();
    hidden.push(("limit", name.clone()));
    view! {
        <div class="narrow">
            <Card title=format!("Change the limit {name}")>
                <Form action=Update::url() hidden>
                    <LimitFields form limit/>
                    <FormActions>
                        <Button variant=ButtonVariant::Primary disabled>"Save in the draft"</Button>
                        <LinkButton href=back>"Cancel"</LinkButton>
                    </FormActions>
                </Form>
            </Card>
        </div>
    }
    .into_any()
}
