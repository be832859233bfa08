//! A new api: from the address of a backend, from an OpenAPI document, or from models.

mod offered;

use super::about::AboutFields;
use super::design::DocumentFields;
use super::models::{Shelf, shelves};
use crate::api::apis::Create;
use crate::flash::FormState;
use crate::pages::prompts::PromptFields;
use crate::server::{load, query};
use control::teams;
use domain::apis::ApiKind;
use domain::paging::{MAX_LIMIT, PageOf};
use domain::roles::Permission;
use domain::teams::TeamSummary;
use leptos::prelude::*;
use leptos_meta::Title;
use offered::ModelRows;
use server_fn::ServerFn;
use ui::{
    Button, ButtonGroup, ButtonVariant, Card, Choice, Crumb, EmptyState, Field, Form, FormActions, Glyph,
    InputKind, LinkButton, Load, Page, PageHeader, Select, TextInput,
};

/// What an api is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Backend,
    Document,
    Models,
    Prompt,
}

impl Source {
    const ALL: [Self; 4] = [Self::Backend, Self::Document, Self::Models, Self::Prompt];

    /// The address of the form, and what it is called.
    const fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::Backend => ("/apis/new", "A backend's address"),
            Self::Document => ("/apis/new?from=document", "An OpenAPI document"),
            Self::Models => ("/apis/new?from=models", "AI models"),
            Self::Prompt => ("/apis/new?from=prompt", "A prompt"),
        }
    }

    /// What the page's address asks for.
    fn asked() -> Self {
        match query("from").as_str() {
            "document" => Self::Document,
            "models" => Self::Models,
            "prompt" => Self::Prompt,
            _ => Self::Backend,
        }
    }
}

#[component]
pub fn NewApi() -> AnyView {
    let source = Source::asked();
    let begun = load(move |control, actor| async move {
        let all = PageOf { limit: MAX_LIMIT, cursor: None };
        let mut teams = teams::list(&control, &actor, "", &all).await?.items;
        teams.retain(|summary| actor.may(Permission::ApisEdit, &summary.team.id));
        let shelves = if matches!(source, Source::Models | Source::Prompt) {
            shelves(&control, &actor).await?
        } else {
            Vec::new()
        };
        Ok((teams, shelves))
    });
    view! {
        <Title text="New API"/>
        <Page>
            <PageHeader
                title="New API"
                lead="It begins as a draft that only your team sees; nothing is served until you publish it."
                breadcrumb=vec![Crumb::new("APIs", "/apis")]
            />
            <Load resource=begun let:begun>
                <Begin source teams=begun.0 shelves=begun.1/>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Begin(source: Source, teams: Vec<TeamSummary>, shelves: Vec<Shelf>) -> AnyView {
    if teams.is_empty() {
        let action =
            view! { <LinkButton href="/teams" variant=ButtonVariant::Primary>"Your teams"</LinkButton> };
        return view! {
            <EmptyState
                glyph=Glyph::Team
                title="No team that you may publish for"
                text="An api belongs to a team in which you are owner, publisher or developer. Make a team, or ask for a role in one."
                action
            />
        }
        .into_any();
    }
    let choices = Source::ALL.map(|choice| {
        let (href, words) = choice.describe();
        view! { <LinkButton href current=choice == source>{words}</LinkButton> }
    });
    view! {
        <div class="stack narrow">
            <ButtonGroup label="Made from">{choices.collect_view()}</ButtonGroup>
            <NewForm teams source shelves/>
        </div>
    }
    .into_any()
}

#[component]
fn NewForm(teams: Vec<TeamSummary>, source: Source, shelves: Vec<Shelf>) -> AnyView {
    let form = FormState::of(Create::url());
    let first = teams.first().map(|summary| summary.team.id.to_string()).unwrap_or_default();
    let asked = query("team");
    let chosen = form.value_or("team", if asked.is_empty() { &first } else { &asked });
    let options = teams
        .into_iter()
        .map(|summary| Choice::new(summary.team.id.to_string(), summary.team.name))
        .collect();
    let kind = match source {
        Source::Backend | Source::Document => ApiKind::Rest,
        Source::Models => ApiKind::Ai,
        Source::Prompt => ApiKind::Prompt,
    };
    let hidden = vec![("kind", kind.as_str().to_owned())];
    view! {
        <Form action=Create::url() multipart=true hidden>
            <Card title=source.describe().1><SourceFields source form shelves/></Card>
            <Card title="In the catalogue">
                <div class="stack">
                    <AboutFields form>
                        <Field
                            name="slug"
                            label="Slug"
                            hint="In its address; made from the name if empty."
                            error=form.error("slug")
                        >
                            <TextInput value=form.value("slug") maxlength=48 mono=true prefix="/"/>
                        </Field>
                    </AboutFields>
                    <Field name="team" label="Team" hint="Owns it: its members edit and publish." error=form.error("team") required=true>
                        <Select options value=chosen/>
                    </Field>
                </div>
            </Card>
            <FormActions>
                <Button variant=ButtonVariant::Primary>"Create the draft"</Button>
                <LinkButton href="/apis">"Cancel"</LinkButton>
            </FormActions>
        </Form>
    }
    .into_any()
}

#[component]
fn SourceFields(source: Source, form: FormState, shelves: Vec<Shelf>) -> AnyView {
    if source == Source::Models {
        return view! { <ModelRows form shelves/> }.into_any();
    }
    if source == Source::Prompt {
        return view! { <PromptFields form shelves/> }.into_any();
    }
    let required = source == Source::Backend;
    let hint = if required {
        "Calls are sent on below this address."
    } else {
        "Empty: the first server that the document names."
    };
    let backend = view! {
        <Field name="url" label="Backend" hint error=form.error("upstream.url") required>
            <TextInput value=form.value("url") kind=InputKind::Url mono=true placeholder="https://backend.example.com/base"/>
        </Field>
    };
    if required {
        return backend.into_any();
    }
    view! { <div class="stack"><DocumentFields form from_address=true/> {backend}</div> }.into_any()
}
