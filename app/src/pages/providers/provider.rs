//! One connection: how it is, its keys, and what may be changed.

use super::fields::ConnectionFields;
use super::keys::{KeyList, NewKey};
use super::test::TestCard;
use super::{StandingBadge, barred, forms, vendor_name};
use crate::api::providers::{Delete, Update};
use crate::flash::FormState;
use crate::server::{id, load, now};
use control::providers;
use domain::ids::ProviderId;
use domain::providers::{KeyForm, Provider, ProviderDetail, Standing, VendorForm};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Confirm, Crumb, Form, FormActions, Glyph, Load, Notice, Page, PageHeader,
    Toggle, Tone,
};

#[component]
pub fn ProviderPage() -> AnyView {
    let provider = id::<ProviderId>("provider", "provider");
    let shown = load(|control, actor| async move {
        let detail = providers::detail(&control, &actor, &provider?).await?;
        Ok((detail, forms(&control, &actor)?))
    });
    view! {
        <Page>
            <Load resource=shown let:shown>
                <Shown detail=shown.0 forms=shown.1/>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Shown(detail: ProviderDetail, forms: Vec<VendorForm>) -> AnyView {
    let provider = detail.provider.clone();
    let standing = detail.standing(now());
    let vendor = forms.iter().find(|form| form.id == provider.kind).cloned();
    let asks_for_keys = vendor.as_ref().is_none_or(|vendor| vendor.key != KeyForm::None);
    let keys =
        (asks_for_keys || !provider.keys.is_empty()).then(|| view! { <KeyList detail=detail.clone()/> });
    let new = vendor.clone().filter(|vendor| vendor.key != KeyForm::None);
    let new = new.map(|vendor| view! { <NewKey provider=provider.clone() vendor/> });
    let settings = vendor.map(|vendor| view! { <SettingsForm provider=provider.clone() vendor/> });
    view! {
        <Title text=provider.name.clone()/>
        <PageHeader
            title=provider.name.clone()
            lead=vendor_name(&forms, &provider.kind)
            breadcrumb=vec![Crumb::new("Providers", "/providers")]
            badges=view! { <StandingBadge standing/> }
        />
        <Unserved standing/>
        {keys}
        <div class="split">
            <div class="stack">{settings} <End provider/></div>
            <div class="stack"><TestCard detail/> {new}</div>
        </div>
    }
    .into_any()
}

/// Why nothing goes out, where that is not plain to see.
#[component]
fn Unserved(standing: Standing) -> AnyView {
    let text = match standing {
        Standing::Unserved => {
            "The gateway does not call it. What it says of that stands on top of the page, or in its log."
        }
        Standing::Unusable => "Every key is switched off or has expired, so that no call goes out.",
        _ => return ().into_any(),
    };
    view! { <Notice tone=Tone::Warning><p>{text}</p></Notice> }.into_any()
}

#[component]
fn SettingsForm(provider: Provider, vendor: VendorForm) -> AnyView {
    let form = FormState::of(Update::url());
    let Provider { id, name, base_url, settings, enabled, keys, .. } = provider;
    let lead = if keys.is_empty() {
        "In effect at once."
    } else {
        "In effect at once. While it has keys, it stays at the host that they were given for."
    };
    let base_url = base_url.map(|url| url.to_string()).unwrap_or_default();
    view! {
        <Card title="Settings" lead>
            <Form action=Update::url() hidden=vec![("provider", id.to_string())] problem=form.error("settings")>
                <ConnectionFields form vendor name settings base_url/>
                <Toggle
                    name="enabled"
                    label="May be called"
                    hint="Switched off, calls to its models go to the next one of their name, or are refused."
                    checked=form.checked("enabled", enabled)
                />
                <FormActions><Button disabled=barred()>"Save"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn End(provider: Provider) -> AnyView {
    view! {
        <Card title="The end" danger=true>
            <Confirm
                id="delete-provider"
                label="Delete the connection"
                title=format!("Delete {} with its keys?", provider.name)
                text="Only a connection whose models no API offers can be deleted. This cannot be undone."
                action=Delete::url()
                confirm="Delete it"
                variant=ButtonVariant::Danger
                glyph=Glyph::Trash
                danger=true
                hidden=vec![("provider", provider.id.to_string())]
                disabled=barred()
            />
        </Card>
    }
    .into_any()
}
