//! One model: what it is, what it costs, and what operators say of it.

mod forms;

use super::facts::Facts;
use super::prices::Prices;
use super::{Switch, Unpriced};
use crate::link;
use crate::server::{actor, load, query};
use control::models;
use domain::models::entries::{ModelDetail, ModelShelf};
use domain::roles::Permission;
use forms::{Ending, SetPriceForm, SwitchForm};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Badge, Card, Crumb, EmptyState, Glyph, LinkList, LinkRow, Load, Page, PageHeader};

#[component]
pub fn ModelPage() -> AnyView {
    let (provider, id) = (query("provider"), query("id"));
    let shown = load(|control, actor| async move {
        let detail = models::get(&control, &actor, &provider, &id).await?;
        let shelves = models::shelves(&control, &actor).await?;
        Ok((detail, shelves))
    });
    view! {
        <Page>
            <Load resource=shown let:shown>
                {
                    let (detail, shelves) = shown;
                    view! { <Shown detail shelves/> }
                }
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Shown(detail: ModelDetail, shelves: Vec<ModelShelf>) -> AnyView {
    let model = detail.model.clone();
    let shelf = shelves.iter().find(|shelf| shelf.provider == model.provider);
    let name = shelf.map_or_else(|| model.provider.clone(), |shelf| shelf.name.clone());
    let list = format!("/models{}", link::query(&[("provider", &model.provider)]));
    let connected = shelf.is_some_and(|shelf| shelf.connected);
    let own = model.own.then(|| view! { <Badge label="Own model" glyph=Glyph::Edit/> });
    let unpriced = (!model.is_priced()).then(|| view! { <Unpriced/> });
    let beside = if connected {
        view! { <Operators detail=detail.clone()/> }.into_any()
    } else {
        view! { <Connections vendor=model.vendor.clone() id=model.id.clone() shelves/> }.into_any()
    };
    view! {
        <Title text=model.id.clone()/>
        <PageHeader
            title=model.id.clone()
            breadcrumb=vec![Crumb::new("Models", "/models"), Crumb::new(name, list)]
            badges=view! { <Switch enabled=model.enabled/> {own} {unpriced} }
        />
        <div class="split">
            <div class="stack">
                <Facts detail=detail.clone()/>
                <Prices detail/>
            </div>
            <div class="stack">{beside}</div>
        </div>
    }
    .into_any()
}

/// What operators do with a model of a connection.
#[component]
fn Operators(detail: ModelDetail) -> AnyView {
    if !actor().may_on_platform(Permission::ProvidersManage) {
        return ().into_any();
    }
    view! {
        <SwitchForm model=detail.model.clone()/>
        <SetPriceForm detail=detail.clone()/>
        <Ending model=detail.model/>
    }
    .into_any()
}

/// Where the model can be called: what is set holds for one connection.
#[component]
fn Connections(vendor: String, id: String, shelves: Vec<ModelShelf>) -> AnyView {
    let connections: Vec<_> =
        shelves.into_iter().filter(|shelf| shelf.connected && shelf.vendor == vendor).collect();
    if connections.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Provider
                title="Not connected"
                text="Nobody can call this model before a provider of this vendor is connected."
            />
        }
        .into_any();
    }
    let rows = connections.into_iter().map(|shelf| {
        let href = super::href(&shelf.provider, &id);
        view! { <LinkRow href title=shelf.name glyph=Glyph::Provider/> }
    });
    let rows = rows.collect_view();
    view! {
        <Card title="Connections" lead="Prices and switches are set for each." flush=true>
            <LinkList>{rows}</LinkList>
        </Card>
    }
    .into_any()
}
