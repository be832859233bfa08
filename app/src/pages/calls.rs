//! Calls: the log of single requests through the gateway.

mod asked;
mod attempts;
mod detail;
mod filters;
mod model;
mod outcome;
mod similar;
mod table;
mod timing;

pub use detail::CallDetail;
pub use model::{cost, finish, read, written};
pub use table::{CallTable, Of};

use crate::link;
use crate::pages::usage::{Misread, choices};
use crate::server::{actor, incoming, load, next_href, page_of, query};
use asked::Asked;
use control::calls::{self, CallRow};
use domain::paging::Page as PageItems;
use domain::roles::Permission;
use filters::Filters;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use ui::{Glyph, LinkButton, Load, Page, PageHeader, Pager};

/// So often the page is loaded again while it is live, in seconds.
const LIVE_EVERY: &str = "5";

#[component]
pub fn Calls() -> AnyView {
    let lead = if actor().may_on_platform(Permission::CallsRead) {
        "Every call through the gateway, newest first."
    } else {
        "Every call to the APIs of your teams and of their applications, newest first."
    };
    let live = !query("live").is_empty();
    let refresh = live.then(|| view! { <Meta http_equiv="refresh" content=LIVE_EVERY/> });
    view! {
        <Title text="Calls"/>
        {refresh}
        <Page wide=true>
            <PageHeader title="Calls" lead actions=view! { <LiveSwitch live/> }/>
            <Log/>
        </Page>
    }
    .into_any()
}

/// Loads the page again and again, or stops that: without script.
#[component]
fn LiveSwitch(live: bool) -> AnyView {
    let here = link::with(&incoming().here(), "cursor", "");
    if live {
        let href = link::with(&here, "live", "");
        return view! { <LinkButton href glyph=Glyph::Pause current=true>"Live: every 5 s"</LinkButton> }
            .into_any();
    }
    view! { <LinkButton href=link::with(&here, "live", "1") glyph=Glyph::Play>"Follow live"</LinkButton> }
        .into_any()
}

#[component]
fn Log() -> AnyView {
    let asked = Asked::read();
    let (api, application) = asked
        .as_ref()
        .map(|asked| (asked.filter.api.clone(), asked.filter.application.clone()))
        .unwrap_or_default();
    let known = load(|control, actor| async move { choices::ask(&control, &actor, api, application).await });
    let (shown, errors) = match asked {
        Ok(asked) => (view! { <Found asked/> }.into_any(), Vec::new()),
        Err(invalid) => (view! { <Misread invalid=invalid.clone()/> }.into_any(), invalid.0),
    };
    view! {
        <Load resource=known part=true let:choices>
            <Filters choices errors/>
        </Load>
        {shown}
    }
    .into_any()
}

#[component]
fn Found(asked: Asked) -> AnyView {
    let page = page_of();
    let (filter, filtered) = (asked.filter, asked.filtered);
    let list =
        load(|control, actor| async move { Ok(calls::list(&control, &actor, &filter, &page?).await?) });
    view! {
        <Load resource=list let:list>
            <List list filtered/>
        </Load>
    }
    .into_any()
}

#[component]
fn List(list: PageItems<CallRow>, filtered: bool) -> AnyView {
    let next_href = next_href(list.next.as_deref());
    let here = incoming().here();
    let newest = (!query("cursor").is_empty())
        .then(|| view! { <p><a href=link::with(&here, "cursor", "")>"Back to the newest"</a></p> });
    view! {
        {newest}
        <CallTable rows=list.items of=Of::All filtered/>
        <Pager next_href/>
    }
    .into_any()
}
