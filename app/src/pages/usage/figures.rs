//! The figures on top: calls, error rate, p95 and one more, each against the stretch of time before.

use super::answers::{self, Answers, bytes, calls, error_rate, millis, whole};
use super::question::Question;
use crate::server::{incoming, load, now};
use leptos::prelude::*;
use ui::{Change, Figure, Load, Slot, format};

/// Calls, error rate, p95, and bytes or something else.
#[component]
pub fn UsageFigures(
    answers: Answers,
    question: Question,
    /// In place of bytes.
    #[prop(optional, into)]
    fourth: Slot,
) -> AnyView {
    let (now, before, span) = (&answers.whole.totals, &answers.before, &question.span);
    let fourth = fourth.get().unwrap_or_else(|| {
        let course = answers.course(span);
        let spark: Vec<f64> = course.iter().map(|(_, figures)| figures.map_or(0.0, bytes)).collect();
        let change = Change::neutral(bytes(now), bytes(before) * span.passed());
        let value = format::bytes(whole(now.request_bytes + now.response_bytes));
        view! { <Figure label="Bytes" value change spark/> }.into_any()
    });
    view! {
        <div class="grid-figures">
            {calls_figure(&answers, &question)} {rate_figure(&answers, &question)}
            {latency_figure(&answers, &question)} {fourth}
        </div>
    }
    .into_any()
}

fn calls_figure(answers: &Answers, question: &Question) -> AnyView {
    let now = &answers.whole.totals;
    // the last bucket is still filling: what was before is cut to the same length
    let before = calls(&answers.before) * question.span.passed();
    let spark: Vec<f64> =
        answers.course(&question.span).iter().map(|(_, figures)| figures.map_or(0.0, calls)).collect();
    let change = Change::more_is_better(calls(now), before);
    let value = format::count(whole(now.calls));
    view! { <Figure label="Calls" value change spark href=question.calls()/> }.into_any()
}

fn rate_figure(answers: &Answers, question: &Question) -> AnyView {
    let (now, before) = (error_rate(&answers.whole.totals), error_rate(&answers.before));
    let course = answers.course(&question.span);
    let spark: Vec<f64> =
        course.iter().map(|(_, figures)| figures.and_then(error_rate).unwrap_or(0.0)).collect();
    let change = now.zip(before).map(|(now, before)| Change::less_is_better(now, before));
    let value = now.map_or_else(|| "–".to_owned(), format::percent);
    let href = format!("{}&status=5xx", question.calls());
    view! { <Figure label="Error rate" value change=change.unwrap_or(Change::neutral(0.0, 0.0)) spark href/> }
        .into_any()
}

fn latency_figure(answers: &Answers, question: &Question) -> AnyView {
    let (now, before) = (millis(answers.whole.totals.p95), millis(answers.before.p95));
    let course = answers.course(&question.span);
    let spark: Vec<f64> = course.iter().filter_map(|(_, figures)| millis(figures.as_ref()?.p95)).collect();
    let change = now.zip(before).map(|(now, before)| Change::less_is_better(now, before));
    let value = now.map_or_else(|| "–".to_owned(), format::millis);
    view! { <Figure label="p95 latency" value change=change.unwrap_or(Change::neutral(0.0, 0.0)) spark/> }
        .into_any()
}

/// The last day at a glance, and what waits for the person: for the home page.
#[component]
pub fn HomeFigures() -> AnyView {
    let question = Question::of_last(24, now());
    let asked = question.clone();
    let answers = load(|control, actor| async move { answers::ask(&control, &actor, &asked).await });
    let pending = incoming().pending;
    view! {
        <Load resource=answers part=true let:answers>
            {
                let hint = if pending > 0 { "for your decision" } else { "nothing waits for you" };
                let fourth = view! {
                    <Figure label="Requests waiting" value=format::count(whole(pending)) hint href="/inbox"/>
                };
                view! { <UsageFigures answers question fourth/> }
            }
        </Load>
    }
    .into_any()
}
