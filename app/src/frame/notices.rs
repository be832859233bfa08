//! What the last request left to say: that it went well, or why a form was refused.

use crate::error::sentence;
use crate::server::incoming;
use domain::problem::ProblemKind;
use leptos::prelude::*;
use ui::{Notice, Tone};

#[component]
pub fn Notices(
    /// On a page without the frame, in the card of its form.
    #[prop(optional)]
    entry: bool,
) -> AnyView {
    let incoming = incoming();
    let notice = incoming.flash.notice.clone().map(|text| {
        view! { <Notice tone=Tone::Good>{sentence(&text)}</Notice> }
    });
    let refused = incoming.flash.refused.clone().map(|refused| {
        let internal = matches!(
            refused.problem.kind,
            ProblemKind::Internal | ProblemKind::Unavailable | ProblemKind::NotInEffect
        );
        let id = refused.request_id.filter(|_| internal).map(|id| {
            view! { <p class="small">"Request " <code>{id}</code></p> }
        });
        view! {
            <Notice tone=Tone::Danger title=refused.problem.title()>
                <p>{sentence(&refused.problem.detail)}</p>
                {id}
            </Notice>
        }
    });
    if notice.is_none() && refused.is_none() {
        return ().into_any();
    }
    let class = if entry { "stack" } else { "stack notices" };
    view! { <div class=class>{notice}{refused}</div> }.into_any()
}
