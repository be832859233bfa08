//! What each role may do, drawn from the table that decides it.

use crate::pages::accounts::AccountTabs;
use crate::server::actor;
use domain::roles::{MATRIX, Permission, PlatformRole, TeamRole};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Column, DefinitionList, Glyph, Icon, KeyValue, Narrow, Page, PageHeader, Row, SectionHeader, Table,
};

#[component]
pub fn Roles() -> AnyView {
    let mine = actor().role;
    let tabs = mine.allows(Permission::AccountsRead).then(|| view! { <AccountTabs current="/roles"/> });
    view! {
        <Title text="Roles"/>
        <Page>
            <PageHeader
                title="Roles"
                lead="Everything is forbidden unless a role allows it. A platform role holds everywhere, a team role in one team and for what that team owns."
            />
            {tabs}
            <SectionHeader title="Platform roles" lead=format!("Yours is {mine}.")/>
            <DefinitionList>
                {PlatformRole::ALL
                    .iter()
                    .map(|role| view! { <KeyValue label=role.as_str()>{role.describe()}</KeyValue> })
                    .collect_view()}
            </DefinitionList>
            <PlatformMatrix/>
            <SectionHeader title="Team roles" lead="The same person may have different roles in different teams."/>
            <DefinitionList>
                {TeamRole::ALL
                    .iter()
                    .map(|role| view! { <KeyValue label=role.as_str()>{role.describe()}</KeyValue> })
                    .collect_view()}
            </DefinitionList>
            <TeamMatrix/>
        </Page>
    }
    .into_any()
}

#[component]
fn PlatformMatrix() -> AnyView {
    let roles = PlatformRole::ALL;
    let rows = MATRIX
        .iter()
        .map(|(permission, held, _)| row(*permission, roles.iter().map(|role| held.contains(role))));
    view! { <Matrix caption="What platform roles allow" roles=names(roles.iter().map(|role| role.as_str())) rows=rows.collect()/> }
        .into_any()
}

#[component]
fn TeamMatrix() -> AnyView {
    let roles = TeamRole::ALL;
    let held_by_some = MATRIX.iter().filter(|(_, _, held)| !held.is_empty());
    let rows = held_by_some
        .map(|(permission, _, held)| row(*permission, roles.iter().map(|role| held.contains(role))));
    view! { <Matrix caption="What team roles allow" roles=names(roles.iter().map(|role| role.as_str())) rows=rows.collect()/> }
        .into_any()
}

#[component]
fn Matrix(#[prop(into)] caption: String, roles: Vec<String>, rows: Vec<Row>) -> AnyView {
    let columns = std::iter::once(Column::new("May")).chain(roles.into_iter().map(Column::shrink)).collect();
    view! { <Table caption columns rows narrow=Narrow::Scroll/> }.into_any()
}

fn names<'a>(roles: impl Iterator<Item = &'a str>) -> Vec<String> {
    roles.map(str::to_owned).collect()
}

fn row(permission: Permission, held: impl Iterator<Item = bool>) -> Row {
    let first = view! {
        {describe(permission)}
        <span class="cell-sub mono">{permission.as_str()}</span>
    };
    held.fold(Row::new().cell(first), |row, held| row.cell(mark(held)))
}

fn mark(held: bool) -> AnyView {
    if held {
        return view! { <Icon glyph=Glyph::Check label="yes"/> }.into_any();
    }
    view! { <span class="faint" aria-hidden="true">"–"</span><span class="visually-hidden">"no"</span> }
        .into_any()
}

/// What a permission allows, after "may".
fn describe(permission: Permission) -> &'static str {
    match permission {
        Permission::CatalogueRead => "look through the catalogue",
        Permission::AccountsRead => "see accounts and invitations",
        Permission::AccountsManage => "invite people, change roles, disable accounts",
        Permission::SettingsRead => "see the settings",
        Permission::SettingsManage => "change the settings",
        Permission::ProvidersRead => "see connections to AI vendors",
        Permission::ProvidersManage => "connect to AI vendors, change and test connections and their keys",
        Permission::AuditRead => "read the audit trail",
        Permission::TeamsCreate => "create teams (members too, where the settings allow it)",
        Permission::TeamsRead => "see the team and its members",
        Permission::TeamsManage => "change the team, its members and their roles",
        Permission::ApisRead => "see APIs with drafts and revisions",
        Permission::ApisEdit => "create APIs and change drafts",
        Permission::ApisPublish => "publish, roll back, deprecate, block and retire",
        Permission::PlansManage => "make and change plans",
        Permission::BudgetsManage => "set budgets",
        Permission::SubscriptionsDecide => "approve, reject and pause subscriptions to the team's APIs",
        Permission::ApplicationsRead => "see applications and their subscriptions",
        Permission::ApplicationsManage => "create, change and delete applications",
        Permission::CredentialsManage => "make, rotate and revoke API keys",
        Permission::SubscriptionsRequest => "subscribe applications to APIs",
        Permission::UsageRead => "read usage",
        Permission::CallsRead => "read single calls",
    }
}
