//! Calls as rows: in the log, and in the log of one application.

use super::model;
use crate::link;
use crate::server::incoming;
use control::calls::CallRow;
use leptos::prelude::*;
use ui::{Column, EmptyState, Glyph, HttpStatus, LinkButton, Method, Row, Table, format};

/// Whose calls are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    All,
    /// Without the column that would say the same in every row.
    OneApplication,
}

#[component]
pub fn CallTable(
    rows: Vec<CallRow>,
    of: Of,
    /// Whether there may be calls that the filters keep out.
    filtered: bool,
) -> AnyView {
    let mut columns = vec![Column::shrink("Time (UTC)"), Column::new("Call"), Column::new("API")];
    if of == Of::All {
        columns.push(Column::new("Application"));
    }
    columns.extend([Column::shrink("Status"), Column::number("Duration"), Column::number("Bytes")]);
    let here = incoming().here();
    let rows = rows.into_iter().map(|call| row(call, of, &here)).collect();
    view! { <Table caption="Calls" columns rows empty=view! { <Empty filtered of/> }/> }.into_any()
}

#[component]
fn Empty(filtered: bool, of: Of) -> AnyView {
    if filtered && of == Of::All {
        let action = view! { <LinkButton href="/calls">"All calls"</LinkButton> };
        return view! {
            <EmptyState
                glyph=Glyph::Calls
                title="No call fits these filters"
                text="Take one away, or look at a longer time."
                action
            />
        }
        .into_any();
    }
    view! {
        <EmptyState
            glyph=Glyph::Calls
            title="No calls yet"
            text="Every call through the gateway is listed here within a second of its end, refused ones too."
        />
    }
    .into_any()
}

fn row(row: CallRow, of: Of, here: &str) -> Row {
    let call = row.call;
    let at = call.at.timestamp_millis();
    let refused = call.outcome != "ok";
    let outcome = refused.then(|| view! { <span class="cell-sub">{call.outcome.clone()}</span> });
    let model = call.ai.as_ref().map(|ai| view! { <span class="cell-sub">{model::line(ai)}</span> });
    let what = view! {
        <span class="request-line">
            <Method method=call.method.clone()/>
            <a class="mono break" href=format!("/calls/{}", call.id)>{call.path.clone()}</a>
        </span>
        {model}
    };
    let narrow = |name: &'static str, id: Option<String>, label: Option<String>| match (id, label) {
        (Some(id), Some(label)) => {
            let href = link::with(&link::with(here, "cursor", ""), name, &id);
            view! { <a href=href>{label}</a> }.into_any()
        }
        (Some(_), None) => view! { <span class="faint">"deleted"</span> }.into_any(),
        (None, _) => view! { <span class="faint">"–"</span> }.into_any(),
    };
    let api = match of {
        Of::All => narrow("api", call.api.map(String::from), row.api_name),
        Of::OneApplication => row.api_name.unwrap_or_else(|| "–".to_owned()).into_any(),
    };
    let shown = Row::new()
        .cell(view! { <time class="nowrap numeric" datetime=format::rfc3339(at)>{format::second(at)}</time> })
        .cell(what)
        .cell(api)
        .heading(1);
    let shown = match of {
        Of::All => {
            shown.cell(narrow("application", call.application.map(String::from), row.application_name))
        }
        Of::OneApplication => shown,
    };
    shown
        .cell(view! { <HttpStatus status=call.status/> {outcome} })
        .cell(format::millis(call.duration_us as f64 / 1_000.0))
        .cell(format::bytes(u64::try_from(call.request_bytes + call.response_bytes).unwrap_or_default()))
}
