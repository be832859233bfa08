//! A schema as a tree whose branches open: without script, and only as deep as a reader goes.

use crate::markdown;
use control::openapi::{End, Relation, SchemaView};
use leptos::prelude::*;
use serde_json::Value;
use ui::{Badge, Prose, Tone};

/// Values of an enumeration that are shown; the others are counted.
const VALUES: usize = 20;

/// The schema, its first level open.
#[component]
pub fn SchemaTree(schema: SchemaView) -> AnyView {
    let about = about(&schema);
    let label = schema.label();
    let end = end(&schema);
    let children = branches(schema.children);
    view! {
        <div class="schema">
            <p class="schema-kind">{label} {end}</p>
            {about}
            {children}
        </div>
    }
    .into_any()
}

fn branches(children: Vec<SchemaView>) -> Option<AnyView> {
    (!children.is_empty()).then(|| {
        view! { <ul class="schema-rows" role="list">{children.into_iter().map(row).collect_view()}</ul> }
            .into_any()
    })
}

fn row(schema: SchemaView) -> AnyView {
    let line = view! { {name(&schema)} " " <span class="schema-kind">{schema.label()}</span> {flags(&schema)} {end(&schema)} };
    let about = about(&schema);
    match branches(schema.children) {
        Some(children) => view! {
            <li>
                <details class="schema-branch">
                    <summary>{line}</summary>
                    {about}
                    {children}
                </details>
            </li>
        }
        .into_any(),
        None => view! { <li class="schema-leaf"><p>{line}</p>{about}</li> }.into_any(),
    }
}

fn name(schema: &SchemaView) -> AnyView {
    match schema.relation {
        Relation::Property | Relation::Whole => view! { <code>{schema.name.clone()}</code> }.into_any(),
        Relation::Value => view! { <span class="soft">"any other field"</span> }.into_any(),
        Relation::Item => view! { <span class="soft">"each element"</span> }.into_any(),
        Relation::OneOf => view! { <span class="soft">"one of"</span> }.into_any(),
        Relation::AnyOf => view! { <span class="soft">"any of"</span> }.into_any(),
    }
}

fn flags(schema: &SchemaView) -> AnyView {
    let flags = [
        (schema.required, "required", Tone::Accent),
        (schema.nullable, "may be null", Tone::Neutral),
        (schema.deprecated, "deprecated", Tone::Warning),
        (schema.read_only, "only in answers", Tone::Neutral),
        (schema.write_only, "only in calls", Tone::Neutral),
    ];
    let flags = flags.into_iter().filter(|(is, _, _)| *is);
    flags.map(|(_, label, tone)| view! { " " <Badge label tone/> }).collect_view().into_any()
}

fn end(schema: &SchemaView) -> Option<AnyView> {
    let words = match schema.end? {
        End::Cycle => "contains itself; shown above",
        End::Cut => "goes on; the OpenAPI document has all of it",
    };
    Some(view! { " " <span class="faint">"(" {words} ")"</span> }.into_any())
}

/// What is said of a value, and what is expected of it.
fn about(schema: &SchemaView) -> AnyView {
    let description = schema.description.as_deref().map(|text| view! { <Prose html=markdown::html(text)/> });
    let limits = (!schema.constraints.is_empty())
        .then(|| view! { <p class="small soft">{schema.constraints.join(", ")}</p> });
    let values = (!schema.values.is_empty()).then(|| values(&schema.values));
    let default = schema
        .default
        .as_ref()
        .map(|value| view! { <p class="small soft">"Default: " <code>{value.to_string()}</code></p> });
    view! { {description} {values} {limits} {default} }.into_any()
}

fn values(values: &[Value]) -> AnyView {
    let shown = values.iter().take(VALUES).map(|value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        view! { <code>{text}</code> " " }
    });
    let more =
        values.len().checked_sub(VALUES).filter(|more| *more > 0).map(|more| format!("and {more} more"));
    view! { <p class="small soft">"Values: " {shown.collect_view()} {more}</p> }.into_any()
}
