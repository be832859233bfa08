//! Applications: what a team calls APIs with, each with its keys, subscriptions, usage and calls.

pub mod calls;
pub mod credentials;
mod first_call;
pub mod limits;
pub mod list;
pub mod new;
pub mod overview;
pub mod settings;
pub mod subscriptions;

use crate::error::Result;
use crate::flash::FormState;
use crate::server::id;
use domain::applications::ApplicationSummary;
use domain::ids::ApplicationId;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Crumb, Field, PageHeader, Tab, Tabs, TextArea, TextInput};

/// The application that the page's address names.
fn named() -> Result<ApplicationId> {
    id("application", "application")
}

/// Above every page of one application: what it is, and the way to its parts.
#[component]
fn Head(
    summary: ApplicationSummary,
    /// The last part of the page's address; empty for the overview.
    part: &'static str,
) -> AnyView {
    let ApplicationSummary { application, team_name, credentials, subscriptions } = summary;
    let base = format!("/applications/{}", application.id);
    let tab = |part: &str, label: &str| {
        Tab::new(if part.is_empty() { base.clone() } else { format!("{base}/{part}") }, label)
    };
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let items = vec![
        tab("", "Overview"),
        tab("credentials", "Credentials").count(count(credentials)),
        tab("subscriptions", "Subscriptions").count(count(subscriptions)),
        tab("calls", "Calls"),
        tab("settings", "Settings"),
    ];
    let current = if part.is_empty() { base.clone() } else { format!("{base}/{part}") };
    view! {
        <Title text=application.name.clone()/>
        <PageHeader
            title=application.name
            lead=application.description
            breadcrumb=vec![
                Crumb::new("Applications", "/applications"),
                Crumb::new(team_name, format!("/teams/{}", application.team)),
            ]
        />
        <Tabs label="Application" items current/>
    }
    .into_any()
}

/// What is said of an application, new or changed.
#[component]
fn ApplicationFields(
    form: FormState,
    #[prop(optional, into)] name: String,
    #[prop(optional, into)] description: String,
) -> AnyView {
    view! {
        <Field
            name="name"
            label="Name"
            hint="As the providers of APIs see it beside its requests and calls."
            error=form.error("name")
            required=true
        >
            <TextInput value=form.value_or("name", &name) maxlength=80 placeholder="Web shop"/>
        </Field>
        <Field
            name="description"
            label="Description"
            hint="What it does, and for whom: whoever decides about its access reads this."
            error=form.error("description")
        >
            <TextArea value=form.value_or("description", &description) rows=3 maxlength=1000/>
        </Field>
    }
    .into_any()
}
