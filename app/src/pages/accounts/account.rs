//! One account: role, status, and what it did.

use super::{RoleBadge, StatusBadge, role_choices};
use crate::api::accounts::Update;
use crate::flash::FormState;
use crate::pages::parts::date_or;
use crate::server::{actor, id, load, missing};
use control::accounts;
use domain::accounts::{Account, AccountStatus};
use domain::ids::AccountId;
use domain::roles::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, Card, Confirm, Crumb, DefinitionList, Field, Form, FormActions, Glyph, KeyValue, LinkButton,
    Load, Page, PageHeader, Select, Show, Time,
};

#[component]
pub fn AccountPage() -> AnyView {
    let account = id::<AccountId>("account", "account");
    let account = load(|control, actor| async move { Ok(accounts::get(&control, &actor, &account?).await?) });
    view! {
        <Page>
            <Load resource=account let:account>
                <Title text=account.name.clone()/>
                <PageHeader
                    title=account.name.clone()
                    lead=account.email.to_string()
                    breadcrumb=vec![Crumb::new("Accounts", "/accounts")]
                    badges=view! {
                        <RoleBadge role=account.role/>
                        <StatusBadge status=account.status/>
                    }
                    actions=view! { <Trail account=account.clone()/> }
                />
                <div class="split">
                    <div class="stack">
                        <RoleForm account=account.clone()/>
                        <StatusForm account=account.clone()/>
                    </div>
                    <Facts account/>
                </div>
            </Load>
        </Page>
    }
    .into_any()
}

/// The way to what the account did.
#[component]
fn Trail(account: Account) -> AnyView {
    let barred = missing(actor().may_on_platform(Permission::AuditRead), Permission::AuditRead);
    let href = format!("/audit?account={}", account.id);
    view! { <LinkButton href glyph=Glyph::Audit disabled=barred>"What they did"</LinkButton> }.into_any()
}

#[component]
fn RoleForm(account: Account) -> AnyView {
    let form = FormState::of(Update::url());
    let barred = missing(actor().may_on_platform(Permission::AccountsManage), Permission::AccountsManage);
    let id = account.id.to_string();
    view! {
        <Card title="Platform role" lead="What the person may do outside their teams. Changing it signs them out.">
            <Form action=Update::url() hidden=vec![("account", id)]>
                <Field name="role" label="Role" error=form.error("role") quiet=true>
                    <Select options=role_choices() value=account.role.as_str()/>
                </Field>
                <FormActions><Button disabled=barred>"Change role"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn StatusForm(account: Account) -> AnyView {
    let barred = missing(actor().may_on_platform(Permission::AccountsManage), Permission::AccountsManage);
    let fields = |status: AccountStatus| {
        vec![("account", account.id.to_string()), ("status", status.as_str().to_owned())]
    };
    let control = match account.status {
        AccountStatus::Active => view! {
            <Confirm
                id="disable-account"
                label="Disable account"
                title=format!("Disable {}?", account.name)
                text="Their sessions and tokens stop working at once. What their teams own stays. You can enable it again."
                action=Update::url()
                confirm="Disable account"
                danger=true
                hidden=fields(AccountStatus::Disabled)
                disabled=barred
            />
        }
        .into_any(),
        AccountStatus::Pending | AccountStatus::Disabled => view! {
            <Form action=Update::url() hidden=fields(AccountStatus::Active)>
                <FormActions><Button disabled=barred>"Enable account"</Button></FormActions>
            </Form>
        }
        .into_any(),
    };
    let lead = match account.status {
        AccountStatus::Active => "The person can sign in.",
        AccountStatus::Pending => "The person signed up and waits for you.",
        AccountStatus::Disabled => "The person cannot sign in.",
    };
    view! { <Card title="Access" lead>{control}</Card> }.into_any()
}

#[component]
fn Facts(account: Account) -> AnyView {
    view! {
        <Card title="Account">
            <DefinitionList>
                <KeyValue label="Last signed in">{date_or(account.last_sign_in_at, "never")}</KeyValue>
                <KeyValue label="Since">
                    <Time at=account.created_at.timestamp_millis() show=Show::Date/>
                </KeyValue>
                <KeyValue label="Id"><code>{account.id.to_string()}</code></KeyValue>
            </DefinitionList>
        </Card>
    }
    .into_any()
}
