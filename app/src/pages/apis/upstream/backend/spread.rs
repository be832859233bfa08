//! Which node a call goes to, and in which version of HTTP.

use crate::api::versions::upstream::balance_word;
use crate::flash::FormState;
use domain::upstream::{Balance, HashKey, Protocol};
use leptos::prelude::*;
use ui::{Choice, Field, FieldRow, Select, TextInput};

#[component]
pub fn Spread(form: FormState, balance: Balance, protocol: Protocol) -> AnyView {
    let header = match &balance {
        Balance::Hash(HashKey::Header { name }) => name.clone(),
        _ => String::new(),
    };
    let word = balance_word(&balance);
    view! {
        <Field name="protocol" label="Spoken to in" error=form.error("upstream.protocol") quiet=true>
            <Select options=protocols() value=form.value_or("protocol", protocol.as_str())/>
        </Field>
        <FieldRow>
            <Field
                name="balance"
                label="Of several addresses, calls go"
                hint="What could not be sent at all always goes to another one."
                error=form.error("upstream.balance")
                quiet=true
            >
                <Select options=balances() value=form.value_or("balance", word)/>
            </Field>
            <Field
                name="balance_header"
                label="By the header"
                hint="Calls without it go by the client's address."
                error=form.error("upstream.balance.hash.name")
                quiet=true
                asked=true
            >
                <TextInput value=form.value_or("balance_header", &header) mono=true maxlength=128 placeholder="X-Tenant"/>
            </Field>
        </FieldRow>
    }
    .into_any()
}

fn protocols() -> Vec<Choice> {
    let label = |protocol: &Protocol| match protocol {
        Protocol::Http1 => "HTTP/1.1",
        Protocol::Http2 => "HTTP/2, as gRPC needs it",
    };
    Protocol::ALL.iter().map(|protocol| Choice::new(protocol.as_str(), label(protocol))).collect()
}

fn balances() -> Vec<Choice> {
    vec![
        Choice::new("round_robin", "In turn, by weight"),
        Choice::new("least_requests", "To the one with the fewest calls under way"),
        Choice::new("p2c_ewma", "To the faster of two"),
        Choice::new("hash_address", "To the same one for each client address"),
        Choice::new("hash_credential", "To the same one for each credential"),
        Choice::new("hash_header", "To the same one for each value of a header").asks(),
    ]
}
