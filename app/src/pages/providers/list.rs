//! The connections that there are.

use super::{StandingBadge, barred, forms, vendor_name};
use crate::server::{load, next_href, now, page_of};
use control::providers;
use domain::paging::Page as PageItems;
use domain::providers::{LastTest, ProviderDetail, VendorForm};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    ButtonVariant, Column, EmptyState, Glyph, LinkButton, Load, Page, PageHeader, Pager, Row, Table, Time,
};

#[component]
pub fn Providers() -> AnyView {
    let page = page_of();
    let shown = load(|control, actor| async move {
        let providers = providers::details(&control, &actor, &page?).await?;
        Ok((providers, forms(&control, &actor)?))
    });
    view! {
        <Title text="Providers"/>
        <Page>
            <PageHeader
                title="Providers"
                lead="Connections to AI vendors, with the keys that calls go out with."
                actions=view! { <ConnectButton/> }
            />
            <Load resource=shown let:shown>
                <List providers=shown.0 forms=shown.1/>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn ConnectButton() -> AnyView {
    view! {
        <LinkButton href="/providers/new" variant=ButtonVariant::Primary glyph=Glyph::Add disabled=barred()>
            "Connect a vendor"
        </LinkButton>
    }
    .into_any()
}

#[component]
fn List(providers: PageItems<ProviderDetail>, forms: Vec<VendorForm>) -> AnyView {
    let next_href = next_href(providers.next.as_deref());
    let rows = providers.items.into_iter().map(|detail| row(detail, &forms)).collect();
    let columns = vec![
        Column::new("Name"),
        Column::new("Vendor"),
        Column::number("Keys"),
        Column::shrink("Health"),
        Column::new("Last test"),
    ];
    let empty = view! {
        <EmptyState
            glyph=Glyph::Provider
            title="No vendor is connected"
            text="With a key of a vendor, teams can offer its models as an API of their own."
            action=view! { <ConnectButton/> }
        />
    };
    view! {
        <Table caption="Providers" columns rows empty/>
        <Pager next_href/>
    }
    .into_any()
}

fn row(detail: ProviderDetail, forms: &[VendorForm]) -> Row {
    let standing = detail.standing(now());
    let ProviderDetail { provider, last_test, .. } = detail;
    let usable = provider.keys.iter().filter(|key| key.is_usable(now())).count();
    let keys = match provider.keys.len() {
        all if all == usable => all.to_string(),
        all => format!("{usable} of {all}"),
    };
    Row::new()
        .muted(!provider.enabled)
        .cell(view! { <a href=format!("/providers/{}", provider.id)>{provider.name}</a> })
        .cell(vendor_name(forms, &provider.kind))
        .cell(keys)
        .cell(view! { <StandingBadge standing/> })
        .cell(tested(last_test))
}

/// What the last test came to, in a line.
fn tested(last: Option<LastTest>) -> AnyView {
    let Some(LastTest { at, test, .. }) = last else {
        return view! { <span class="faint">"never"</span> }.into_any();
    };
    let words = if test.ok { format!("{} ms", test.latency_ms) } else { "failed".to_owned() };
    let at = at.timestamp_millis();
    view! { {words} " · " <Time at now=now().timestamp_millis()/> }.into_any()
}
