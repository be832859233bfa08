//! What the catalogue says of an api, as fields: the same when it is made and when it is changed.

use crate::flash::FormState;
use domain::apis::{Api, Visibility};
use leptos::prelude::*;
use ui::{Choice, Field, FieldRow, Select, TextArea, TextInput};

#[component]
pub fn AboutFields(
    form: FormState,
    /// What is stored.
    #[prop(optional)]
    api: Option<Api>,
    /// Stands after the name: the slug, while it can be chosen.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let (name, description, category, tags, visibility) = match api {
        Some(api) => (api.name, api.description, api.category, api.tags.join(", "), api.visibility),
        None => (String::new(), String::new(), String::new(), String::new(), Visibility::Internal),
    };
    view! {
        <FieldRow>
            <Field name="name" label="Name" hint="What people call it." error=form.error("name") required=true>
                <TextInput value=form.value_or("name", &name) maxlength=80 placeholder="Pet store"/>
            </Field>
            {children.map(|children| children())}
        </FieldRow>
        <Field
            name="description"
            label="Description"
            hint="The first line stands on the card in the catalogue. Markdown."
            error=form.error("description")
        >
            <TextArea value=form.value_or("description", &description) rows=3/>
        </Field>
        <FieldRow>
            <Field name="category" label="Category" hint="Where it is filed." error=form.error("category")>
                <TextInput value=form.value_or("category", &category) maxlength=60 placeholder="Shop"/>
            </Field>
            <Field name="tags" label="Tags" hint="Words between commas." error=form.error("tags")>
                <TextInput value=form.value_or("tags", &tags) placeholder="animals, orders"/>
            </Field>
        </FieldRow>
        <Field name="visibility" label="Who finds it" error=form.error("visibility") quiet=true>
            <Select options=visibilities() value=form.value_or("visibility", visibility.as_str())/>
        </Field>
    }
    .into_any()
}

fn visibilities() -> Vec<Choice> {
    let choice = |visibility: &Visibility| {
        let words = match visibility {
            Visibility::Public => "public: everybody, also without signing in where the platform allows it",
            Visibility::Internal => "internal: everybody who is signed in",
            Visibility::Private => "private: members of the team",
        };
        Choice::new(visibility.as_str(), words)
    };
    Visibility::ALL.iter().map(choice).collect()
}
