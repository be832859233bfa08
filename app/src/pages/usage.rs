//! Usage: calls counted, over time, told apart as one likes.

mod answers;
mod charts;
pub mod choices;
mod explorer;
mod figures;
pub mod filters;
mod groups;
pub mod moment;
mod of_api;
mod question;
pub mod span;
mod tops;

pub use answers::has_calls;
pub use explorer::{Explorer, Glance, Misread};
pub use figures::HomeFigures;
pub use of_api::ApiUsage;
pub use question::Place;

use crate::server::actor;
use domain::roles::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Page, PageHeader};

/// All that the person reads: the calls to the teams' APIs and of their applications, or those of the whole platform.
#[component]
pub fn Usage() -> AnyView {
    let lead = if actor().may_on_platform(Permission::UsageRead) {
        "All calls through the gateway, of every team."
    } else {
        "Calls to the APIs of your teams, and calls of their applications."
    };
    let place = Place { path: "/usage".to_owned(), ..Place::default() };
    view! {
        <Title text="Usage"/>
        <Page wide=true>
            <PageHeader title="Usage" lead/>
            <Explorer place/>
        </Page>
    }
    .into_any()
}
