//! What stands side by side: a prompt each, with its own models or another one.

use super::{letter, prompt_name};
use crate::flash::FormState;
use crate::pages::apis::models::{ModelLists, Shelf, choices};
use domain::prompts::playground::{MOST_SIDES, Offered, RunSide};
use domain::prompts::trial::TriedPrompt;
use leptos::prelude::*;
use ui::{Choice, Field, FieldRow, Fieldset, Select, TextInput};

/// A side as the form has it before anybody changes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preset {
    /// `draft v1`; empty: nothing stands there.
    pub prompt: String,
    pub provider: String,
    pub model: String,
}

/// The value that stands for a prompt in the form.
pub fn value_of(of: TriedPrompt, version: &str) -> String {
    format!("{of} {version}")
}

/// As the run had them; without one, what is worked on beside what is live.
pub fn presets(offered: &[Offered], sides: Option<&[RunSide]>, version: &str) -> Vec<Preset> {
    let Some(sides) = sides else {
        let own = offered.iter().filter(|offered| offered.version.as_str() == version);
        let value = |offered: &Offered| value_of(offered.of, offered.version.as_str());
        return own.map(|offered| Preset { prompt: value(offered), ..Preset::default() }).collect();
    };
    let preset = |side: &RunSide| {
        let target = side.target.clone();
        let (provider, model) = target.map_or_else(Default::default, |t| (t.provider.to_string(), t.model));
        Preset { prompt: value_of(side.of, side.version.as_str()), provider, model }
    };
    sides.iter().map(preset).collect()
}

#[component]
pub fn SideRows(
    form: FormState,
    offered: Vec<Offered>,
    shelves: Vec<Shelf>,
    presets: Vec<Preset>,
) -> AnyView {
    let count = (presets.len() + 1).clamp(2, MOST_SIDES);
    let rows = (0..count).map(|at| {
        let preset = presets.get(at).cloned().unwrap_or_default();
        view! { <SideRow form at offered=offered.clone() shelves=shelves.clone() preset/> }
    });
    view! {
        <div class="grid">{rows.collect_view()}</div>
        <ModelLists shelves=shelves.clone() chosen=Vec::new()/>
    }
    .into_any()
}

fn prompts(offered: &[Offered], is_first: bool) -> Vec<Choice> {
    let named = offered.iter().map(|offered| {
        let version = offered.version.as_str();
        Choice::new(value_of(offered.of, version), prompt_name(version, offered.revision))
    });
    let nothing = (!is_first).then(|| Choice::new("", "Nothing"));
    nothing.into_iter().chain(named).collect()
}

#[component]
fn SideRow(
    form: FormState,
    at: usize,
    offered: Vec<Offered>,
    shelves: Vec<Shelf>,
    preset: Preset,
) -> AnyView {
    let name = move |field: &str| format!("sides[{at}][{field}]");
    let id = move |field: &str| format!("field-side-{at}-{field}");
    let error =
        move |fields: &[&str]| fields.iter().find_map(|field| form.error(&format!("sides[{at}].{field}")));
    let mut providers = vec![Choice::new("", "The prompt's own")];
    providers.extend(choices(&shelves, &preset.provider));
    view! {
        <Fieldset legend=letter(at)>
            <Field name=name("prompt") label="Prompt" id=id("prompt") error=error(&["version", "of"]) quiet=true>
                <Select options=prompts(&offered, at == 0) value=form.value_or(&name("prompt"), &preset.prompt)/>
            </Field>
            <FieldRow>
                <Field
                    name=name("provider")
                    label="Provider"
                    id=id("provider")
                    error=error(&["provider", "target.provider"])
                    quiet=true
                >
                    <Select options=providers value=form.value_or(&name("provider"), &preset.provider)/>
                </Field>
                <Field name=name("model") label="Model" id=id("model") error=error(&["target.model"]) quiet=true>
                    <TextInput
                        value=form.value_or(&name("model"), &preset.model)
                        mono=true
                        list="models-all"
                        placeholder="The prompt's own"
                        autocomplete="off"
                    />
                </Field>
            </FieldRow>
        </Fieldset>
    }
    .into_any()
}
