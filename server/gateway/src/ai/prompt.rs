//! Prompt apis: what a caller sends is checked, filled into the prompt, and put to its model in the one dialect that
//! the rest of this module forwards or translates; what the model says goes back as plain JSON or as events.

mod answer;
mod asked;
mod chat;
pub mod stream;
mod twice;

use super::alias::Models;
use super::ask;
use super::operation::Operation;
use crate::ctx::Ctx;
use crate::finish::Answer;
use crate::intake::body::RequestBody;
use crate::reject::{Reject, RejectKind};
use ai::dialect::CallerDialect;
use answer::Said;
use bytes::Bytes;
use chat::Chat;
use domain::check::Invalid;
use domain::prompts::compiled::CompiledPrompt;
use domain::prompts::parameters::Parameters;
use domain::prompts::variables::Variable;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue};
use std::sync::Arc;
use twice::First;

/// How the model is asked.
const OPERATION: Operation = Operation::Chat(CallerDialect::OpenAiChat);

/// A version's prompt, compiled once per snapshot.
#[derive(Debug)]
pub struct Prompt {
    pub variables: Vec<Variable>,
    pub parameters: Parameters,
    pub compiled: CompiledPrompt,
}

impl Prompt {
    pub fn new(prompt: &domain::prompts::Prompt) -> Result<Self, String> {
        let compiled =
            CompiledPrompt::new(prompt).map_err(|invalid| format!("prompt: {}", line(&invalid)))?;
        Ok(Self { variables: prompt.variables.clone(), parameters: prompt.parameters.clone(), compiled })
    }
}

/// All errors in one line.
fn line(Invalid(errors): &Invalid) -> String {
    let one = |error: &domain::problem::FieldError| format!("{}: {}", error.field, error.message);
    errors.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Answers a call to a prompt api.
pub async fn send(
    ctx: &mut Ctx,
    prompt: &Arc<Prompt>,
    models: &Arc<Models>,
    headers: &HeaderMap,
    body: RequestBody,
) -> Result<Answer, Reject> {
    let body = super::body::whole(ctx, body).await?;
    let asked = asked::read(&prompt.variables, headers, body).await?;
    let filled = prompt.compiled.fill(&asked.values);
    let filled = filled.map_err(|why| Reject::new(RejectKind::InvalidInput, why.to_string()))?;
    let mut chat = Chat::new(prompt, filled, asked.stream, max_completion_tokens(ctx, models));
    let answer = put(ctx, models, headers, &chat).await?;
    if asked.stream {
        return answer::streamed(answer, ctx, prompt).await;
    }
    let said = answer::read(answer).await?;
    let Some(schema) = &prompt.compiled.schema else {
        let output = said.text.clone().into();
        return Ok(said.told(ctx, output));
    };
    let why = match read_output(schema, &said) {
        Ok(output) => return Ok(said.told(ctx, output)),
        Err(why) => why,
    };
    // the model is told what was wrong, once
    let text = if said.text.is_empty() { said.refusal.as_deref().unwrap_or_default() } else { &said.text };
    chat.mend(text, &why);
    let first = First::end(ctx);
    let again = put(ctx, models, headers, &chat).await;
    first.join(ctx);
    let said = answer::read(again?).await?;
    match read_output(schema, &said) {
        Ok(output) => Ok(said.told(ctx, output)),
        Err(why) => Err(unfit(&why)),
    }
}

fn read_output(
    schema: &domain::prompts::schema::OutputSchema,
    said: &Said,
) -> Result<serde_json::Value, String> {
    match &said.refusal {
        Some(refusal) if said.text.is_empty() => Err(format!("the model refuses: {refusal}")),
        _ => schema.read(&said.text),
    }
}

fn unfit(why: &str) -> Reject {
    let why: String = why.chars().take(500).collect();
    Reject::new(
        RejectKind::UpstreamBroken,
        format!("the model's answer does not fit the prompt's output schema: {why}"),
    )
}

async fn put(
    ctx: &mut Ctx,
    models: &Arc<Models>,
    headers: &HeaderMap,
    chat: &Chat,
) -> Result<Answer, Reject> {
    // of the caller's own fields, those that say how answers may be kept; the others are of another body
    let mut own: HeaderMap = headers
        .iter()
        .filter(|(name, _)| **name == CACHE_CONTROL)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    own.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    ask::answered(ctx, models, &OPERATION, &own, Bytes::from(chat.bytes())).await
}

/// Whether a provider behind the prompt only knows the newer name for how long an answer may be.
fn max_completion_tokens(ctx: &Ctx, models: &Models) -> bool {
    let snapshot = ctx.worker.snapshots.get();
    let mut targets = models.aliases.values().flat_map(|alias| &alias.targets);
    targets.any(|target| {
        snapshot.providers.get(&target.provider).is_some_and(|provider| provider.max_completion_tokens)
    })
}
