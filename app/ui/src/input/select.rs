//! A choice from a list, and files.

use crate::field::{Wired, wire};
use crate::text::OptionalText;
use leptos::prelude::*;

/// One thing to choose in a [`Select`].
#[derive(Clone, Debug)]
pub struct Choice {
    value: String,
    label: String,
    disabled: bool,
    asks: bool,
}

impl Choice {
    /// `value` is sent, `label` is read.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), disabled: false, asks: false }
    }

    /// Chosen, it needs the field beside it that is `asked` for.
    pub fn asks(self) -> Self {
        Self { asks: true, ..self }
    }

    /// Shown, but not to be chosen; the label should say why.
    pub fn disabled(self) -> Self {
        Self { disabled: true, ..self }
    }
}

/// A choice from a list that opens.
#[component]
pub fn Select(
    options: Vec<Choice>,
    /// The value chosen.
    #[prop(optional, into)]
    value: OptionalText,
    #[prop(optional, into)] name: OptionalText,
    #[prop(optional, into)] label: OptionalText,
) -> AnyView {
    let Wired { id, name, described_by, invalid, required, label } = wire(name, label);
    let chosen = value.get().unwrap_or_default();
    view! {
        <select
            class="input"
            id=id
            name=name
            required=required
            aria-label=label
            aria-describedby=described_by
            aria-invalid=invalid
        >
            {options
                .into_iter()
                .map(|choice| {
                    let selected = choice.value == chosen;
                    let asks = choice.asks.then_some("true");
                    view! {
                        <option
                            value=choice.value
                            selected=selected
                            disabled=choice.disabled
                            data-asks=asks
                        >
                            {choice.label}
                        </option>
                    }
                })
                .collect_view()}
        </select>
    }
    .into_any()
}

/// A file from this computer. The form must be `multipart`.
#[component]
pub fn FileInput(
    /// Kinds of file offered first, such as `.json,.yaml`.
    #[prop(optional, into)]
    accept: OptionalText,
    #[prop(optional, into)] name: OptionalText,
    #[prop(optional, into)] label: OptionalText,
    #[prop(optional)] multiple: bool,
) -> AnyView {
    let Wired { id, name, described_by, invalid, required, label } = wire(name, label);
    view! {
        <input
            class="input"
            type="file"
            id=id
            name=name
            accept=accept.get()
            multiple=multiple
            required=required
            aria-label=label
            aria-describedby=described_by
            aria-invalid=invalid
        />
    }
    .into_any()
}
