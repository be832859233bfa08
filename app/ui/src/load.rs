//! The one place that reads a resource: waiting, failure and emptiness are handled here, so that pages
//! write only what they show when all is well.

use crate::problem::{OnProblem, Problem, ProblemNotice, ProblemPage};
use crate::text::Slot;
use crate::words::words;
use leptos::prelude::*;

/// Shows the value of a resource: `<Load resource let:api> ... </Load>`.
///
/// On the server the page waits for it (routes are `SsrMode::Async`), so that nobody without script sees
/// the waiting state. A failure takes the place of the content, and the response takes its status.
#[component]
pub fn Load<T, E, F, V>(
    resource: Resource<Result<T, E>>,
    /// This is a part of a page: its failure is a notice, and the page's status stays.
    #[prop(optional)]
    part: bool,
    /// Whether the value is empty: `|list: &Vec<Api>| list.is_empty()`.
    #[prop(optional)]
    empty_when: Option<fn(&T) -> bool>,
    /// What is shown when it is.
    #[prop(optional, into)]
    empty: Slot,
    /// What is shown of the value.
    children: F,
) -> AnyView
where
    T: Clone + Send + Sync + 'static,
    E: Clone + Into<Problem> + Send + Sync + 'static,
    F: FnOnce(T) -> V + Send + 'static,
    V: IntoView + 'static,
{
    let on_problem = use_context::<OnProblem>();
    let shown = async move {
        match resource.await {
            Ok(value) if empty_when.is_some_and(|is_empty| is_empty(&value)) => empty.get().into_any(),
            Ok(value) => children(value).into_any(),
            Err(error) => failed(error.into(), part, on_problem.as_ref()),
        }
    };
    view! { <Suspense fallback=Loading>{Suspend::new(shown)}</Suspense> }.into_any()
}

fn failed(problem: Problem, part: bool, on_problem: Option<&OnProblem>) -> AnyView {
    if part {
        return view! { <ProblemNotice problem/> }.into_any();
    }
    if let Some(on_problem) = on_problem {
        on_problem.report(problem.status);
    }
    view! { <ProblemPage problem/> }.into_any()
}

/// Grey lines in the place of content that is on its way.
#[component]
pub fn Loading() -> AnyView {
    view! {
        <div class="loading" role="status" aria-label=words().loading>
            <div class="loading-line"></div>
            <div class="loading-line"></div>
            <div class="loading-line"></div>
        </div>
    }
    .into_any()
}
