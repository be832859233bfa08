//! The model that a prompt is put to, the others when it fails, and how they are asked.

use crate::flash::FormState;
use crate::pages::apis::models::{ModelLists, Shelf, choices, list_of};
use domain::models::{MOST_TARGETS, ModelTarget};
use domain::prompts::PromptModel;
use domain::prompts::parameters::Parameters;
use leptos::prelude::*;
use ui::{Field, FieldRow, Fieldset, InputKind, Notice, Select, TextArea, TextInput, Tone};

#[component]
pub fn ModelFields(form: FormState, shelves: Vec<Shelf>, model: PromptModel) -> AnyView {
    let none = shelves.is_empty().then(|| {
        view! {
            <Notice tone=Tone::Info title="No vendor is connected">
                <p>"Models come from vendors that an operator of the platform has connected."</p>
            </Notice>
        }
    });
    let count = (model.targets.len() + 1).min(MOST_TARGETS);
    let rows = (0..count).map(|at| {
        view! { <TargetRow form at target=model.targets.get(at).cloned() shelves=shelves.clone()/> }
    });
    let rows = rows.collect_view();
    let strategy = form.value_or("strategy", model.strategy.as_str());
    view! {
        {none}
        <input type="hidden" name="strategy" value=strategy/>
        {rows}
        <ModelLists shelves=shelves.clone() chosen=Vec::new()/>
    }
    .into_any()
}

#[component]
fn TargetRow(form: FormState, at: usize, target: Option<ModelTarget>, shelves: Vec<Shelf>) -> AnyView {
    let name = move |field: &str| format!("targets[{at}][{field}]");
    let id = move |field: &str| format!("field-target-{at}-{field}");
    let error = move |field: &str| form.error(&format!("targets[{at}].{field}"));
    let (legend, hint) = match (&target, at) {
        (Some(_), _) => (format!("Model {}", at + 1), Some("To take it out, empty the model.")),
        (None, 0) => ("The model".to_owned(), None),
        (None, _) => {
            ("Another model, when those before fail".to_owned(), Some("Left out while it has no model."))
        }
    };
    let first = shelves.first().map(|shelf| shelf.provider.clone()).unwrap_or_default();
    let stored = target.as_ref().map(|target| target.provider.to_string()).unwrap_or_default();
    let provider = if stored.is_empty() { first } else { stored.clone() };
    let order = u32::try_from(at).unwrap_or_default();
    let (model, priority, weight) =
        target.map_or((String::new(), order, 1), |target| (target.model, target.priority, target.weight));
    let (options, list) = (choices(&shelves, &stored), list_of(&[], &stored));
    view! {
        <Fieldset legend hint>
            <FieldRow>
                <Field name=name("provider") label="Provider" id=id("provider") error=error("provider") quiet=true>
                    <Select options value=form.value_or(&name("provider"), &provider)/>
                </Field>
                <Field name=name("model") label="Model" id=id("model") hint="Type to search." error=error("model") quiet=true>
                    <TextInput value=form.value_or(&name("model"), &model) mono=true list autocomplete="off"/>
                </Field>
            </FieldRow>
            <FieldRow>
                <Field name=name("priority") label="Order" id=id("priority") hint="Lowest first; the others when those fail." error=error("priority") quiet=true>
                    <TextInput value=form.value_or(&name("priority"), &priority.to_string()) kind=InputKind::Number min="0" max="100"/>
                </Field>
                <Field name=name("weight") label="Weight" id=id("weight") hint="Its share among equals in order." error=error("weight") quiet=true>
                    <TextInput value=form.value_or(&name("weight"), &weight.to_string()) kind=InputKind::Number min="1" max="100"/>
                </Field>
            </FieldRow>
        </Fieldset>
    }
    .into_any()
}

/// Name, label and hint of the parameters that are numbers.
const NUMBERS: [(&str, &str, &str); 6] = [
    ("temperature", "Temperature", "0 to 2"),
    ("top_p", "Top p", "0 to 1"),
    ("max_tokens", "Most tokens of an answer", "1 to 1000000"),
    ("seed", "Seed", "A whole number"),
    ("presence_penalty", "Presence penalty", "-2 to 2"),
    ("frequency_penalty", "Frequency penalty", "-2 to 2"),
];

#[component]
pub fn ParameterFields(form: FormState, parameters: Parameters) -> AnyView {
    let stop = parameters.stop.join("\n");
    let stored = serde_json::to_value(&parameters).unwrap_or_default();
    let field = |(field, label, hint): (&'static str, &'static str, &'static str)| {
        let name = format!("parameters[{field}]");
        let stored = stored.get(field).map(ToString::to_string).unwrap_or_default();
        let (value, error) = (form.value_or(&name, &stored), form.error(&format!("parameters.{field}")));
        view! {
            <Field name label hint error>
                <TextInput value/>
            </Field>
        }
    };
    let fields = NUMBERS.map(field).into_iter().collect_view();
    let error = form
        .error("parameters.stop")
        .or_else(|| form.errors_within("parameters.stop[").into_iter().next().map(|(_, message)| message));
    view! {
        <FieldRow>{fields}</FieldRow>
        <Field name="parameters[stop]" label="Stop at" hint="Texts at which the model stops, one a line." error>
            <TextArea value=form.value_or("parameters[stop]", &stop) rows=2 mono=true/>
        </Field>
    }
    .into_any()
}
