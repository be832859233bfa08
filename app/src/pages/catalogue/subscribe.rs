//! Asking for access, all on one page: plan, application, reason; and before it is sent, who decides.

mod application;

use super::api::entry;
use super::plans::{ApprovalBadge, limit_words, who_decides};
use super::{href, version_href};
use crate::api::subscriptions::request::Request;
use crate::flash::FormState;
use crate::markdown;
use crate::server::{load, query};
use application::{ApplicationFields, Choices, choices};
use control::catalogue::CatalogueApi;
use domain::plans::Plan;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Checkbox, Crumb, EmptyState, Field, Form, FormActions, Glyph, LinkButton,
    Load, Page, PageHeader, Prose, RadioCard, RadioCards, TextArea,
};

#[component]
pub fn Subscribe() -> AnyView {
    let choices = load(|control, actor| async move { choices(&control, &actor).await });
    view! {
        <Page>
            <Load resource=entry() let:api>
                <Head api=api.clone()/>
                <Load resource=choices let:choices>
                    <Content api choices/>
                </Load>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Head(api: CatalogueApi) -> AnyView {
    let name = api.detail.api.name.clone();
    let breadcrumb =
        vec![Crumb::new("Catalogue", "/catalogue"), Crumb::new(name.clone(), href(&api.detail.api.slug))];
    view! {
        <Title text=format!("Subscribe to {name}")/>
        <PageHeader
            title=format!("Subscribe to {name}")
            lead="An application gets access on a plan; its key then opens the api."
            breadcrumb
        />
    }
    .into_any()
}

/// The form, or why there is none.
#[component]
fn Content(api: CatalogueApi, choices: Choices) -> AnyView {
    if let Some(reason) = super::api::call_to_action::barred(&api) {
        let back = version_href(&api.detail.api.slug, &api.version.name);
        let action = view! { <LinkButton href=back>"Back to the api"</LinkButton> };
        return view! { <EmptyState glyph=Glyph::Lock title="You cannot subscribe now" text=format!("{reason}.") action/> }
            .into_any();
    }
    let plans: Vec<Plan> = api.detail.plans.iter().filter(|plan| !plan.closed).cloned().collect();
    view! {
        <div class="split">
            <AskForm api=api.clone() plans=plans.clone() choices/>
            <Terms plans/>
        </div>
    }
    .into_any()
}

#[component]
fn AskForm(api: CatalogueApi, plans: Vec<Plan>, choices: Choices) -> AnyView {
    let form = FormState::of(Request::url());
    let only = plans.first().filter(|_| plans.len() == 1).map(|plan| plan.id.to_string());
    let chosen = form.value("plan").or_else(|| Some(query("plan")).filter(|plan| !plan.is_empty())).or(only);
    let cards = plans.iter().map(|plan| plan_card(plan, &api.detail.team_name)).collect();
    let hidden = vec![("slug", api.detail.api.slug.to_string())];
    view! {
        <Card>
            <Form action=Request::url() hidden>
                <RadioCards name="plan" legend="Plan" cards value=chosen error=form.error("plan")/>
                <ApplicationFields api choices form/>
                <Checkbox
                    name="make_key"
                    label="Make a key for this application"
                    hint="It is shown once, after you have asked."
                    checked=form.checked("make_key", true)
                />
                <Field
                    name="reason"
                    label="What for"
                    hint="Who decides reads this."
                    error=form.error("reason")
                >
                    <TextArea value=form.value("reason") maxlength=1000/>
                </Field>
                <FormActions>
                    <Button variant=ButtonVariant::Primary glyph=Glyph::Key>"Subscribe"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

/// What the plan allows and who decides: known before anything is sent.
fn plan_card(plan: &Plan, team: &str) -> RadioCard {
    let limits = limit_words(&plan.limits);
    let limits: Vec<String> = limits.into_iter().map(|(_, text)| text).collect();
    let limits = if limits.is_empty() { "No limits".to_owned() } else { limits.join(" and ") };
    let about = if plan.description.is_empty() { String::new() } else { format!("{} ", plan.description) };
    let approval = plan.approval;
    RadioCard::new(plan.id.to_string(), plan.name.clone())
        .text(format!("{about}{limits}. {}", who_decides(approval, team)))
        .aside(view! { <ApprovalBadge approval/> })
}

/// What one agrees to by asking.
#[component]
fn Terms(plans: Vec<Plan>) -> AnyView {
    let with_terms = plans.into_iter().filter(|plan| !plan.terms.is_empty());
    let terms: Vec<AnyView> = with_terms
        .map(|plan| {
            view! {
                <details class="fold">
                    <summary>{format!("Terms of the plan {}", plan.name)}</summary>
                    <Prose html=markdown::html(&plan.terms)/>
                </details>
            }
            .into_any()
        })
        .collect();
    if terms.is_empty() {
        return ().into_any();
    }
    view! {
        <Card title="Terms" lead="By subscribing you agree to the terms of the plan that you choose.">
            <div class="stack">{terms}</div>
        </Card>
    }
    .into_any()
}
