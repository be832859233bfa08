//! Typed text: one line, many lines, secrets.

use crate::field::{Wired, wire};
use crate::text::OptionalText;
use leptos::prelude::*;

/// What a line of text is; chooses the keyboard and the browser's check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    #[default]
    Text,
    Email,
    Url,
    Number,
    Date,
    /// Date and time, `2026-03-14T09:30`.
    DateTime,
}

impl InputKind {
    fn html(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Url => "url",
            Self::Number => "number",
            Self::Date => "date",
            Self::DateTime => "datetime-local",
        }
    }
}

fn class_of(mono: bool) -> &'static str {
    if mono { "input input-mono" } else { "input" }
}

/// One line of text.
#[component]
pub fn TextInput(
    /// What was typed before, kept.
    #[prop(optional, into)]
    value: OptionalText,
    #[prop(optional)] kind: InputKind,
    #[prop(optional, into)] name: OptionalText,
    #[prop(optional, into)] label: OptionalText,
    /// An example, never the only explanation.
    #[prop(optional, into)]
    placeholder: OptionalText,
    /// The browser's autofill token, `off` to forbid.
    #[prop(optional, into)]
    autocomplete: OptionalText,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional, into)] min: OptionalText,
    #[prop(optional, into)] max: OptionalText,
    #[prop(optional, into)] step: OptionalText,
    #[prop(optional, into)] pattern: OptionalText,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] readonly: bool,
    /// For slugs, addresses, patterns: typewriter face, no spelling marks.
    #[prop(optional)]
    mono: bool,
    /// The id of a `<datalist>` with what is offered while one types.
    #[prop(optional, into)]
    list: OptionalText,
    /// Words before the text, such as `/`.
    #[prop(optional, into)]
    prefix: OptionalText,
    /// Words after the text, such as a unit.
    #[prop(optional, into)]
    suffix: OptionalText,
) -> AnyView {
    let Wired { id, name, described_by, invalid, required, label } = wire(name, label);
    let input = view! {
        <input
            class=class_of(mono)
            type=kind.html()
            id=id
            name=name
            value=value.get()
            placeholder=placeholder.get()
            autocomplete=autocomplete.get()
            maxlength=maxlength
            min=min.get()
            max=max.get()
            step=step.get()
            pattern=pattern.get()
            list=list.get()
            autofocus=autofocus
            readonly=readonly
            required=required
            spellcheck=mono.then_some("false")
            autocapitalize=mono.then_some("none")
            aria-label=label
            aria-describedby=described_by
            aria-invalid=invalid
        />
    };
    affixed(prefix.get(), input, suffix.get())
}

fn affixed(prefix: Option<String>, input: impl IntoView + 'static, suffix: Option<String>) -> AnyView {
    if prefix.is_none() && suffix.is_none() {
        return input.into_any();
    }
    view! {
        <div class="input-affixed">
            {prefix.map(|text| view! { <span class="affix">{text}</span> })}
            {input}
            {suffix.map(|text| view! { <span class="affix">{text}</span> })}
        </div>
    }
    .into_any()
}

/// A secret; what was typed is never sent back to the page.
#[component]
pub fn PasswordInput(
    /// `current-password`, `new-password`, or `off` for keys that are not passwords.
    #[prop(into)]
    autocomplete: String,
    #[prop(optional, into)] name: OptionalText,
    #[prop(optional, into)] label: OptionalText,
    #[prop(optional)] minlength: Option<u32>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] autofocus: bool,
) -> AnyView {
    let Wired { id, name, described_by, invalid, required, label } = wire(name, label);
    view! {
        <input
            class="input"
            type="password"
            id=id
            name=name
            autocomplete=autocomplete
            minlength=minlength
            maxlength=maxlength
            autofocus=autofocus
            required=required
            aria-label=label
            aria-describedby=described_by
            aria-invalid=invalid
        />
    }
    .into_any()
}

/// Many lines of text.
#[component]
pub fn TextArea(
    #[prop(optional, into)] value: OptionalText,
    #[prop(optional, into)] name: OptionalText,
    #[prop(optional, into)] label: OptionalText,
    #[prop(optional, into)] placeholder: OptionalText,
    #[prop(default = 4)] rows: u32,
    #[prop(optional)] maxlength: Option<u32>,
    /// For documents and code.
    #[prop(optional)]
    mono: bool,
) -> AnyView {
    let Wired { id, name, described_by, invalid, required, label } = wire(name, label);
    view! {
        <textarea
            class=class_of(mono)
            id=id
            name=name
            rows=rows
            placeholder=placeholder.get()
            maxlength=maxlength
            required=required
            spellcheck=mono.then_some("false")
            aria-label=label
            aria-describedby=described_by
            aria-invalid=invalid
            inner_html=raw_text(&value.get().unwrap_or_default())
        ></textarea>
    }
    .into_any()
}

/// What stands inside `<textarea>`. Leptos writes the children of a textarea unescaped, so that text could
/// close it; and browsers drop a line break at its start.
fn raw_text(text: &str) -> String {
    let first = if text.starts_with('\n') { "\n" } else { "" };
    format!("{first}{}", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}
