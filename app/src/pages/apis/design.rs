//! The OpenAPI document of a draft: as it is, what was remarked about it, and a new one in its place.

use super::coded::coded;
use super::desk::{Desk, Place, desk};
use super::workspace::{Part, Workspace};
use crate::api::versions::draft::Document;
use crate::flash::FormState;
use crate::server::load;
use control::openapi::{Finding, Severity};
use control::versions::{self, Design as Drawn};
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Badge, Button, ButtonVariant, Card, Checkbox, CodeBlock, Column, DefinitionList, Field, FileInput, Form,
    FormActions, InputKind, KeyValue, Load, Notice, Row, Table, TextArea, TextInput, Tone,
};

/// Bytes of the document that the page shows; the rest would make the page heavy for nothing.
const SHOWN: usize = 128 * 1024;

#[component]
pub fn Design() -> AnyView {
    let place = Place::of_page();
    let drawn = load(|control, actor| async move {
        let (detail, version) = place.find(&control, &actor).await?;
        Ok(versions::design(&control, &actor, &detail.api.id, &version).await?)
    });
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Design>
                <div class="split">
                    <Load resource=drawn part=true let:drawn>
                        {match drawn {
                            Some(drawn) => view! { <Shown drawn/> }.into_any(),
                            None => view! { <NoDocument/> }.into_any(),
                        }}
                    </Load>
                    <Given desk/>
                </div>
            </Workspace>
        </Load>
    }
    .into_any()
}

/// A form for another document, where there may be one.
#[component]
fn Given(desk: Desk) -> AnyView {
    if desk.version.draft.prompt.is_some() {
        return view! {
            <Notice tone=Tone::Info title="Written from the prompt">
                <p>"The document follows "<a href=desk.href("/upstream")>"the prompt"</a>" whenever that is saved."</p>
            </Notice>
        }
        .into_any();
    }
    if desk.version.draft.models.is_none() {
        return view! { <Replace desk/> }.into_any();
    }
    view! {
        <Notice tone=Tone::Info title="Described by its vendors">
            <p>"An AI API answers as OpenAI, Anthropic and Gemini do, so it takes no document of its own. "
            <a href=desk.href("/upstream")>"Its models"</a>" are what it is made of."</p>
        </Notice>
    }
    .into_any()
}

#[component]
fn NoDocument() -> AnyView {
    view! {
        <Notice tone=Tone::Info title="No OpenAPI document">
            <p>"Calls are sent on without one. With a document the catalogue has a reference with samples, and changes are compared by what callers notice."</p>
        </Notice>
    }
    .into_any()
}

#[component]
fn Shown(drawn: Drawn) -> AnyView {
    let cut = drawn.text.len() > SHOWN;
    let shown = drawn.text.get(..drawn.text.floor_char_boundary(SHOWN)).unwrap_or_default().to_owned();
    let more =
        cut.then(|| view! { <p class="small soft">"The document goes on; this is its beginning."</p> });
    view! {
        <div class="stack">
            <Card title=drawn.title>
                <DefinitionList across=true>
                    <KeyValue label="Format">{drawn.format.name()}</KeyValue>
                    <KeyValue label="Its own version">{drawn.version}</KeyValue>
                    <KeyValue label="Operations">{drawn.operations}</KeyValue>
                </DefinitionList>
            </Card>
            <Findings findings=drawn.findings/>
            <CodeBlock code=shown language="json" title="The draft's document"/>
            {more}
        </div>
    }
    .into_any()
}

#[component]
fn Findings(findings: Vec<Finding>) -> AnyView {
    if findings.is_empty() {
        return view! { <Notice tone=Tone::Good><p>"Nothing to remark about the document."</p></Notice> }
            .into_any();
    }
    let rows = findings.into_iter().map(|finding| {
        let (label, tone) = match finding.severity {
            Severity::Error => ("error", Tone::Danger),
            Severity::Warning => ("warning", Tone::Warning),
            Severity::Hint => ("hint", Tone::Info),
        };
        Row::new()
            .heading(2)
            .cell(view! { <Badge label tone/> })
            .cell(finding.line.map(|line| line.to_string()).unwrap_or_default())
            .cell(coded(&finding.message))
    });
    let columns = vec![Column::shrink("Kind"), Column::number("Line"), Column::new("Remark")];
    view! { <Card title="Remarks" flush=true><Table caption="Remarks" columns rows=rows.collect()/></Card> }
        .into_any()
}

#[component]
fn Replace(desk: Desk) -> AnyView {
    let form = FormState::of(Document::url());
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="A new document" lead="It takes the place of the draft's; callers notice nothing until you publish it.">
            <Form action=Document::url() multipart=true hidden=desk.hidden()>
                <DocumentFields form from_address=false/>
                <Checkbox
                    name="keep_routes"
                    label="Keep the routes"
                    hint="Otherwise each operation becomes a route."
                    checked=form.checked("keep_routes", false)
                />
                <FormActions><Button variant=ButtonVariant::Primary disabled>"Replace the document"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

/// The ways to give a document: paste it, choose a file, or say where it is.
#[component]
pub fn DocumentFields(form: FormState, from_address: bool) -> AnyView {
    let errors = form.errors("openapi");
    let found = (errors.len() > 1).then(|| {
        let errors = errors.iter().map(|error| view! { <li>{coded(error)}</li> }).collect_view();
        view! { <Notice tone=Tone::Danger title="The document was refused"><ul>{errors}</ul></Notice> }
    });
    let address = from_address.then(|| {
        view! {
            <Field name="openapi_url" label="or its address" error=form.error("openapi_url")>
                <TextInput
                    value=form.value("openapi_url")
                    kind=InputKind::Url
                    mono=true
                    placeholder="https://backend.example.com/openapi.yaml"
                />
            </Field>
        }
    });
    view! {
        {found}
        <Field
            name="openapi"
            label="Paste a document"
            hint="OpenAPI 2.0, 3.0 or 3.1; JSON or YAML; up to 5 MiB."
            error=form.error("openapi")
            quiet=true
        >
            <TextArea value=form.value("openapi") rows=8 mono=true placeholder="openapi: 3.1.0"/>
        </Field>
        <Field name="file" label="or choose a file" quiet=true>
            <FileInput accept=".json,.yaml,.yml,application/json,application/yaml"/>
        </Field>
        {address}
    }
    .into_any()
}
