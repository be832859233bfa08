//! What callers may ask of models at all.

use crate::api::versions::policies::Guard as Save;
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use domain::policies::guard::{Guard, Rule};
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, Card, Field, FieldRow, Form, FormActions, InputKind, TextArea, TextInput, Toggle};

const LEAD: &str =
    "A request that breaks a rule is refused before any model sees it. The caller is told the rule's name.";

#[component]
pub fn GuardForm(desk: Desk) -> AnyView {
    let form = FormState::of(Save::url());
    let stored = desk.version.draft.policies.guard.clone();
    let enabled = form.checked("enabled", stored.is_some());
    let guard = stored.unwrap_or_default();
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Rules for prompts" lead=LEAD>
            <Form action=Save::url() hidden=desk.hidden()>
                <Toggle name="enabled" label="Look through requests" checked=enabled/>
                <Rules form guard=guard.clone()/>
                <Sizes form guard/>
                <FormActions><Button disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

fn lines(rules: &[Rule]) -> String {
    let lines: Vec<String> = rules.iter().map(|rule| format!("{}: {}", rule.name, rule.pattern)).collect();
    lines.join("\n")
}

/// What is wrong with the rules of a sort, all of it.
fn wrong(form: FormState, field: &str) -> Option<String> {
    let errors = form.errors_within(field).into_iter().map(|(at, message)| {
        let place = at.split('.').find_map(|part| part.parse::<usize>().ok());
        place.map_or(message.clone(), |place| format!("Line {}: {message}", place + 1))
    });
    let errors: Vec<String> = errors.collect();
    (!errors.is_empty()).then(|| errors.join(" "))
}

#[component]
fn Rules(form: FormState, guard: Guard) -> AnyView {
    view! {
        <Field
            name="deny"
            label="Denied"
            hint="One a line, a name and a regular expression. No text of a request may match any."
            error=wrong(form, "policies.guard.deny")
            quiet=true
        >
            <TextArea
                value=form.value_or("deny", &lines(&guard.deny))
                rows=3
                mono=true
                placeholder="no-jailbreak: (?i)ignore .{0,40}instructions"
            />
        </Field>
        <Field
            name="allow"
            label="Allowed"
            hint="Where there are any, each text of a user has to match one."
            error=wrong(form, "policies.guard.allow")
            quiet=true
        >
            <TextArea value=form.value_or("allow", &lines(&guard.allow)) rows=2 mono=true placeholder="weather: (?i)weather|forecast"/>
        </Field>
    }
    .into_any()
}

#[component]
fn Sizes(form: FormState, guard: Guard) -> AnyView {
    let typed = move |name: &str, stored: Option<u32>| {
        form.value_or(name, &stored.map(|number| number.to_string()).unwrap_or_default())
    };
    view! {
        <FieldRow>
            <Field name="max_messages" label="Messages" hint="At most; empty: any." error=form.error("policies.guard.max_messages")>
                <TextInput value=typed("max_messages", guard.max_messages) kind=InputKind::Number min="1"/>
            </Field>
            <Field name="max_tokens" label="Tokens" hint="At most, as estimated." error=form.error("policies.guard.max_tokens")>
                <TextInput value=typed("max_tokens", guard.max_tokens) kind=InputKind::Number min="1"/>
            </Field>
            <Field name="max_bytes" label="Text" hint="At most, of all messages." error=form.error("policies.guard.max_bytes")>
                <TextInput value=typed("max_bytes", guard.max_bytes) kind=InputKind::Number min="1" suffix="bytes"/>
            </Field>
        </FieldRow>
    }
    .into_any()
}
