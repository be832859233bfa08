//! What a run came to: the sides beside each other.

use super::compared::compared;
use super::{letter, prompt_name, provider_name};
use crate::pages::apis::models::Shelf;
use crate::pages::calls::{cost, finish, read, written};
use domain::calls::AiUse;
use domain::prompts::playground::{Run, RunSide};
use domain::prompts::trial::Trial;
use leptos::prelude::*;
use serde_json::Value;
use ui::{Card, CodeBlock, DefinitionList, KeyValue, Notice, SectionHeader, Time, Tone, format};

#[component]
pub fn Outcome(run: Run, shelves: Vec<Shelf>) -> AnyView {
    let by = run.by.map(|name| format!(" by {name}"));
    let words = compared(&run.content.sides);
    let words = (!words.is_empty()).then(|| view! { <p>{words}</p> });
    let sides = run.content.sides.into_iter().enumerate();
    let sides = sides.map(|(at, side)| view! { <SideCard at side shelves=shelves.clone()/> }).collect_view();
    view! {
        <section class="stack">
            <SectionHeader title="Answers"/>
            <p class="small soft">
                "Run " <Time at=run.created_at.timestamp_millis()/> {by}
            </p>
            {words}
            <div class="grid grid-large">{sides}</div>
        </section>
    }
    .into_any()
}

#[component]
fn SideCard(at: usize, side: RunSide, shelves: Vec<Shelf>) -> AnyView {
    let title = format!("{}: {}", letter(at), prompt_name(side.version.as_str(), side.revision));
    let asked = side.target.map(|target| {
        let provider = provider_name(&shelves, target.provider.as_str());
        format!("Put to {} of {provider}", target.model)
    });
    let lead = asked.unwrap_or_else(|| "Put to the prompt's own models".to_owned());
    view! {
        <Card title lead>
            <div class="stack">
                <Answer trial=side.trial.clone()/>
                <Figures trial=side.trial shelves/>
            </div>
        </Card>
    }
    .into_any()
}

/// What callers would be given.
#[component]
fn Answer(trial: Trial) -> AnyView {
    if let Some(problem) = trial.problem {
        let title = format!("Callers would be refused: {} {}", problem.status, problem.name);
        return view! {
            <Notice tone=Tone::Danger title>
                <p>{problem.detail}</p>
            </Notice>
        }
        .into_any();
    }
    if let Some(refusal) = trial.refusal {
        return view! {
            <Notice tone=Tone::Warning title="The model will not">
                <p>{refusal}</p>
            </Notice>
        }
        .into_any();
    }
    match trial.output {
        Some(Value::String(text)) => view! { <CodeBlock code=text wrap=true/> }.into_any(),
        Some(object) => {
            let code = serde_json::to_string_pretty(&object).unwrap_or_default();
            view! { <CodeBlock code language="json" wrap=true/> }.into_any()
        }
        None => view! { <Notice tone=Tone::Warning>"The answer is empty."</Notice> }.into_any(),
    }
}

#[component]
fn Figures(trial: Trial, shelves: Vec<Shelf>) -> AnyView {
    let time = format::millis(trial.ms as f64);
    let used = trial.ai.as_ref().map(|ai| view! { <Used ai=ai.clone() shelves/> });
    let end = trial.finish.as_deref().map(str::to_owned).or_else(|| trial.ai.as_ref().map(finish));
    let end = end.map(|end| view! { <KeyValue label="Ended">{end.replace('_', " ")}</KeyValue> });
    let call = format!("/calls/{}", trial.call);
    view! {
        <DefinitionList>
            <KeyValue label="Time">{time}</KeyValue>
            {used}
            {end}
            <KeyValue label="Call"><a class="break" href=call>{trial.call}</a></KeyValue>
        </DefinitionList>
    }
    .into_any()
}

#[component]
fn Used(ai: AiUse, shelves: Vec<Shelf>) -> AnyView {
    let (cost, read, written) = (cost(&ai), read(&ai), written(&ai));
    let provider = provider_name(&shelves, &ai.provider);
    let attempts = (ai.tried.len() > 1).then(|| {
        let words = format!("{}, of these {} failed", ai.tried.len(), ai.tried.len() - 1);
        view! { <KeyValue label="Attempts">{words}</KeyValue> }
    });
    let estimated = ai.estimated.then_some(" counted by the gateway: the vendor did not say");
    view! {
        <KeyValue label="Cost">{cost}</KeyValue>
        <KeyValue label="Tokens read">{read} <span class="faint">{estimated}</span></KeyValue>
        <KeyValue label="Tokens written">{written}</KeyValue>
        <KeyValue label="Answered by"><code class="break">{ai.model}</code> {format!(" of {provider}")}</KeyValue>
        {attempts}
    }
    .into_any()
}
