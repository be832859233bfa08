//! Cards: a framed part of a page, and a list of links in one.

use crate::text::{OptionalText, Slot};
use crate::{Glyph, Icon};
use leptos::prelude::*;

/// A framed part of a page with a heading.
#[component]
pub fn Card(
    #[prop(optional, into)] title: OptionalText,
    #[prop(optional, into)] lead: OptionalText,
    /// Buttons or a badge at the right of the title.
    #[prop(optional, into)]
    actions: Slot,
    #[prop(optional, into)] footer: Slot,
    /// Its content reaches the frame: a table, a list of links.
    #[prop(optional)]
    flush: bool,
    /// What is in it cannot be undone.
    #[prop(optional)]
    danger: bool,
    #[prop(optional, into)] id: OptionalText,
    children: Children,
) -> AnyView {
    let class = match (flush, danger) {
        (true, _) => "card card-flush",
        (false, true) => "card card-danger",
        (false, false) => "card",
    };
    let head = (title.is_some() || actions.is_some()).then(|| {
        view! {
            <header class="card-header">
                {title.get().map(|title| view! { <h2>{title}</h2> })}
                {actions.get().map(|actions| view! { <div class="card-actions">{actions}</div> })}
                {lead.get().map(|lead| view! { <p class="card-lead">{lead}</p> })}
            </header>
        }
    });
    view! {
        <section class=class id=id.get()>
            {head}
            <div class="card-body">{children()}</div>
            {footer.get().map(|footer| view! { <footer class="card-footer">{footer}</footer> })}
        </section>
    }
    .into_any()
}

/// Links one below the other, in a flush [`Card`].
#[component]
pub fn LinkList(children: Children) -> AnyView {
    view! { <ul class="link-list" role="list">{children()}</ul> }.into_any()
}

/// One link of a [`LinkList`]; children stand at its right.
#[component]
pub fn LinkRow(
    #[prop(into)] href: String,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: OptionalText,
    #[prop(optional_no_strip, into)] glyph: Option<Glyph>,
    /// What the row leads to is open beside the list.
    #[prop(optional)]
    current: bool,
    #[prop(optional)] children: Option<Children>,
) -> AnyView {
    view! {
        <li>
            <a class="link-row" href=href aria-current=current.then_some("true")>
                {glyph.map(|glyph| view! { <Icon glyph/> })}
                <span class="link-row-text">
                    {title} {text.get().map(|text| view! { <span class="link-row-sub">{text}</span> })}
                </span>
                {children.map(|children| children())}
                <Icon glyph=Glyph::ChevronRight/>
            </a>
        </li>
    }
    .into_any()
}
