//! One request: who asks for what and why, what saying yes gives, and the answer.

use crate::api::requests::{Approve, Reject};
use crate::api::subscriptions::Cancel;
use crate::error::Result;
use crate::flash::FormState;
use crate::pages::applications::limits::words;
use crate::pages::parts::AccessEnd;
use crate::server::{actor, missing, needs, now};
use control::{Actor, Control, plans, subscriptions};
use domain::plans::Plan;
use domain::problem::ProblemKind;
use domain::requests::{Request, RequestKind, RequestState};
use domain::roles::Permission;
use domain::subscriptions::SubscriptionSummary;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Confirm, DefinitionList, Field, Form, FormActions, KeyValue, Person,
    StateBadge, TextArea, Time,
};

/// A request with what it is about, as far as that is still there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Opened {
    pub request: Request,
    subscription: Option<SubscriptionSummary>,
    plan: Option<Plan>,
}

pub async fn read(control: &Control, actor: &Actor, request: Request) -> Result<Opened> {
    let subscription = match &request.subscription {
        Some(id) => there(subscriptions::get(control, actor, id).await)?,
        None => None,
    };
    let plans = match &subscription {
        Some(held) => there(plans::list(control, actor, &held.subscription.api).await)?.unwrap_or_default(),
        None => Vec::new(),
    };
    let wanted = subscription.as_ref().map(|held| held.subscription.plan.clone());
    let plan = plans.into_iter().find(|plan| wanted.as_ref() == Some(&plan.id));
    Ok(Opened { request, subscription, plan })
}

/// What has been deleted since is left out.
fn there<T>(found: control::Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.problem().kind == ProblemKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[component]
pub fn OpenedRequest(opened: Opened) -> AnyView {
    let request = opened.request.clone();
    let at = request.created_at.timestamp_millis();
    let reason = match request.reason.is_empty() {
        true => view! { <p class="faint">"No reason was given."</p> }.into_any(),
        false => view! { <blockquote class="break">{request.reason.clone()}</blockquote> }.into_any(),
    };
    let end = match request.state {
        RequestState::Pending => view! { <Answer request=request.clone()/> }.into_any(),
        _ => view! { <Decided request=request.clone()/> }.into_any(),
    };
    view! {
        <Card id="request" title=request.title>
            <div class="row row-between">
                <Person name=request.account_name detail=asked_by(&opened)/>
                <StateBadge state=request.state.as_str()/>
            </div>
            {reason}
            <About opened at/>
            {end}
        </Card>
    }
    .into_any()
}

fn asked_by(opened: &Opened) -> String {
    match (&opened.subscription, opened.request.kind) {
        (Some(held), _) => format!("for the team {}", held.consumer_team_name),
        (None, RequestKind::SignUp) => "signed up".to_owned(),
        (None, RequestKind::Subscription) => "the subscription is gone".to_owned(),
    }
}

/// What is asked for, and what a yes gives.
#[component]
fn About(opened: Opened, at: i64) -> AnyView {
    let access = opened.subscription.map(|held| {
        view! {
            <KeyValue label="API">
                <a href=format!("/catalogue/{}", held.api_slug)>{held.api_name}</a>
            </KeyValue>
            <KeyValue label="Application">{held.application_name}</KeyValue>
            <KeyValue label="Plan">{held.plan_name}</KeyValue>
        }
    });
    let plan = opened.plan.map(|plan| {
        let description = (!plan.description.is_empty()).then(|| view! { <p>{plan.description.clone()}</p> });
        let limits = words(&plan.limits).join(", ");
        view! {
            <KeyValue label="What it allows">{description} <p>{limits}</p></KeyValue>
        }
    });
    view! {
        <DefinitionList>
            {access} {plan}
            <KeyValue label="Asked">
                <Time at/> " " <span class="faint"><Time at now=now().timestamp_millis()/></span>
            </KeyValue>
        </DefinitionList>
    }
    .into_any()
}

/// What became of it.
#[component]
fn Decided(request: Request) -> AnyView {
    let who = request.decided_by.unwrap_or_else(|| "somebody".to_owned());
    let word = match request.state {
        RequestState::Withdrawn => "Withdrawn",
        RequestState::Rejected => "Rejected",
        RequestState::Approved | RequestState::Pending => "Approved",
    };
    let when = request
        .decided_at
        .map(|at| view! { " " <Time at=at.timestamp_millis() now=now().timestamp_millis()/> });
    let words = (!request.decision.is_empty())
        .then(|| view! { <blockquote class="break">{request.decision}</blockquote> });
    view! {
        <div class="stack stack-tight">
            <p>{format!("{word} by {who}")} {when}</p>
            {words}
        </div>
    }
    .into_any()
}

/// Yes or no with a word, for those who decide; taking it back, for the one who asked.
#[component]
fn Answer(request: Request) -> AnyView {
    let actor = actor();
    let id = request.id.to_string();
    let (yes, no) =
        (FormState::of_one(Approve::url(), "request", &id), FormState::of_one(Reject::url(), "request", &id));
    let form = if no.is_refused() { no } else { yes };
    let barred = barred(&actor, &request);
    let own = request.account == actor.account;
    if barred.is_some() && own {
        return view! { <Withdraw request/> }.into_any();
    }
    let approve_barred = barred.clone();
    let end = (request.kind == RequestKind::Subscription).then(|| view! { <AccessEnd form/> });
    view! {
        <Form action=Approve::url() hidden=vec![("request", id)]>
            <Field
                name="reason"
                label="Your answer in a word"
                hint="The one who asked reads it; a no should say why, and what would make it a yes."
                error=form.error("reason")
            >
                <TextArea value=form.value("reason") rows=3 maxlength=1000/>
            </Field>
            {end}
            <FormActions>
                <Button variant=ButtonVariant::Primary disabled=approve_barred>"Approve"</Button>
                <Button variant=ButtonVariant::Danger action=Reject::url() disabled=barred>"Reject"</Button>
            </FormActions>
        </Form>
    }
    .into_any()
}

/// Why the person may not decide, if so.
fn barred(actor: &Actor, request: &Request) -> Option<String> {
    match &request.team {
        Some(team) => {
            missing(actor.may(Permission::SubscriptionsDecide, team), Permission::SubscriptionsDecide)
        }
        None if actor.may_on_platform(Permission::AccountsManage) => None,
        None => Some(needs(Permission::AccountsManage)),
    }
}

#[component]
fn Withdraw(request: Request) -> AnyView {
    let Some(subscription) = request.subscription else {
        return view! { <p class="faint">"An administrator decides."</p> }.into_any();
    };
    view! {
        <p class="soft">"The team that provides the API decides. You are told here."</p>
        <FormActions>
            <Confirm
                id="withdraw"
                label="Take it back"
                title="Take this request back?"
                text="Nobody needs to decide any more. You can ask again at any time."
                action=Cancel::url()
                confirm="Take it back"
                hidden=vec![("subscription", subscription.to_string())]
            />
        </FormActions>
    }
    .into_any()
}
