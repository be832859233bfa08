//! The nodes of the upstream, how calls are spread over them, and what is done when one fails. What most leave as it
//! is is folded away.

mod breaker;
mod ejection;
mod health;
mod host;
mod number;
mod retries;
mod spread;
mod waits;

use crate::api::versions::upstream::{Upstream as Save, lines};
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use breaker::BreakerFold;
use domain::roles::Permission;
use domain::upstream::{LARGEST_WEIGHT, MOST_NODES, Upstream};
use ejection::EjectionFold;
use health::HealthFold;
use host::HostFold;
use leptos::prelude::*;
use retries::RetriesFold;
use server_fn::ServerFn;
use spread::Spread;
use ui::{Button, ButtonVariant, Card, Field, Form, FormActions, TextArea};
use waits::Waits;

#[component]
pub fn BackendForm(desk: Desk) -> AnyView {
    let form = FormState::of(Save::url());
    let upstream = desk.version.draft.upstream.clone();
    let disabled = desk.missing(Permission::ApisEdit);
    let Upstream { protocol, timeouts, balance, host, retries, health, ejection, breaker, .. } =
        upstream.clone();
    view! {
        <Card title="Backend">
            <Form action=Save::url() hidden=desk.hidden() unchecked=true>
                <Addresses form upstream/>
                <Spread form balance protocol/>
                <Waits form timeouts/>
                <HostFold form host/>
                <RetriesFold form retries/>
                <HealthFold form health/>
                <EjectionFold form ejection/>
                <BreakerFold form breaker/>
                <FormActions><Button variant=ButtonVariant::Primary disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Addresses(form: FormState, upstream: Upstream) -> AnyView {
    let hint = format!(
        "One a line, at most {MOST_NODES}, with a weight of 2 to {LARGEST_WEIGHT} behind it where that is not 1. A path \
         is put before the path of each call."
    );
    view! {
        <Field name="url" label="Addresses" hint error=wrong(form) required=true>
            <TextArea
                value=form.value_or("url", &lines(&upstream))
                rows=3
                mono=true
                placeholder="https://backend.example.com 3"
            />
        </Field>
    }
    .into_any()
}

/// What is wrong with the addresses, each with the number of its line where there are several.
fn wrong(form: FormState) -> Option<String> {
    let one = form.error("upstream.url");
    let several = form.errors_within("upstream.nodes").into_iter().map(|(field, message)| {
        let line = field.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
        match line.and_then(|(number, _)| number.parse::<usize>().ok()) {
            Some(number) => format!("Line {}: {message}", number + 1),
            None => message,
        }
    });
    let all: Vec<String> = one.into_iter().chain(several).collect();
    (!all.is_empty()).then(|| all.join(" "))
}
