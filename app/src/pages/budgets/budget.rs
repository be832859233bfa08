//! One budget: what is left of it, how much it is, and its end.

use super::{left, told, used, words};
use crate::api::budgets::{Delete, Update};
use crate::flash::FormState;
use crate::server::{actor, id, load, missing};
use control::budgets;
use domain::budgets::{BudgetStanding, Unit};
use domain::ids::BudgetId;
use domain::roles::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Confirm, Crumb, DefinitionList, Field, Form, FormActions, KeyValue, Load,
    Page, PageHeader, Show, TextInput, Time,
};

#[component]
pub fn BudgetPage() -> AnyView {
    let budget = id::<BudgetId>("budget", "budget");
    let shown = load(|control, actor| async move { Ok(budgets::get(&control, &actor, &budget?).await?) });
    view! {
        <Page>
            <Load resource=shown let:standing>
                <Budget standing/>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Budget(standing: BudgetStanding) -> AnyView {
    let budget = standing.budget.clone();
    let title = format!("Budget of {}", budget.name);
    let disabled = missing(budgets::may_change(&actor(), &budget), Permission::BudgetsManage);
    let hidden = vec![("budget", budget.id.to_string())];
    let (used, left) = (used(&standing), left(&standing));
    let resets_at = standing.resets_at.timestamp_millis();
    let (scope, name) = (words(budget.subject.scope()), budget.name.clone());
    let most = format!("{} in a {}", told(budget.unit, budget.amount), budget.period);
    view! {
        <Title text=title.clone()/>
        <PageHeader title breadcrumb=vec![Crumb::new("Budgets", "/budgets")]/>
        <Card>
            <DefinitionList>
                <KeyValue label="Of">{format!("{scope} {name}")}</KeyValue>
                <KeyValue label="At most">{most}</KeyValue>
                <KeyValue label="This period">{used}</KeyValue>
                <KeyValue label="Left">{left}</KeyValue>
                <KeyValue label="Begins anew">
                    <Time at=resets_at show=Show::Date/>
                </KeyValue>
            </DefinitionList>
        </Card>
        <Amount standing disabled=disabled.clone() hidden=hidden.clone()/>
        <Card title="Take it away" lead="Nothing is limited by it any more." danger=true>
            <Confirm
                id="delete-budget"
                label="Delete budget"
                title="Delete this budget?"
                text="Models may then cost whatever other budgets and plans allow. What was spent stays on record."
                action=Delete::url()
                confirm="Delete budget"
                variant=ButtonVariant::Danger
                danger=true
                hidden
                disabled
            />
        </Card>
    }
    .into_any()
}

#[component]
fn Amount(
    standing: BudgetStanding,
    disabled: Option<String>,
    hidden: Vec<(&'static str, String)>,
) -> AnyView {
    let form = FormState::of(Update::url());
    let budget = standing.budget;
    let (now, suffix) = match budget.unit {
        Unit::Tokens => (budget.amount.to_string(), "tokens"),
        Unit::Nano => (told(budget.unit, budget.amount).trim_start_matches('$').to_owned(), "US dollars"),
    };
    view! {
        <Card title="Amount" lead="Another amount holds from the next call on.">
            <Form action=Update::url() hidden>
                <Field name="amount" label="At most" error=form.error("amount") required=true>
                    <TextInput value=form.value_or("amount", &now) suffix/>
                </Field>
                <FormActions>
                    <Button variant=ButtonVariant::Primary disabled>"Save the amount"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
