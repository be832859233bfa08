//! The head of a page: where it is, what it is, what can be done; and the head of a section.

use crate::text::{OptionalText, Slot};
use crate::words::words;
use leptos::prelude::*;

/// One step of the way to a page.
#[derive(Clone, Debug)]
pub struct Crumb {
    label: String,
    href: String,
}

impl Crumb {
    /// A page above this one. The page itself is not part of its breadcrumb.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// The way to this page.
#[component]
pub fn Breadcrumb(items: Vec<Crumb>) -> AnyView {
    view! {
        <nav class="breadcrumb" aria-label=words().breadcrumb>
            <ol role="list">
                {items
                    .into_iter()
                    .map(|crumb| view! { <li><a href=crumb.href>{crumb.label}</a></li> })
                    .collect_view()}
            </ol>
        </nav>
    }
    .into_any()
}

/// The head of a page; holds its only `<h1>`.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    /// One or two sentences.
    #[prop(optional, into)]
    lead: OptionalText,
    /// The pages above this one, outermost first.
    #[prop(optional)]
    breadcrumb: Vec<Crumb>,
    /// Badges beside the title.
    #[prop(optional, into)]
    badges: Slot,
    /// Buttons at the right; the primary one last.
    #[prop(optional, into)]
    actions: Slot,
) -> AnyView {
    view! {
        <header class="page-header">
            {(!breadcrumb.is_empty()).then(|| view! { <Breadcrumb items=breadcrumb/> })}
            <div class="page-heading">
                <div>
                    <div class="page-title"><h1>{title}</h1>{badges.get()}</div>
                    {lead.get().map(|lead| view! { <p class="page-lead">{lead}</p> })}
                </div>
                {actions.get().map(|actions| view! { <div class="page-actions">{actions}</div> })}
            </div>
        </header>
    }
    .into_any()
}

/// The head of a part of a page.
#[component]
pub fn SectionHeader(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: OptionalText,
    #[prop(optional, into)] actions: Slot,
) -> AnyView {
    view! {
        <header class="section-header">
            <div>
                <h2>{title}</h2>
                {lead.get().map(|lead| view! { <p class="section-lead">{lead}</p> })}
            </div>
            {actions.get().map(|actions| view! { <div class="page-actions">{actions}</div> })}
        </header>
    }
    .into_any()
}
