//! The form that sets a budget.

use crate::api::budgets::Create;
use crate::error::Result;
use crate::flash::FormState;
use control::{Actor, Control, apis, applications, providers, teams};
use domain::paging::{MAX_LIMIT, PageOf};
use domain::plans::Period;
use domain::roles::Permission;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Choice, Field, FieldRow, Form, FormActions, Notice, Select, TextInput, Tone,
};

/// Something that the person may set a budget on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settable {
    id: String,
    label: String,
}

impl Settable {
    fn new(kind: &str, id: &str, name: &str) -> Self {
        Self { id: id.to_owned(), label: format!("{kind}: {name}") }
    }
}

/// The first 500 of each kind: the management API sets budgets on all others.
pub async fn settable(control: &Control, actor: &Actor) -> Result<Vec<Settable>> {
    let all = || PageOf { limit: MAX_LIMIT, cursor: None };
    let mut settable = Vec::new();
    for found in applications::list(control, actor, None, "", &all()).await?.items {
        if actor.may(Permission::BudgetsManage, &found.application.team) {
            settable.push(Settable::new(
                "Application",
                found.application.id.as_str(),
                &found.application.name,
            ));
        }
    }
    for api in apis::list(control, actor, None, "", &all()).await?.items {
        if actor.may(Permission::BudgetsManage, &api.team) {
            settable.push(Settable::new("API", api.id.as_str(), &api.name));
        }
    }
    if actor.may_on_platform(Permission::BudgetsManage) {
        for found in teams::list(control, actor, "", &all()).await?.items {
            settable.push(Settable::new("Team", found.team.id.as_str(), &found.team.name));
        }
        for provider in providers::list(control, actor, &all()).await?.items {
            settable.push(Settable::new("Provider", provider.id.as_str(), &provider.name));
        }
    }
    Ok(settable)
}

#[component]
pub fn NewBudget(settable: Vec<Settable>) -> AnyView {
    let form = FormState::of(Create::url());
    if settable.is_empty() {
        return view! {
            <Card title="Set a budget">
                <Notice tone=Tone::Info>
                    "Owners of a team set budgets on its applications and APIs; operators of the platform set all."
                </Notice>
            </Card>
        }
        .into_any();
    }
    let subjects = settable.into_iter().map(|thing| Choice::new(thing.id, thing.label)).collect();
    let units = vec![Choice::new("nano", "US dollars"), Choice::new("tokens", "tokens")];
    let periods =
        Period::ALL.iter().map(|period| Choice::new(period.as_str(), format!("a {period}"))).collect();
    view! {
        <Card title="Set a budget" lead="What was used before in the period counts.">
            <Form action=Create::url()>
                <Field name="subject" label="Of" error=form.error("subject") required=true>
                    <Select options=subjects value=form.value("subject")/>
                </Field>
                <FieldRow>
                    <Field name="amount" label="At most" error=form.error("amount") required=true>
                        <TextInput value=form.value("amount") placeholder="50"/>
                    </Field>
                    <Field name="unit" label="of" error=form.error("unit") quiet=true>
                        <Select options=units value=form.value_or("unit", "nano")/>
                    </Field>
                    <Field name="period" label="Period" error=form.error("period") quiet=true>
                        <Select options=periods value=form.value_or("period", "month")/>
                    </Field>
                </FieldRow>
                <FormActions>
                    <Button variant=ButtonVariant::Primary>"Set the budget"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
