//! Dialogs without script: an HTML popover opened by `<Button opens=id>` and closed by `closes=id`, the
//! Escape key, or a click beside it.

use crate::form::Form;
use crate::text::{OptionalText, Slot};
use crate::words::words;
use crate::{Button, ButtonKind, ButtonSize, ButtonVariant, FormActions, Glyph, IconButton};
use leptos::prelude::*;

/// A dialog, closed until a button opens it.
#[component]
pub fn Dialog(
    /// What buttons name in `opens` and `closes`.
    #[prop(into)]
    id: String,
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: OptionalText,
    /// Buttons below, when the content is not a form with its own.
    #[prop(optional, into)]
    actions: Slot,
    children: Children,
) -> AnyView {
    let title_id = format!("{id}-title");
    view! {
        <dialog class="dialog" id=id popover="auto" aria-labelledby=title_id>
            <header class="dialog-head">
                <div>
                    <h2 id=title_id.clone()>{title}</h2>
                    {lead.get().map(|lead| view! { <p class="dialog-lead">{lead}</p> })}
                </div>
                <IconButton
                    glyph=Glyph::Close
                    label=words().close
                    size=ButtonSize::Small
                    kind=ButtonKind::Button
                    closes=id.clone()
                />
            </header>
            <div class="dialog-body">{children()}</div>
            {actions.get().map(|actions| view! { <footer class="dialog-foot">{actions}</footer> })}
        </dialog>
    }
    .into_any()
}

/// A button that asks before it does: the button, the dialog, and the form that posts.
#[component]
pub fn Confirm(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// The words of the button.
    #[prop(into)]
    label: String,
    /// The question.
    #[prop(into)]
    title: String,
    /// What will happen, and whether it can be undone.
    #[prop(into)]
    text: String,
    /// Where the form is posted.
    #[prop(into)]
    action: String,
    /// The words of the button that does it.
    #[prop(into)]
    confirm: String,
    #[prop(optional)] variant: ButtonVariant,
    #[prop(optional)] size: ButtonSize,
    #[prop(optional_no_strip, into)] glyph: Option<Glyph>,
    /// Cannot be undone.
    #[prop(optional)]
    danger: bool,
    /// Values the form sends.
    #[prop(optional)]
    hidden: Vec<(&'static str, String)>,
    /// Why it may not be done.
    #[prop(optional, into)]
    disabled: OptionalText,
    /// More fields: a reason.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let sure = if danger { ButtonVariant::Danger } else { ButtonVariant::Primary };
    let opens = id.clone();
    let dialog = (!disabled.is_some()).then(|| {
        view! {
            <Dialog id=id.clone() title lead=text>
                <Form action hidden>
                    {children.map(|children| children())}
                    <FormActions end=true>
                        <Button kind=ButtonKind::Button closes=id>{words().cancel}</Button>
                        <Button variant=sure>{confirm}</Button>
                    </FormActions>
                </Form>
            </Dialog>
        }
    });
    let words = label;
    let opener = view! { <Button kind=ButtonKind::Button variant size glyph opens disabled>{words}</Button> };
    view! { {opener} {dialog} }.into_any()
}
