//! One's own access tokens for the management API.

use super::ProfileTabs;
use crate::api::tokens::{Create, Delete};
use crate::flash::FormState;
use crate::pages::parts::{ShownOnce, date_or};
use crate::server::{load, next_href, now, page_of};
use control::tokens;
use domain::paging::Page as PageItems;
use domain::tokens::{Token, TokenScope};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Badge, Button, ButtonSize, ButtonVariant, Card, Choice, Column, Confirm, EmptyState, Field, Form,
    FormActions, Glyph, Load, Page, PageHeader, Pager, Row, Select, Show, Table, TextInput, Time, Tone,
};

#[component]
pub fn Tokens() -> AnyView {
    let page = page_of();
    let list = load(|control, actor| async move { Ok(tokens::list(&control, &actor, &page?).await?) });
    view! {
        <Title text="Access tokens"/>
        <Page>
            <PageHeader
                title="Access tokens"
                lead="A token lets a program use the management API in your name, at most with all that you may do."
            />
            <ProfileTabs current="/profile/tokens"/>
            <ShownOnce/>
            <div class="split">
                <Load resource=list let:list>
                    <TokenList list/>
                </Load>
                <NewToken/>
            </div>
        </Page>
    }
    .into_any()
}

#[component]
fn TokenList(list: PageItems<Token>) -> AnyView {
    let next = next_href(list.next.as_deref());
    let columns = vec![
        Column::new("Name"),
        Column::shrink("Scope"),
        Column::mono("Begins with"),
        Column::shrink("Created"),
        Column::shrink("Last used"),
        Column::shrink("Expires"),
        Column::actions(),
    ];
    let rows = list.items.into_iter().map(row).collect();
    let empty = view! {
        <EmptyState
            glyph=Glyph::Key
            title="No tokens yet"
            text="Make one to call the management API from a script or a pipeline."
        />
    };
    view! {
        <div class="stack">
            <Table caption="Your access tokens" columns rows empty/>
            <Pager next_href=next/>
        </div>
    }
    .into_any()
}

fn row(token: Token) -> Row {
    let expired = token.expires_at.is_some_and(|at| at <= now());
    let id = token.id.to_string();
    let badge = expired.then(|| view! { <Badge label="expired" tone=Tone::Danger/> });
    let delete = view! {
        <Confirm
            id=format!("delete-{id}")
            label="Delete"
            size=ButtonSize::Small
            title=format!("Delete the token {}?", token.name)
            text="Programs that use it are refused at once. This cannot be undone."
            action=Delete::url()
            confirm="Delete token"
            danger=true
            hidden=vec![("token", id)]
        />
    };
    Row::new()
        .cell(view! { {token.name} " " {badge} })
        .cell(view! { <span title=token.scope.describe()>{token.scope.as_str()}</span> })
        .cell(format!("{}…", token.prefix))
        .cell(view! { <Time at=token.created_at.timestamp_millis() show=Show::Date/> })
        .cell(date_or(token.last_used_at, "never"))
        .cell(date_or(token.expires_at, "never"))
        .cell(delete)
        .muted(expired)
}

#[component]
fn NewToken() -> AnyView {
    let form = FormState::of(Create::url());
    let options = vec![
        Choice::new("7", "7 days"),
        Choice::new("30", "30 days"),
        Choice::new("90", "90 days"),
        Choice::new("366", "a year"),
        Choice::new("", "never"),
    ];
    let scopes = [TokenScope::All, TokenScope::Read];
    let scopes = scopes.map(|scope| Choice::new(scope.as_str(), format!("{scope}: {}", scope.describe())));
    view! {
        <Card title="New token">
            <Form action=Create::url()>
                <Field
                    name="name"
                    label="Name"
                    hint="What it is for."
                    error=form.error("name")
                    required=true
                >
                    <TextInput value=form.value("name") maxlength=80 placeholder="deploy pipeline"/>
                </Field>
                <Field name="scope" label="Scope" error=form.error("scope") quiet=true>
                    <Select options=scopes.into() value=form.value_or("scope", TokenScope::All.as_str())/>
                </Field>
                <Field name="days" label="Expires after" error=form.error("expires_in_days") quiet=true>
                    <Select options value=form.value_or("days", "90")/>
                </Field>
                <FormActions><Button variant=ButtonVariant::Primary>"Create token"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}
