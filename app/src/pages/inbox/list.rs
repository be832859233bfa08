//! The requests of a folder, one below the other.

use super::Folder;
use crate::link;
use crate::server::{incoming, now};
use domain::ids::RequestId;
use domain::requests::Request;
use leptos::prelude::*;
use ui::{Card, EmptyState, Glyph, LinkList, LinkRow, StateBadge, Time};

#[component]
pub fn Requests(requests: Vec<Request>, folder: Folder, opened: Option<RequestId>) -> AnyView {
    if requests.is_empty() {
        let (title, text) = match folder {
            Folder::Waiting => ("Nothing else waits", "You have decided everything."),
            Folder::Decided | Folder::Own => ("No more requests", ""),
        };
        return view! { <EmptyState glyph=Glyph::CheckCircle title text/> }.into_any();
    }
    let rows = requests
        .into_iter()
        .map(|request| {
            let current = opened.as_ref() == Some(&request.id);
            row(request, folder, current)
        })
        .collect_view();
    view! { <Card flush=true><LinkList>{rows}</LinkList></Card> }.into_any()
}

fn row(request: Request, folder: Folder, current: bool) -> AnyView {
    // on a small screen the request stands below the list: the link leads there
    let href = format!("{}#request", link::with(&incoming().here(), "request", request.id.as_str()));
    let reason = request.reason.lines().next().unwrap_or_default().to_owned();
    let text = match (folder, reason.is_empty()) {
        (Folder::Own, true) => String::new(),
        (Folder::Own, false) => reason,
        (_, true) => request.account_name,
        (_, false) => format!("{}: {reason}", request.account_name),
    };
    let aside = if folder == Folder::Waiting {
        let at = request.created_at.timestamp_millis();
        view! { <span class="small faint"><Time at now=now().timestamp_millis()/></span> }.into_any()
    } else {
        view! { <StateBadge state=request.state.as_str()/> }.into_any()
    };
    view! { <LinkRow href title=request.title text current>{aside}</LinkRow> }.into_any()
}
