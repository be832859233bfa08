//! What the person's teams have of an api.

use super::api::{ApiPage, Part, entry, subscribe_href};
use crate::server::now;
use control::catalogue::CatalogueApi;
use domain::subscriptions::{SubscriptionState, SubscriptionSummary};
use leptos::prelude::*;
use ui::{
    ButtonSize, ButtonVariant, Column, EmptyState, Glyph, LinkButton, Load, Row, SectionHeader, StateBadge,
    Table, Time,
};

#[component]
pub fn Access() -> AnyView {
    view! {
        <Load resource=entry() let:api>
            <ApiPage api=api.clone() part=Part::Access>
                <Subscriptions api/>
            </ApiPage>
        </Load>
    }
    .into_any()
}

#[component]
fn Subscriptions(api: CatalogueApi) -> AnyView {
    let subscribe = subscribe_href(&api);
    let slug = api.detail.api.slug.to_string();
    let columns = vec![
        Column::new("Application"),
        Column::new("Plan"),
        Column::shrink("State"),
        Column::shrink("Since"),
        Column::actions(),
    ];
    let rows: Vec<Row> = api.access.into_iter().map(|held| row(&slug, held)).collect();
    let again = (!rows.is_empty()).then(|| {
        let href = subscribe.clone();
        view! { <LinkButton href glyph=Glyph::Add>"Subscribe another application"</LinkButton> }
    });
    let first = view! {
        <LinkButton href=subscribe variant=ButtonVariant::Primary glyph=Glyph::Key>"Subscribe"</LinkButton>
    };
    let empty = view! {
        <EmptyState
            glyph=Glyph::Key
            title="Your teams have no access"
            text="Choose a plan and an application; the application's key then opens this api."
            action=first
        />
    };
    view! {
        <SectionHeader title="What your teams have" actions=again/>
        <Table caption="Subscriptions of your teams" columns rows empty/>
    }
    .into_any()
}

fn row(slug: &str, held: SubscriptionSummary) -> Row {
    let subscription = held.subscription;
    let over = matches!(subscription.state, SubscriptionState::Cancelled | SubscriptionState::Rejected);
    let application = format!("/applications/{}", subscription.application);
    let said = (!subscription.decision.is_empty())
        .then(|| view! { <span class="cell-sub">{format!("“{}”", subscription.decision)}</span> });
    let call = (subscription.state == SubscriptionState::Active).then(|| {
        let href = format!("/catalogue/{slug}/first-call?subscription={}", subscription.id);
        view! { <LinkButton href size=ButtonSize::Small glyph=Glyph::Play>"Try a call"</LinkButton> }
    });
    Row::new()
        .cell(view! {
            <a href=application.clone()>{held.application_name}</a>
            <span class="cell-sub">{held.consumer_team_name}</span>
        })
        .cell(held.plan_name)
        .cell(view! { <StateBadge state=subscription.state.as_str()/> {said} })
        .cell(view! {
            <Time at=subscription.updated_at.timestamp_millis() now=now().timestamp_millis()/>
        })
        .cell(view! {
            <div class="row">
                {call}
                <LinkButton href=application size=ButtonSize::Small>"Keys and subscriptions"</LinkButton>
            </div>
        })
        .muted(over)
}
