//! Plain HTML forms: they work without script, and say on top what went wrong as a whole.

use crate::text::{OptionalText, Slot};
use crate::words::words;
use crate::{Button, ButtonVariant, LinkButton, Notice, Toggle, Tone};
use leptos::prelude::*;

/// A `<form>` that posts to a server function or page.
#[component]
pub fn Form(
    /// Where it is sent: `MyServerFn::url()` or a path.
    #[prop(into)]
    action: String,
    /// Sends files.
    #[prop(optional)]
    multipart: bool,
    /// What went wrong with the whole form; problems of one field stand at the field.
    #[prop(optional, into)]
    problem: OptionalText,
    /// What the form is for, when no heading says so.
    #[prop(optional, into)]
    label: OptionalText,
    #[prop(optional, into)] id: OptionalText,
    /// Values that nobody types, such as the id of the object.
    #[prop(optional)]
    hidden: Vec<(&'static str, String)>,
    /// Checked by the server alone. A browser says nothing of a field that is folded away, and sends nothing either.
    #[prop(optional)]
    unchecked: bool,
    children: Children,
) -> AnyView {
    let encoding = multipart.then_some("multipart/form-data");
    view! {
        <form
            class="form"
            method="post"
            action=action
            enctype=encoding
            id=id.get()
            aria-label=label.get()
            novalidate=unchecked
        >
            <Hidden values=hidden/>
            {problem.get().map(|problem| view! { <Notice tone=Tone::Danger>{problem}</Notice> })}
            {children()}
        </form>
    }
    .into_any()
}

/// Values that travel with a form without being typed.
#[component]
pub fn Hidden(values: Vec<(&'static str, String)>) -> AnyView {
    values
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
        .collect_view()
        .into_any()
}

/// A group of fields under one heading.
#[component]
pub fn Fieldset(
    #[prop(into)] legend: String,
    #[prop(optional, into)] hint: OptionalText,
    children: Children,
) -> AnyView {
    view! {
        <fieldset class="fieldset">
            <legend class="fieldset-legend">{legend}</legend>
            {hint.get().map(|hint| view! { <p class="fieldset-hint">{hint}</p> })}
            {children()}
        </fieldset>
    }
    .into_any()
}

/// A group of fields that most leave as they are: folded away, with what is set beside its heading.
#[component]
pub fn FieldsetFold(
    #[prop(into)] legend: String,
    /// In a few words: `Off`, `3 times`.
    #[prop(into)]
    state: String,
    /// Shown from the start: something in it is set, or wrong.
    #[prop(optional)]
    open: bool,
    #[prop(optional, into)] hint: OptionalText,
    children: Children,
) -> AnyView {
    view! {
        <details class="fieldset-fold" open=open>
            <summary>
                <span class="fieldset-legend">{legend.clone()}</span>
                <span class="fieldset-state">{state}</span>
            </summary>
            <fieldset class="fieldset" aria-label=legend>
                {hint.get().map(|hint| view! { <p class="fieldset-hint">{hint}</p> })}
                {children()}
            </fieldset>
        </details>
    }
    .into_any()
}

/// A switch, and the fields that count while it is on; while it is off they are not shown.
#[component]
pub fn Switched(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: OptionalText,
    #[prop(optional)] checked: bool,
    children: Children,
) -> AnyView {
    view! {
        <Toggle name label hint=hint.get() checked/>
        <div class="switched">{children()}</div>
    }
    .into_any()
}

/// The buttons below a form; the one that sends it first.
#[component]
pub fn FormActions(
    /// At the right, as in dialogs.
    #[prop(optional)]
    end: bool,
    children: Children,
) -> AnyView {
    let class = if end { "form-actions form-actions-end" } else { "form-actions" };
    view! { <div class=class>{children()}</div> }.into_any()
}

/// Fields side by side, where there is room.
#[component]
pub fn FieldRow(children: Children) -> AnyView {
    view! { <div class="field-row">{children()}</div> }.into_any()
}

/// Search and filters above a list. They live in the address: the form is a GET.
#[component]
pub fn FilterBar(
    /// The page itself.
    #[prop(into)]
    action: String,
    /// What is filtered.
    #[prop(into)]
    label: String,
    /// The address without filters; given when some are set.
    #[prop(optional, into)]
    clear: OptionalText,
    /// Parts of the address that stay, such as the order.
    #[prop(optional)]
    keep: Vec<(&'static str, String)>,
    /// At the right end, outside the filters.
    #[prop(optional, into)]
    actions: Slot,
    children: Children,
) -> AnyView {
    let words = words();
    view! {
        <form class="filter-bar" method="get" action=action role="search" aria-label=label>
            <Hidden values=keep/>
            {children()}
            <Button>{words.apply}</Button>
            {clear
                .get()
                .map(|href| {
                    view! { <LinkButton href variant=ButtonVariant::Quiet>{words.clear}</LinkButton> }
                })}
            {actions.get().map(|actions| view! { <div class="row push">{actions}</div> })}
        </form>
    }
    .into_any()
}

/// The filters of a [`FilterBar`] that are needed rarely: folded away, with their labels shown when open.
#[component]
pub fn FilterMore(
    /// Shown from the start: one of them is set.
    #[prop(optional)]
    open: bool,
    children: Children,
) -> AnyView {
    view! {
        <details class="filter-more" open=open>
            <summary>{words().more_filters}</summary>
            <div class="filter-more-fields">{children()}</div>
        </details>
    }
    .into_any()
}
