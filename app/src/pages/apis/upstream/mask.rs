//! Personal data and secrets that are taken out of calls.

use crate::api::versions::policies::Mask as Save;
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use domain::policies::mask::{Action, Direction, Kind, Mask};
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, Card, Checkbox, Choice, Field, FieldRow, Form, FormActions, Select, TextArea, Toggle};

const LEAD: &str = "What is found in requests stays here, and what is found in answers does not reach callers. \
    Looked through is what is said to models and by them; of other apis, JSON.";

fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Email => "E-mail addresses",
        Kind::Phone => "Phone numbers",
        Kind::Card => "Card numbers",
        Kind::Iban => "Bank accounts (IBAN)",
        Kind::UsSsn => "US social security numbers",
        Kind::UkNino => "UK national insurance numbers",
        Kind::DeTaxId => "German tax numbers",
        Kind::FrNir => "French social security numbers",
        Kind::EsDni => "Spanish identity numbers",
    }
}

fn action_words(action: Action) -> &'static str {
    match action {
        Action::Placeholder => "Placeholder, put back in answers",
        Action::Redact => "Leave only its kind",
        Action::Refuse => "Refuse the call",
    }
}

fn direction_words(direction: Direction) -> &'static str {
    match direction {
        Direction::Request => "Requests",
        Direction::Answer => "Answers",
        Direction::Both => "Requests and answers",
    }
}

#[component]
pub fn MaskForm(desk: Desk) -> AnyView {
    let form = FormState::of(Save::url());
    let stored = desk.version.draft.policies.mask.clone();
    let enabled = form.checked("enabled", stored.is_some());
    let mask = stored.unwrap_or_default();
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Masking" lead=LEAD>
            <Form action=Save::url() hidden=desk.hidden()>
                <Toggle name="enabled" label="Mask calls" checked=enabled/>
                <Kinds form mask=mask.clone()/>
                <Words form mask=mask.clone()/>
                <What form mask/>
                <FormActions><Button disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Kinds(form: FormState, mask: Mask) -> AnyView {
    let boxes = Kind::ALL.iter().map(|kind| {
        let checked = form.checked(kind.as_str(), mask.kinds.contains(kind));
        view! { <Checkbox name=kind.as_str() label=kind_words(*kind) checked/> }
    });
    view! {
        {boxes.collect_view()}
        {form.error("policies.mask.kinds").map(|error| view! { <p class="field-error">{error}</p> })}
    }
    .into_any()
}

#[component]
fn Words(form: FormState, mask: Mask) -> AnyView {
    view! {
        <Field
            name="keywords"
            label="Keywords"
            hint="Words and phrases, one a line, whatever their case."
            error=form.error("policies.mask.keywords")
            quiet=true
        >
            <TextArea value=form.value_or("keywords", &mask.keywords.join("\n")) rows=2 placeholder="Project Falcon"/>
        </Field>
        <Field
            name="patterns"
            label="Patterns"
            hint="Regular expressions, one a line. A match has at most 256 bytes."
            error=form.error("policies.mask.patterns")
            quiet=true
        >
            <TextArea value=form.value_or("patterns", &mask.patterns.join("\n")) rows=2 mono=true placeholder=r"\bEMP-[0-9]{6}\b"/>
        </Field>
        <Field
            name="paths"
            label="Places"
            hint="Paths in the JSON, one a line; whatever stands there is masked."
            error=form.error("policies.mask.paths")
            quiet=true
        >
            <TextArea value=form.value_or("paths", &mask.paths.join("\n")) rows=2 mono=true placeholder="$.metadata.customer"/>
        </Field>
    }
    .into_any()
}

#[component]
fn What(form: FormState, mask: Mask) -> AnyView {
    let actions = Action::ALL.iter().map(|action| Choice::new(action.as_str(), action_words(*action)));
    let directions =
        Direction::ALL.iter().map(|direction| Choice::new(direction.as_str(), direction_words(*direction)));
    view! {
        <FieldRow>
            <Field name="direction" label="In" error=form.error("policies.mask.direction") quiet=true>
                <Select options=directions.collect() value=form.value_or("direction", mask.direction.as_str())/>
            </Field>
            <Field name="action" label="What is found" error=form.error("policies.mask.action") quiet=true>
                <Select options=actions.collect() value=form.value_or("action", mask.action.as_str())/>
            </Field>
        </FieldRow>
    }
    .into_any()
}
