//! The inbox: what waits for the person's decision, what has been decided, and what the person asked for. One list,
//! with the opened request beside it.

mod list;
mod opened;

use crate::error::Result;
use crate::server::{incoming, load, next_href, page_of, query};
use control::requests;
use control::{Actor, Control};
use domain::paging::{Page as PageItems, PageOf};
use domain::requests::Request;
use leptos::prelude::*;
use leptos_meta::Title;
use list::Requests;
use opened::{Opened, OpenedRequest};
use serde::{Deserialize, Serialize};
use ui::{EmptyState, Glyph, LinkButton, Load, Page, PageHeader, Pager, Tab, Tabs};

/// Which requests are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Folder {
    Waiting,
    Decided,
    Own,
}

impl Folder {
    /// From the address; the first where it names none.
    fn asked() -> Self {
        match query("show").as_str() {
            "decided" => Self::Decided,
            "mine" => Self::Own,
            _ => Self::Waiting,
        }
    }

    const fn href(self) -> &'static str {
        match self {
            Self::Waiting => "/inbox",
            Self::Decided => "/inbox?show=decided",
            Self::Own => "/inbox?show=mine",
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Shown {
    list: PageItems<Request>,
    opened: Option<Opened>,
}

#[component]
pub fn Inbox() -> AnyView {
    let (folder, page, asked) = (Folder::asked(), page_of(), query("request"));
    let shown = load(|control, actor| async move { read(&control, &actor, folder, &page?, &asked).await });
    let waiting = Tab::new(Folder::Waiting.href(), "Waiting for you");
    let tabs = vec![
        match u64::try_from(incoming().pending) {
            Ok(pending) if pending > 0 => waiting.count(pending),
            _ => waiting,
        },
        Tab::new(Folder::Decided.href(), "Decided"),
        Tab::new(Folder::Own.href(), "Asked by you"),
    ];
    view! {
        <Title text="Inbox"/>
        <Page wide=true>
            <PageHeader title="Inbox" lead="Decide who may use your APIs, and see what became of what you asked for."/>
            <Tabs label="Inbox" items=tabs current=folder.href()/>
            <Load resource=shown let:shown>
                <Both shown folder/>
            </Load>
        </Page>
    }
    .into_any()
}

/// The list, and the request that the address names or else the first.
async fn read(control: &Control, actor: &Actor, folder: Folder, page: &PageOf, asked: &str) -> Result<Shown> {
    let list = match folder {
        Folder::Waiting => requests::waiting(control, actor, page).await?,
        Folder::Decided => requests::decided(control, actor, page).await?,
        Folder::Own => requests::own(control, actor, page).await?,
    };
    let request = if asked.is_empty() {
        list.items.first().cloned()
    } else {
        let id = asked.parse().map_err(|_| control::Error::not_found("request"))?;
        Some(requests::get(control, actor, &id).await?)
    };
    let opened = match request {
        Some(request) => Some(opened::read(control, actor, request).await?),
        None => None,
    };
    Ok(Shown { list, opened })
}

#[component]
fn Both(shown: Shown, folder: Folder) -> AnyView {
    let Shown { list, opened } = shown;
    if list.items.is_empty() && opened.is_none() {
        return view! { <Nothing folder/> }.into_any();
    }
    let next_href = next_href(list.next.as_deref());
    let id = opened.as_ref().map(|opened| opened.request.id.clone());
    view! {
        <div class="split split-list">
            <div class="stack">
                <Requests requests=list.items folder opened=id/>
                <Pager next_href/>
            </div>
            {opened.map(|opened| view! { <OpenedRequest opened/> })}
        </div>
    }
    .into_any()
}

#[component]
fn Nothing(folder: Folder) -> AnyView {
    match folder {
        Folder::Waiting => view! {
            <EmptyState
                glyph=Glyph::CheckCircle
                title="Nothing waits for you"
                text="When somebody asks for access to an API of your teams, the request is here, and the menu counts it."
            />
        }
        .into_any(),
        Folder::Decided => view! {
            <EmptyState glyph=Glyph::Inbox title="Nothing decided yet" text="Requests stay here with their answers."/>
        }
        .into_any(),
        Folder::Own => {
            let action = view! { <LinkButton href="/catalogue" glyph=Glyph::Catalogue>"Look at the catalogue"</LinkButton> };
            view! {
                <EmptyState
                    glyph=Glyph::Inbox
                    title="You have asked for nothing"
                    text="Find an API, choose a plan and an application: where somebody decides, the request shows up here."
                    action
                />
            }
            .into_any()
        }
    }
}
