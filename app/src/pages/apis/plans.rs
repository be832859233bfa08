//! The plans of an api: how it may be used, and how somebody gets in.

mod edit;
mod metered;

pub use edit::{EditPlan, NewPlan};

use super::desk::{Desk, desk};
use super::workspace::{Part, Workspace};
use crate::api::plans::{Close, Delete};
use crate::pages::catalogue::plans::{ApprovalBadge, limit_words};
use domain::plans::Plan;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Badge, Button, ButtonSize, ButtonVariant, Column, Confirm, EmptyState, Glyph, Hidden, LinkButton, Load,
    Row, SectionHeader, Table,
};

#[component]
pub fn Plans() -> AnyView {
    view! {
        <Load resource=desk() let:desk>
            <Workspace desk=desk.clone() part=Part::Plans>
                <List desk/>
            </Workspace>
        </Load>
    }
    .into_any()
}

#[component]
fn List(desk: Desk) -> AnyView {
    let disabled = desk.missing(Permission::PlansManage);
    let new = view! {
        <LinkButton href=desk.href("/plans/new") variant=ButtonVariant::Primary glyph=Glyph::Add disabled>"New plan"</LinkButton>
    };
    let columns =
        vec![Column::new("Plan"), Column::new("Limits"), Column::shrink("Approval"), Column::actions()];
    let rows = desk.detail.plans.iter().map(|plan| row(&desk, plan)).collect();
    let empty = view! {
        <EmptyState glyph=Glyph::Plan title="No plans" text="Without a plan nobody can subscribe, and nobody can call."/>
    };
    view! {
        <SectionHeader title="Plans" lead="A subscription is to a plan. New limits hold at once for all who are subscribed." actions=new/>
        <Table caption="Plans" columns rows empty/>
    }
    .into_any()
}

fn row(desk: &Desk, plan: &Plan) -> Row {
    let limits: Vec<String> = limit_words(&plan.limits).into_iter().map(|(_, text)| text).collect();
    let limits = if limits.is_empty() { "none".to_owned() } else { limits.join(", ") };
    let closed = plan.closed.then(|| view! { " " <Badge label="closed"/> });
    let description = (!plan.description.is_empty())
        .then(|| view! { <span class="cell-sub">{plan.description.clone()}</span> });
    Row::new()
        .cell(view! { {plan.name.clone()} {closed} {description} })
        .cell(limits)
        .cell(view! { <ApprovalBadge approval=plan.approval/> })
        .cell(actions(desk, plan))
        .muted(plan.closed)
}

fn actions(desk: &Desk, plan: &Plan) -> AnyView {
    let disabled = desk.missing(Permission::PlansManage);
    let hidden = vec![("api", desk.api().id.to_string()), ("plan", plan.id.to_string())];
    let mut close = hidden.clone();
    close.push(("closed", (!plan.closed).to_string()));
    let words = if plan.closed { "Open" } else { "Close" };
    let edit = desk.href(&format!("/plans/{}", plan.id));
    view! {
        <div class="row">
            <LinkButton href=edit size=ButtonSize::Small disabled=disabled.clone()>"Change"</LinkButton>
            <form method="post" action=Close::url()>
                <Hidden values=close/>
                <Button size=ButtonSize::Small variant=ButtonVariant::Quiet disabled=disabled.clone()>{words}</Button>
            </form>
            <Confirm
                id=format!("delete-{}", plan.id)
                label="Delete"
                title=format!("Delete the plan {}?", plan.name)
                text="Only a plan that nobody ever subscribed to can be deleted; others are closed."
                action=Delete::url()
                confirm="Delete the plan"
                size=ButtonSize::Small
                variant=ButtonVariant::Quiet
                danger=true
                hidden
                disabled
            />
        </div>
    }
    .into_any()
}
