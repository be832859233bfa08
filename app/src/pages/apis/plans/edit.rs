//! The form of a plan, new or to be changed.

use crate::api::plans::{Create, Update};
use crate::flash::FormState;
use crate::pages::apis::desk::{Desk, desk};
use crate::pages::apis::edit::{EditCard, Gone};
use crate::pages::apis::plans::metered::MeteredFields;
use crate::pages::apis::workspace::{Part, Workspace};
use crate::server::param;
use domain::apis::ApiKind;
use domain::plans::{Approval, Period, Plan};
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Choice, Field, FieldRow, Fieldset, Glyph, InputKind, Load, RadioCard, RadioCards, Select, TextArea,
    TextInput,
};

#[component]
pub fn NewPlan() -> AnyView {
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Plans>
                <PlanForm desk/>
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
pub fn EditPlan() -> AnyView {
    let wanted = param("plan");
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Plans>
                {match desk.detail.plans.iter().find(|plan| plan.id.as_str() == wanted).cloned() {
                    Some(plan) => view! { <PlanForm desk plan/> }.into_any(),
                    None => {
                        let href = desk.href("/plans");
                        view! { <Gone glyph=Glyph::Plan title="The api has no such plan" all="All plans" href/> }.into_any()
                    }
                }}
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
fn PlanForm(desk: Desk, #[prop(optional)] plan: Option<Plan>) -> AnyView {
    let mut hidden = vec![("api", desk.api().id.to_string())];
    let (action, title, save) = match &plan {
        Some(plan) => {
            hidden.push(("plan", plan.id.to_string()));
            (Update::url(), format!("Change the plan {}", plan.name), "Save the plan")
        }
        None => (Create::url(), "New plan".to_owned(), "Create the plan"),
    };
    let form = FormState::of(action);
    let disabled = desk.missing(Permission::PlansManage);
    let metered = desk.api().kind != ApiKind::Rest;
    let back = desk.href("/plans");
    view! {
        <EditCard title action hidden save disabled back>
            <PlanFields form plan metered/>
        </EditCard>
    }
    .into_any()
}

#[component]
fn PlanFields(form: FormState, plan: Option<Plan>, metered: bool) -> AnyView {
    let text = |of: fn(&Plan) -> &str| plan.as_ref().map(|plan| of(plan).to_owned()).unwrap_or_default();
    let (name, description, terms) =
        (text(|plan| &plan.name), text(|plan| &plan.description), text(|plan| &plan.terms));
    let approval = plan.as_ref().map_or(Approval::Manual, |plan| plan.approval);
    let cards = vec![
        RadioCard::new("manual", "By approval")
            .text("Somebody of the team decides about each request, in the inbox."),
        RadioCard::new("automatic", "Automatic").text("Whoever asks has access at once."),
    ];
    let limits = plan.as_ref().map(|plan| plan.limits.clone()).unwrap_or_default();
    let metered = metered.then(|| view! { <MeteredFields form limits/> });
    view! {
        <Field name="name" label="Name" error=form.error("name") required=true>
            <TextInput value=form.value_or("name", &name) maxlength=60 placeholder="Gold"/>
        </Field>
        <Field name="description" label="Description" hint="Who it is for." error=form.error("description")>
            <TextArea value=form.value_or("description", &description) rows=2/>
        </Field>
        <RadioCards
            name="approval"
            legend="Who gets in"
            cards
            value=form.value_or("approval", approval.as_str())
            error=form.error("approval")
        />
        <LimitFields form plan/>
        {metered}
        <Field name="terms" label="Terms" hint="What a subscriber agrees to. Markdown." error=form.error("terms")>
            <TextArea value=form.value_or("terms", &terms) rows=5/>
        </Field>
    }
    .into_any()
}

#[component]
fn LimitFields(form: FormState, plan: Option<Plan>) -> AnyView {
    let limits = plan.map(|plan| plan.limits).unwrap_or_default();
    let number = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    let requests = number(limits.rate.map(|rate| rate.requests.into()));
    let seconds = number(limits.rate.map(|rate| rate.seconds.into()));
    let quota = number(limits.quota.map(|quota| quota.requests));
    let period = limits.quota.map_or(Period::Day, |quota| quota.period);
    let periods =
        Period::ALL.iter().map(|period| Choice::new(period.as_str(), format!("a {period}"))).collect();
    let seconds = if seconds.is_empty() { "60".to_owned() } else { seconds };
    view! {
        <Fieldset legend="Limits" hint="For each subscription. A limit that is left empty does not limit.">
            <FieldRow>
                <Field name="rate_requests" label="Calls" error=form.error("limits.rate.requests")>
                    <TextInput value=form.value_or("rate_requests", &requests) kind=InputKind::Number min="1"/>
                </Field>
                <Field name="rate_seconds" label="in any" error=form.error("limits.rate.seconds") quiet=true>
                    <TextInput value=form.value_or("rate_seconds", &seconds) kind=InputKind::Number min="1" suffix="seconds"/>
                </Field>
            </FieldRow>
            <FieldRow>
                <Field name="quota_requests" label="Calls in all" error=form.error("limits.quota.requests")>
                    <TextInput value=form.value_or("quota_requests", &quota) kind=InputKind::Number min="1"/>
                </Field>
                <Field name="quota_period" label="Period" error=form.error("limits.quota.period") quiet=true>
                    <Select options=periods value=form.value_or("quota_period", period.as_str())/>
                </Field>
            </FieldRow>
        </Fieldset>
    }
    .into_any()
}
