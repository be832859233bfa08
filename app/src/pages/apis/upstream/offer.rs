//! What an ai api offers, in the place of a backend.

use crate::api::versions::aliases::{Delete, StrictModels};
use crate::flash::FormState;
use crate::link;
use crate::pages::apis::desk::Desk;
use crate::server::load;
use control::models;
use domain::models::{AliasStrategy, ModelAlias, ModelAliases, ModelTarget};
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use std::collections::HashMap;
use ui::{
    Button, ButtonSize, ButtonVariant, Card, Column, Confirm, Form, FormActions, Glyph, LinkButton, Load,
    Notice, Row, Table, Toggle, Tone,
};

/// The models of the draft; their providers by name, where these can be called.
#[component]
pub fn Offer(desk: Desk) -> AnyView {
    let names = load(|control, actor| async move {
        let shelves = models::shelves(&control, &actor).await?;
        let connected = shelves.into_iter().filter(|shelf| shelf.connected);
        Ok(connected.map(|shelf| (shelf.provider, shelf.name)).collect::<HashMap<_, _>>())
    });
    let strictness = view! { <div class="narrow"><Strictness desk=desk.clone()/></div> };
    view! {
        <Load resource=names let:names>
            <Models desk=desk.clone() names/>
        </Load>
        {strictness}
    }
    .into_any()
}

#[component]
fn Models(desk: Desk, names: HashMap<String, String>) -> AnyView {
    let models = desk.version.draft.models.clone().unwrap_or_default();
    let wrong = FormState::of(Delete::url()).error("alias");
    let wrong = wrong.map(|error| view! { <Notice tone=Tone::Danger>{error}</Notice> });
    let rows = models.aliases.iter().enumerate().flat_map(|(at, alias)| rows(&desk, at, alias, &names));
    let rows: Vec<Row> = rows.collect();
    let columns = vec![
        Column::mono("Callers say"),
        Column::new("Provider"),
        Column::mono("Model"),
        Column::number("Order"),
        Column::number("Weight"),
        Column::actions(),
    ];
    let disabled = desk.missing(Permission::ApisEdit);
    let actions = view! {
        <LinkButton href=desk.href("/upstream/models") glyph=Glyph::Add disabled>"Add a model"</LinkButton>
    };
    view! {
        {wrong}
        <Card title="Models" lead=lead(&models) actions flush=true>
            <Table caption="Models of the draft" columns rows/>
        </Card>
    }
    .into_any()
}

fn lead(models: &ModelAliases) -> &'static str {
    if models.aliases.iter().any(|alias| alias.targets.len() > 1) {
        "Calls go to these models instead of a backend. Of several behind one name, those first in order are asked first; when they fail, the next ones are."
    } else {
        "Calls go to these models instead of a backend."
    }
}

/// A row for each model behind a name; the first says the name.
fn rows(desk: &Desk, at: usize, alias: &ModelAlias, names: &HashMap<String, String>) -> Vec<Row> {
    let mut targets: Vec<&ModelTarget> = alias.targets.iter().collect();
    targets.sort_by_key(|target| target.priority);
    let row = |(number, target): (usize, &ModelTarget)| {
        let id = target.provider.to_string();
        let provider = names.get(&id).cloned().unwrap_or(id);
        let (name, actions) = match number {
            0 => (named(alias), actions(desk, at, alias)),
            _ => (view! { <span class="faint">{alias.name.clone()}</span> }.into_any(), ().into_any()),
        };
        Row::new()
            .cell(name)
            .cell(provider)
            .cell(target.model.clone())
            .cell(target.priority)
            .cell(target.weight)
            .cell(actions)
    };
    targets.into_iter().enumerate().map(row).collect()
}

fn named(alias: &ModelAlias) -> AnyView {
    let strategy = match alias.strategy {
        AliasStrategy::Weighted => None,
        AliasStrategy::LeastLatency => Some("the soonest first"),
        AliasStrategy::LowestCost => Some("the cheapest first"),
    };
    let strategy = strategy.map(|words| view! { <span class="cell-sub">{words}</span> });
    view! { {alias.name.clone()} {strategy} }.into_any()
}

fn actions(desk: &Desk, at: usize, alias: &ModelAlias) -> AnyView {
    let name = alias.name.clone();
    let disabled = desk.missing(Permission::ApisEdit);
    let href = link::with(&desk.href("/upstream/models"), "alias", &name);
    let mut hidden = desk.hidden();
    hidden.push(("known", name.clone()));
    view! {
        <div class="row">
            <LinkButton href size=ButtonSize::Small disabled=disabled.clone()>"Change"</LinkButton>
            <Confirm
                id=format!("remove-model-{at}")
                label="Remove"
                title=format!("Remove the model {name}?")
                text="Once the draft is published, calls that name it are refused with 404."
                action=Delete::url()
                confirm="Remove the model"
                size=ButtonSize::Small
                variant=ButtonVariant::Quiet
                danger=true
                hidden
                disabled
            />
        </div>
    }
    .into_any()
}

/// Whether what a vendor cannot be told is dropped or refused.
#[component]
fn Strictness(desk: Desk) -> AnyView {
    let form = FormState::of(StrictModels::url());
    let stored = desk.version.draft.models.as_ref().is_some_and(|models| models.strict);
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="What a vendor cannot be told" lead="Not every vendor knows every parameter.">
            <Form action=StrictModels::url() hidden=desk.hidden()>
                <Toggle
                    name="enabled"
                    label="Refuse such requests"
                    hint="Otherwise the parameter is left out, and the answer names it."
                    checked=form.checked("enabled", stored)
                />
                <FormActions><Button disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
