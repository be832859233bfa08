//! Usage, to be looked at from all sides: filters, figures, charts or a table, and the most of everything.

use super::charts::{CallChart, Charts};
use super::figures::UsageFigures;
use super::filters::{Filters, Periods, Views};
use super::groups::Groups;
use super::question::{Place, Question};
use super::tops::Tops;
use super::{answers, choices, tops};
use crate::link;
use crate::server::{load, query, set_status};
use domain::check::Invalid;
use domain::problem::FieldError;
use leptos::prelude::*;
use ui::{EmptyState, Glyph, Load, Notice, Tone};

/// The explorer, for everything or for what the place is about.
#[component]
pub fn Explorer(place: Place) -> AnyView {
    let question = Question::read(place.clone());
    let (api, application) = match &question {
        Ok(question) => (question.api.clone(), question.application.clone()),
        Err(_) => (place.api.clone(), place.application.clone()),
    };
    let known = load(|control, actor| async move { choices::ask(&control, &actor, api, application).await });
    let (shown, errors) = match question {
        Ok(question) => (view! { <Explored question/> }.into_any(), Vec::new()),
        Err(invalid) => (view! { <Misread invalid=invalid.clone()/> }.into_any(), invalid.0),
    };
    view! {
        <div class="row row-between"><Periods/><Views/></div>
        <Load resource=known part=true let:choices>
            <Filters place choices errors/>
        </Load>
        {shown}
    }
    .into_any()
}

/// The address asks for something that cannot be answered.
#[component]
pub fn Misread(invalid: Invalid) -> AnyView {
    set_status(422);
    let error = |error: FieldError| view! { <p>{format!("{}: {}", error.field, error.message)}</p> };
    let errors = invalid.0.into_iter().map(error).collect_view();
    view! { <Notice tone=Tone::Danger title="These filters need another look">{errors}</Notice> }.into_any()
}

#[component]
fn Explored(question: Question) -> AnyView {
    let (asked, narrowed) = (question.clone(), question.clone());
    let answers = load(|control, actor| async move { answers::ask(&control, &actor, &asked).await });
    let most = load(|control, actor| async move { tops::ask(&control, &actor, &narrowed).await });
    let table = query("view") == "table";
    view! {
        <Load resource=answers let:answers>
            <UsageFigures answers=answers.clone() question=question.clone()/>
            {if answers.whole.totals.calls == 0 {
                view! { <Nothing/> }.into_any()
            } else if table {
                view! { <Groups answers question=question.clone()/> <Words/> }.into_any()
            } else {
                view! { <Charts answers question=question.clone()/> <Words/> }.into_any()
            }}
            <Load resource=most part=true let:most>
                <Tops most question/>
            </Load>
        </Load>
    }
    .into_any()
}

/// What is counted as what.
#[component]
fn Words() -> AnyView {
    view! {
        <p class="soft">
            "Errors are answers with a status of 500 or more, whether the backend or the gateway made them, and answers \
            that broke off. Refused are calls that the gateway turned down, with 400 to 499, before the backend was asked."
        </p>
    }
    .into_any()
}

#[component]
fn Nothing() -> AnyView {
    view! {
        <EmptyState
            glyph=Glyph::Analytics
            title="No calls in this period"
            text="Choose a longer period, or take a filter away. A call shows up here within a second of its end."
        />
    }
    .into_any()
}

/// Figures, and the course of calls with something beside it: for pages that are about something else.
#[component]
pub fn Glance(place: Place, children: Children) -> AnyView {
    let beside = view! { <div class="stack">{children()}</div> };
    let question = match Question::read(place) {
        Ok(question) => question,
        Err(invalid) => return view! { <Periods/><Misread invalid/>{beside} }.into_any(),
    };
    let (asked, drawn) = (question.clone(), question.clone());
    let answers = load(|control, actor| async move { answers::ask(&control, &actor, &asked).await });
    let all = link::with(&format!("/usage{}", question.filters()), "period", &query("period"));
    view! {
        <div class="row row-between"><Periods/><a href=all>"Look from all sides"</a></div>
        <Load resource=answers part=true let:answers>
            <UsageFigures answers question/>
        </Load>
        <div class="split">
            <Load resource=answers part=true let:answers>
                <CallChart answers question=drawn/>
            </Load>
            {beside}
        </div>
    }
    .into_any()
}
