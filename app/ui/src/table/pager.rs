//! Lists are paged by cursor: there is a next page and a previous one, and no page 17.

use crate::text::OptionalText;
use crate::words::words;
use crate::{ButtonSize, LinkButton};
use leptos::prelude::*;

/// Links to the pages before and after; nothing when there is one page and no summary.
#[component]
pub fn Pager(
    #[prop(optional, into)] next_href: OptionalText,
    #[prop(optional, into)] previous_href: OptionalText,
    /// What is shown: "50 of about 12,400 calls".
    #[prop(optional, into)]
    summary: OptionalText,
) -> AnyView {
    let words = words();
    let (next, previous, summary) = (next_href.get(), previous_href.get(), summary.get());
    if next.is_none() && previous.is_none() && summary.is_none() {
        return ().into_any();
    }
    let link = |href: String, label| view! { <LinkButton href size=ButtonSize::Small>{label}</LinkButton> };
    view! {
        <nav class="pager" aria-label=words.pages>
            {summary.map(|summary| view! { <span>{summary}</span> })}
            <span class="pager-links">
                {previous.map(|href| link(href, words.previous))} {next.map(|href| link(href, words.next))}
            </span>
        </nav>
    }
    .into_any()
}
