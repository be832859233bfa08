//! Pages outside the house: set-up, sign in, invitations.

use crate::mark::Mark;
use crate::text::{OptionalText, Slot};
use leptos::prelude::*;

/// A page with the mark, a title, and one card.
#[component]
pub fn EntryPage(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: OptionalText,
    /// Links below the card.
    #[prop(optional, into)]
    footer: Slot,
    /// For forms with fields side by side.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> AnyView {
    let class = if wide { "entry-body entry-body-wide" } else { "entry-body" };
    view! {
        <main class="entry">
            <div class=class>
                <header class="entry-head">
                    <Mark/>
                    <h1>{title}</h1>
                    {lead.get().map(|lead| view! { <p>{lead}</p> })}
                </header>
                <div class="entry-card">{children()}</div>
                {footer.get().map(|footer| view! { <footer class="entry-foot">{footer}</footer> })}
            </div>
        </main>
    }
    .into_any()
}
