//! The whole form.

use super::messages::MessageRows;
use super::model::{ModelFields, ParameterFields};
use super::variables::VariableRows;
use crate::api::prompts::Update;
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use crate::pages::apis::models::{Shelf, shelves};
use crate::server::load;
use domain::prompts::{Prompt, PromptMessage, PromptRole};
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, ButtonVariant, Card, Field, Form, FormActions, Load, Notice, TextArea, Tone};

/// The prompt of the draft.
#[component]
pub fn PromptForm(desk: Desk) -> AnyView {
    let shelves = load(|control, actor| async move { shelves(&control, &actor).await });
    view! {
        <Load resource=shelves part=true let:shelves>
            <Editor desk=desk.clone() shelves/>
        </Load>
    }
    .into_any()
}

#[component]
fn Editor(desk: Desk, shelves: Vec<Shelf>) -> AnyView {
    let form = FormState::of(Update::url());
    let prompt = desk.version.draft.prompt.clone().unwrap_or_default();
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <div class="narrow">
            <Form action=Update::url() multipart=true hidden=desk.hidden() problem=form.error("prompt")>
                <PromptFields form shelves prompt/>
                <FormActions><Button variant=ButtonVariant::Primary disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </div>
    }
    .into_any()
}

/// What a new prompt begins with.
fn first() -> Prompt {
    let message = |role, template: &str| PromptMessage { role, template: template.to_owned() };
    let messages = vec![message(PromptRole::System, ""), message(PromptRole::User, "")];
    Prompt { messages, ..Prompt::default() }
}

/// All fields of a prompt; without one, those of a new one.
#[component]
pub fn PromptFields(
    form: FormState,
    shelves: Vec<Shelf>,
    #[prop(optional)] prompt: Option<Prompt>,
) -> AnyView {
    let prompt = prompt.unwrap_or_else(first);
    let schema =
        prompt.output_schema.as_ref().map(|schema| serde_json::to_string_pretty(schema).unwrap_or_default());
    let whole = move |field: &str| {
        form.error(field).map(|error| view! { <Notice tone=Tone::Danger>{error}</Notice> })
    };
    view! {
        <div class="stack">
            <Card title="Messages" lead="What the model reads. {{ name }} stands for the value of a variable; conditions and filters of Jinja work, what callers send is never read as a template.">
                {whole("messages")}
                <MessageRows form messages=prompt.messages/>
            </Card>
            <Card title="Variables" lead="What callers send. Each value is checked by its type before anybody is asked.">
                {whole("variables")}
                <VariableRows form variables=prompt.variables/>
            </Card>
            <Card title="Model">
                {whole("targets")}
                <ModelFields form shelves model=prompt.model/>
            </Card>
            <Card title="Parameters" lead="What is empty is left to the vendor.">
                <ParameterFields form parameters=prompt.parameters/>
            </Card>
            <Card title="Answer">
                <Field
                    name="output_schema"
                    label="Output schema"
                    hint="A JSON schema of an object. Empty: callers get text. With it they get an object that fits; the model is asked once more when its answer does not."
                    error=form.error("output_schema")
                >
                    <TextArea value=form.value_or("output_schema", &schema.unwrap_or_default()) rows=8 mono=true/>
                </Field>
            </Card>
        </div>
    }
    .into_any()
}
