//! The keys of an application: each is shown once, when it is made; then only how it begins.

use super::first_call::{self, NewKey};
use super::{Head, named};
use crate::api::credentials::{Create, Revoke, Rotate};
use crate::flash::{self, FormState};
use crate::pages::parts::date_or;
use crate::server::{actor, load, missing, next_href, now, page_of};
use control::{applications, credentials};
use domain::applications::Application;
use domain::credentials::Credential;
use domain::paging::Page as PageItems;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{
    Badge, Button, ButtonSize, ButtonVariant, Card, Choice, Column, Confirm, EmptyState, Field, Form,
    FormActions, Glyph, Load, Page, Pager, Row, Select, Show, Table, TextInput, Time, Tone,
};

#[component]
pub fn Credentials() -> AnyView {
    let (application, page) = (named(), page_of());
    let is_new = flash::shown().is_some();
    let shown = load(|control, actor| async move {
        let id = application?;
        let summary = applications::get(&control, &actor, &id).await?;
        let list = credentials::list(&control, &actor, &id, &page?).await?;
        let first_call = if is_new { first_call::find(&control, &actor, &id).await? } else { None };
        Ok((summary, list, first_call))
    });
    view! {
        <Page>
            <Load resource=shown let:shown>
                {
                    let (summary, list, first_call) = shown;
                    let application = summary.application.clone();
                    view! {
                        <Head summary part="credentials"/>
                        <NewKey first_call/>
                        <div class="split">
                            <List list application=application.clone()/>
                            <NewForm application/>
                        </div>
                    }
                }
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn List(list: PageItems<Credential>, application: Application) -> AnyView {
    let next_href = next_href(list.next.as_deref());
    let barred =
        missing(actor().may(Permission::CredentialsManage, &application.team), Permission::CredentialsManage);
    let columns = vec![
        Column::new("Key"),
        Column::shrink("Created"),
        Column::shrink("Last used"),
        Column::shrink("Expires"),
        Column::actions(),
    ];
    let rows = list.items.into_iter().map(|credential| row(credential, barred.clone())).collect();
    let empty = view! {
        <EmptyState
            glyph=Glyph::Key
            title="No keys yet"
            text="A key proves to the gateway that a call comes from this application."
        />
    };
    view! {
        <div class="stack">
            <Table caption="Keys" columns rows empty/>
            <Pager next_href/>
        </div>
    }
    .into_any()
}

fn row(credential: Credential, barred: Option<String>) -> Row {
    let expired = credential.expires_at.is_some_and(|at| at <= now());
    let over = match (credential.revoked_at, expired) {
        (Some(_), _) => Some(("Revoked", credential.revoked_at)),
        (None, true) => Some(("Expired", credential.expires_at)),
        (None, false) => None,
    };
    let badge = over.map(|(label, _)| view! { <Badge label tone=Tone::Neutral dot=true/> });
    let ends = match over {
        Some((label, at)) => view! { {label.to_lowercase()} " " {date_or(at, "")} }.into_any(),
        None => date_or(credential.expires_at, "never"),
    };
    let name = view! {
        <span class="row">{credential.name.clone()} {badge}</span>
        <span class="cell-sub"><code>{format!("{}…", credential.prefix)}</code></span>
    };
    let created = credential.created_at.timestamp_millis();
    let last_used = date_or(credential.last_used_at, "never");
    let actions = match over {
        Some(_) => ().into_any(),
        None => view! { <Actions credential barred/> }.into_any(),
    };
    Row::new()
        .cell(name)
        .cell(view! { <Time at=created show=Show::Date/> })
        .cell(last_used)
        .cell(ends)
        .cell(actions)
        .muted(over.is_some())
}

#[component]
fn Actions(credential: Credential, barred: Option<String>) -> AnyView {
    let id = credential.id.to_string();
    let overlap_id = format!("overlap-{id}");
    let overlaps = vec![
        Choice::new("0", "at once"),
        Choice::new("3600", "in an hour"),
        Choice::new("86400", "in a day"),
        Choice::new("604800", "in a week"),
        Choice::new("2592000", "in 30 days"),
    ];
    view! {
        <span class="row row-end">
            <Confirm
                id=format!("rotate-{id}")
                label="Rotate"
                size=ButtonSize::Small
                title=format!("Rotate {}?", credential.name)
                text="A new key takes its place. Both work until the old one ends, so that nothing breaks meanwhile."
                action=Rotate::url()
                confirm="Make the new key"
                hidden=vec![("credential", id.clone())]
                disabled=barred.clone()
            >
                <Field name="overlap_seconds" label="The old key ends" id=overlap_id quiet=true>
                    <Select options=overlaps value="86400"/>
                </Field>
            </Confirm>
            <Confirm
                id=format!("revoke-{id}")
                label="Revoke"
                size=ButtonSize::Small
                title=format!("Revoke {}?", credential.name)
                text="Calls with this key are refused at once, everywhere. This cannot be undone."
                action=Revoke::url()
                confirm="Revoke key"
                danger=true
                hidden=vec![("credential", id)]
                disabled=barred
            />
        </span>
    }
    .into_any()
}

#[component]
fn NewForm(application: Application) -> AnyView {
    let form = FormState::of(Create::url());
    let barred =
        missing(actor().may(Permission::CredentialsManage, &application.team), Permission::CredentialsManage);
    let options = vec![
        Choice::new("", "never"),
        Choice::new("30", "after 30 days"),
        Choice::new("90", "after 90 days"),
        Choice::new("365", "after a year"),
    ];
    let error = form.error("days").or(form.error("expires_at"));
    view! {
        <Card title="New key">
            <Form action=Create::url() hidden=vec![("application", application.id.to_string())]>
                <Field
                    name="name"
                    label="Name"
                    hint="Where it will be used."
                    error=form.error("name")
                    required=true
                >
                    <TextInput value=form.value("name") maxlength=80 placeholder="production"/>
                </Field>
                <Field name="days" label="Expires" error quiet=true>
                    <Select options value=form.value_or("days", "")/>
                </Field>
                <FormActions>
                    <Button variant=ButtonVariant::Primary glyph=Glyph::Key disabled=barred>"Create key"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
