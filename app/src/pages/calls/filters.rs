//! What the log is narrowed by. All of it is in the address.

use crate::error::sentence;
use crate::link;
use crate::pages::usage::choices::Choices;
use crate::pages::usage::filters::pick;
use crate::pages::usage::span::CHOICES;
use crate::server::{incoming, query};
use domain::problem::FieldError;
use leptos::prelude::*;
use ui::{Choice, Field, FilterBar, FilterMore, InputKind, SearchBox, Select, TextInput};

/// The filters that are asked for rarely.
const RARE: [&str; 9] =
    ["outcome", "route", "id", "address", "slower", "model", "provider", "since", "until"];

#[component]
pub fn Filters(choices: Choices, errors: Vec<FieldError>) -> AnyView {
    let set = link::pairs(&incoming().query)
        .iter()
        .any(|(name, value)| !value.is_empty() && !matches!(name.as_str(), "live" | "cursor" | "limit"));
    let live = query("live");
    let keep = if live.is_empty() { Vec::new() } else { vec![("live", live.clone())] };
    let clear = set.then(|| format!("/calls{}", link::query(&[("live", &live)])));
    let open = RARE.iter().any(|name| !query(name).is_empty()) || !errors.is_empty();
    let error = move |field: &str| {
        errors.iter().find(|error| error.field == field).map(|error| sentence(&error.message))
    };
    let status_error = error("status");
    let periods = std::iter::once(Choice::new("", "Any time"))
        .chain(CHOICES.iter().map(|(name, label, _)| Choice::new(*name, format!("Last {label}"))))
        .collect();
    view! {
        <FilterBar action="/calls" label="Filter calls" keep clear>
            <SearchBox name="path" value=query("path") label="Part of the path"/>
            <Field name="period" label="Period" quiet=true>
                <Select options=periods value=query("period")/>
            </Field>
            {pick("api", "API", "All APIs", &choices.apis)}
            {pick("application", "Application", "All applications", &choices.applications)}
            <Field name="status" label="Status" error=status_error quiet=true>
                <TextInput value=query("status") placeholder="Status: 404, 5xx" maxlength=3 mono=true/>
            </Field>
            <FilterMore open>{rare(&choices, error)}</FilterMore>
        </FilterBar>
    }
    .into_any()
}

fn rare(choices: &Choices, error: impl Fn(&str) -> Option<String>) -> AnyView {
    let route = if choices.routes.is_empty() {
        view! {
            <Field name="route" label="Route" quiet=true>
                <TextInput value=query("route") placeholder="GET /pets/{id}" mono=true/>
            </Field>
        }
        .into_any()
    } else {
        pick("route", "Route", "All routes", &choices.routes)
    };
    // nobody types the id of a provider: it is there to be taken away
    let provider = Some(query("provider")).filter(|provider| !provider.is_empty()).map(|provider| {
        view! { <Field name="provider" label="Provider" quiet=true><TextInput value=provider mono=true/></Field> }
    });
    view! {
        <Field name="outcome" label="Outcome" quiet=true>
            <Select options=outcomes() value=query("outcome")/>
        </Field>
        {route}
        <Field name="slower" label="Slower than" error=error("slower") quiet=true>
            <TextInput value=query("slower") kind=InputKind::Number min="0" suffix="ms"/>
        </Field>
        <Field name="model" label="Model" quiet=true>
            <TextInput value=query("model") placeholder="gpt-4o" mono=true/>
        </Field>
        {provider}
        <Field name="id" label="Request id begins with" quiet=true>
            <TextInput value=query("id") mono=true/>
        </Field>
        <Field name="address" label="Client address" quiet=true>
            <TextInput value=query("address") mono=true/>
        </Field>
        <Field name="since" label="From (UTC)" error=error("since") quiet=true>
            <TextInput value=query("since") kind=InputKind::DateTime/>
        </Field>
        <Field name="until" label="Until (UTC)" error=error("until") quiet=true>
            <TextInput value=query("until") kind=InputKind::DateTime/>
        </Field>
    }
    .into_any()
}

/// How calls end: with an answer, without one, or refused for one of the gateway's reasons.
fn outcomes() -> Vec<Choice> {
    let mut outcomes = vec![
        Choice::new("", "Any outcome"),
        Choice::new("ok", "Answered by the backend"),
        Choice::new("client-gone", "The caller left"),
    ];
    outcomes.extend(incoming().site.refusals.iter().map(|refusal| Choice::new(refusal.name, refusal.title)));
    let asked = query("outcome");
    if !asked.is_empty()
        && !["ok", "client-gone"].contains(&asked.as_str())
        && incoming().site.refusals.iter().all(|refusal| refusal.name != asked)
    {
        outcomes.push(Choice::new(asked.clone(), asked));
    }
    outcomes
}
