//! What waits: for the person, or for somebody else on the person's behalf.

use crate::server::{actor, now};
use domain::requests::{Request, RequestKind};
use leptos::prelude::*;
use ui::{Badge, Card, EmptyState, Glyph, LinkButton, LinkList, LinkRow, Time, Tone};

#[component]
pub fn Attention(waiting: Vec<Request>) -> AnyView {
    let content = if waiting.is_empty() {
        view! {
            <EmptyState
                glyph=Glyph::CheckCircle
                title="Nothing waits"
                text="Requests for access and for accounts appear here when they need your decision."
            />
        }
        .into_any()
    } else {
        let rows = waiting.into_iter().map(|request| view! { <Waiting request/> }).collect_view();
        view! { <LinkList>{rows}</LinkList> }.into_any()
    };
    let inbox = view! { <LinkButton href="/inbox">"Open the inbox"</LinkButton> };
    view! { <Card title="What needs attention" actions=inbox flush=true>{content}</Card> }.into_any()
}

#[component]
fn Waiting(request: Request) -> AnyView {
    let mine = request.account == actor().account;
    let glyph = match request.kind {
        RequestKind::Subscription => Glyph::Key,
        RequestKind::SignUp => Glyph::User,
    };
    let badge = mine.then(|| view! { <Badge label="yours, waits for others" tone=Tone::Info/> });
    let href = format!("/inbox?request={}", request.id);
    let at = request.created_at.timestamp_millis();
    view! {
        <LinkRow href title=request.title text=request.reason glyph>
            {badge}
            <Time at now=now().timestamp_millis()/>
        </LinkRow>
    }
    .into_any()
}
