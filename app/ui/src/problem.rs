//! What went wrong, for a whole page or for a part of it. Knows no error type of the application: each
//! turns itself into a [`Problem`].

use crate::text::OptionalText;
use crate::words::words;
use crate::{ButtonVariant, LinkButton, Notice, Tone};
use leptos::prelude::*;
use std::fmt;
use std::sync::Arc;

/// A failure in words for a person. Implement `From<YourError>` for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status that fits.
    pub status: u16,
    /// "API not found"
    pub title: String,
    /// What happened and what can be done, in a sentence or two; may be empty.
    pub detail: String,
    /// The id under which the log knows it.
    pub request_id: Option<String>,
}

/// Provided as context by the application to give the page's response the status of its problem.
#[derive(Clone)]
pub struct OnProblem(Arc<dyn Fn(u16) + Send + Sync>);

impl OnProblem {
    /// `report` is called with the HTTP status of a problem that takes the whole page.
    pub fn new(report: impl Fn(u16) + Send + Sync + 'static) -> Self {
        Self(Arc::new(report))
    }

    pub(crate) fn report(&self, status: u16) {
        (self.0)(status);
    }
}

impl fmt::Debug for OnProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnProblem")
    }
}

/// A page that has only a problem to show.
#[component]
pub fn ProblemPage(
    #[prop(into)] problem: Problem,
    /// Where the button leads.
    #[prop(default = "/".into(), into)]
    home: String,
    /// The words of the button.
    #[prop(optional, into)]
    home_label: OptionalText,
) -> AnyView {
    let words = words();
    let home_label = home_label.get().unwrap_or_else(|| words.back_home.to_owned());
    view! {
        <section class="problem" role="alert">
            <p class="problem-status">{problem.status}</p>
            <h1>{problem.title}</h1>
            <p class="problem-detail">{problem.detail}</p>
            <LinkButton href=home variant=ButtonVariant::Secondary>{home_label}</LinkButton>
            {problem.request_id.map(|id| view! { <RequestId id/> })}
        </section>
    }
    .into_any()
}

/// A problem of one part of a page; the rest stands.
#[component]
pub fn ProblemNotice(#[prop(into)] problem: Problem) -> AnyView {
    view! {
        <Notice tone=Tone::Danger title=problem.title>
            {(!problem.detail.is_empty()).then(|| view! { <p>{problem.detail}</p> })}
            {problem.request_id.map(|id| view! { <RequestId id/> })}
        </Notice>
    }
    .into_any()
}

#[component]
fn RequestId(id: String) -> AnyView {
    view! { <p class="problem-request">{words().request} " " <code>{id}</code></p> }.into_any()
}
