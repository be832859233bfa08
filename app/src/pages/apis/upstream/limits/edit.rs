//! Changing one limit of a draft.

use super::LimitFields;
use crate::api::versions::limits::Update;
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
        return view! {
            <Gone
                glyph=Glyph::Plan
                title="The draft has no such limit"
                text="Somebody may have changed or removed it meanwhile."
                all="All limits"
                href=back
            />
        }
        .into_any();
    };
    let form = FormState::of_one(Update::url(), "limit", &name);
    let disabled = desk.missing(Permission::ApisEdit);
    let title = format!("Change the limit {name}");
    let mut hidden = desk.hidden();
    hidden.push(("limit", name));
    view! {
        <EditCard title action=Update::url() hidden save="Save in the draft" disabled back>
            <LimitFields form limit/>
        </EditCard>
    }
    .into_any()
}
