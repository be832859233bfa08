//! One's own account: name, password, and what one may do.

pub mod tokens;

use crate::api::profile::{Password, Update};
use crate::flash::FormState;
use crate::pages::entry::NewPasswordField;
use crate::server::{actor, load};
use control::accounts;
use domain::accounts::Account;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, DefinitionList, Field, Form, FormActions, KeyValue, LinkButton, Load, Page,
    PageHeader, PasswordInput, Show, Tab, Tabs, TextInput, Time,
};

/// The parts of the profile.
#[component]
pub fn ProfileTabs(#[prop(into)] current: String) -> AnyView {
    let items = vec![Tab::new("/profile", "Account"), Tab::new("/profile/tokens", "Access tokens")];
    view! { <Tabs label="Profile" items current/> }.into_any()
}

#[component]
pub fn Profile() -> AnyView {
    let account =
        load(|control, actor| async move { Ok(accounts::get(&control, &actor, &actor.account).await?) });
    view! {
        <Title text="Profile"/>
        <Page>
            <PageHeader title="Profile" lead="Your name, your password, and what you may do here."/>
            <ProfileTabs current="/profile"/>
            <Load resource=account let:account>
                <div class="split">
                    <div class="stack">
                        <NameForm account=account.clone()/>
                        <PasswordForm/>
                    </div>
                    <About account/>
                </div>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn NameForm(account: Account) -> AnyView {
    let form = FormState::of(Update::url());
    view! {
        <Card title="Name">
            <Form action=Update::url()>
                <Field
                    name="name"
                    label="Your name"
                    hint="How others see you: in teams, approvals and the audit trail."
                    error=form.error("name")
                    required=true
                >
                    <TextInput value=form.value_or("name", &account.name) autocomplete="name" maxlength=80/>
                </Field>
                <FormActions><Button variant=ButtonVariant::Primary>"Save name"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn PasswordForm() -> AnyView {
    let form = FormState::of(Password::url());
    view! {
        <Card title="Password" lead="Changing it signs you out everywhere else.">
            <Form action=Password::url()>
                <Field name="current" label="Current password" error=form.error("current") required=true>
                    <PasswordInput autocomplete="current-password" maxlength=128/>
                </Field>
                <NewPasswordField form label="New password"/>
                <FormActions><Button>"Change password"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn About(account: Account) -> AnyView {
    let teams = actor().teams.len();
    let signed_in = account
        .last_sign_in_at
        .map(|at| view! { <KeyValue label="Signed in"><Time at=at.timestamp_millis()/></KeyValue> });
    view! {
        <Card title="Your account" footer=view! { <LinkButton href="/roles">"What roles may do"</LinkButton> }>
            <DefinitionList>
                <KeyValue label="E-mail address">{account.email.to_string()}</KeyValue>
                <KeyValue label="Platform role">
                    {account.role.to_string()}
                    <span class="cell-sub">{account.role.describe()}</span>
                </KeyValue>
                <KeyValue label="Teams"><a href="/teams">{teams}</a></KeyValue>
                <KeyValue label="Since">
                    <Time at=account.created_at.timestamp_millis() show=Show::Date/>
                </KeyValue>
                {signed_in}
            </DefinitionList>
        </Card>
    }
    .into_any()
}
