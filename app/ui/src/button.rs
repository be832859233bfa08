//! Buttons and links that look like them.

use crate::text::OptionalText;
use crate::{Glyph, Icon};
use leptos::prelude::*;

/// How loud a button is. A page has at most one primary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonVariant {
    Primary,
    #[default]
    Secondary,
    Quiet,
    Danger,
}

impl ButtonVariant {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button-primary",
            Self::Secondary => "button-secondary",
            Self::Quiet => "button-quiet",
            Self::Danger => "button-danger",
        }
    }
}

/// How big a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    Small,
    #[default]
    Medium,
    Large,
    /// As wide as its place.
    Block,
}

impl ButtonSize {
    fn class(self) -> &'static str {
        match self {
            Self::Small => "button-small",
            Self::Medium => "",
            Self::Large => "button-large",
            Self::Block => "button-large button-block",
        }
    }
}

/// What pressing a button does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// Sends the form it is in.
    #[default]
    Submit,
    /// Nothing by itself: opens, closes, or waits for an island.
    Button,
}

fn class_of(variant: ButtonVariant, size: ButtonSize, more: &str) -> String {
    ["button", variant.class(), size.class(), more].join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a button cannot be pressed. Stands inside the button, so that it is part of its name; shown
/// when the button is pointed at or reached by keyboard.
#[component]
fn Tip(text: Option<String>) -> AnyView {
    text.map(|text| view! { <span class="tip">{text}</span> }).into_any()
}

/// A `<button>`.
#[component]
pub fn Button(
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional)] kind: ButtonKind,
    /// An icon before the words.
    #[prop(optional_no_strip, into)]
    glyph: Option<Glyph>,
    /// Why it may not be pressed, for instance the missing role. The button then does nothing, but can
    /// still be reached to read the reason.
    #[prop(optional, into)]
    disabled: OptionalText,
    /// Name and value sent with the form.
    #[prop(optional, into)]
    name: OptionalText,
    #[prop(optional, into)] value: OptionalText,
    /// The id of the form it sends, when it stands outside.
    #[prop(optional, into)]
    form: OptionalText,
    /// Where it sends the form, when that is not where the form's other buttons do.
    #[prop(optional, into)]
    action: OptionalText,
    /// The id of a dialog or popover it opens.
    #[prop(optional, into)]
    opens: OptionalText,
    /// The id of a dialog or popover it closes.
    #[prop(optional, into)]
    closes: OptionalText,
    #[prop(optional, into)] id: OptionalText,
    children: Children,
) -> AnyView {
    let barred = disabled.is_some();
    let button_type = if barred || kind == ButtonKind::Button { "button" } else { "submit" };
    let popover = closes.is_some().then_some("hide");
    let target = if barred { None } else { closes.get().or(opens.get()) };
    view! {
        <button
            class=class_of(variant, size, "")
            id=id.get()
            type=button_type
            name=name.get()
            value=value.get()
            form=form.get()
            formaction=action.get()
            popovertarget=target
            popovertargetaction=popover
            aria-disabled=barred.then_some("true")
        >
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {children()}
            <Tip text=disabled.get()/>
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional_no_strip, into)] glyph: Option<Glyph>,
    /// Why it leads nowhere.
    #[prop(optional, into)]
    disabled: OptionalText,
    /// A file to save, not a page to open.
    #[prop(optional)]
    download: bool,
    /// One of a group, and chosen.
    #[prop(optional)]
    current: bool,
    children: Children,
) -> AnyView {
    let barred = disabled.is_some();
    view! {
        <a
            class=class_of(variant, size, "")
            href=(!barred).then_some(href)
            download=(download && !barred).then_some("")
            role=barred.then_some("link")
            tabindex=barred.then_some("0")
            aria-disabled=barred.then_some("true")
            aria-current=current.then_some("true")
        >
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {children()}
            <Tip text=disabled.get()/>
        </a>
    }
    .into_any()
}

/// A button that is only an icon; `label` is its name.
#[component]
pub fn IconButton(
    glyph: Glyph,
    #[prop(into)] label: String,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional, into)] name: OptionalText,
    #[prop(optional, into)] value: OptionalText,
    #[prop(optional, into)] opens: OptionalText,
    #[prop(optional, into)] closes: OptionalText,
) -> AnyView {
    let button_type = if kind == ButtonKind::Button { "button" } else { "submit" };
    let action = closes.is_some().then_some("hide");
    view! {
        <button
            class=class_of(ButtonVariant::Quiet, size, "button-icon")
            type=button_type
            name=name.get()
            value=value.get()
            popovertarget=closes.get().or(opens.get())
            popovertargetaction=action
            aria-label=label.clone()
            title=label
        >
            <Icon glyph/>
        </button>
    }
    .into_any()
}
