//! Yes or no, and one of a few with an explanation each.

use crate::field::FieldError;
use crate::text::{OptionalText, Slot};
use leptos::prelude::*;

/// Yes or no, as part of a form. Unchecked sends nothing.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: OptionalText,
    #[prop(optional)] checked: bool,
    /// What is sent when checked.
    #[prop(default = "true".into(), into)]
    value: String,
    /// The label is only read aloud: for rows of a table.
    #[prop(optional)]
    bare: bool,
) -> AnyView {
    if bare {
        return view! {
            <input class="checkbox" type="checkbox" name=name value=value checked=checked aria-label=label/>
        }
        .into_any();
    }
    view! { <YesNo class="checkbox" switch=false name label hint=hint.get() checked value/> }
        .into_any()
        .into_any()
}

/// On or off: a checkbox that reads as a switch.
#[component]
pub fn Toggle(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: OptionalText,
    #[prop(optional)] checked: bool,
) -> AnyView {
    view! { <YesNo class="toggle" switch=true name label hint=hint.get() checked value="true".to_owned()/> }
        .into_any()
}

#[component]
fn YesNo(
    class: &'static str,
    switch: bool,
    name: String,
    label: String,
    hint: Option<String>,
    checked: bool,
    value: String,
) -> AnyView {
    let role = switch.then_some("switch");
    view! {
        <label class="choice">
            <input class=class type="checkbox" role=role name=name value=value checked=checked/>
            <span class="choice-label">{label}</span>
            {hint.map(|hint| view! { <span class="choice-hint">{hint}</span> })}
        </label>
    }
    .into_any()
}

/// Several things under one label, any of which may be ticked; the [`Checkbox`]es are the children.
#[component]
pub fn Checkboxes(
    /// The name that errors are told under; the boxes have names of their own.
    #[prop(into)]
    name: String,
    #[prop(into)] legend: String,
    #[prop(optional, into)] hint: OptionalText,
    #[prop(optional, into)] error: OptionalText,
    children: Children,
) -> AnyView {
    let error_id = format!("field-{name}-error");
    let error = error.get();
    let described_by = error.is_some().then(|| error_id.clone());
    view! {
        <fieldset class="fieldset field" aria-describedby=described_by>
            <legend class="field-label">{legend}</legend>
            {hint.get().map(|hint| view! { <p class="field-hint">{hint}</p> })}
            <div class="checkboxes">{children()}</div>
            {error.map(|text| view! { <FieldError id=error_id text/> })}
        </fieldset>
    }
    .into_any()
}

/// One of the cards of [`RadioCards`].
pub struct RadioCard {
    value: String,
    title: String,
    text: Option<String>,
    aside: Slot,
    disabled: bool,
}

impl RadioCard {
    /// `value` is sent, `title` is read.
    pub fn new(value: impl Into<String>, title: impl Into<String>) -> Self {
        let (value, title) = (value.into(), title.into());
        Self { value, title, text: None, aside: Slot::default(), disabled: false }
    }

    /// What choosing it means.
    pub fn text(self, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..self }
    }

    /// At the right of the title: a badge, a price.
    pub fn aside(self, aside: impl Into<Slot>) -> Self {
        Self { aside: aside.into(), ..self }
    }

    /// Shown, but not to be chosen; the text should say why.
    pub fn disabled(self) -> Self {
        Self { disabled: true, ..self }
    }
}

/// One of a few, each a card that explains itself.
#[component]
pub fn RadioCards(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    cards: Vec<RadioCard>,
    /// The value chosen.
    #[prop(optional, into)]
    value: OptionalText,
    #[prop(optional, into)] hint: OptionalText,
    #[prop(optional, into)] error: OptionalText,
) -> AnyView {
    let chosen = value.get().unwrap_or_default();
    let error_id = format!("field-{name}-error");
    let error = error.get();
    let described_by = error.is_some().then(|| error_id.clone());
    view! {
        <fieldset class="fieldset field" aria-describedby=described_by>
            <legend class="field-label">{legend}</legend>
            {hint.get().map(|hint| view! { <p class="field-hint">{hint}</p> })}
            <div class="radio-cards">
                {cards.into_iter().map(|card| radio_card(&name, &chosen, card)).collect_view()}
            </div>
            {error.map(|text| view! { <FieldError id=error_id text/> })}
        </fieldset>
    }
    .into_any()
}

fn radio_card(name: &str, chosen: &str, card: RadioCard) -> AnyView {
    let checked = card.value == chosen;
    view! {
        <label class="radio-card">
            <input
                class="radio"
                type="radio"
                name=name.to_owned()
                value=card.value
                checked=checked
                disabled=card.disabled
                required=true
            />
            <span class="radio-card-title">{card.title}{card.aside.get()}</span>
            {card.text.map(|text| view! { <span class="radio-card-text">{text}</span> })}
        </label>
    }
    .into_any()
}
