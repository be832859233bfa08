//! Usage of one api: for its team all of it, for others that of their own applications.

use super::{Explorer, Place};
use crate::error::Result;
use crate::server::{id, load};
use control::{Actor, Control, apis, subscriptions};
use domain::ids::ApiId;
use domain::paging::PageOf;
use domain::problem::ProblemKind;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use ui::{Crumb, Load, Page, PageHeader};

/// What the page says of the api.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Named {
    id: ApiId,
    name: String,
    /// Whether the person reads all of its calls.
    whole: bool,
    /// The page above: in the workspace of its team, or in the catalogue.
    href: String,
}

#[component]
pub fn ApiUsage() -> AnyView {
    let api = id::<ApiId>("api", "api");
    let named = load(|control, actor| async move { name(&control, &actor, api?).await });
    view! {
        <Page wide=true>
            <Load resource=named let:named>
                <Shown named/>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Shown(named: Named) -> AnyView {
    let place = Place { path: format!("/apis/{}/usage", named.id), api: Some(named.id), application: None };
    let lead = if named.whole { "Calls of all its consumers." } else { "Calls of your own applications." };
    let breadcrumb = vec![Crumb::new("APIs", "/apis"), Crumb::new(named.name.clone(), named.href)];
    view! {
        <Title text=format!("Usage of {}", named.name)/>
        <PageHeader title=format!("Usage of {}", named.name) lead breadcrumb/>
        <Explorer place/>
    }
    .into_any()
}

/// From the api itself for its team, from their own subscription for consumers; else there is none.
async fn name(control: &Control, actor: &Actor, id: ApiId) -> Result<Named> {
    match apis::get(control, actor, &id).await {
        Ok(detail) => {
            return Ok(Named { name: detail.api.name, whole: true, href: format!("/apis/{id}"), id });
        }
        Err(error) if error.problem().kind == ProblemKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let filter = subscriptions::SubscriptionFilter { api: Some(id.clone()), ..Default::default() };
    let own = subscriptions::list(control, actor, &filter, &PageOf { limit: 1, cursor: None }).await?;
    let subscription = own.items.into_iter().next().ok_or_else(|| control::Error::not_found("api"))?;
    let href = format!("/catalogue/{}", subscription.api_slug);
    Ok(Named { name: subscription.api_name, whole: false, href, id })
}
