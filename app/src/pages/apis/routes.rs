//! The routes of a draft: only calls that match one are sent on.

mod edit;

pub use edit::EditRoute;

use super::desk::{Desk, desk};
use super::workspace::{Part, Workspace};
use crate::api::versions::routes::{Create, Delete};
use crate::flash::FormState;
use crate::link;
use crate::server::{incoming, query};
use domain::roles::Permission;
use domain::routes::Route;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Button, ButtonSize, ButtonVariant, Card, Column, Confirm, EmptyState, Field, FieldRow, FilterBar, Form,
    FormActions, Glyph, LinkButton, Load, Method, Notice, Pager, Row, SearchBox, Table, TextInput, Tone,
};

/// Routes on a page.
const SHOWN: usize = 100;

#[component]
pub fn Routes() -> AnyView {
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Routes>
                <div class="split">
                    <List desk=desk.clone()/>
                    <Added desk/>
                </div>
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
fn List(desk: Desk) -> AnyView {
    let search = query("q");
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let matches = |route: &&Route| {
        let text = format!("{} {}", route.label(), route.summary).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let found: Vec<&Route> = desk.version.draft.routes.iter().filter(matches).collect();
    let begin: usize = query("from").parse().unwrap_or_default();
    let rows: Vec<Row> =
        found.iter().enumerate().skip(begin).take(SHOWN).map(|(at, route)| row(&desk, at, route)).collect();
    let end = begin + rows.len();
    let next = (end < found.len()).then(|| link::with(&incoming().here(), "from", &end.to_string()));
    let summary = (found.len() > SHOWN).then(|| format!("{} to {end} of {}", begin + 1, found.len()));
    let columns =
        vec![Column::shrink("Methods"), Column::mono("Path"), Column::new("Summary"), Column::actions()];
    let clear = (!search.is_empty()).then(|| desk.href("/routes"));
    let empty =
        view! { <EmptyState glyph=Glyph::Route title="No route matches" text="Other words may find one."/> };
    let api = desk.api();
    view! {
        <div class="stack">
            <FilterBar
                action=format!("/apis/{}/routes", api.id)
                label="Search routes"
                clear
                keep=vec![("version", desk.version.name.to_string())]
            >
                <SearchBox value=search label="Search methods, paths and summaries"/>
            </FilterBar>
            <Table caption="Routes of the draft" columns rows empty/>
            <Pager next_href=next summary/>
        </div>
    }
    .into_any()
}

fn row(desk: &Desk, at: usize, route: &Route) -> Row {
    let label = route.label();
    let disabled = desk.missing(Permission::ApisEdit);
    let edit = link::with(&desk.href("/routes/edit"), "route", &label);
    let mut hidden = desk.hidden();
    hidden.push(("label", label.clone()));
    let remove = view! {
        <Confirm
            id=format!("remove-{at}")
            label="Remove"
            title=format!("Remove {label}?")
            text="Once the draft is published, such calls are answered with 404."
            action=Delete::url()
            confirm="Remove the route"
            size=ButtonSize::Small
            variant=ButtonVariant::Quiet
            danger=true
            hidden
            disabled=disabled.clone()
        />
    };
    let row =
        Row::new().heading(1).cell(methods(route)).cell(route.path.to_string()).cell(route.summary.clone());
    if desk.version.draft.models.is_some() {
        return row.cell(());
    }
    row.cell(view! {
        <div class="row"><LinkButton href=edit size=ButtonSize::Small disabled>"Change"</LinkButton> {remove}</div>
    })
}

fn methods(route: &Route) -> AnyView {
    match route.methods.as_slice() {
        [] => view! { <Method method="ANY"/> }.into_any(),
        methods => {
            let methods = methods.iter().map(|method| view! { <Method method=method.as_str()/> " " });
            methods.collect_view().into_any()
        }
    }
}

/// A form for another route, where there may be another.
#[component]
fn Added(desk: Desk) -> AnyView {
    if desk.version.draft.prompt.is_some() {
        return view! {
            <Notice tone=Tone::Info title="Fixed route">
                <p>"A prompt answers at the address of its version. "<a href=desk.href("/upstream")>"The prompt"</a>" is what it is made of."</p>
            </Notice>
        }
        .into_any();
    }
    if desk.version.draft.models.is_none() {
        return view! { <NewRoute desk/> }.into_any();
    }
    view! {
        <Notice tone=Tone::Info title="Fixed routes">
            <p>"The routes of an AI API are those that clients of OpenAI, Anthropic and Gemini call. "
            <a href=desk.href("/upstream")>"Its models"</a>" are what it is made of."</p>
        </Notice>
    }
    .into_any()
}

#[component]
fn NewRoute(desk: Desk) -> AnyView {
    let form = FormState::of(Create::url());
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Add a route">
            <Form action=Create::url() hidden=desk.hidden()>
                <RouteFields form/>
                <FormActions><Button variant=ButtonVariant::Primary glyph=Glyph::Add disabled>"Add to the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

/// Methods, path and summary; of `route`, where there is one.
#[component]
fn RouteFields(form: FormState, #[prop(optional)] route: Option<Route>) -> AnyView {
    let methods = route
        .as_ref()
        .map(|route| route.methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().join(", "));
    let path = route.as_ref().map_or_else(|| "/".to_owned(), |route| route.path.to_string());
    let summary = route.map(|route| route.summary).unwrap_or_default();
    view! {
        <FieldRow>
            <Field name="methods" label="Methods" hint="Between commas; none means every method." error=form.error("methods")>
                <TextInput value=form.value_or("methods", &methods.unwrap_or_default()) mono=true placeholder="GET, POST"/>
            </Field>
            <Field
                name="path"
                label="Path"
                hint="{name} stands for one segment, a star at the end for everything below."
                error=form.error("path").or_else(|| form.error("routes"))
                required=true
            >
                <TextInput value=form.value_or("path", &path) mono=true placeholder="/pets/{id}"/>
            </Field>
        </FieldRow>
        <Field name="summary" label="Summary" error=form.error("summary")>
            <TextInput value=form.value_or("summary", &summary) maxlength=200/>
        </Field>
    }
    .into_any()
}
