//! The plans of an api, side by side: what they allow, who lets in, what one agrees to.

use super::api::{ApiPage, Part, entry, subscribe_href};
use crate::link;
use crate::markdown;
use control::catalogue::CatalogueApi;
use domain::plans::{Approval, Limits, Plan};
use leptos::prelude::*;
use ui::{Badge, Card, DefinitionList, EmptyState, Glyph, KeyValue, LinkButton, Load, Prose, Tone, format};

#[component]
pub fn Plans() -> AnyView {
    view! {
        <Load resource=entry() let:api>
            <ApiPage api=api.clone() part=Part::Plans>
                <PlanCards api/>
            </ApiPage>
        </Load>
    }
    .into_any()
}

#[component]
fn PlanCards(api: CatalogueApi) -> AnyView {
    let subscribe = subscribe_href(&api);
    let team = api.detail.team_name.clone();
    let open: Vec<Plan> = api.detail.plans.into_iter().filter(|plan| !plan.closed).collect();
    if open.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Plan
                title="No plan takes new subscriptions"
                text=format!("Ask the team {team} whether they open one.")
            />
        }
        .into_any();
    }
    let cards =
        open.into_iter().map(|plan| view! { <PlanCard plan team=team.clone() subscribe=subscribe.clone()/> });
    view! { <div class="grid">{cards.collect_view()}</div> }.into_any()
}

#[component]
fn PlanCard(plan: Plan, team: String, subscribe: String) -> AnyView {
    let href = format!("{subscribe}{}", link::query(&[("plan", plan.id.as_str())]));
    let terms = (!plan.terms.is_empty()).then(|| {
        view! {
            <details>
                <summary>"Terms"</summary>
                <Prose html=markdown::html(&plan.terms)/>
            </details>
        }
    });
    let footer =
        view! { <LinkButton href glyph=Glyph::Key>{format!("Subscribe to {}", plan.name)}</LinkButton> };
    view! {
        <Card title=plan.name.clone() actions=view! { <ApprovalBadge approval=plan.approval/> } footer>
            <div class="stack">
                {(!plan.description.is_empty()).then(|| view! { <p>{plan.description.clone()}</p> })}
                <DefinitionList>
                    <LimitFacts limits=plan.limits/>
                    <KeyValue label="Approval">{who_decides(plan.approval, &team)}</KeyValue>
                </DefinitionList>
                {terms}
            </div>
        </Card>
    }
    .into_any()
}

#[component]
pub fn ApprovalBadge(approval: Approval) -> AnyView {
    match approval {
        Approval::Automatic => view! { <Badge label="Automatic" tone=Tone::Good/> }.into_any(),
        Approval::Manual => view! { <Badge label="Needs approval" tone=Tone::Info/> }.into_any(),
    }
}

/// What happens after one has asked.
#[must_use]
pub fn who_decides(approval: Approval, team: &str) -> String {
    match approval {
        Approval::Automatic => "You have access as soon as you ask for it.".to_owned(),
        Approval::Manual => format!("The team {team} decides; you have access when it has approved."),
    }
}

/// The limits as facts of a list.
#[component]
pub fn LimitFacts(limits: Limits) -> AnyView {
    let words = limit_words(&limits);
    if words.is_empty() {
        return view! { <KeyValue label="Limits">"none"</KeyValue> }.into_any();
    }
    words
        .into_iter()
        .map(|(label, text)| view! { <KeyValue label>{text}</KeyValue> })
        .collect_view()
        .into_any()
}

/// What each limit is called, and how much it is.
#[must_use]
pub fn limit_words(limits: &Limits) -> Vec<(&'static str, String)> {
    let rate = limits.rate.map(|rate| {
        let time =
            if rate.seconds == 1 { "a second".to_owned() } else { format!("in {} seconds", rate.seconds) };
        ("Rate", format!("{} calls {time}", format::count(rate.requests.into())))
    });
    let quota = limits
        .quota
        .map(|quota| ("Quota", format!("{} calls a {}", format::count(quota.requests), quota.period)));
    let tokens = limits
        .tokens
        .map(|budget| ("Tokens", format!("{} tokens a {}", format::count(budget.tokens), budget.period)));
    let cost = limits.cost.map(|budget| {
        let nano = i64::try_from(budget.nano).unwrap_or(i64::MAX);
        ("Cost", format!("{} a {}", format::money(nano), budget.period))
    });
    let models = (!limits.models.is_empty()).then(|| ("Models", limits.models.join(", ")));
    [rate, quota, tokens, cost, models].into_iter().flatten().collect()
}
