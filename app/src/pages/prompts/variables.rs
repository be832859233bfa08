//! Variables, a row each.

use crate::flash::FormState;
use domain::prompts::MOST_VARIABLES;
use domain::prompts::variables::{Variable, VariableKind};
use leptos::prelude::*;
use serde_json::Value;
use ui::{Checkbox, Choice, Field, FieldRow, Fieldset, InputKind, Select, TextInput};

/// Rows for further variables.
const MORE: usize = 3;

#[component]
pub fn VariableRows(form: FormState, variables: Vec<Variable>) -> AnyView {
    let count = (variables.len() + MORE).min(MOST_VARIABLES);
    let rows = (0..count).map(|at| view! { <VariableRow form at variable=variables.get(at).cloned()/> });
    rows.collect_view().into_any()
}

fn kinds() -> Vec<Choice> {
    let choice = |kind: &VariableKind| {
        let words = match kind {
            VariableKind::String => "Text",
            VariableKind::Number => "Number",
            VariableKind::Boolean => "True or false",
            VariableKind::Enum => "One of several values",
            VariableKind::Date => "Date",
            VariableKind::Image => "Picture",
            VariableKind::File => "PDF or text file",
        };
        Choice::new(kind.as_str(), words)
    };
    VariableKind::ALL.iter().map(choice).collect()
}

/// As it is typed.
fn typed(default: Option<Value>) -> String {
    match default {
        None => String::new(),
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
    }
}

#[component]
fn VariableRow(form: FormState, at: usize, variable: Option<Variable>) -> AnyView {
    let name = move |field: &str| format!("variables[{at}][{field}]");
    let id = move |field: &str| format!("field-variable-{at}-{field}");
    let error = move |field: &str| form.error(&format!("variables[{at}].{field}"));
    let (legend, hint) = match &variable {
        Some(variable) => (variable.name.clone(), "To take it out, empty the name."),
        None => ("Another variable".to_owned(), "Left out while it has no name."),
    };
    let variable = variable.unwrap_or_else(|| Variable { required: true, ..Variable::default() });
    let values = variable.values.join(", ");
    let max_bytes = variable.max_bytes.map(|bytes| bytes.to_string()).unwrap_or_default();
    view! {
        <Fieldset legend hint>
            <FieldRow>
                <Field name=name("name") label="Name" id=id("name") error=error("name") quiet=true>
                    <TextInput value=form.value_or(&name("name"), &variable.name) mono=true maxlength=40/>
                </Field>
                <Field name=name("type") label="Type" id=id("type") error=error("type") quiet=true>
                    <Select options=kinds() value=form.value_or(&name("type"), variable.kind.as_str())/>
                </Field>
            </FieldRow>
            <Field name=name("description") label="Description" id=id("description") error=error("description")>
                <TextInput value=form.value_or(&name("description"), &variable.description) maxlength=500/>
            </Field>
            <FieldRow>
                <Field name=name("default") label="When it is left out" id=id("default") error=error("default")>
                    <TextInput value=form.value_or(&name("default"), &typed(variable.default))/>
                </Field>
                <Field name=name("values") label="Values" id=id("values") hint="Of one of several, between commas." error=error("values")>
                    <TextInput value=form.value_or(&name("values"), &values)/>
                </Field>
                <Field name=name("max_bytes") label="Most bytes" id=id("max_bytes") hint="Of pictures and files." error=error("max_bytes")>
                    <TextInput value=form.value_or(&name("max_bytes"), &max_bytes) kind=InputKind::Number min="1"/>
                </Field>
            </FieldRow>
            <Checkbox name=name("required") label="Must be sent" checked=form.checked(&name("required"), variable.required)/>
        </Fieldset>
    }
    .into_any()
}
