//! Messages, a row each.

use crate::flash::FormState;
use domain::prompts::{LONGEST_TEMPLATE, MOST_MESSAGES, PromptMessage, PromptRole};
use leptos::prelude::*;
use ui::{Choice, Field, FieldRow, Fieldset, InputKind, Select, TextArea, TextInput};

/// Rows for further messages.
const MORE: usize = 2;

#[component]
pub fn MessageRows(form: FormState, messages: Vec<PromptMessage>) -> AnyView {
    let count = (messages.len() + MORE).min(MOST_MESSAGES);
    let rows = (0..count).map(|at| view! { <MessageRow form at message=messages.get(at).cloned()/> });
    rows.collect_view().into_any()
}

fn roles() -> Vec<Choice> {
    let choice = |role: &PromptRole| {
        let words = match role {
            PromptRole::System => "System: how to behave",
            PromptRole::User => "User: what is asked",
            PromptRole::Assistant => "Assistant: an example of an answer",
        };
        Choice::new(role.as_str(), words)
    };
    PromptRole::ALL.iter().map(choice).collect()
}

#[component]
fn MessageRow(form: FormState, at: usize, message: Option<PromptMessage>) -> AnyView {
    let name = move |field: &str| format!("messages[{at}][{field}]");
    let id = move |field: &str| format!("field-message-{at}-{field}");
    let error = move |field: &str| form.error(&format!("messages[{at}].{field}"));
    let (legend, hint) = match &message {
        Some(_) => (format!("Message {}", at + 1), "To take it out, empty the text."),
        None => ("Another message".to_owned(), "Left out while it has no text."),
    };
    let PromptMessage { role, template } = message.unwrap_or_default();
    let place = (at + 1).to_string();
    let longest = u32::try_from(LONGEST_TEMPLATE).unwrap_or(u32::MAX);
    view! {
        <Fieldset legend hint>
            <FieldRow>
                <Field name=name("role") label="Said by" id=id("role") error=error("role") quiet=true>
                    <Select options=roles() value=form.value_or(&name("role"), role.as_str())/>
                </Field>
                <Field name=name("place") label="Place" id=id("place") hint="Lowest first." error=error("place") quiet=true>
                    <TextInput value=form.value_or(&name("place"), &place) kind=InputKind::Number min="1"/>
                </Field>
            </FieldRow>
            <Field name=name("template") label="Text" id=id("template") error=error("template") quiet=true>
                <TextArea value=form.value_or(&name("template"), &template) rows=4 mono=true maxlength=longest/>
            </Field>
        </Fieldset>
    }
    .into_any()
}
