//! The audit trail: who did what to which object, before and after, and whether its chain of hashes holds.

mod difference;
mod row;

use crate::error::{AppError, Result};
use crate::link;
use crate::server::{control, incoming, load, next_href, page_of, query};
use control::audit;
use domain::Time;
use domain::audit::{AuditFilter, AuditRow};
use domain::paging::Page as PageItems;
use leptos::prelude::*;
use leptos_meta::Title;
use row::{Entry, table_row};
use ui::{
    Choice, Column, EmptyState, Field, FilterBar, Glyph, InputKind, LinkButton, Load, Notice, Page,
    PageHeader, Pager, Select, Table, TextInput, Tone,
};

/// Kinds of objects that rows are about.
const KINDS: [&str; 10] = [
    "account",
    "api",
    "application",
    "credential",
    "invitation",
    "plan",
    "settings",
    "subscription",
    "team",
    "token",
];

#[component]
pub fn Audit() -> AnyView {
    let (page, filter) = (page_of(), filter());
    let list =
        load(|control, actor| async move { Ok(audit::list(&control, &actor, &filter, &page?).await?) });
    let check = link::with(&incoming().here(), "check", "1");
    view! {
        <Title text="Audit"/>
        <Page wide=true>
            <PageHeader
                title="Audit"
                lead="Every change, by whom and from where. Rows are never changed or deleted."
                actions=view! { <LinkButton href=check glyph=Glyph::Shield>"Check the chain"</LinkButton> }
            />
            <div class="stack">
                <Chain/>
                <Filters/>
                <Load resource=list let:list>
                    <List list/>
                </Load>
            </div>
        </Page>
    }
    .into_any()
}

/// What the address asks for; what cannot be read does not filter.
fn filter() -> AuditFilter {
    AuditFilter {
        action: query("action").trim().to_owned(),
        object_kind: query("kind"),
        object_id: query("object"),
        account: query("account").parse().ok(),
        team: query("team").parse().ok(),
        since: day(&query("since"), 0),
        until: day(&query("until"), 1),
    }
}

/// The start of a day written `2026-11-23`, or of one some days after.
fn day(text: &str, days_after: u64) -> Option<Time> {
    let day = text.parse::<chrono::NaiveDate>().ok()?.checked_add_days(chrono::Days::new(days_after))?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc())
}

/// The result of walking the chain, when it was asked for.
#[component]
fn Chain() -> AnyView {
    if query("check").is_empty() {
        return ().into_any();
    }
    let control = control();
    let verified = load(|_, _| async move { chain(&control).await });
    view! {
        <Load resource=verified part=true let:verified>
            {
                let (rows, broken_at) = verified;
                match broken_at {
                    None => view! {
                        <Notice tone=Tone::Good title="The chain holds">
                            {format!("All {rows} rows are as they were written, and none is missing between them.")}
                        </Notice>
                    }
                    .into_any(),
                    Some(row) => view! {
                        <Notice tone=Tone::Danger title="The chain is broken">
                            {format!("Row {row} does not follow from the one before it: it, or a row before it, was changed or removed.")}
                        </Notice>
                    }
                    .into_any(),
                }
            }
        </Load>
    }
    .into_any()
}

async fn chain(control: &control::Control) -> Result<(i64, Option<i64>)> {
    let verified = audit::verify(control).await.map_err(AppError::from)?;
    Ok((verified.rows, verified.broken_at))
}

#[component]
fn Filters() -> AnyView {
    let all = std::iter::once(Choice::new("", "any"));
    let kinds = all.chain(KINDS.map(|kind| Choice::new(kind, kind))).collect::<Vec<_>>();
    let names = ["action", "kind", "object", "account", "team", "since", "until"];
    let filtered = names.iter().any(|name| !query(name).is_empty());
    let kept = ["object", "account", "team"].map(|name| (name, query(name)));
    let keep = kept.into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>();
    view! {
        <FilterBar action="/audit" label="Filter the trail" clear=filtered.then_some("/audit") keep>
            <Field name="action" label="Action" quiet=true>
                <TextInput value=query("action") placeholder="teams.create" mono=true/>
            </Field>
            <Field name="kind" label="Object" quiet=true><Select options=kinds value=query("kind")/></Field>
            <Field name="since" label="From" quiet=true>
                <TextInput value=query("since") kind=InputKind::Date/>
            </Field>
            <Field name="until" label="To" quiet=true>
                <TextInput value=query("until") kind=InputKind::Date/>
            </Field>
        </FilterBar>
    }
    .into_any()
}

#[component]
fn List(list: PageItems<AuditRow>) -> AnyView {
    let next = next_href(list.next.as_deref());
    let open = query("row").parse::<i64>().ok();
    let opened = list.items.iter().find(|row| Some(row.sequence) == open).cloned();
    let columns = vec![
        Column::shrink("Row"),
        Column::shrink("When"),
        Column::new("Who"),
        Column::shrink("Action"),
        Column::new("Object"),
        Column::shrink("From"),
    ];
    let here = incoming().here();
    let rows = list.items.into_iter().map(|row| table_row(row, open, &here)).collect();
    let empty = view! {
        <EmptyState glyph=Glyph::Audit title="No row matches" text="Try another action, object or day."/>
    };
    view! {
        {opened.map(|row| view! { <Entry row/> })}
        <Table caption="Audit trail, newest first" columns rows empty/>
        <Pager next_href=next/>
    }
    .into_any()
}
