//! Changing one route of a draft.

use super::RouteFields;
use crate::api::versions::routes::Update;
use crate::flash::FormState;
use crate::pages::apis::desk::{Desk, desk};
use crate::pages::apis::edit::{EditCard, Gone};
use crate::pages::apis::workspace::{Part, Workspace};
use crate::server::query;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Glyph, Load};

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
        return view! {
            <Gone
                glyph=Glyph::Route
                title="The draft has no such route"
                text="Somebody may have changed or removed it meanwhile."
                all="All routes"
                href=back
            />
        }
        .into_any();
    };
    let form = FormState::of_one(Update::url(), "label", &label);
    let disabled = desk.missing(Permission::ApisEdit);
    let title = format!("Change {label}");
    let mut hidden = desk.hidden();
    hidden.push(("label", label));
    view! {
        <EditCard title action=Update::url() hidden save="Save in the draft" disabled back>
            <RouteFields form route/>
        </EditCard>
    }
    .into_any()
}
