//! One row of the trail: in the list, and opened beside it.

use super::difference::difference;
use crate::link;
use crate::server::incoming;
use domain::audit::AuditRow;
use leptos::prelude::*;
use ui::{ButtonVariant, Card, DefinitionList, DiffView, KeyValue, LinkButton, Row, Show, Time};

pub fn table_row(row: AuditRow, open: Option<i64>, here: &str) -> Row {
    let href = link::with(here, "row", &row.sequence.to_string());
    let entry = row.entry;
    let object = view! {
        {entry.object_name}
        <span class="cell-sub">{entry.object_kind}</span>
    };
    Row::new()
        .cell(view! { <a href=href>{row.sequence}</a> })
        .cell(view! { <Time at=entry.at.timestamp_millis()/> })
        .cell(entry.actor)
        .cell(view! { <span class="mono nowrap">{entry.action}</span> })
        .cell(object)
        .cell(view! { <span class="mono">{entry.address}</span> })
        .selected(open == Some(row.sequence))
}

/// What a row says in full.
#[component]
pub fn Entry(row: AuditRow) -> AnyView {
    let entry = row.entry;
    let lines = difference(entry.before.as_deref(), entry.after.as_deref());
    let changes = if lines.is_empty() {
        view! { <p class="soft">"This action changes no object."</p> }.into_any()
    } else {
        view! { <DiffView lines title="Before and after"/> }.into_any()
    };
    let account = entry.account.map(|id| {
        let href = format!("/accounts/{id}");
        view! { <KeyValue label="Account"><a href=href>{entry.actor.clone()}</a></KeyValue> }
    });
    let close = link::with(&incoming().here(), "row", "");
    let of_object = format!("/audit{}", link::query(&[("object", &entry.object_id)]));
    view! {
        <Card
            title=format!("Row {}", row.sequence)
            actions=view! { <LinkButton href=close variant=ButtonVariant::Quiet>"Close"</LinkButton> }
        >
            <div class="stack">
                <DefinitionList across=true>
                    <KeyValue label="Action"><code>{entry.action}</code></KeyValue>
                    <KeyValue label="When"><Time at=entry.at.timestamp_millis() show=Show::Second/></KeyValue>
                    {account}
                    <KeyValue label="Object">
                        <a href=of_object>{entry.object_name}</a>
                        <span class="cell-sub mono break">{entry.object_id}</span>
                    </KeyValue>
                    <KeyValue label="Hash"><span class="mono small break">{row.hash}</span></KeyValue>
                </DefinitionList>
                {changes}
            </div>
        </Card>
    }
    .into_any()
}
