//! One call: what came, what became of it, where the time went, and under whose subscription.

use super::attempts::Attempts;
use super::model::Model;
use super::outcome::Outcome;
use super::similar::Similar;
use super::timing::Timing;
use crate::error::Result;
use crate::islands::copy_button::CopyButton;
use crate::server::{load, now, param};
use control::calls::{self, CallRow};
use control::{Actor, Control, applications, credentials, subscriptions};
use domain::credentials::Credential;
use domain::paging::{MAX_LIMIT, PageOf};
use domain::problem::ProblemKind;
use domain::subscriptions::SubscriptionSummary;
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};
use ui::{
    Card, Crumb, DefinitionList, HttpStatus, KeyValue, Load, Method, Page, PageHeader, Show, StateBadge,
    Time, format,
};

/// A call with what its ids stand for, as far as the person may see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Told {
    row: CallRow,
    /// Whether the person may open the application's own page.
    application: bool,
    subscription: Option<SubscriptionSummary>,
    credential: Option<Credential>,
}

#[component]
pub fn CallDetail() -> AnyView {
    let id = param("call");
    let told = load(|control, actor| async move { tell(&control, &actor, &id).await });
    view! {
        <Page wide=true>
            <Load resource=told let:told>
                <Shown told/>
            </Load>
        </Page>
    }
    .into_any()
}

async fn tell(control: &Control, actor: &Actor, id: &str) -> Result<Told> {
    let row = calls::get(control, actor, id).await?;
    let subscription = match &row.call.subscription {
        Some(id) => if_seen(subscriptions::get(control, actor, id).await)?,
        None => None,
    };
    let credential = match (&row.call.application, &row.call.credential) {
        (Some(application), Some(id)) => {
            let page = PageOf { limit: MAX_LIMIT, cursor: None };
            let known = if_seen(credentials::list(control, actor, application, &page).await)?;
            known.and_then(|known| known.items.into_iter().find(|credential| credential.id == *id))
        }
        _ => None,
    };
    let application = match &row.call.application {
        Some(id) => if_seen(applications::get(control, actor, id).await)?.is_some(),
        None => false,
    };
    Ok(Told { row, application, subscription, credential })
}

/// What the person may not see, or what has been deleted since, is left out of the page.
fn if_seen<T>(found: control::Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(error) if matches!(error.problem().kind, ProblemKind::NotFound | ProblemKind::Forbidden) => {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

#[component]
fn Shown(told: Told) -> AnyView {
    let call = told.row.call.clone();
    let title = format!("{} {}", call.method, call.path);
    let lead = format!("Request {}", call.id);
    let badges = view! { <HttpStatus status=call.status/> };
    let copy = view! { <CopyButton text=call.id.clone() label="Copy the request id".to_owned()/> };
    view! {
        <Title text=title.clone()/>
        <PageHeader title lead breadcrumb=vec![Crumb::new("Calls", "/calls")] badges actions=copy/>
        <div class="split">
            <div class="stack">
                <Outcome call=call.clone()/>
                <Timing call=call.clone()/>
                {call.ai.clone().map(|ai| view! { <Attempts tried=ai.tried.clone()/> <Model ai/> })}
                <Came call=told.row.clone()/>
            </div>
            <div class="stack">
                <Party told/>
                <Similar call/>
            </div>
        </div>
    }
    .into_any()
}

/// What was asked, and what went over the wire.
#[component]
fn Came(call: CallRow) -> AnyView {
    let call = call.call;
    let bytes = |count: i64| format::bytes(u64::try_from(count).unwrap_or_default());
    let at = call.at.timestamp_millis();
    let dash = |text: Option<String>| text.filter(|text| !text.is_empty()).unwrap_or_else(|| "–".to_owned());
    view! {
        <Card title="Request">
            <DefinitionList>
                <KeyValue label="Came">
                    <Time at show=Show::Second/> " " <span class="faint"><Time at now=now().timestamp_millis()/></span>
                </KeyValue>
                <KeyValue label="Address">
                    <span class="row"><Method method=call.method/><code class="break">{call.path}</code></span>
                </KeyValue>
                <KeyValue label="Version and route">
                    {dash(call.version)} " · " <code>{dash(call.route)}</code>
                </KeyValue>
                <KeyValue label="Sent to the backend">{times(call.attempts)}</KeyValue>
                <KeyValue label="Bytes in, out">{bytes(call.request_bytes)} ", " {bytes(call.response_bytes)}</KeyValue>
                <KeyValue label="From"><code>{call.client_address}</code></KeyValue>
                <KeyValue label="User agent"><span class="break">{dash(Some(call.user_agent))}</span></KeyValue>
                <KeyValue label="Request id"><code class="break">{call.id}</code></KeyValue>
            </DefinitionList>
        </Card>
    }
    .into_any()
}

fn times(attempts: u16) -> String {
    match attempts {
        0 => "not sent".to_owned(),
        1 => "once".to_owned(),
        more => format!("{more} times"),
    }
}

/// Between whom the call was.
#[component]
fn Party(told: Told) -> AnyView {
    let call = told.row.call;
    let linked = |href: Option<String>, name: Option<String>, none: &'static str| match (href, name) {
        (Some(href), Some(name)) => view! { <a href=href>{name}</a> }.into_any(),
        (Some(_), None) => view! { <span class="faint">"deleted"</span> }.into_any(),
        (None, _) => view! { <span class="faint">{none}</span> }.into_any(),
    };
    let api = linked(call.api.map(|id| format!("/apis/{id}/usage")), told.row.api_name, "unknown address");
    let application = linked(
        call.application.map(|id| {
            // who provides the api does not open the application, but reads its calls
            if told.application { format!("/applications/{id}") } else { format!("/usage?application={id}") }
        }),
        told.row.application_name,
        "not known",
    );
    let credential = told.credential.map_or_else(
        || view! { <span class="faint">{if call.credential.is_some() { "not shown to you" } else { "none" }}</span> }.into_any(),
        |credential| view! { {credential.name} " " <code>{format!("{}…", credential.prefix)}</code> }.into_any(),
    );
    let subscription = told.subscription.map_or_else(
        || view! { <span class="faint">"none"</span> }.into_any(),
        |held| {
            let state = held.subscription.state.to_string();
            view! { {held.plan_name} " " <StateBadge state label=format!("{} now", held.subscription.state)/> }.into_any()
        },
    );
    view! {
        <Card title="Between">
            <DefinitionList>
                <KeyValue label="API">{api}</KeyValue>
                <KeyValue label="Application">{application}</KeyValue>
                <KeyValue label="Key">{credential}</KeyValue>
                <KeyValue label="Plan">{subscription}</KeyValue>
            </DefinitionList>
        </Card>
    }
    .into_any()
}
