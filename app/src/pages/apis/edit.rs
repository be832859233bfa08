//! What pages have in common that change one thing of an api or of a draft.

use crate::server::set_status;
use leptos::prelude::*;
use ui::{Button, ButtonVariant, Card, EmptyState, Form, FormActions, Glyph, LinkButton, OptionalText};

/// The thing is not there; `all` leads to those that are.
#[component]
pub fn Gone(
    glyph: Glyph,
    title: &'static str,
    #[prop(optional, into)] text: OptionalText,
    all: &'static str,
    href: String,
) -> AnyView {
    set_status(404);
    let action = view! { <LinkButton href>{all}</LinkButton> };
    view! { <EmptyState glyph title text action/> }.into_any()
}

/// The thing's fields, and what saves them.
#[component]
pub fn EditCard(
    title: String,
    /// What the form posts to.
    action: &'static str,
    /// Which thing it is.
    hidden: Vec<(&'static str, String)>,
    save: &'static str,
    /// Why the person may not save, if so.
    disabled: Option<String>,
    /// Where one goes without saving.
    back: String,
    children: Children,
) -> AnyView {
    view! {
        <div class="narrow">
            <Card title>
                <Form action hidden>
                    {children()}
                    <FormActions>
                        <Button variant=ButtonVariant::Primary disabled>{save}</Button>
                        <LinkButton href=back>"Cancel"</LinkButton>
                    </FormActions>
                </Form>
            </Card>
        </div>
    }
    .into_any()
}
