//! The end of a version, and of an api.

use crate::api::apis::Delete;
use crate::api::versions::lifecycle::Retire;
use crate::pages::apis::desk::Desk;
use domain::lifecycle::VersionEvent;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{ButtonVariant, Card, Confirm, Glyph};

#[component]
pub fn End(desk: Desk) -> AnyView {
    let api = desk.api().clone();
    let name = desk.version.name.to_string();
    let barred = desk.version.state.next(VersionEvent::Retire).err().map(|error| format!("You {error}"));
    let missing = desk.missing(Permission::ApisPublish);
    view! {
        <Card title="The end" danger=true>
            <div class="stack">
                <p>
                    "Who still has access stands under "
                    <a href=desk.href("/consumers")>"Consumers"</a>
                    ". Deprecate a version first: callers are then warned before it ends."
                </p>
                <div class="row">
                    <Confirm
                        id="retire"
                        label=format!("Retire {name}")
                        title=format!("Retire {name} for good?")
                        text="Calls are answered with 410 for 30 days, then with 404. This cannot be undone."
                        action=Retire::url()
                        confirm="Retire it"
                        variant=ButtonVariant::Danger
                        danger=true
                        hidden=desk.hidden()
                        disabled=missing.clone().or(barred)
                    />
                    <Confirm
                        id="delete-api"
                        label="Delete the API"
                        title=format!("Delete {} with all its versions?", api.name)
                        text="Only an api that nobody is subscribed to can be deleted. Its calls stay in the log. This cannot be undone."
                        action=Delete::url()
                        confirm=format!("Delete {}", api.name)
                        variant=ButtonVariant::Danger
                        glyph=Glyph::Trash
                        danger=true
                        hidden=vec![("api", api.id.to_string())]
                        disabled=missing
                    />
                </div>
            </div>
        </Card>
    }
    .into_any()
}
