//! The form: what stands side by side, and a value for each variable that one of the prompts has.

use super::prompt_name;
use super::sides::{SideRows, presets};
use crate::api::playground::Run as Start;
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use crate::pages::apis::models::Shelf;
use domain::prompts::playground::{Offered, Run};
use domain::prompts::variables::{Variable, VariableKind};
use domain::roles::Permission;
use leptos::prelude::*;
use serde_json::Value;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Choice, Field, FileInput, Form, FormActions, Glyph, InputKind, Select,
    TextArea, TextInput,
};

const LEAD: &str =
    "The same values for all. Each run is a real call: the budgets of the API and of its team pay for it.";

/// A variable, and the prompts that have it where not all do.
struct Asked {
    variable: Variable,
    only: Option<String>,
}

/// Each name once, as the first prompt that has it describes it.
fn asked(offered: &[Offered]) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    for variable in offered.iter().flat_map(|offered| &offered.prompt.variables) {
        if asked.iter().any(|known| known.variable.name == variable.name) {
            continue;
        }
        let has = |offered: &&Offered| offered.prompt.variables.iter().any(|v| v.name == variable.name);
        let having: Vec<&Offered> = offered.iter().filter(has).collect();
        let names = having.iter().map(|offered| prompt_name(offered.version.as_str(), offered.revision));
        let only = (having.len() < offered.len()).then(|| names.collect::<Vec<_>>().join("; "));
        asked.push(Asked { variable: variable.clone(), only });
    }
    asked
}

#[component]
pub fn RunForm(desk: Desk, offered: Vec<Offered>, shelves: Vec<Shelf>, run: Option<Run>) -> AnyView {
    let form = FormState::of(Start::url());
    let content = run.map(|run| run.content);
    let version = desk.version.name.to_string();
    let sides = content.as_ref().map(|content| content.sides.as_slice());
    let presets = presets(&offered, sides, &version);
    let variables = content.map(|content| content.variables);
    let fields = asked(&offered).into_iter().map(|asked| {
        let before = variables.as_ref().map(|variables| variables.get(&asked.variable.name).cloned());
        view! { <ValueField form asked before/> }
    });
    let fields = fields.collect_view();
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Run" lead=LEAD>
            <Form action=Start::url() multipart=true hidden=desk.hidden() problem=form.error("sides")>
                {fields}
                <SideRows form offered shelves presets/>
                <FormActions>
                    <Button variant=ButtonVariant::Primary glyph=Glyph::Play disabled>"Run"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

/// As it is typed.
fn typed(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// `before`: what the run that is shown was given, if one is.
#[component]
fn ValueField(form: FormState, asked: Asked, before: Option<Option<Value>>) -> AnyView {
    let Asked { variable, only } = asked;
    let name = format!("variables[{}]", variable.name);
    let error = form.error(&format!("variables.{}", variable.name));
    let stored = match &before {
        Some(before) => typed(before.as_ref()),
        None => String::new(),
    };
    let value = form.value_or(&name, &stored);
    let default = typed(variable.default.as_ref());
    let mut hints = vec![variable.description.clone()];
    hints.extend((!default.is_empty()).then(|| format!("Left out, it is {default}.")));
    hints.extend(only.map(|names| format!("Only in {names}.")));
    hints.retain(|hint| !hint.is_empty());
    let hint = Some(hints.join(" ")).filter(|hint| !hint.is_empty());
    // a browser that insists would keep people from running the prompts that do not have it
    view! {
        <Field name label=variable.name.clone() hint error quiet=variable.required>
            <Control variable=variable.clone() value=value.clone()/>
        </Field>
    }
    .into_any()
}

/// In its field, which tells it its name.
#[component]
fn Control(variable: Variable, value: String) -> AnyView {
    match variable.kind {
        VariableKind::String => view! { <TextArea value rows=3/> }.into_any(),
        VariableKind::Number => view! { <TextInput value mono=true/> }.into_any(),
        VariableKind::Date => view! { <TextInput value kind=InputKind::Date/> }.into_any(),
        VariableKind::Boolean => view! { <Select options=options(["true", "false"]) value/> }.into_any(),
        VariableKind::Enum => view! { <Select options=options(&variable.values) value/> }.into_any(),
        VariableKind::Image => {
            view! { <FileInput accept="image/png,image/jpeg,image/gif,image/webp"/> }.into_any()
        }
        VariableKind::File => view! { <FileInput accept="application/pdf,text/plain,.txt"/> }.into_any(),
    }
}

/// With nothing as the first one.
fn options<S: AsRef<str>>(values: impl IntoIterator<Item = S>) -> Vec<Choice> {
    let values = values.into_iter().map(|value| Choice::new(value.as_ref(), value.as_ref()));
    std::iter::once(Choice::new("", "–")).chain(values).collect()
}
