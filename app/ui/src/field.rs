//! A field: label, hint, error, and the wiring that makes a control in it say all three aloud.

use crate::text::OptionalText;
use crate::words::words;
use crate::{Glyph, Icon};
use leptos::context::Provider;
use leptos::prelude::*;

/// What a control takes from the field it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Wiring {
    pub id: String,
    pub name: String,
    pub described_by: Option<String>,
    pub invalid: bool,
    pub required: bool,
}

/// What a control is called and described by: its field's wiring, overridden by its own props.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wired {
    pub id: Option<String>,
    pub name: Option<String>,
    pub described_by: Option<String>,
    pub invalid: Option<&'static str>,
    pub required: bool,
    pub label: Option<String>,
}

/// Wires a control: inside a [`Field`] everything comes from there; alone it has its own name and label.
pub(crate) fn wire(name: OptionalText, label: OptionalText) -> Wired {
    let own = Wired { name: name.get(), label: label.get(), ..Wired::default() };
    match use_context::<Wiring>() {
        None => own,
        Some(field) => Wired {
            id: Some(field.id),
            name: own.name.or(Some(field.name)),
            described_by: field.described_by,
            invalid: field.invalid.then_some("true"),
            required: field.required,
            label: own.label,
        },
    }
}

/// The ids of those of hint and error that are there.
fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    let ids: Vec<String> = [(hint, "hint"), (error, "error")]
        .iter()
        .filter(|(there, _)| *there)
        .map(|(_, end)| format!("{id}-{end}"))
        .collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// A label with the control it is for; the control is the child.
#[component]
pub fn Field(
    /// The name under which the value is sent.
    #[prop(into)]
    name: String,
    #[prop(into)] label: String,
    /// What to type, and why; always visible.
    #[prop(optional, into)]
    hint: OptionalText,
    /// What is wrong with what was typed.
    #[prop(optional, into)]
    error: OptionalText,
    /// Must be filled in. Fields that need not be say so, unless `quiet`.
    #[prop(optional)]
    required: bool,
    /// Does not say "optional": for filters and choices that always have a value.
    #[prop(optional)]
    quiet: bool,
    /// Id of the control, when the name occurs twice on the page.
    #[prop(optional, into)]
    id: OptionalText,
    /// Only for a choice beside it that asks for it ([`crate::Choice::asks`]); shown while that is chosen.
    #[prop(optional)]
    asked: bool,
    children: Children,
) -> AnyView {
    let class = if asked { "field field-asked" } else { "field" };
    let id = id.get().unwrap_or_else(|| format!("field-{name}"));
    let (hint, error) = (hint.get(), error.get());
    let wiring = Wiring {
        id: id.clone(),
        name,
        described_by: described_by(&id, hint.is_some(), error.is_some()),
        invalid: error.is_some(),
        required,
    };
    let optional =
        (!required && !quiet).then(|| view! { " " <span class="field-optional">{words().optional}</span> });
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    view! {
        <div class=class>
            <label class="field-label" for=id>{label}{optional}</label>
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            <Provider value=wiring>{children()}</Provider>
            {error.map(|error| view! { <FieldError id=error_id text=error/> })}
        </div>
    }
    .into_any()
}

/// What is wrong with a field.
#[component]
pub(crate) fn FieldError(id: String, text: String) -> AnyView {
    view! {
        <p class="field-error" id=id>
            <Icon glyph=Glyph::Problem/>
            <span>{text}</span>
        </p>
    }
    .into_any()
}
