//! The models of a new ai api, a row each.

use crate::api::apis::offered::ROWS;
use crate::flash::FormState;
use crate::pages::apis::models::{ModelLists, Shelf, choices, list_of};
use crate::server::{actor, missing};
use domain::roles::Permission;
use leptos::prelude::*;
use ui::{ButtonVariant, Field, FieldRow, Fieldset, LinkButton, Notice, Select, TextInput, Tone};

#[component]
pub fn ModelRows(form: FormState, shelves: Vec<Shelf>) -> AnyView {
    if shelves.is_empty() {
        return view! { <NoVendor/> }.into_any();
    }
    let first = shelves.first().map(|shelf| shelf.provider.clone()).unwrap_or_default();
    let provider = |at: usize| form.value_or(&format!("models[{at}][provider]"), &first);
    let chosen: Vec<String> = (0..ROWS).map(provider).collect();
    // a person may choose another connection, whose models are in the list of all alone
    let narrow = shelves.len() == 1;
    let rows = (0..ROWS).map(|at| {
        let provider = provider(at);
        let list = list_of(if narrow { &shelves } else { &[] }, &provider);
        view! { <ModelRow form at options=choices(&shelves, "") provider list/> }
    });
    let rows = rows.collect_view();
    view! { <div class="stack">{rows} <ModelLists shelves chosen=if narrow { chosen } else { Vec::new() }/></div> }.into_any()
}

#[component]
fn NoVendor() -> AnyView {
    let permission = Permission::ProvidersManage;
    let disabled = missing(actor().may_on_platform(permission), permission);
    let actions = view! {
        <LinkButton href="/providers/new" variant=ButtonVariant::Primary disabled>"Connect a vendor"</LinkButton>
    };
    view! {
        <Notice tone=Tone::Info title="No vendor is connected" actions>
            <p>"Models come from vendors that an operator of the platform has connected."</p>
        </Notice>
    }
    .into_any()
}

#[component]
fn ModelRow(form: FormState, at: usize, options: Vec<ui::Choice>, provider: String, list: String) -> AnyView {
    let legend = if at == 0 { "Model".to_owned() } else { format!("Model {}, if there is one", at + 1) };
    let name = move |field: &str| format!("models[{at}][{field}]");
    let error = move |field: &str| form.error(&format!("models[{at}].{field}"));
    let none = (at == 0).then(|| form.error("models")).flatten();
    let id = move |field: &str| format!("field-model-{at}-{field}");
    view! {
        <Fieldset legend>
            <FieldRow>
                <Field name=name("provider") label="Provider" id=id("provider") error=error("provider") quiet=true>
                    <Select options value=provider/>
                </Field>
                <Field
                    name=name("model")
                    label="Model"
                    id=id("model")
                    hint="As the vendor calls it; type to search."
                    error=error("model").or(none)
                    required=at == 0
                >
                    <TextInput value=form.value(&name("model")) mono=true list autocomplete="off"/>
                </Field>
            </FieldRow>
            <Field
                name=name("alias")
                label="Callers say"
                id=id("alias")
                hint="Empty: as the vendor calls it."
                error=error("alias")
            >
                <TextInput value=form.value(&name("alias")) mono=true maxlength=120 placeholder="fast"/>
            </Field>
        </Fieldset>
    }
    .into_any()
}
