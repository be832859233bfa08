//! What an application is called, and its end.

use super::{ApplicationFields, Head, named};
use crate::api::applications::{Delete, Update};
use crate::flash::FormState;
use crate::server::{actor, load, missing};
use control::applications;
use domain::applications::ApplicationSummary;
use domain::roles::Permission;
use leptos::prelude::*;
use server_fn::ServerFn;
use ui::{Button, ButtonVariant, Card, Confirm, Form, FormActions, Load, Page};

#[component]
pub fn Settings() -> AnyView {
    let application = named();
    let summary =
        load(|control, actor| async move { Ok(applications::get(&control, &actor, &application?).await?) });
    view! {
        <Page>
            <Load resource=summary let:summary>
                <Head summary=summary.clone() part="settings"/>
                <div class="narrow stack">
                    <About summary=summary.clone()/>
                    <Ending summary/>
                </div>
            </Load>
        </Page>
    }
    .into_any()
}

fn barred(summary: &ApplicationSummary) -> Option<String> {
    let may = actor().may(Permission::ApplicationsManage, &summary.application.team);
    missing(may, Permission::ApplicationsManage)
}

#[component]
fn About(summary: ApplicationSummary) -> AnyView {
    let form = FormState::of(Update::url());
    let disabled = barred(&summary);
    let application = summary.application;
    view! {
        <Card title="About">
            <Form action=Update::url() hidden=vec![("application", application.id.to_string())]>
                <ApplicationFields form name=application.name description=application.description/>
                <FormActions><Button variant=ButtonVariant::Primary disabled>"Save"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Ending(summary: ApplicationSummary) -> AnyView {
    let disabled = barred(&summary);
    let ends = ends(&summary);
    let application = summary.application;
    view! {
        <Card title="Delete this application" lead=ends.clone() danger=true>
            <Confirm
                id="delete-application"
                label="Delete application"
                title=format!("Delete {}?", application.name)
                text=ends
                action=Delete::url()
                confirm="Delete application"
                variant=ButtonVariant::Danger
                danger=true
                hidden=vec![("application", application.id.to_string())]
                disabled
            />
        </Card>
    }
    .into_any()
}

/// What goes with it.
fn ends(summary: &ApplicationSummary) -> String {
    let count =
        |number: i64, one: &str, more: &str| format!("{number} {}", if number == 1 { one } else { more });
    let keys = count(summary.credentials, "key opens nothing any more", "keys open nothing any more");
    let subscriptions = count(summary.subscriptions, "subscription ends", "subscriptions end");
    format!("At once: {keys}, {subscriptions}. Its calls stay in the log. This cannot be undone.")
}
