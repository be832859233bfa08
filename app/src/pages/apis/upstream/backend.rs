//! The nodes of the upstream, how calls are spread over them, and what is done when one fails.

use crate::api::versions::upstream::{Upstream as Save, balance_word, lines};
use crate::flash::FormState;
use crate::pages::apis::desk::Desk;
use domain::roles::Permission;
use domain::upstream::{Balance, HashKey, Protocol, Timeouts, Upstream};
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Choice, Field, FieldRow, Fieldset, Form, FormActions, InputKind, Select,
    TextArea, TextInput, Toggle,
};

#[component]
pub fn BackendForm(desk: Desk) -> AnyView {
    let form = FormState::of(Save::url());
    let upstream = desk.version.draft.upstream.clone();
    let (protocol, timeouts) = (upstream.protocol, upstream.timeouts);
    let addresses = lines(&upstream);
    let disabled = desk.missing(Permission::ApisEdit);
    view! {
        <Card title="Backend">
            <Form action=Save::url() hidden=desk.hidden()>
                <Field
                    name="url"
                    label="Addresses"
                    hint="One a line, with a weight behind it where that is not 1. A path is put before the path of each call."
                    error=wrong(form)
                    required=true
                >
                    <TextArea
                        value=form.value_or("url", &addresses)
                        rows=3
                        mono=true
                        placeholder="https://backend.example.com 3"
                    />
                </Field>
                <Field name="protocol" label="Spoken to in" error=form.error("upstream.protocol")>
                    <Select options=protocols() value=form.value_or("protocol", protocol.as_str())/>
                </Field>
                <Spread form upstream/>
                <Waits form timeouts/>
                <FormActions><Button variant=ButtonVariant::Primary disabled>"Save in the draft"</Button></FormActions>
            </Form>
        </Card>
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

fn protocols() -> Vec<Choice> {
    let label = |protocol: &Protocol| match protocol {
        Protocol::Http1 => "HTTP/1.1",
        Protocol::Http2 => "HTTP/2, as gRPC needs it",
    };
    Protocol::ALL.iter().map(|protocol| Choice::new(protocol.as_str(), label(protocol))).collect()
}

fn balances(stored: &Balance) -> Vec<Choice> {
    let mut choices = vec![
        Choice::new("round_robin", "In turn, by weight"),
        Choice::new("least_requests", "To the one with the fewest calls under way"),
        Choice::new("p2c_ewma", "To the faster of two"),
        Choice::new("hash_address", "By the client's address"),
        Choice::new("hash_credential", "By the credential"),
    ];
    if let Balance::Hash(HashKey::Header { name }) = stored {
        choices.push(Choice::new("hash_header", format!("By the header {name}")));
    }
    choices
}

#[component]
fn Spread(form: FormState, upstream: Upstream) -> AnyView {
    let word = balance_word(&upstream.balance);
    let options = balances(&upstream.balance);
    let breaker = form.checked("breaker", upstream.breaker.is_some());
    let attempts = upstream.retries.as_ref().map_or(1, |retries| retries.attempts).to_string();
    let path = upstream.health.as_ref().map(|health| health.path.clone()).unwrap_or_default();
    view! {
        <Fieldset legend="Several addresses" hint="What could not be sent at all always goes to another one.">
            <Field name="balance" label="Calls go" error=form.error("upstream.balance")>
                <Select options value=form.value_or("balance", word)/>
            </Field>
            <FieldRow>
                <Field
                    name="attempts"
                    label="A call is sent at most"
                    hint="Up to 5 times, if its method is idempotent."
                    error=form.error("upstream.retries.attempts")
                >
                    <TextInput value=form.value_or("attempts", &attempts) kind=InputKind::Number min="1" suffix="times"/>
                </Field>
                <Field
                    name="health_path"
                    label="Path of the health check"
                    hint="Empty: the nodes are not checked."
                    error=form.error("upstream.health.path")
                >
                    <TextInput value=form.value_or("health_path", &path) mono=true placeholder="/healthz"/>
                </Field>
            </FieldRow>
            <Toggle
                name="breaker"
                label="Leave a node alone for a while when many calls to it fail"
                checked=breaker
            />
        </Fieldset>
    }
    .into_any()
}

#[component]
fn Waits(form: FormState, timeouts: Timeouts) -> AnyView {
    view! {
        <Fieldset legend="How long a call may wait" hint="Past a limit the caller gets 504.">
            <FieldRow>
                <Wait form name="connect_ms" label="To connect" stored=timeouts.connect_ms/>
                <Wait form name="first_byte_ms" label="For the answer to begin" stored=timeouts.first_byte_ms/>
            </FieldRow>
            <FieldRow>
                <Wait form name="idle_ms" label="Between two pieces" stored=timeouts.idle_ms/>
                <Wait form name="total_ms" label="In all" stored=timeouts.total_ms/>
            </FieldRow>
        </Fieldset>
    }
    .into_any()
}

#[component]
fn Wait(form: FormState, name: &'static str, label: &'static str, stored: u32) -> AnyView {
    let error = form.error(&format!("upstream.timeouts.{name}"));
    view! {
        <Field name label error required=true>
            <TextInput value=form.value_or(name, &stored.to_string()) kind=InputKind::Number min="10" suffix="ms"/>
        </Field>
    }
    .into_any()
}
