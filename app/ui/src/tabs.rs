//! Tabs are links: each has an address of its own.

use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug)]
pub struct Tab {
    href: String,
    label: String,
    count: Option<u64>,
}

impl Tab {
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into(), count: None }
    }

    /// How many things are behind it.
    pub fn count(self, count: u64) -> Self {
        Self { count: Some(count), ..self }
    }
}

/// A row of links of which one is the page shown.
#[component]
pub fn Tabs(
    /// What the tabs are parts of.
    #[prop(into)]
    label: String,
    items: Vec<Tab>,
    /// The `href` of the tab shown.
    #[prop(into)]
    current: String,
) -> AnyView {
    view! {
        <nav class="tabs" aria-label=label>
            {items
                .into_iter()
                .map(|tab| {
                    let here = (tab.href == current).then_some("page");
                    view! {
                        <a class="tab" href=tab.href aria-current=here>
                            {tab.label}
                            {tab.count.map(|count| view! { <span class="tab-count">{count}</span> })}
                        </a>
                    }
                })
                .collect_view()}
        </nav>
    }
    .into_any()
}
