//! Names and values.

use leptos::prelude::*;

/// A list of [`KeyValue`]s.
#[component]
pub fn DefinitionList(
    /// Side by side, name above value: the head of a detail page.
    #[prop(optional)]
    across: bool,
    children: Children,
) -> AnyView {
    let class = if across { "facts-across" } else { "facts" };
    view! { <dl class=class>{children()}</dl> }.into_any()
}

/// A name and its value.
#[component]
pub fn KeyValue(#[prop(into)] label: String, children: Children) -> AnyView {
    view! {
        <div class="fact">
            <dt>{label}</dt>
            <dd>{children()}</dd>
        </div>
    }
    .into_any()
}
