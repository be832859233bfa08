//! An api at a glance: where it is called, its versions, and what to do next.

use super::desk::{Desk, desk};
use super::workspace::{Part, Workspace};
use crate::islands::copy_button::CopyButton;
use crate::server::control;
use domain::lifecycle::VersionState;
use domain::versions::{VersionConfig, VersionSummary};
use leptos::prelude::*;
use ui::{
    Badge, Card, CodeBlock, Column, DefinitionList, Glyph, KeyValue, LinkList, LinkRow, Load, Row, Show,
    StateBadge, Table, Tag, Time, Tone,
};

#[component]
pub fn Overview() -> AnyView {
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Overview>
                <div class="split">
                    <div class="stack">
                        <NextSteps desk=desk.clone()/>
                        <Addresses desk=desk.clone()/>
                        <Versions desk=desk.clone()/>
                    </div>
                    <Facts desk/>
                </div>
            </Workspace>
        </Load>
    }
    .into_any()
}

/// What is left to do until others can call it; nothing once it is published.
#[component]
fn NextSteps(desk: Desk) -> AnyView {
    if desk.version.state != VersionState::Draft {
        return ().into_any();
    }
    let plans = desk.detail.plans.len();
    view! {
        <Card title="Before you publish" flush=true>
            <LinkList>
                <FirstStep desk=desk.clone()/>
                <LinkRow href=desk.href("/plans") title="Say who may call, and how much" text=format!("Plans: {plans}") glyph=Glyph::Plan/>
                <LinkRow href=desk.href("/docs") title="Write a guide" text="What a new caller has to know" glyph=Glyph::Document/>
                <LinkRow href=desk.href("/changes") title="Publish it" text="It is live at once" glyph=Glyph::Publish/>
            </LinkList>
        </Card>
    }
    .into_any()
}

/// What is looked through first: the models, or the routes.
#[component]
fn FirstStep(desk: Desk) -> AnyView {
    let draft = &desk.version.draft;
    let (part, title, text, glyph) = match &draft.models {
        Some(_) if draft.prompt.is_some() => {
            let text = "its messages, variables and model".to_owned();
            ("/upstream", "Look through the prompt", text, Glyph::Model)
        }
        Some(models) => {
            let text =
                format!("{} in the draft: calls that name another one are refused", models.aliases.len());
            ("/upstream", "Look through the models", text, Glyph::Model)
        }
        None => {
            let text = format!("{} in the draft: only calls that match one are sent on", draft.routes.len());
            ("/routes", "Look through the routes", text, Glyph::Route)
        }
    };
    view! { <LinkRow href=desk.href(part) title text glyph/> }.into_any()
}

#[component]
fn Addresses(desk: Desk) -> AnyView {
    let api = desk.api();
    let root = format!("{}/{}", control().gateway_url(), api.slug);
    let versioned = format!("{root}/{}", desk.version.name);
    let default = (api.default_version == desk.version.name).then(|| {
        view! { <p class="small soft">"As the default version it answers at " <code>{root}</code> " as well."</p> }
    });
    let hosts =
        desk.version.draft.hosts.iter().map(|host| view! { <li><code>{host.to_string()}</code></li> });
    let hosts = (!desk.version.draft.hosts.is_empty()).then(|| {
        view! { <div><p class="small soft">"And at the root of:"</p><ul>{hosts.collect_view()}</ul></div> }
    });
    let copy = view! { <CopyButton text=versioned.clone() label="Copy the address".to_owned()/> };
    view! {
        <Card title="Where it is called">
            <div class="stack stack-tight"><CodeBlock code=versioned title="Address" wrap=true copy/> {default} {hosts}</div>
        </Card>
    }
    .into_any()
}

#[component]
fn Versions(desk: Desk) -> AnyView {
    let api = desk.api();
    let row = |version: &VersionSummary| {
        let default = (version.name == api.default_version)
            .then(|| view! { " " <Badge label="default" tone=Tone::Accent/> });
        let live = version.live_revision.map_or("nothing".to_owned(), |number| format!("revision {number}"));
        Row::new()
            .cell(view! { <a href=format!("/apis/{}?version={}", api.id, version.name)>{version.name.to_string()}</a> {default} })
            .cell(view! { <StateBadge state=version.state.as_str()/> })
            .cell(live)
            .selected(version.name == desk.version.name)
    };
    let rows: Vec<Row> = desk.detail.versions.iter().rev().map(row).collect();
    let columns = vec![Column::new("Version"), Column::shrink("State"), Column::shrink("Live")];
    view! { <Card title="Versions" flush=true><Table caption="Versions" columns rows/></Card> }.into_any()
}

/// What calls go to: the addresses of all nodes, or the names of all models.
fn backends(config: &VersionConfig) -> (&'static str, String) {
    if let Some(prompt) = &config.prompt {
        let names: Vec<&str> = prompt.model.targets.iter().map(|target| target.model.as_str()).collect();
        return ("Model", names.join(", "));
    }
    match &config.models {
        Some(models) => {
            let names: Vec<&str> = models.aliases.iter().map(|alias| alias.name.as_str()).collect();
            ("Models", names.join(", "))
        }
        None => {
            let nodes = &config.upstream.nodes;
            let addresses: Vec<String> = nodes.iter().map(|node| node.url.to_string()).collect();
            ("Backend", addresses.join(", "))
        }
    }
}

#[component]
fn Facts(desk: Desk) -> AnyView {
    let api = desk.api().clone();
    let tags = api.tags.iter().map(|tag| view! { <Tag label=tag.clone()/> " " }).collect_view();
    let tags = (!api.tags.is_empty()).then(|| view! { <KeyValue label="Tags">{tags}</KeyValue> });
    let category = (!api.category.is_empty())
        .then(|| view! { <KeyValue label="Category">{api.category.clone()}</KeyValue> });
    let lifecycle = desk.version.lifecycle.clone();
    let (behind, backends) = backends(&desk.version.draft);
    let sunset = lifecycle.sunset_at.map(|at| {
        view! { <KeyValue label="Sunset"><Time at=at.timestamp_millis() show=Show::Date/></KeyValue> }
    });
    let blocked = lifecycle
        .blocked_reason
        .map(|reason| view! { <KeyValue label="Blocked because">{reason}</KeyValue> });
    view! {
        <Card title="About">
            <DefinitionList>
                <KeyValue label="Team"><a href=format!("/teams/{}", api.team)>{desk.detail.team_name.clone()}</a></KeyValue>
                <KeyValue label=behind><code>{backends}</code></KeyValue>
                <KeyValue label="Visible to">{api.visibility.as_str()}</KeyValue>
                {category} {tags} {sunset} {blocked}
                <KeyValue label="Created"><Time at=api.created_at.timestamp_millis() show=Show::Date/></KeyValue>
            </DefinitionList>
        </Card>
    }
    .into_any()
}
