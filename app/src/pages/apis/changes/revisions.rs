//! The revisions of a version: who published what when; back to one of them, or two compared.

use crate::api::versions::Rollback;
use crate::pages::apis::desk::Desk;
use crate::server::next_href;
use domain::paging::Page as PageItems;
use domain::roles::Permission;
use domain::versions::Revision;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Badge, ButtonSize, ButtonVariant, Column, Confirm, EmptyState, Glyph, LinkButton, Pager, Row,
    SectionHeader, Table, Time, Tone,
};

#[component]
pub fn Revisions(desk: Desk, revisions: PageItems<Revision>) -> AnyView {
    let next = next_href(revisions.next.as_deref());
    let rows = revisions.items.into_iter().map(|revision| row(&desk, revision)).collect();
    let columns = vec![
        Column::shrink("Revision"),
        Column::new("What changed"),
        Column::new("By"),
        Column::shrink("Published"),
        Column::actions(),
    ];
    let empty = view! {
        <EmptyState glyph=Glyph::Revision title="Nothing published yet" text="Each publication is kept here and can be made live again."/>
    };
    view! {
        <SectionHeader title="Revisions" lead="Each is kept as it was, and can be made live again."/>
        <Table caption="Revisions" columns rows empty/>
        <Pager next_href=next/>
    }
    .into_any()
}

fn row(desk: &Desk, revision: Revision) -> Row {
    let number = revision.number;
    let live = revision.live.then(|| view! { " " <Badge label="live" tone=Tone::Good dot=true/> });
    let against = desk.version.live_revision.filter(|live| *live != number);
    let compare = against.map(|live| {
        let (from, to) = (live.min(number), live.max(number));
        let href =
            format!("/apis/{}/compare?version={}&from={from}&to={to}", desk.api().id, desk.version.name);
        view! { <LinkButton href size=ButtonSize::Small>"Compare with live"</LinkButton> }
    });
    let back = (!revision.live && desk.version.state.is_served())
        .then(|| view! { <Back desk=desk.clone() number/> });
    Row::new()
        .cell(view! { {number} {live} })
        .cell(revision.note)
        .cell(revision.published_by)
        .cell(view! { <Time at=revision.published_at.timestamp_millis()/> })
        .cell(view! { <div class="row">{compare} {back}</div> })
        .selected(revision.live)
}

#[component]
fn Back(desk: Desk, number: i64) -> AnyView {
    let mut hidden = desk.hidden();
    hidden.push(("revision", number.to_string()));
    view! {
        <Confirm
            id=format!("rollback-{number}")
            label="Make live again"
            title=format!("Make revision {number} live again?")
            text="Callers get it at once. The draft stays as it is."
            action=Rollback::url()
            confirm="Make it live"
            size=ButtonSize::Small
            variant=ButtonVariant::Quiet
            hidden
            disabled=desk.missing(Permission::ApisPublish)
        />
    }
    .into_any()
}
