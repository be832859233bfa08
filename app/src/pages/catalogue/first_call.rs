//! After subscribing: the key, shown once, a call to copy, and the first call when it arrives.

mod arrival;

use super::api::entry;
use super::href;
use super::overview::first_ask;
use super::sample::{KEY, Language, write};
use crate::error::Result;
use crate::flash;
use crate::islands::copy_button::CopyButton;
use crate::pages::parts::ShownOnce;
use crate::server::{load, query};
use arrival::Arrival;
use control::calls::CallRow;
use control::catalogue::CatalogueApi;
use control::{Actor, Control, calls, subscriptions};
use domain::calls::CallFilter;
use domain::ids::SubscriptionId;
use domain::paging::PageOf;
use domain::subscriptions::{SubscriptionState, SubscriptionSummary};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use ui::{Card, CodeBlock, Crumb, LinkButton, Load, Notice, Page, PageHeader, StateBadge, Tone};

/// A subscription and the newest call that it made possible.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Begun {
    held: SubscriptionSummary,
    call: Option<CallRow>,
}

async fn begun(control: &Control, actor: &Actor, id: &SubscriptionId) -> Result<Begun> {
    let held = subscriptions::get(control, actor, id).await?;
    let filter = CallFilter {
        api: Some(held.subscription.api.clone()),
        application: Some(held.subscription.application.clone()),
        since: Some(held.subscription.created_at),
        ..CallFilter::default()
    };
    let newest = PageOf { limit: 1, cursor: None };
    let call = calls::list(control, actor, &filter, &newest).await?.items.into_iter().next();
    Ok(Begun { held, call })
}

#[component]
pub fn FirstCall() -> AnyView {
    let asked = query("subscription");
    let begun = load(|control, actor| async move {
        let id = asked.parse().map_err(|_| crate::error::AppError::not_found("subscription"))?;
        begun(&control, &actor, &id).await
    });
    view! {
        <Page>
            <Load resource=entry() let:api>
                <Load resource=begun let:begun>
                    <Content api begun/>
                </Load>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Content(api: CatalogueApi, begun: Begun) -> AnyView {
    let Begun { held, call } = begun;
    let name = api.detail.api.name.clone();
    let state = held.subscription.state;
    let breadcrumb =
        vec![Crumb::new("Catalogue", "/catalogue"), Crumb::new(name.clone(), href(&api.detail.api.slug))];
    let keys = format!("/applications/{}/credentials", held.subscription.application);
    let actions = view! { <LinkButton href=keys>"Keys of the application"</LinkButton> };
    view! {
        <Title text=format!("First call to {name}")/>
        <PageHeader
            title=format!("First call to {name}")
            lead=format!("{} on the plan {}", held.application_name, held.plan_name)
            breadcrumb
            badges=view! { <StateBadge state=state.as_str()/> }
            actions
        />
        <Waiting state team=api.detail.team_name.clone()/>
        <ShownOnce/>
        <CallToCopy api/>
        <Arrival call active=state == SubscriptionState::Active/>
    }
    .into_any()
}

/// Why calls are refused as yet.
#[component]
fn Waiting(state: SubscriptionState, team: String) -> AnyView {
    match state {
        SubscriptionState::Active => ().into_any(),
        SubscriptionState::Pending => view! {
            <Notice tone=Tone::Info title=format!("The team {team} decides")>
                <p>"Until then calls are refused with 403. You can prepare everything now."</p>
            </Notice>
        }
        .into_any(),
        state => view! {
            <Notice tone=Tone::Warning title=format!("The subscription is {state}")><p>"Calls are refused."</p></Notice>
        }
        .into_any(),
    }
}

#[component]
fn CallToCopy(api: CatalogueApi) -> AnyView {
    let key = flash::shown().map(|shown| shown.value);
    let lead = match &key {
        Some(_) => "Run it where you like; the key is in it.".to_owned(),
        None => format!("Put a key of the application where {KEY} stands."),
    };
    let code = write(Language::Curl, &first_ask(&api, key.as_deref()));
    let copy = view! { <CopyButton text=code.clone() label="Copy the call".to_owned()/> };
    view! { <Card title="Your first call" lead><CodeBlock code language="curl" copy/></Card> }.into_any()
}
