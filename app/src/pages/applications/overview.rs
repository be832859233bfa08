//! An application at a glance: usage, limits, and its last call.

use super::limits::{self, LimitsCard};
use super::{Head, named};
use crate::error::Result;
use crate::pages::usage::{Glance, Place};
use crate::server::{actor, load, needs, now};
use control::calls::CallRow;
use control::{Actor, Control, applications, calls};
use domain::applications::ApplicationSummary;
use domain::calls::CallFilter;
use domain::paging::PageOf;
use domain::roles::Permission;
use leptos::prelude::*;
use ui::{
    ButtonVariant, Card, EmptyState, Glyph, HttpStatus, LinkButton, LinkList, LinkRow, Load, Page, Show,
    Time, format,
};

#[component]
pub fn Overview() -> AnyView {
    let (application, of_limits) = (named(), named());
    let shown = load(|control, actor| async move {
        let summary = applications::get(&control, &actor, &application?).await?;
        let last = last_call(&control, &actor, &summary).await?;
        Ok((summary, last))
    });
    let used = load(|control, actor| async move { limits::read(&control, &actor, &of_limits?).await });
    view! {
        <Page>
            <Load resource=shown let:shown>
                {
                    let (summary, last) = shown;
                    let id = summary.application.id.clone();
                    let place =
                        Place { path: format!("/applications/{id}"), application: Some(id.clone()), ..Place::default() };
                    view! {
                        <Head summary=summary.clone() part=""/>
                        <Steps summary=summary.clone()/>
                        <Glance place>
                            <Load resource=used part=true let:used>
                                <LimitsCard used/>
                            </Load>
                            <LastCall summary last/>
                        </Glance>
                    }
                }
            </Load>
        </Page>
    }
    .into_any()
}

/// What is still missing before the application can call something.
#[component]
fn Steps(summary: ApplicationSummary) -> AnyView {
    let base = format!("/applications/{}", summary.application.id);
    let step = match (summary.subscriptions, summary.credentials) {
        (0, _) => (
            "/catalogue".to_owned(),
            "Subscribe it to an API",
            "Choose an API and a plan in the catalogue.",
            Glyph::Catalogue,
        ),
        (_, 0) => (
            format!("{base}/credentials"),
            "Make its first key",
            "It is shown once, with a ready call.",
            Glyph::Key,
        ),
        _ => return ().into_any(),
    };
    let (href, title, text, glyph) = step;
    view! { <Card title="Next" flush=true><LinkList><LinkRow href title text glyph/></LinkList></Card> }
        .into_any()
}

/// The newest call, for those who read calls.
async fn last_call(
    control: &Control,
    actor: &Actor,
    summary: &ApplicationSummary,
) -> Result<Option<CallRow>> {
    if !actor.may(Permission::CallsRead, &summary.application.team) {
        return Ok(None);
    }
    let filter = CallFilter { application: Some(summary.application.id.clone()), ..CallFilter::default() };
    Ok(calls::list(control, actor, &filter, &PageOf { limit: 1, cursor: None })
        .await?
        .items
        .into_iter()
        .next())
}

#[component]
fn LastCall(summary: ApplicationSummary, last: Option<CallRow>) -> AnyView {
    let all = format!("/applications/{}/calls", summary.application.id);
    let may = actor().may(Permission::CallsRead, &summary.application.team);
    let content = match last {
        Some(row) => {
            let call = row.call;
            let at = call.at.timestamp_millis();
            view! {
                <p class="row">
                    <HttpStatus status=call.status/>
                    <Time at show=Show::Second now=now().timestamp_millis()/>
                    <span class="soft">{format::millis(call.duration_us as f64 / 1_000.0)}</span>
                </p>
                <p class="break"><a href=format!("/calls/{}", call.id)><code>{format!("{} {}", call.method, call.path)}</code></a></p>
                <LinkButton href=all variant=ButtonVariant::Secondary>"All calls"</LinkButton>
            }
            .into_any()
        }
        None if may => view! {
            <EmptyState glyph=Glyph::Calls title="No calls yet" text="The first one shows up here within a second."/>
        }
        .into_any(),
        None => view! { <p class="faint">{needs(Permission::CallsRead)}</p> }.into_any(),
    };
    view! { <Card title="Last call">{content}</Card> }.into_any()
}
