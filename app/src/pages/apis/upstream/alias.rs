//! One name under which an ai api offers models: the models behind it, and in which order they are asked.

use crate::api::versions::aliases::{Create, Update};
use crate::flash::FormState;
use crate::pages::apis::desk::{Desk, desk};
use crate::pages::apis::edit::{EditCard, Gone};
use crate::pages::apis::models::{ModelLists, Shelf, choices, list_of, shelves};
use crate::pages::apis::workspace::{Part, Workspace};
use crate::server::{load, query};
use domain::models::{AliasStrategy, MOST_TARGETS, ModelAlias, ModelTarget};
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Choice, Field, FieldRow, Fieldset, Glyph, InputKind, Load, Notice, Select, TextInput, Tone};

/// Rows for further models.
const MORE: usize = 2;

#[component]
pub fn EditAlias() -> AnyView {
    let shelves = load(|control, actor| async move { shelves(&control, &actor).await });
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Upstream>
                <Load resource=shelves part=true let:shelves>
                    <Edit desk shelves/>
                </Load>
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
fn Edit(desk: Desk, shelves: Vec<Shelf>) -> AnyView {
    let known = query("alias");
    let back = desk.href("/upstream");
    let Some(models) = desk.version.draft.models.as_ref() else {
        return view! {
            <Notice tone=Tone::Info title="No models here">
                <p>"Calls of this version go to a backend: "<a href=back>"see where"</a>"."</p>
            </Notice>
        }
        .into_any();
    };
    let disabled = desk.missing(Permission::ApisEdit);
    let mut hidden = desk.hidden();
    if known.is_empty() {
        let form = FormState::of(Create::url());
        return view! {
            <EditCard title="Add a model".to_owned() action=Create::url() hidden save="Add to the draft" disabled back>
                <AliasFields form shelves/>
            </EditCard>
        }
        .into_any();
    }
    let Some(alias) = models.aliases.iter().find(|alias| alias.name == known).cloned() else {
        return view! {
            <Gone
                glyph=Glyph::Model
                title="The draft has no such model"
                text="Somebody may have changed or removed it meanwhile."
                all="All models"
                href=back
            />
        }
        .into_any();
    };
    let form = FormState::of_one(Update::url(), "known", &known);
    let title = format!("Change the model {known}");
    hidden.push(("known", known));
    view! {
        <EditCard title action=Update::url() hidden save="Save in the draft" disabled back>
            <AliasFields form shelves alias/>
        </EditCard>
    }
    .into_any()
}

fn strategies() -> Vec<Choice> {
    let choice = |strategy: &AliasStrategy| {
        let words = match strategy {
            AliasStrategy::Weighted => "by their weights",
            AliasStrategy::LeastLatency => "the one that begins to answer soonest",
            AliasStrategy::LowestCost => "the one that costs least",
        };
        Choice::new(strategy.as_str(), words)
    };
    AliasStrategy::ALL.iter().map(choice).collect()
}

/// The name and the chain behind it.
#[component]
fn AliasFields(form: FormState, shelves: Vec<Shelf>, #[prop(optional)] alias: Option<ModelAlias>) -> AnyView {
    let (name, targets, strategy) = match alias {
        Some(alias) => (alias.name, alias.targets, alias.strategy),
        None => (String::new(), Vec::new(), AliasStrategy::default()),
    };
    let next = targets.iter().map(|target| target.priority + 1).max().unwrap_or_default();
    let count = (targets.len() + MORE).clamp(MORE, MOST_TARGETS);
    let mut chosen = Vec::new();
    let mut rows = Vec::new();
    for at in 0..count {
        let row = Stored::of(targets.get(at), next, shelves.first());
        chosen.push(row.provider.clone());
        rows.push(view! { <TargetRow form at row shelves=shelves.clone()/> });
    }
    view! {
        <Field name="alias" label="Callers say" hint="The model's name in their calls." error=form.error("alias") required=true>
            <TextInput value=form.value_or("alias", &name) mono=true maxlength=120 placeholder="fast"/>
        </Field>
        <Field
            name="strategy"
            label="Of those that are equal in order, first comes"
            error=form.error("strategy")
            quiet=true
        >
            <Select options=strategies() value=form.value_or("strategy", strategy.as_str())/>
        </Field>
        {form.error("targets").map(|error| view! { <Notice tone=Tone::Danger>{error}</Notice> })}
        {rows}
        <ModelLists shelves chosen/>
    }
    .into_any()
}

/// What stands in a row as long as nothing was typed.
#[derive(Clone, Debug)]
struct Stored {
    provider: String,
    model: String,
    priority: u32,
    weight: u32,
}

impl Stored {
    /// A row for a further model comes after the others in order.
    fn of(target: Option<&ModelTarget>, next: u32, first: Option<&Shelf>) -> Self {
        match target {
            Some(target) => Self {
                provider: target.provider.to_string(),
                model: target.model.clone(),
                priority: target.priority,
                weight: target.weight,
            },
            None => Self {
                provider: first.map(|shelf| shelf.provider.clone()).unwrap_or_default(),
                model: String::new(),
                priority: next,
                weight: 1,
            },
        }
    }
}

#[component]
fn TargetRow(form: FormState, at: usize, row: Stored, shelves: Vec<Shelf>) -> AnyView {
    let name = move |field: &str| format!("targets[{at}][{field}]");
    let id = move |field: &str| format!("field-target-{at}-{field}");
    let error = move |field: &str| form.error(&format!("targets[{at}].{field}"));
    let stored = if row.model.is_empty() { "" } else { row.provider.as_str() };
    let (options, list) = (choices(&shelves, stored), list_of(&shelves, stored));
    let (legend, hint) = if row.model.is_empty() {
        ("Another model".to_owned(), "Left out while it has no model.")
    } else {
        (format!("Model {}", at + 1), "To take it out, empty the model.")
    };
    view! {
        <Fieldset legend hint>
            <FieldRow>
                <Field name=name("provider") label="Provider" id=id("provider") error=error("provider") quiet=true>
                    <Select options value=form.value_or(&name("provider"), &row.provider)/>
                </Field>
                <Field name=name("model") label="Model" id=id("model") hint="Type to search." error=error("model") quiet=true>
                    <TextInput value=form.value_or(&name("model"), &row.model) mono=true list autocomplete="off"/>
                </Field>
            </FieldRow>
            <FieldRow>
                <Field name=name("priority") label="Order" id=id("priority") hint="Lowest first; the others when those fail." error=error("priority") quiet=true>
                    <TextInput value=form.value_or(&name("priority"), &row.priority.to_string()) kind=InputKind::Number min="0" max="100"/>
                </Field>
                <Field name=name("weight") label="Weight" id=id("weight") hint="Its share among equals in order." error=error("weight") quiet=true>
                    <TextInput value=form.value_or(&name("weight"), &row.weight.to_string()) kind=InputKind::Number min="1" max="100"/>
                </Field>
            </FieldRow>
        </Fieldset>
    }
    .into_any()
}
