//! Limits of a draft for all its callers, beside those of each plan.

mod edit;

pub use edit::EditLimit;

use crate::api::versions::limits::{Create, Delete};
use crate::flash::FormState;
use crate::link;
use crate::pages::apis::desk::Desk;
use crate::pages::catalogue::plans::limit_words;
use domain::plans::{Limits, Period};
use domain::policies::limits::{By, ScopedLimit};
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Button, ButtonSize, ButtonVariant, Card, Choice, Column, Confirm, EmptyState, Field, FieldRow, Form,
    FormActions, Glyph, InputKind, LinkButton, Row, Select, Table, TextArea, TextInput,
};

/// Whose calls a limit counts together.
fn whose(by: By) -> &'static str {
    match by {
        By::Api => "all callers together",
        By::Route => "each route",
        By::Address => "each client address",
        By::Application => "each application",
    }
}

#[component]
pub fn LimitList(desk: Desk) -> AnyView {
    let columns = vec![
        Column::mono("Limit"),
        Column::new("For"),
        Column::new("Rate"),
        Column::new("Quota"),
        Column::new("Routes"),
        Column::actions(),
    ];
    let rows = desk.version.draft.policies.limits.iter().map(|limit| row(&desk, limit)).collect();
    let empty = view! {
        <EmptyState glyph=Glyph::Plan title="No limits" text="Only the plans limit what callers may do."/>
    };
    view! {
        <Card title="Limits" lead="For all callers, beside what each plan allows. A call has to fit into every one of them." flush=true>
            <Table caption="Limits of the draft" columns rows empty/>
        </Card>
    }
    .into_any()
}

fn row(desk: &Desk, limit: &ScopedLimit) -> Row {
    let name = &limit.name;
    let disabled = desk.missing(Permission::ApisEdit);
    let edit = link::with(&desk.href("/upstream/limits"), "name", name);
    let mut hidden = desk.hidden();
    hidden.push(("limit", name.clone()));
    let words = limit_words(&Limits { rate: limit.rate, quota: limit.quota, ..Limits::default() });
    let word = |kind: &str| {
        let found = words.iter().find(|(known, _)| *known == kind);
        found.map(|(_, text)| text.clone()).unwrap_or_default()
    };
    let routes = if limit.routes.is_empty() { "all".to_owned() } else { limit.routes.join("; ") };
    let remove = view! {
        <Confirm
            id=format!("remove-limit-{name}")
            label="Remove"
            title=format!("Remove the limit {name}?")
            text="Once the draft is published, only the other limits and the plans hold."
            action=Delete::url()
            confirm="Remove the limit"
            size=ButtonSize::Small
            variant=ButtonVariant::Quiet
            danger=true
            hidden
            disabled=disabled.clone()
        />
    };
    Row::new()
        .cell(name.clone())
        .cell(whose(limit.by))
        .cell(word("Rate"))
        .cell(word("Quota"))
        .cell(routes)
        .cell(view! {
            <div class="row"><LinkButton href=edit size=ButtonSize::Small disabled>"Change"</LinkButton> {remove}</div>
        })
}

#[component]
pub fn NewLimit(desk: Desk) -> AnyView {
    let form = FormState::of(Create::url());
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Add a limit">
            <Form action=Create::url() hidden=desk.hidden()>
                <LimitFields form/>
                <FormActions><Button glyph=Glyph::Add disabled>"Add to the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

/// All fields of a limit; of `limit`, where there is one.
#[component]
fn LimitFields(form: FormState, #[prop(optional)] limit: Option<ScopedLimit>) -> AnyView {
    let choices = By::ALL.iter().map(|by| Choice::new(by.as_str(), whose(*by))).collect();
    let by = limit.as_ref().map_or(By::Application, |limit| limit.by);
    let name = limit.as_ref().map(|limit| limit.name.clone()).unwrap_or_default();
    let routes = limit.as_ref().map(|limit| limit.routes.join("\n")).unwrap_or_default();
    view! {
        <FieldRow>
            <Field
                name="name"
                label="Name"
                hint="Callers are told it. Small letters, digits and hyphens."
                error=form.error("name")
                required=true
            >
                <TextInput value=form.value_or("name", &name) mono=true maxlength=40 placeholder="burst"/>
            </Field>
            <Field name="by" label="For" hint="What draws on one count." error=form.error("by")>
                <Select options=choices value=form.value_or("by", by.as_str())/>
            </Field>
        </FieldRow>
        <Numbers form limit/>
        <Field
            name="routes"
            label="Only for these routes"
            hint="One a line, as GET /pets/{id}; none means all."
            error=form.error("routes")
            quiet=true
        >
            <TextArea value=form.value_or("routes", &routes) rows=2 mono=true/>
        </Field>
    }
    .into_any()
}

#[component]
fn Numbers(form: FormState, limit: Option<ScopedLimit>) -> AnyView {
    let (rate, quota) = limit.map_or((None, None), |limit| (limit.rate, limit.quota));
    let requests = rate.map(|rate| rate.requests.to_string()).unwrap_or_default();
    let seconds = rate.map_or_else(|| "60".to_owned(), |rate| rate.seconds.to_string());
    let most = quota.map(|quota| quota.requests.to_string()).unwrap_or_default();
    let period = quota.map_or(Period::Day, |quota| quota.period);
    let periods =
        Period::ALL.iter().map(|period| Choice::new(period.as_str(), format!("a {period}"))).collect();
    let rate_error = form.error("rate.requests").or_else(|| form.error("rate"));
    view! {
        <FieldRow>
            <Field name="rate_requests" label="Calls" hint="Empty: no rate." error=rate_error>
                <TextInput value=form.value_or("rate_requests", &requests) kind=InputKind::Number min="1"/>
            </Field>
            <Field name="rate_seconds" label="in any" error=form.error("rate.seconds") quiet=true>
                <TextInput value=form.value_or("rate_seconds", &seconds) kind=InputKind::Number min="1" suffix="seconds"/>
            </Field>
        </FieldRow>
        <FieldRow>
            <Field name="quota_requests" label="Calls in all" hint="Empty: no quota." error=form.error("quota.requests")>
                <TextInput value=form.value_or("quota_requests", &most) kind=InputKind::Number min="1"/>
            </Field>
            <Field name="quota_period" label="Period" error=form.error("quota.period") quiet=true>
                <Select options=periods value=form.value_or("quota_period", period.as_str())/>
            </Field>
        </FieldRow>
    }
    .into_any()
}
