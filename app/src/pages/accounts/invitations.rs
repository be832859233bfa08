//! Invitations that were not used yet, and making one.

use super::{AccountTabs, RoleBadge, role_choices};
use crate::api::invitations::{Create, Delete};
use crate::flash::FormState;
use crate::pages::parts::{ShownOnce, date_or};
use crate::server::{actor, load, missing, next_href, now, page_of};
use control::invitations;
use domain::accounts::Invitation;
use domain::paging::Page as PageItems;
use domain::roles::{Permission, PlatformRole};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonSize, ButtonVariant, Card, Column, Confirm, EmptyState, Field, Form, FormActions, Glyph,
    InputKind, Load, Page, PageHeader, Pager, Row, Select, Table, TextInput,
};

#[component]
pub fn Invitations() -> AnyView {
    let page = page_of();
    let list = load(|control, actor| async move { Ok(invitations::list(&control, &actor, &page?).await?) });
    view! {
        <Title text="Invitations"/>
        <Page>
            <PageHeader title="Invitations" lead="An invitation is a link that you give to a person. It works once, for seven days."/>
            <AccountTabs current="/invitations"/>
            <ShownOnce/>
            <div class="split">
                <Load resource=list let:list>
                    <List list/>
                </Load>
                <NewInvitation/>
            </div>
        </Page>
    }
    .into_any()
}

#[component]
fn List(list: PageItems<Invitation>) -> AnyView {
    let next = next_href(list.next.as_deref());
    let columns =
        vec![Column::new("For"), Column::shrink("Role"), Column::shrink("Expires"), Column::actions()];
    let rows = list.items.into_iter().map(row).collect();
    let empty = view! {
        <EmptyState
            glyph=Glyph::User
            title="Nobody is invited"
            text="Invitations that were used, taken back or have expired are not listed."
        />
    };
    view! {
        <div class="stack">
            <Table caption="Open invitations" columns rows empty/>
            <Pager next_href=next/>
        </div>
    }
    .into_any()
}

fn row(invitation: Invitation) -> Row {
    let barred = missing(actor().may_on_platform(Permission::AccountsManage), Permission::AccountsManage);
    let expired = invitation.expires_at <= now();
    let into = invitation.team.map(|team| {
        let role = invitation.team_role.map_or("", |role| role.as_str());
        view! { <span class="cell-sub"><a href=format!("/teams/{team}")>"into a team"</a>{format!(" as {role}")}</span> }
    });
    let take_back = view! {
        <Confirm
            id=format!("delete-{}", invitation.id)
            label="Take back"
            size=ButtonSize::Small
            title=format!("Take back the invitation of {}?", invitation.email)
            text="Its link stops working."
            action=Delete::url()
            confirm="Take back"
            danger=true
            hidden=vec![("invitation", invitation.id.to_string())]
            disabled=barred
        />
    };
    Row::new()
        .cell(view! { {invitation.email.to_string()} {into} })
        .cell(view! { <RoleBadge role=invitation.role/> })
        .cell(date_or(Some(invitation.expires_at), ""))
        .cell(take_back)
        .muted(expired)
}

#[component]
fn NewInvitation() -> AnyView {
    let form = FormState::of(Create::url());
    let barred = missing(actor().may_on_platform(Permission::AccountsManage), Permission::AccountsManage);
    view! {
        <Card title="Invite a person" lead="You are shown a link to send to them yourself.">
            <Form action=Create::url()>
                <Field name="email" label="E-mail address" error=form.error("email") required=true>
                    <TextInput value=form.value("email") kind=InputKind::Email maxlength=254 autocomplete="off"/>
                </Field>
                <Field name="role" label="Platform role" error=form.error("role") quiet=true>
                    <Select options=role_choices() value=form.value_or("role", PlatformRole::Member.as_str())/>
                </Field>
                <FormActions>
                    <Button variant=ButtonVariant::Primary disabled=barred>"Create invitation"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
