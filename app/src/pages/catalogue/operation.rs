//! One operation: what it takes, what it answers, and a call to copy.

mod ask;
mod body;
mod samples;
mod schema;

use super::api::entry;
use super::{operation_href, version_href};
use crate::error::AppError;
use crate::markdown;
use crate::server::{load_for_all, param};
use body::{Bodies, Parameters, Responses};
use control::catalogue::{self, CatalogueApi};
use control::openapi::{Operation, OperationDetail};
use leptos::prelude::*;
use leptos_meta::Title;
use samples::Samples;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use ui::{Badge, Crumb, Glyph, LinkButton, Load, Method, Page, PageHeader, Prose, Tag, Tone};

/// An operation with what stands beside it in the document.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Described {
    operation: Operation,
    detail: OperationDetail,
    /// Names of the operations before and after.
    previous: Option<String>,
    next: Option<String>,
}

/// The operations' names in addresses: `get-pets-id`, with a number where two would have the same.
#[must_use]
pub fn names(operations: &[Operation]) -> Vec<String> {
    let mut taken = HashSet::new();
    let name = |operation: &Operation| {
        let base = base_name(operation);
        let mut name = base.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{base}-{number}");
            number += 1;
        }
        name
    };
    operations.iter().map(name).collect()
}

fn base_name(operation: &Operation) -> String {
    let mut name = operation.method.as_str().to_lowercase();
    for part in operation.path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()) {
        name.push('-');
        name.push_str(&part.to_lowercase());
    }
    name
}

#[component]
pub fn OperationPage() -> AnyView {
    let (slug, version, name) = (param("slug"), param("version"), param("operation"));
    let described = load_for_all(|control, viewer| async move {
        let document = catalogue::reference(&control, viewer.as_ref(), &slug, Some(&version)).await?;
        let absent = || AppError::not_found("operation");
        let document = document.ok_or_else(absent)?;
        let names = names(&document.operations);
        let at = names.iter().position(|known| *known == name).ok_or_else(absent)?;
        let operation = document.operations.get(at).ok_or_else(absent)?.clone();
        let detail = document.detail(&operation).ok_or_else(absent)?;
        let previous = at.checked_sub(1).and_then(|at| names.get(at).cloned());
        Ok(Described { operation, detail, previous, next: names.get(at + 1).cloned() })
    });
    view! {
        <Page>
            <Load resource=entry() let:api>
                <Load resource=described let:described>
                    <Whole api described/>
                </Load>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Whole(api: CatalogueApi, described: Described) -> AnyView {
    let Described { operation, detail, previous, next } = described;
    let (entry, version) = (&api.detail.api, &api.version);
    let base = version_href(&entry.slug, &version.name);
    let line = format!("{} {}", operation.method, operation.path);
    let title = operation.summary.clone().unwrap_or_else(|| line.clone());
    let breadcrumb = vec![
        Crumb::new("Catalogue", "/catalogue"),
        Crumb::new(format!("{} {}", entry.name, version.name), base.clone()),
        Crumb::new("Reference", format!("{base}/reference")),
    ];
    let tags = operation.tags.iter().map(|tag| view! { <Tag label=tag.clone()/> }).collect_view();
    let deprecated = operation.deprecated.then(|| view! { <Badge label="deprecated" tone=Tone::Warning/> });
    let description = detail.description.as_deref().map(|text| view! { <Prose html=markdown::html(text)/> });
    let ask = ask::of(&operation, &detail, &version.base_url);
    let step = |name: Option<String>, words: &'static str, glyph| {
        name.map(|name| view! { <LinkButton href=operation_href(&entry.slug, &version.name, &name) glyph>{words}</LinkButton> })
    };
    let steps = view! { {step(previous, "Previous", Glyph::ArrowUp)} {step(next, "Next", Glyph::ArrowDown)} };
    view! {
        <Title text=format!("{line} · {}", entry.name)/>
        <PageHeader title breadcrumb badges=view! { {deprecated} {tags} } actions=steps/>
        <p class="row"><Method method=operation.method.as_str()/> <code class="break">{operation.path.clone()}</code></p>
        <div class="split split-samples">
            <div class="stack">
                {description}
                <Parameters parameters=detail.parameters/>
                {detail.body.map(|body| view! { <Bodies body/> })}
                <Responses responses=detail.responses/>
            </div>
            <Samples ask/>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::names;
    use control::openapi::{Limits, read};

    #[test]
    fn names_say_method_and_path_and_are_unique() {
        let text = r#"{"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {
            "/": {"get": {}}, "/pets/{id}": {"get": {}, "delete": {}}, "/pets/id": {"get": {}}}}"#;
        let document = read(text, &Limits::GIVEN).unwrap();
        assert_eq!(names(&document.operations), ["get", "get-pets-id", "delete-pets-id", "get-pets-id-2"]);
    }
}
