//! What operators say of a model of a connection: its price, whether it is called, its end.

use crate::api::models::{Delete, DeletePrice, SetPrice, Update};
use crate::flash::FormState;
use crate::pages::models::new::{PriceInputs, Typed};
use domain::models::entries::{Model, ModelDetail, PriceFrom};
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, ButtonVariant, Card, Confirm, Field, FieldRow, Form, FormActions, InputKind, TextInput};

fn hidden(model: &Model) -> Vec<(&'static str, String)> {
    vec![("provider", model.provider.clone()), ("model", model.id.clone())]
}

#[component]
pub fn SwitchForm(model: Model) -> AnyView {
    let mut hidden = hidden(&model);
    let (title, lead, label) = if model.enabled {
        (
            "It is called",
            "When it is off, it is passed over: names behind which nothing else stands are refused.",
            "Switch it off",
        )
    } else {
        ("It is not called", "Names behind which it stands pass it over.", "Switch it on")
    };
    if !model.enabled {
        hidden.push(("enabled", "true".to_owned()));
    }
    view! {
        <Card title lead>
            <Form action=Update::url() hidden>
                <FormActions><Button>{label}</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
pub fn SetPriceForm(detail: ModelDetail) -> AnyView {
    let form = FormState::of(SetPrice::url());
    let typed = Typed::of(&detail.model.prices);
    let set = detail.overrides.iter().any(|price| price.origin.from == PriceFrom::Operator);
    let hidden = hidden(&detail.model);
    let back = set.then(|| {
        view! {
            <Confirm
                id="delete-price"
                label="Take it back"
                title="Take back what was set?"
                text="What the catalogue says holds again, at once. Prices that were to begin later are forgotten."
                action=DeletePrice::url()
                confirm="Take it back"
                hidden=hidden.clone()
            />
        }
    });
    view! {
        <Card title="Set what it costs" lead="In the place of what the catalogue says, for this connection. What is left empty is unknown.">
            <Form action=SetPrice::url() hidden=hidden.clone()>
                <PriceInputs form typed/>
                <FieldRow>
                    <Field
                        name="starts_at"
                        label="Holds from"
                        hint="The beginning of a day in UTC; empty: now."
                        error=form.error("starts_at")
                    >
                        <TextInput value=form.value("starts_at") kind=InputKind::Date/>
                    </Field>
                    <Field name="note" label="Why" hint="A contract, a discount." error=form.error("note")>
                        <TextInput value=form.value("note") maxlength=200/>
                    </Field>
                </FieldRow>
                <FormActions><Button variant=ButtonVariant::Primary>"Set the price"</Button></FormActions>
            </Form>
            {back}
        </Card>
    }
    .into_any()
}

#[component]
pub fn Ending(model: Model) -> AnyView {
    if !model.own {
        return ().into_any();
    }
    view! {
        <Card title="Delete this model" lead="Calls to it are still made where apis name it; what they cost is unknown then." danger=true>
            <Confirm
                id="delete-model"
                label="Delete model"
                title=format!("Delete {}?", model.id)
                text="What is known of it and its prices are gone for good."
                action=Delete::url()
                confirm="Delete model"
                variant=ButtonVariant::Danger
                danger=true
                hidden=hidden(&model)
            />
        </Card>
    }
    .into_any()
}
