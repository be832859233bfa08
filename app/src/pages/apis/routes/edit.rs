//! Changing one route of a draft.

use super::RouteFields;
use crate::api::versions::routes::Update;
use crate::flash::FormState;
use crate::pages::apis::desk::{Desk, desk};
use crate::pages::apis::workspace::{Part, Workspace};
use crate::server::{query, set_status};
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, ButtonVariant, Card, EmptyState, Form, FormActions, Glyph, LinkButton, Load};

#[component]
pub fn EditRoute() -> AnyView {
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Routes>
                <Edit desk/>
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
fn Edit(desk: Desk) -> AnyView {
    let label = query("route");
    let back = desk.href("/routes");
    let Some(route) = desk.version.draft.routes.iter().find(|route| route.label() == label).cloned() else {
        set_status(404);
        let action = view! { <LinkButton href=back>"All routes"</LinkButton> };
        return view! {
            <EmptyState
                glyph=Glyph::Route
                title="The draft has no such route"
                text="Somebody may have changed or removed it meanwhile."
                action
            />
        }
        .into_any();
    };
    let form = FormState::of_one(Update::url(), "label", &label);
    let disabled = desk.missing(Permission::ApisEdit);
    let mut hidden = desk.hidden();
    hidden.push(("label", label.clone()));
    view! {
        <div class="narrow">
            <Card title=format!("Change {label}")>
                <Form action=Update::url() hidden>
                    <RouteFields form route/>
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
