//! The subscriptions of an application: to which APIs, on which plans, in which state, and what can be done about it.

use super::{Head, named};
use crate::api::subscriptions::{Cancel, Pause, Resume};
use crate::server::{actor, load, missing, next_href, now, page_of};
use control::applications;
use control::subscriptions::{self, SubscriptionFilter};
use domain::paging::Page as PageItems;
use domain::roles::Permission;
use domain::subscriptions::{Side, SubscriptionEvent, SubscriptionState, SubscriptionSummary};
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    ButtonSize, ButtonVariant, Column, Confirm, EmptyState, Field, Glyph, LinkButton, Load, Page, Pager, Row,
    SectionHeader, StateBadge, Table, TextArea, Time,
};

#[component]
pub fn Subscriptions() -> AnyView {
    let (application, page) = (named(), page_of());
    let shown = load(|control, actor| async move {
        let id = application?;
        let summary = applications::get(&control, &actor, &id).await?;
        let filter = SubscriptionFilter { application: Some(id), ..SubscriptionFilter::default() };
        Ok((summary, subscriptions::list(&control, &actor, &filter, &page?).await?))
    });
    view! {
        <Page>
            <Load resource=shown let:shown>
                {
                    let (summary, list) = shown;
                    view! {
                        <Head summary part="subscriptions"/>
                        <List list/>
                    }
                }
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn List(list: PageItems<SubscriptionSummary>) -> AnyView {
    let next_href = next_href(list.next.as_deref());
    let columns = vec![
        Column::new("API"),
        Column::new("Plan"),
        Column::shrink("State"),
        Column::shrink("Since"),
        Column::actions(),
    ];
    let rows: Vec<Row> = list.items.into_iter().map(row).collect();
    let more = || view! { <LinkButton href="/catalogue" variant=ButtonVariant::Primary glyph=Glyph::Add>"Request more"</LinkButton> };
    let empty = view! {
        <EmptyState
            glyph=Glyph::Plan
            title="No subscriptions yet"
            text="Choose an API and a plan in the catalogue, then this application."
            action=view! { <LinkButton href="/catalogue" variant=ButtonVariant::Primary>"Open the catalogue"</LinkButton> }
        />
    };
    let head = (!rows.is_empty()).then(|| {
        view! { <SectionHeader title="Subscriptions" lead="What this application may call." actions=more()/> }
    });
    view! {
        {head}
        <Table caption="Subscriptions" columns rows empty/>
        <Pager next_href/>
    }
    .into_any()
}

fn row(held: SubscriptionSummary) -> Row {
    let subscription = &held.subscription;
    let (state, over) = (subscription.state, !subscription.state.is_live());
    let said = (!subscription.decision.is_empty())
        .then(|| view! { <span class="cell-sub break">{format!("“{}”", subscription.decision)}</span> });
    let by = match (state, subscription.paused_by) {
        (SubscriptionState::Paused, Some(side)) => Some(format!("by the {side}")),
        _ => None,
    };
    let at = subscription.updated_at.timestamp_millis();
    let expires_at = subscription.expires_at;
    Row::new()
        .cell(view! {
            <a href=format!("/catalogue/{}", held.api_slug)>{held.api_name.clone()}</a>
            {said}
        })
        .cell(held.plan_name.clone())
        .cell(view! {
            <StateBadge state=state.as_str()/>
            {by.map(|by| view! { <span class="cell-sub">{by}</span> })}
            <Ends at=expires_at state/>
        })
        .cell(view! { <Time at now=now().timestamp_millis()/> })
        .cell(view! { <SubscriptionActions held/> })
        .muted(over)
}

/// When access ends, or ended, by itself.
#[component]
pub fn Ends(at: Option<domain::Time>, state: SubscriptionState) -> AnyView {
    let word = match state {
        SubscriptionState::Active | SubscriptionState::Paused => "until",
        SubscriptionState::Expired => "ended",
        SubscriptionState::Pending | SubscriptionState::Rejected | SubscriptionState::Cancelled => {
            return ().into_any();
        }
    };
    at.map(|at| view! { <span class="cell-sub">{word} " " <Time at=at.timestamp_millis()/></span> })
        .into_any()
}

/// What can be done about a subscription in its state, by either side; barred with the reason where the person may not.
#[component]
pub fn SubscriptionActions(held: SubscriptionSummary) -> AnyView {
    let state = held.subscription.state;
    let can = |event| state.next(event).is_ok();
    let asks_again = state == SubscriptionState::Rejected;
    let again = asks_again.then(|| {
        let href = format!("/catalogue/{}", held.api_slug);
        view! { <LinkButton href size=ButtonSize::Small>"Ask again"</LinkButton> }
    });
    let pause = can(SubscriptionEvent::Pause).then(|| act(&held, &PAUSE, barred(&held)));
    let resume = can(SubscriptionEvent::Resume).then(|| act(&held, &RESUME, resume_barred(&held)));
    let cancel = can(SubscriptionEvent::Cancel).then(|| {
        let deed = if state == SubscriptionState::Pending { &WITHDRAW } else { &CANCEL };
        act(&held, deed, barred(&held))
    });
    view! { <span class="row row-end">{again} {pause} {resume} {cancel}</span> }.into_any()
}

/// Something that is done to a subscription, in words.
struct Deed {
    name: &'static str,
    label: &'static str,
    question: &'static str,
    text: &'static str,
    action: fn() -> &'static str,
    confirm: &'static str,
    danger: bool,
}

const PAUSE: Deed = Deed {
    name: "pause",
    label: "Pause",
    question: "Pause the subscription to",
    text: "Its calls are refused at once, until it is resumed by the same side.",
    action: Pause::url,
    confirm: "Pause",
    danger: false,
};

const RESUME: Deed = Deed {
    name: "resume",
    label: "Resume",
    question: "Resume the subscription to",
    text: "Calls are served again at once.",
    action: Resume::url,
    confirm: "Resume",
    danger: false,
};

const CANCEL: Deed = Deed {
    name: "cancel",
    label: "Cancel",
    question: "Cancel the subscription to",
    text: "Its calls are refused at once. This cannot be undone; a new subscription begins with a new request.",
    action: Cancel::url,
    confirm: "Cancel subscription",
    danger: true,
};

const WITHDRAW: Deed = Deed {
    name: "cancel",
    label: "Take back",
    question: "Take back the request for",
    text: "Nobody needs to decide any more. It can be asked for again at any time.",
    action: Cancel::url,
    confirm: "Take it back",
    danger: false,
};

fn act(held: &SubscriptionSummary, deed: &Deed, barred: Option<String>) -> AnyView {
    let id = held.subscription.id.to_string();
    let field = format!("reason-{}-{id}", deed.name);
    view! {
        <Confirm
            id=format!("{}-{id}", deed.name)
            label=deed.label
            size=ButtonSize::Small
            title=format!("{} {}?", deed.question, held.api_name)
            text=deed.text
            action=(deed.action)()
            confirm=deed.confirm
            danger=deed.danger
            hidden=vec![("subscription", id)]
            disabled=barred
        >
            <Field name="reason" label="Reason" hint="Kept in the audit trail." id=field>
                <TextArea rows=2 maxlength=1000/>
            </Field>
        </Confirm>
    }
    .into_any()
}

fn may(held: &SubscriptionSummary, side: Side) -> bool {
    match side {
        Side::Provider => actor().may(Permission::SubscriptionsDecide, &held.provider_team),
        Side::Consumer => actor().may(Permission::SubscriptionsRequest, &held.consumer_team),
    }
}

/// Why the person may act for neither side, if so.
fn barred(held: &SubscriptionSummary) -> Option<String> {
    missing(may(held, Side::Provider) || may(held, Side::Consumer), Permission::SubscriptionsRequest)
}

/// Only the side that paused resumes.
fn resume_barred(held: &SubscriptionSummary) -> Option<String> {
    match held.subscription.paused_by {
        Some(side) if !may(held, side) => Some(format!("It was paused by the {side}, who alone resumes it")),
        _ => barred(held),
    }
}
