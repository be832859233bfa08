//! Parts of a catalogue: cards that lead to a page, and facets that narrow a search.

use crate::text::{OptionalText, Slot};
use crate::{Avatar, Glyph, Icon};
use leptos::prelude::*;

/// A card that is a link as a whole; children stand at its foot.
#[component]
pub fn LinkCard(
    #[prop(into)] href: String,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: OptionalText,
    /// What kind of thing it is.
    #[prop(optional_no_strip, into)]
    glyph: Option<Glyph>,
    /// Above the title: the team.
    #[prop(optional, into)]
    over: OptionalText,
    /// At the right of the title.
    #[prop(optional, into)]
    badges: Slot,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    let sign = match glyph {
        Some(glyph) => view! { <span class="link-card-sign"><Icon glyph/></span> }.into_any(),
        None => view! { <Avatar name=title.clone() team=true/> }.into_any(),
    };
    view! {
        <article class="link-card">
            <div class="link-card-head">
                {sign}
                <div class="link-card-name">
                    <h3><a href=href>{title}</a></h3>
                    {over.get().map(|over| view! { <p class="link-card-over">{over}</p> })}
                </div>
                {badges.get().map(|badges| view! { <div class="link-card-badges">{badges}</div> })}
            </div>
            {text.get().map(|text| view! { <p class="link-card-text">{text}</p> })}
            {children.map(|children| view! { <div class="link-card-foot">{children()}</div> })}
        </article>
    }
    .into_any()
}

/// One way to narrow a search.
#[component]
pub fn Facets(
    #[prop(into)] legend: String,
    /// [`Facet`]s.
    children: Children,
) -> AnyView {
    view! {
        <section class="facets">
            <h2 class="facets-legend">{legend}</h2>
            <ul role="list">{children()}</ul>
        </section>
    }
    .into_any()
}

/// One value of a facet: a link that sets it, or, when current, takes it away.
#[component]
pub fn Facet(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    /// How many results it has.
    #[prop(optional_no_strip, into)]
    count: Option<u64>,
    #[prop(optional)] current: bool,
) -> AnyView {
    view! {
        <li>
            <a class="facet" href=href aria-current=current.then_some("true")>
                <span class="facet-box">{current.then(|| view! { <Icon glyph=Glyph::Check/> })}</span>
                <span class="truncate">{label}</span>
                {count.map(|count| view! { <span class="facet-count">{count}</span> })}
            </a>
        </li>
    }
    .into_any()
}
