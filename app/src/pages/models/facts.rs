//! What is known of a model, besides its prices.

use super::plain;
use domain::models::entries::ModelDetail;
use leptos::prelude::*;
use ui::{Card, DefinitionList, KeyValue, Tag, format};

/// A number, or that it is not known.
fn number(number: Option<u64>) -> AnyView {
    match number {
        Some(number) => format::whole(number).into_any(),
        None => unknown(),
    }
}

fn unknown() -> AnyView {
    view! { <span class="faint">"not known"</span> }.into_any()
}

fn words(words: impl Iterator<Item = String>) -> AnyView {
    let tags: Vec<_> = words.map(|word| view! { <Tag label=plain(&word)/> " " }).collect();
    if tags.is_empty() { unknown() } else { tags.collect_view().into_any() }
}

#[component]
pub fn Facts(detail: ModelDetail) -> AnyView {
    let ModelDetail { model, aliases, .. } = detail;
    let names = (!aliases.is_empty()).then(|| {
        view! { <KeyValue label="Other names"><code class="break">{aliases.join(", ")}</code></KeyValue> }
    });
    let dimensions = model.dimensions.map(|dimensions| {
        view! { <KeyValue label="Numbers of a vector">{format::whole(dimensions)}</KeyValue> }
    });
    let end = model.deprecated.map(|day| view! { <KeyValue label="Ended by the vendor on">{day}</KeyValue> });
    view! {
        <Card title="What it is">
            <DefinitionList>
                <KeyValue label="Name"><code class="break">{model.id}</code></KeyValue>
                {names}
                <KeyValue label="Vendor">{model.vendor}</KeyValue>
                <KeyValue label="Mode">{plain(model.mode.as_str())}</KeyValue>
                <KeyValue label="Context, in tokens">{number(model.context)}</KeyValue>
                <KeyValue label="Longest output, in tokens">{number(model.max_output)}</KeyValue>
                {dimensions}
                <KeyValue label="Takes">{words(model.reads.iter().map(ToString::to_string))}</KeyValue>
                <KeyValue label="Gives">{words(model.writes.iter().map(ToString::to_string))}</KeyValue>
                <KeyValue label="Features">{words(model.features.iter().map(ToString::to_string))}</KeyValue>
                {end}
            </DefinitionList>
        </Card>
    }
    .into_any()
}
