//! All accounts, by e-mail address.

use super::{AccountTabs, RoleBadge, StatusBadge};
use crate::pages::parts::date_or;
use crate::server::{load, missing, next_href, page_of, query};
use control::accounts::{self, AccountFilter};
use domain::accounts::{Account, AccountStatus};
use domain::paging::Page as PageItems;
use domain::roles::{Permission, PlatformRole};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    ButtonVariant, Choice, Column, EmptyState, Field, FilterBar, Glyph, LinkButton, Load, Page, PageHeader,
    Pager, Person, Row, SearchBox, Select, Table,
};

#[component]
pub fn Accounts() -> AnyView {
    let (page, filter) = (page_of(), filter());
    let list =
        load(|control, actor| async move { Ok(accounts::list(&control, &actor, &filter, &page?).await?) });
    let barred = missing(
        crate::server::actor().may_on_platform(Permission::AccountsManage),
        Permission::AccountsManage,
    );
    let invite = view! {
        <LinkButton href="/invitations" variant=ButtonVariant::Primary glyph=Glyph::Add disabled=barred>
            "Invite"
        </LinkButton>
    };
    view! {
        <Title text="Accounts"/>
        <Page>
            <PageHeader title="Accounts" lead="The people who can sign in." actions=invite/>
            <AccountTabs current="/accounts"/>
            <div class="stack">
                <Filters/>
                <Load resource=list let:list>
                    <List list/>
                </Load>
            </div>
        </Page>
    }
    .into_any()
}

/// What the address asks for; words that are no role or status do not filter.
fn filter() -> AccountFilter {
    AccountFilter {
        text: Some(query("q").trim().to_owned()).filter(|text| !text.is_empty()),
        role: query("role").parse().ok(),
        status: query("status").parse().ok(),
    }
}

#[component]
fn Filters() -> AnyView {
    let any = |words: Vec<&'static str>| {
        let all = std::iter::once(Choice::new("", "any"));
        all.chain(words.into_iter().map(|word| Choice::new(word, word))).collect::<Vec<_>>()
    };
    let roles = any(PlatformRole::ALL.iter().map(|role| role.as_str()).collect());
    let states = any(AccountStatus::ALL.iter().map(|status| status.as_str()).collect());
    let filtered = ["q", "role", "status"].iter().any(|name| !query(name).is_empty());
    view! {
        <FilterBar action="/accounts" label="Filter accounts" clear=filtered.then_some("/accounts")>
            <SearchBox value=query("q") label="Search by name or e-mail address"/>
            <Field name="role" label="Role" quiet=true><Select options=roles value=query("role")/></Field>
            <Field name="status" label="Status" quiet=true><Select options=states value=query("status")/></Field>
        </FilterBar>
    }
    .into_any()
}

#[component]
fn List(list: PageItems<Account>) -> AnyView {
    let next = next_href(list.next.as_deref());
    let columns = vec![
        Column::new("Name"),
        Column::shrink("Role"),
        Column::shrink("Status"),
        Column::shrink("Last signed in"),
    ];
    let rows = list.items.into_iter().map(row).collect();
    let empty = view! {
        <EmptyState glyph=Glyph::Search title="No account matches" text="Try fewer letters, or another role or status."/>
    };
    view! {
        <Table caption="Accounts" columns rows empty/>
        <Pager next_href=next/>
    }
    .into_any()
}

fn row(account: Account) -> Row {
    let href = format!("/accounts/{}", account.id);
    let status = account.status;
    let name = view! { <a href=href><Person name=account.name detail=account.email.to_string()/></a> };
    Row::new()
        .cell(name)
        .cell(view! { <RoleBadge role=account.role/> })
        .cell(view! { <StatusBadge status/> })
        .cell(date_or(account.last_sign_in_at, "never"))
        .muted(status == AccountStatus::Disabled)
}
