//! The keys of a connection: how the gateway sees each, and adding another.

use super::barred;
use super::fields::{SecretField, ShareFields};
use crate::api::providers::Test;
use crate::api::providers::keys::{Create, Switch};
use crate::flash::FormState;
use crate::pages::parts::date_or;
use crate::server::now;
use domain::providers::{KeyHealth, KeyState, Provider, ProviderDetail, ProviderKey, VendorForm};
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Badge, Button, ButtonSize, ButtonVariant, Card, Column, EmptyState, Field, Form, FormActions, Glyph,
    Hidden, LinkButton, Row, Show, Table, TextInput, Time, Tone,
};

#[component]
pub fn KeyList(detail: ProviderDetail) -> AnyView {
    let rows = detail.provider.keys.iter().map(|key| row(&detail, key)).collect();
    let columns = vec![
        Column::new("Key"),
        Column::new("At the gateway"),
        Column::number("Weight"),
        Column::shrink("Expires"),
        Column::actions(),
    ];
    let empty =
        view! { <EmptyState glyph=Glyph::Key title="No keys" text="Add one, so that calls can go out."/> };
    view! {
        <Card title="Keys" lead="Calls are shared out among those that are fit, by their weights." flush=true>
            <Table caption="Keys" columns rows empty/>
        </Card>
    }
    .into_any()
}

fn row(detail: &ProviderDetail, key: &ProviderKey) -> Row {
    let provider = &detail.provider;
    let page = format!("/providers/{}/keys/{}", provider.id, key.id);
    let hint = (!key.hint.is_empty()).then(|| view! { " · " <code>{format!("…{}", key.hint)}</code> });
    Row::new()
        .muted(!key.is_usable(now()))
        .cell(view! {
            {key.name.clone()}
            <span class="cell-sub">{format!("Place {}", key.position)}{hint}</span>
        })
        .cell(view! { <KeyHealthCell key=key.clone() health=detail.health_of(&key.id).cloned()/> })
        .cell(key.weight)
        .cell(date_or(key.expires_at, "never"))
        .cell(view! {
            <div class="row">
                <KeyTest provider=provider.clone() key=key.clone()/>
                <KeySwitch provider=provider.clone() key=key.clone()/>
                <LinkButton href=page size=ButtonSize::Small disabled=barred()>"Change"</LinkButton>
            </div>
        })
}

/// How the gateway sees a key, and what the vendor last held against it.
#[component]
pub fn KeyHealthCell(key: ProviderKey, health: Option<KeyHealth>) -> AnyView {
    let (label, tone) = match health.as_ref().map(|health| health.state) {
        _ if !key.enabled => ("Switched off", Tone::Neutral),
        _ if !key.is_usable(now()) => ("Expired", Tone::Danger),
        None => ("Not used", Tone::Warning),
        Some(KeyState::Fit) => ("Fit", Tone::Good),
        Some(KeyState::Resting) => ("Refused, rests", Tone::Danger),
        Some(KeyState::Cooling) => ("Over its limit, cools", Tone::Warning),
        Some(KeyState::Trial) => ("On trial", Tone::Info),
    };
    let clock = |at: domain::Time| {
        view! { <Time at=at.timestamp_millis() now=now().timestamp_millis()/> }
    };
    let until = health.as_ref().and_then(|health| health.until);
    let until = until.map(|at| view! { <span class="cell-sub">"Fit again " {clock(at)}</span> });
    let failure = health.and_then(|health| health.last_failure).map(|failure| {
        view! { <span class="cell-sub">{format!("Last refused with {}, ", failure.status)}{clock(failure.at)}</span> }
    });
    view! { <Badge label tone dot=true/> {until} {failure} }.into_any()
}

fn hidden(provider: &Provider, key: &ProviderKey) -> Vec<(&'static str, String)> {
    vec![("provider", provider.id.to_string()), ("provider_key", key.id.to_string())]
}

#[component]
fn KeyTest(provider: Provider, key: ProviderKey) -> AnyView {
    view! {
        <form method="post" action=Test::url()>
            <Hidden values=hidden(&provider, &key)/>
            <Button size=ButtonSize::Small disabled=barred()>"Test"</Button>
        </form>
    }
    .into_any()
}

#[component]
fn KeySwitch(provider: Provider, key: ProviderKey) -> AnyView {
    let mut values = hidden(&provider, &key);
    let label = if key.enabled { "Switch off" } else { "Switch on" };
    if !key.enabled {
        values.push(("enabled", "true".to_owned()));
    }
    view! {
        <form method="post" action=Switch::url()>
            <Hidden values/>
            <Button size=ButtonSize::Small variant=ButtonVariant::Quiet disabled=barred()>{label}</Button>
        </form>
    }
    .into_any()
}

#[component]
pub fn NewKey(provider: Provider, vendor: VendorForm) -> AnyView {
    let form = FormState::of(Create::url());
    view! {
        <Card title="Add a key" lead="Behind those that there are.">
            <Form action=Create::url() hidden=vec![("provider", provider.id.to_string())]>
                <Field name="name" id="key-name" label="Name" error=form.error("name") required=true>
                    <TextInput value=form.value("name") maxlength=80 placeholder="second"/>
                </Field>
                <SecretField vendor error=form.error("secret") required=true/>
                <ShareFields form weight=1/>
                <FormActions><Button glyph=Glyph::Add disabled=barred()>"Add the key"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

/// When a key was made.
pub fn since(key: &ProviderKey) -> AnyView {
    view! { <Time at=key.created_at.timestamp_millis() show=Show::Date/> }.into_any()
}
