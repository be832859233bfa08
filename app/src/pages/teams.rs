//! Teams: who works together, and owns APIs and applications.

pub mod certificates;
pub mod edit;
pub mod list;
pub mod members;
pub mod new;
pub mod team;

use crate::flash::FormState;
use leptos::prelude::*;
use ui::{Field, TextArea, TextInput};

/// What is said of a team, new or changed.
#[component]
fn TeamFields(
    form: FormState,
    #[prop(optional, into)] name: String,
    #[prop(optional, into)] description: String,
) -> AnyView {
    view! {
        <Field
            name="name"
            label="Name"
            hint="As others know the team; it stands beside its APIs in the catalogue."
            error=form.error("name")
            required=true
        >
            <TextInput value=form.value_or("name", &name) maxlength=80 autofocus=true/>
        </Field>
        <Field
            name="description"
            label="Description"
            hint="What the team is responsible for, and how it is reached."
            error=form.error("description")
        >
            <TextArea value=form.value_or("description", &description) rows=4 maxlength=1000/>
        </Field>
    }
    .into_any()
}
