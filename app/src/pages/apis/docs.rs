//! The guide of a draft: written at the left, read at the right.

use super::desk::{Desk, desk};
use super::workspace::{Part, Workspace};
use crate::api::versions::draft::Docs as Save;
use crate::flash::FormState;
use crate::markdown;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, ButtonVariant, Card, EmptyState, Field, Form, FormActions, Glyph, Load, Prose, TextArea};

#[component]
pub fn Docs() -> AnyView {
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Docs>
                <Guide desk/>
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
fn Guide(desk: Desk) -> AnyView {
    let form = FormState::of(Save::url());
    let docs = form.value_or("docs", &desk.version.draft.docs);
    let disabled = desk.missing(Permission::ApisEdit);
    let typed = docs.clone();
    view! {
        <div class="grid grid-large">
            <Card title="Markdown">
                <Form action=Save::url() hidden=desk.hidden()>
                    <Field
                        name="docs"
                        label="Guide"
                        hint="What a new caller has to know: what it is for, a first call, what goes wrong."
                        error=form.error("docs")
                        quiet=true
                    >
                        <TextArea value=typed rows=20 mono=true maxlength=100_000/>
                    </Field>
                    <FormActions><Button variant=ButtonVariant::Primary disabled>"Save in the draft and show it"</Button></FormActions>
                </Form>
            </Card>
            <Card title="As it is read"><Preview docs/></Card>
        </div>
    }
    .into_any()
}

#[component]
fn Preview(docs: String) -> AnyView {
    if docs.trim().is_empty() {
        return view! { <EmptyState glyph=Glyph::Document title="No guide yet" text="What you write stands here, and in the catalogue once it is published."/> }
            .into_any();
    }
    view! { <Prose html=markdown::html(&docs)/> }.into_any()
}
