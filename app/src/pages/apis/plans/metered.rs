//! The limits of a plan that only apis with models have.

use crate::flash::FormState;
use domain::budgets::dollars;
use domain::plans::{Limits, Period};
use leptos::prelude::*;
use ui::{Choice, Field, FieldRow, Fieldset, InputKind, Select, TextArea, TextInput};

#[component]
pub fn MeteredFields(form: FormState, limits: Limits) -> AnyView {
    let tokens = limits.tokens.map(|tokens| tokens.tokens.to_string()).unwrap_or_default();
    let tokens_period = limits.tokens.map_or(Period::Month, |tokens| tokens.period);
    let cost =
        limits.cost.map(|cost| dollars(cost.nano).trim_start_matches('$').to_owned()).unwrap_or_default();
    let cost_period = limits.cost.map_or(Period::Month, |cost| cost.period);
    let models = limits.models.join("\n");
    let periods =
        || Period::ALL.iter().map(|period| Choice::new(period.as_str(), format!("a {period}"))).collect();
    view! {
        <Fieldset legend="Models" hint="A call that could pass a limit is refused before it is sent.">
            <FieldRow>
                <Field name="tokens" label="Tokens" error=form.error("limits.tokens.tokens")>
                    <TextInput value=form.value_or("tokens", &tokens) kind=InputKind::Number min="1"/>
                </Field>
                <Field name="tokens_period" label="in" error=form.error("limits.tokens.period") quiet=true>
                    <Select options=periods() value=form.value_or("tokens_period", tokens_period.as_str())/>
                </Field>
            </FieldRow>
            <FieldRow>
                <Field name="cost" label="Cost" error=form.error("limits.cost.nano")>
                    <TextInput value=form.value_or("cost", &cost) suffix="US dollars"/>
                </Field>
                <Field name="cost_period" label="in" error=form.error("limits.cost.period") quiet=true>
                    <Select options=periods() value=form.value_or("cost_period", cost_period.as_str())/>
                </Field>
            </FieldRow>
            <Field
                name="models"
                label="Models that may be asked for"
                hint="A name or a pattern such as gpt-* in each line. Empty: all of them."
                error=form.error("limits.models")
            >
                <TextArea value=form.value_or("models", &models) rows=3 mono=true/>
            </Field>
        </Fieldset>
    }
    .into_any()
}
