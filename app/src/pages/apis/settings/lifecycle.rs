//! Deprecation and blocking of the version that is worked on, and the way back.

use crate::api::versions::lifecycle::{Block, Deprecate, Restore, Unblock};
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use domain::lifecycle::VersionState;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Card, Confirm, Field, Glyph, InputKind, Notice, StateBadge, TextInput, Tone};

#[component]
pub fn Lifecycle(desk: Desk) -> AnyView {
    let name = desk.version.name.to_string();
    let content = match desk.version.state {
        VersionState::Draft => {
            view! { <p class="soft">"A draft has no callers. Publish it first."</p> }.into_any()
        }
        VersionState::Published => view! {
            <Errors/>
            <div class="row"><DeprecateStep desk=desk.clone()/> <BlockStep desk=desk.clone()/></div>
        }
        .into_any(),
        VersionState::Deprecated => view! {
            <Errors/>
            <div class="row"><RestoreStep desk=desk.clone()/> <BlockStep desk=desk.clone()/></div>
        }
        .into_any(),
        VersionState::Blocked => view! { <div class="row"><UnblockStep desk=desk.clone()/></div> }.into_any(),
        VersionState::Retired => view! { <p class="soft">"A retired version stays retired."</p> }.into_any(),
    };
    let state = view! { <StateBadge state=desk.version.state.as_str()/> };
    view! { <Card title=format!("Life of {name}") actions=state><div class="stack">{content}</div></Card> }
        .into_any()
}

/// What was wrong in a dialog that has closed meanwhile.
#[component]
fn Errors() -> AnyView {
    let (deprecate, block) = (FormState::of(Deprecate::url()), FormState::of(Block::url()));
    let errors = [
        deprecate.error("sunset_at").map(|error| format!("Sunset: {error}")),
        deprecate.error("successor").map(|error| format!("Successor: {error}")),
        block.error("reason").map(|error| format!("Reason: {error}")),
        block.error("until").map(|error| format!("Until: {error}")),
    ];
    let errors =
        errors.into_iter().flatten().map(|error| view! { <Notice tone=Tone::Danger>{error}</Notice> });
    errors.collect_view().into_any()
}

#[component]
fn DeprecateStep(desk: Desk) -> AnyView {
    let form = FormState::of(Deprecate::url());
    view! {
        <Confirm
            id="deprecate"
            label="Deprecate"
            title=format!("Deprecate {}?", desk.version.name)
            text="It goes on answering, and says with every answer that it is on its way out. It takes no new subscriptions."
            action=Deprecate::url()
            confirm="Deprecate it"
            glyph=Glyph::Warning
            hidden=desk.hidden()
            disabled=desk.missing(Permission::ApisPublish)
        >
            <Field name="sunset_at" label="Answered until" hint="The day it ends, in UTC; told to callers." error=form.error("sunset_at")>
                <TextInput value=form.value("sunset_at") kind=InputKind::Date/>
            </Field>
            <Field name="successor" label="What takes over" hint="Slug and version of the api to move to." error=form.error("successor")>
                <TextInput value=form.value("successor") mono=true placeholder="petstore/v2"/>
            </Field>
        </Confirm>
    }
    .into_any()
}

#[component]
fn RestoreStep(desk: Desk) -> AnyView {
    view! {
        <Confirm
            id="restore"
            label="Take the deprecation back"
            title=format!("Is {} here to stay?", desk.version.name)
            text="Callers are no longer warned, and it takes subscriptions again."
            action=Restore::url()
            confirm="Take it back"
            hidden=desk.hidden()
            disabled=desk.missing(Permission::ApisPublish)
        />
    }
    .into_any()
}

#[component]
fn BlockStep(desk: Desk) -> AnyView {
    let form = FormState::of(Block::url());
    view! {
        <Confirm
            id="block"
            label="Block"
            title=format!("Block {}?", desk.version.name)
            text="All its calls are answered with 503 from now on, until you unblock it."
            action=Block::url()
            confirm="Block it"
            glyph=Glyph::Lock
            danger=true
            hidden=desk.hidden()
            disabled=desk.missing(Permission::ApisPublish)
        >
            <Field name="reason" label="Reason" hint="Callers and subscribers read it." error=form.error("reason") required=true>
                <TextInput value=form.value("reason") maxlength=200/>
            </Field>
            <Field name="until" label="Expected back" hint="In UTC; told to callers." error=form.error("until")>
                <TextInput value=form.value("until") kind=InputKind::DateTime/>
            </Field>
        </Confirm>
    }
    .into_any()
}

#[component]
fn UnblockStep(desk: Desk) -> AnyView {
    view! {
        <Confirm
            id="unblock"
            label="Unblock"
            title=format!("Let {} answer again?", desk.version.name)
            text="Calls are answered again at once. It is then published; if it was deprecated, deprecate it again."
            action=Unblock::url()
            confirm="Unblock it"
            hidden=desk.hidden()
            disabled=desk.missing(Permission::ApisPublish)
        />
    }
    .into_any()
}
