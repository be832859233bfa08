//! Parameters, bodies and answers of an operation.

use super::schema::SchemaTree;
use crate::markdown;
use control::openapi::{Body, Content, Parameter, Response};
use leptos::prelude::*;
use ui::{Badge, Card, CodeBlock, Column, Prose, Row, Table, Tone};

#[component]
pub fn Parameters(parameters: Vec<Parameter>) -> AnyView {
    if parameters.is_empty() {
        return ().into_any();
    }
    view! { <Card title="Parameters" flush=true><ParameterTable caption="Parameters" parameters/></Card> }
        .into_any()
}

#[component]
fn ParameterTable(#[prop(into)] caption: String, parameters: Vec<Parameter>) -> AnyView {
    let columns = vec![Column::new("Name"), Column::shrink("In"), Column::new("Meaning")];
    let rows = parameters.into_iter().map(|parameter| {
        let required = parameter.required.then(|| view! { " " <Badge label="required" tone=Tone::Accent/> });
        let deprecated =
            parameter.deprecated.then(|| view! { " " <Badge label="deprecated" tone=Tone::Warning/> });
        let example = parameter.example.map(
            |value| view! { <span class="cell-sub">"Example: " <code>{value.to_string()}</code></span> },
        );
        Row::new()
            .cell(view! { <code>{parameter.name}</code> {required} {deprecated} })
            .cell(parameter.location)
            .cell(view! {
                {parameter.description.map(|text| view! { <Prose html=markdown::html(&text)/> })}
                <SchemaTree schema=parameter.schema/>
                {example}
            })
    });
    view! { <Table caption columns rows=rows.collect()/> }.into_any()
}

/// What a call carries.
#[component]
pub fn Bodies(body: Body) -> AnyView {
    let required = if body.required { "Required." } else { "May be left out." };
    let contents = body.contents.into_iter().map(|content| view! { <ContentView content/> }).collect_view();
    view! {
        <Card title="Body" lead=required>
            <div class="stack">
                {body.description.map(|text| view! { <Prose html=markdown::html(&text)/> })}
                {contents}
            </div>
        </Card>
    }
    .into_any()
}

#[component]
pub fn Responses(responses: Vec<Response>) -> AnyView {
    let responses = responses
        .into_iter()
        .enumerate()
        .map(|(at, response)| view! { <ResponseView response open=at == 0/> });
    view! { <Card title="Answers"><div class="stack">{responses.collect_view()}</div></Card> }.into_any()
}

#[component]
fn ResponseView(response: Response, open: bool) -> AnyView {
    let tone = match response.status.as_bytes().first() {
        Some(b'2') => Tone::Good,
        Some(b'3') => Tone::Info,
        Some(b'4') => Tone::Warning,
        Some(b'5') => Tone::Danger,
        _ => Tone::Neutral,
    };
    let description = response.description.unwrap_or_default();
    let headers = (!response.headers.is_empty())
        .then(|| view! { <ParameterTable caption="Headers of the answer" parameters=response.headers/> });
    let nothing =
        (response.contents.is_empty() && headers.is_none()).then(|| view! { <p class="soft">"No body."</p> });
    let contents =
        response.contents.into_iter().map(|content| view! { <ContentView content/> }).collect_view();
    view! {
        <details class="fold" open=open>
            <summary><Badge label=response.status tone/> " " {description}</summary>
            <div class="stack">{headers} {contents} {nothing}</div>
        </details>
    }
    .into_any()
}

#[component]
fn ContentView(content: Content) -> AnyView {
    let example = content.example.map(|value| {
        let code = value.as_str().map_or_else(|| format!("{value:#}"), str::to_owned);
        view! { <CodeBlock code title="Example"/> }
    });
    view! {
        <div class="stack stack-tight">
            <p class="mono soft">{content.media_type}</p>
            {content.schema.map(|schema| view! { <SchemaTree schema/> })}
            {example}
        </div>
    }
    .into_any()
}
