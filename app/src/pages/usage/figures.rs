//! The figures on top: calls, error rate, p95 and one more, each against the stretch of time before.

use super::answers::{self, Answers, bytes, calls, cost, cost_text, error_rate, millis, tokens, whole};
use super::question::Question;
use crate::server::{incoming, load, now};
use domain::usage::Figures;
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
    let now = &answers.whole.totals;
    let fourth = fourth.get().unwrap_or_else(|| {
        let value = format::bytes(whole(now.request_bytes + now.response_bytes));
        summed(&answers, &question, "Bytes", value, bytes)
    });
    let rest =
        if question.is_of_models() { Vec::new() } else { vec![latency_figure(&answers, &question), fourth] };
    let models = answers.has_models().then(|| {
        let read = format::count(whole(now.ai.tokens()));
        let tokens = summed(&answers, &question, "Tokens", read, tokens);
        view! { {tokens} {summed(&answers, &question, "Cost", cost_text(&now.ai), cost)} }
    });
    view! {
        <div class="grid-figures">
            {calls_figure(&answers, &question)} {rate_figure(&answers, &question)} {rest} {models}
        </div>
    }
    .into_any()
}

/// A figure that adds up, with its course.
fn summed(
    answers: &Answers,
    question: &Question,
    label: &'static str,
    value: String,
    of: fn(&Figures) -> f64,
) -> AnyView {
    let (now, before, span) = (&answers.whole.totals, &answers.before, &question.span);
    let spark: Vec<f64> = answers.course(span).iter().map(|(_, figures)| figures.map_or(0.0, of)).collect();
    let change = Change::neutral(of(now), of(before) * span.passed());
    view! { <Figure label value change spark/> }.into_any()
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
