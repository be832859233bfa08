//! One key of a connection: its share, its place, its end, and another secret.

use super::fields::{SecretField, ShareFields};
use super::keys::{KeyHealthCell, since};
use super::{barred, forms};
use crate::api::providers::keys::{Delete, Replace, Update};
use crate::error::AppError;
use crate::flash::FormState;
use crate::server::{id, load};
use control::providers;
use domain::ids::{ProviderId, ProviderKeyId};
use domain::providers::{ProviderDetail, ProviderKey, VendorForm};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Confirm, Crumb, DefinitionList, Field, Form, FormActions, Glyph, InputKind,
    KeyValue, LinkButton, Load, Page, PageHeader, TextInput, Toggle,
};

#[component]
pub fn KeyPage() -> AnyView {
    let provider = id::<ProviderId>("provider", "provider");
    let key = id::<ProviderKeyId>("key", "key");
    let shown = load(|control, actor| async move {
        let (key, detail) = (key?, providers::detail(&control, &actor, &provider?).await?);
        let found = detail.provider.keys.iter().find(|other| other.id == key).cloned();
        let found = found.ok_or_else(|| AppError::not_found("key"))?;
        let vendor = forms(&control, &actor)?.into_iter().find(|form| form.id == detail.provider.kind);
        Ok((detail, found, vendor))
    });
    view! {
        <Page>
            <Load resource=shown let:shown>
                <Shown detail=shown.0 key=shown.1 vendor=shown.2/>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Shown(detail: ProviderDetail, key: ProviderKey, vendor: Option<VendorForm>) -> AnyView {
    let provider = &detail.provider;
    let page = format!("/providers/{}", provider.id);
    let breadcrumb =
        vec![Crumb::new("Providers", "/providers"), Crumb::new(provider.name.clone(), page.clone())];
    let hidden = vec![("provider", provider.id.to_string()), ("provider_key", key.id.to_string())];
    let replace = vendor.map(|vendor| view! { <ReplaceForm vendor hidden=hidden.clone()/> });
    let health = detail.health_of(&key.id).cloned();
    let seen = view! { <KeyHealthCell key=key.clone() health/> };
    let since = since(&key);
    let hint = if key.hint.is_empty() { "not shown".to_owned() } else { format!("…{}", key.hint) };
    view! {
        <Title text=format!("Key {}", key.name)/>
        <PageHeader title=format!("Key {}", key.name) breadcrumb/>
        <div class="split">
            <div class="stack">
                <EditForm key=key.clone() hidden=hidden.clone() page/>
                {replace}
                <Remove key=key.clone() hidden/>
            </div>
            <Card title="Key">
                <DefinitionList>
                    <KeyValue label="At the gateway">{seen}</KeyValue>
                    <KeyValue label="Secret"><code>{hint}</code></KeyValue>
                    <KeyValue label="Since">{since}</KeyValue>
                </DefinitionList>
            </Card>
        </div>
    }
    .into_any()
}

#[component]
fn EditForm(key: ProviderKey, hidden: Vec<(&'static str, String)>, page: String) -> AnyView {
    let form = FormState::of(Update::url());
    let expires_at = key.expires_at.map(|at| at.format("%Y-%m-%d").to_string()).unwrap_or_default();
    view! {
        <Card title="Settings" lead="In effect at once.">
            <Form action=Update::url() hidden>
                <Field name="name" label="Name" error=form.error("name") required=true>
                    <TextInput value=form.value_or("name", &key.name) maxlength=80/>
                </Field>
                <Field
                    name="position"
                    label="Place"
                    hint="Among the keys, from 1; tests take the first that can be used."
                    error=form.error("position")
                    required=true
                >
                    <TextInput value=form.value_or("position", &key.position.to_string()) kind=InputKind::Number min="1"/>
                </Field>
                <ShareFields form weight=key.weight expires_at/>
                <Toggle name="enabled" label="Calls go out with it" checked=form.checked("enabled", key.enabled)/>
                <FormActions>
                    <Button variant=ButtonVariant::Primary disabled=barred()>"Save"</Button>
                    <LinkButton href=page>"Cancel"</LinkButton>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn ReplaceForm(vendor: VendorForm, hidden: Vec<(&'static str, String)>) -> AnyView {
    let form = FormState::of(Replace::url());
    view! {
        <Card title="Another secret" lead="Takes the place of the one that there is, at once.">
            <Form action=Replace::url() hidden>
                <SecretField vendor error=form.error("secret") required=true/>
                <FormActions><Button disabled=barred()>"Replace the secret"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Remove(key: ProviderKey, hidden: Vec<(&'static str, String)>) -> AnyView {
    view! {
        <Card title="The end" danger=true>
            <Confirm
                id="delete-key"
                label="Remove the key"
                title=format!("Remove the key {}?", key.name)
                text="No call goes out with it any more. Its secret is deleted; this cannot be undone."
                action=Delete::url()
                confirm="Remove it"
                variant=ButtonVariant::Danger
                glyph=Glyph::Trash
                danger=true
                hidden
                disabled=barred()
            />
        </Card>
    }
    .into_any()
}
