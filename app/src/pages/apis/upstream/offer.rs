//! What an ai api offers, in the place of a backend.

use crate::pages::apis::desk::Desk;
use crate::server::load;
use control::providers;
use domain::ids::ProviderId;
use domain::models::{ModelAlias, ModelAliases, ModelTarget};
use domain::paging::{MAX_LIMIT, PageOf};
use domain::roles::Permission;
use leptos::prelude::*;
use std::collections::HashMap;
use ui::{Card, Column, Load, Row, Table};

/// The models of the draft; their providers by name for those who may read of them.
#[component]
pub fn Offer(desk: Desk) -> AnyView {
    let names = load(|control, actor| async move {
        if !actor.may_on_platform(Permission::ProvidersRead) {
            return Ok(HashMap::new());
        }
        let page = PageOf { limit: MAX_LIMIT, cursor: None };
        let known = providers::list(&control, &actor, &page).await?.items;
        Ok(known.into_iter().map(|provider| (provider.id, provider.name)).collect())
    });
    let models = desk.version.draft.models.unwrap_or_default();
    view! {
        <Load resource=names let:names>
            <Models models=models.clone() names/>
        </Load>
    }
    .into_any()
}

#[component]
fn Models(models: ModelAliases, names: HashMap<ProviderId, String>) -> AnyView {
    let rows = models.aliases.iter().flat_map(|alias| {
        let row = |target: &ModelTarget| row(alias, target, &names);
        alias.targets.iter().map(row).collect::<Vec<_>>()
    });
    let rows: Vec<Row> = rows.collect();
    let columns = vec![
        Column::mono("Callers say"),
        Column::new("Provider"),
        Column::mono("Model"),
        Column::number("Weight"),
        Column::number("Priority"),
    ];
    let lead = if models.strict {
        "Calls go to these models instead of a backend. What a model's vendor cannot be told is refused."
    } else {
        "Calls go to these models instead of a backend."
    };
    view! {
        <Card title="Models" lead flush=true>
            <Table caption="Models of the draft" columns rows/>
        </Card>
    }
    .into_any()
}

fn row(alias: &ModelAlias, target: &ModelTarget, names: &HashMap<ProviderId, String>) -> Row {
    let provider = names.get(&target.provider).cloned().unwrap_or_else(|| target.provider.to_string());
    Row::new()
        .cell(alias.name.clone())
        .cell(provider)
        .cell(target.model.clone())
        .cell(target.weight)
        .cell(target.priority)
}
