//! Who is subscribed to an api, and what its team can do about it.

use super::desk::{Desk, Place, desk};
use super::workspace::{Part, Workspace};
use crate::api::subscriptions::{Cancel, Pause, Renew, Resume};
use crate::flash::FormState;
use crate::link;
use crate::pages::applications::subscriptions::Ends;
use crate::pages::parts::AccessEnd;
use crate::server::{incoming, load, next_href, now, page_of, query};
use control::apis;
use control::subscriptions::{self, SubscriptionFilter};
use domain::paging::Page as PageItems;
use domain::roles::Permission;
use domain::subscriptions::{SubscriptionState, SubscriptionSummary};
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    ButtonGroup, ButtonSize, ButtonVariant, Column, Confirm, EmptyState, Field, Glyph, LinkButton, Load,
    Pager, Row, StateBadge, Table, TextArea, Time,
};

#[component]
pub fn Consumers() -> AnyView {
    let (place, page, state) = (Place::of_page(), page_of(), query("state").parse().ok());
    let held = load(|control, actor| async move {
        let id = place.api()?;
        // whoever may not see the api is told so before anything of it is listed
        apis::get(&control, &actor, &id).await?;
        let filter = SubscriptionFilter { api: Some(id), state, ..SubscriptionFilter::default() };
        Ok(subscriptions::list(&control, &actor, &filter, &page?).await?)
    });
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Consumers>
                <States/>
                <Load resource=held part=true let:held>
                    <List desk held/>
                </Load>
            </Workspace>
        </Load>
    }
    .into_any()
}

/// Which states are listed.
#[component]
fn States() -> AnyView {
    let chosen = query("state");
    let here = link::with(&incoming().here(), "cursor", "");
    let mut states = vec![("", "All")];
    states.extend(SubscriptionState::ALL.iter().map(|state| (state.as_str(), state.as_str())));
    let links = states.into_iter().map(|(state, words)| {
        let href = link::with(&here, "state", state);
        view! { <LinkButton href size=ButtonSize::Small current=state == chosen>{words}</LinkButton> }
    });
    let links = links.collect_view();
    view! { <ButtonGroup label="State">{links}</ButtonGroup> }.into_any()
}

#[component]
fn List(desk: Desk, held: PageItems<SubscriptionSummary>) -> AnyView {
    let next = next_href(held.next.as_deref());
    let disabled = desk.missing(Permission::SubscriptionsDecide);
    let rows = held.items.into_iter().map(|held| row(held, disabled.clone())).collect();
    let columns = vec![
        Column::new("Application"),
        Column::new("Plan"),
        Column::shrink("State"),
        Column::shrink("Since"),
        Column::actions(),
    ];
    let empty = view! {
        <EmptyState
            glyph=Glyph::Application
            title="No subscriptions here"
            text="Applications of other teams subscribe in the catalogue; what needs a decision stands in the inbox."
        />
    };
    view! {
        <Table caption="Subscriptions" columns rows empty/>
        <Pager next_href=next/>
    }
    .into_any()
}

fn row(held: SubscriptionSummary, disabled: Option<String>) -> Row {
    let state = held.subscription.state;
    let said = (!held.subscription.reason.is_empty())
        .then(|| view! { <span class="cell-sub">{format!("“{}”", held.subscription.reason)}</span> });
    let since = held.subscription.updated_at.timestamp_millis();
    Row::new()
        .cell(view! {
            {held.application_name.clone()}
            <span class="cell-sub">{held.consumer_team_name.clone()}</span>
            {said}
        })
        .cell(held.plan_name.clone())
        .cell(view! { <StateBadge state=state.as_str()/> <Ends at=held.subscription.expires_at state/> })
        .cell(view! { <Time at=since now=now().timestamp_millis()/> })
        .cell(actions(&held, disabled))
        .muted(!state.is_live())
}

/// What can be done in the state. Requests are decided in the inbox.
fn actions(held: &SubscriptionSummary, disabled: Option<String>) -> AnyView {
    let step = |action: Step| view! { <Ask held=held.clone() action disabled=disabled.clone()/> };
    match held.subscription.state {
        SubscriptionState::Pending => {
            view! { <LinkButton href="/inbox" size=ButtonSize::Small glyph=Glyph::Inbox>"Decide"</LinkButton> }.into_any()
        }
        SubscriptionState::Active => {
            view! { <div class="row">{step(PAUSE)} {step(MOVE_END)} {step(CANCEL)}</div> }.into_any()
        }
        SubscriptionState::Paused => {
            view! { <div class="row">{step(RESUME)} {step(CANCEL)}</div> }.into_any()
        }
        SubscriptionState::Expired => {
            view! { <div class="row">{step(RENEW)} {step(CANCEL)}</div> }.into_any()
        }
        SubscriptionState::Rejected | SubscriptionState::Cancelled => ().into_any(),
    }
}

/// Something that is done with a subscription after a question.
#[derive(Clone, Copy)]
struct Step {
    name: &'static str,
    label: &'static str,
    /// The beginning of the question.
    asks: &'static str,
    text: &'static str,
    url: fn() -> &'static str,
    danger: bool,
    /// Whether it asks for the day of the end.
    ends: bool,
}

const PAUSE: Step = Step {
    name: "pause",
    label: "Pause",
    asks: "Pause",
    text: "Its calls are refused with 403 until you resume it.",
    url: Pause::url,
    danger: false,
    ends: false,
};
const RESUME: Step = Step {
    name: "resume",
    label: "Resume",
    asks: "Resume",
    text: "Its calls are answered again at once.",
    url: Resume::url,
    danger: false,
    ends: false,
};
const MOVE_END: Step = Step {
    name: "renew",
    label: "Set end",
    asks: "When ends",
    text: "Access ends by itself on the day that you choose, or not at all.",
    url: Renew::url,
    danger: false,
    ends: true,
};
const RENEW: Step = Step {
    name: "renew",
    label: "Renew",
    asks: "Renew",
    text: "Its calls are answered again at once, until the new end.",
    url: Renew::url,
    danger: false,
    ends: true,
};
const CANCEL: Step = Step {
    name: "cancel",
    label: "Cancel subscription",
    asks: "Cancel",
    text: "Its calls are refused from now on. This cannot be undone; the application can ask again.",
    url: Cancel::url,
    danger: true,
    ends: false,
};

#[component]
fn Ask(held: SubscriptionSummary, action: Step, disabled: Option<String>) -> AnyView {
    let id = held.subscription.id.to_string();
    let form = FormState::of_one((action.url)(), "subscription", &id);
    let reason = format!("{}-reason-{id}", action.name);
    let end = action.ends.then(|| {
        view! { <AccessEnd form held=held.subscription.expires_at id=format!("renew-end-{id}")/> }
    });
    view! {
        <Confirm
            id=format!("{}-{id}", action.name)
            label=action.label
            title=format!("{} the subscription of {}?", action.asks, held.application_name)
            text=action.text
            action=(action.url)()
            confirm=action.label
            size=ButtonSize::Small
            variant=ButtonVariant::Quiet
            danger=action.danger
            hidden=vec![("subscription", id.clone())]
            disabled
        >
            {end}
            <Field name="reason" label="Reason" hint="The team of the application reads it." id=reason error=form.error("reason")>
                <TextArea value=form.value("reason") rows=2 maxlength=1000/>
            </Field>
        </Confirm>
    }
    .into_any()
}
