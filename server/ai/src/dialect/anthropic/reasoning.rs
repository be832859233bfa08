//! Thinking: `thinking {type, budget_tokens, display}` and `output_config.effort`.

use crate::chat::{ChatRequest, Content, Effort, Message, Reasoning, Role, ToolChoice};
use crate::dialect::Target;
use crate::dialect::openai_chat::read_request::effort;
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid, Item, Object};
use serde_json::{Value, json};

/// What an answer may have where neither the caller nor the catalogue says it.
const MAX_TOKENS: u64 = 4_096;

/// Anthropic takes no budget below.
const LEAST_BUDGET: u64 = 1_024;

/// How an answer is thought of, and how long it may be: they depend on each other.
#[derive(Debug)]
pub(super) struct Thinking {
    pub max_tokens: u64,
    pub thinking: Option<Value>,
    pub effort: Option<&'static str>,
}

impl Thinking {
    /// Whether it is on, so that sampling cannot be changed.
    pub(super) fn is_on(&self) -> bool {
        let kind = self.thinking.as_ref().and_then(|thinking| thinking.get("type"));
        kind.is_some_and(|kind| kind != "disabled")
    }
}

/// `None` when the caller says nothing about it. `said` is `output_config.effort`.
pub(super) fn read_reasoning(
    thinking: Option<Object>,
    said: Option<Item>,
    dropped: &mut Dropped,
) -> Result<Option<Reasoning>, Invalid> {
    let at = said.as_ref().map(|item| item.at.clone());
    let effort = said.map(effort).transpose()?;
    let Some(mut thinking) = thinking else {
        return Ok(effort.map(|effort| Reasoning { effort: Some(effort), ..Reasoning::default() }));
    };
    let budget = match thinking.need("type")?.text()?.as_str() {
        "enabled" => Some(thinking.need("budget_tokens")?.unsigned()?),
        "adaptive" => None,
        "between_tools" => {
            dropped.field(thinking.at("type"));
            None
        }
        "disabled" => {
            // without thoughts, it only says how much is written
            at.into_iter().for_each(|at| dropped.field(at));
            thinking.drop_rest(dropped);
            return Ok(Some(Reasoning { effort: Some(Effort::None), ..Reasoning::default() }));
        }
        _ => return Err(thinking.invalid("type", "expected one of enabled, adaptive, disabled")),
    };
    let shown = match thinking.text("display")?.as_deref() {
        None => None,
        Some("summarized") => Some(true),
        Some("omitted") => Some(false),
        Some(_) => return Err(thinking.invalid("display", "expected one of summarized, omitted")),
    };
    thinking.drop_rest(dropped);
    Ok(Some(Reasoning { effort, budget, shown }))
}

pub(super) fn write_reasoning(request: &ChatRequest, target: &Target<'_>, dropped: &mut Dropped) -> Thinking {
    let known = request.max_tokens.or(target.max_output);
    let max_tokens = known.unwrap_or(MAX_TOKENS);
    let Some(Reasoning { effort, budget, shown }) = request.reasoning else {
        return Thinking { max_tokens, thinking: None, effort: None };
    };
    if effort == Some(Effort::None) || budget == Some(0) {
        return Thinking { max_tokens, thinking: Some(json!({ "type": "disabled" })), effort: None };
    }
    let effort = effort.and_then(effort_word);
    let forced = matches!(request.tool_choice, Some(ToolChoice::Required | ToolChoice::Named(_)));
    let cannot_go_on = budget.is_some() && !thinks_in_loop(&request.messages);
    if forced && !request.tools.is_empty() || cannot_go_on {
        // refused by the vendor together with either
        dropped.field("thinking");
        return Thinking { max_tokens, thinking: None, effort };
    }
    let display = shown.map(|shown| if shown { "summarized" } else { "omitted" });
    let Some(budget) = budget else {
        let thinking = Fields::new().with("type", "adaptive").some("display", display);
        return Thinking { max_tokens, thinking: Some(thinking.into()), effort };
    };
    let (max_tokens, budget) = fit(known, budget);
    let thinking = Fields::new().with("type", "enabled").with("budget_tokens", budget);
    Thinking { max_tokens, thinking: Some(thinking.some("display", display).into()), effort }
}

/// Tokens of the answer and of its thoughts, which have to be fewer. A limit is kept where it leaves room for thoughts.
fn fit(known: Option<u64>, budget: u64) -> (u64, u64) {
    let budget = budget.max(LEAST_BUDGET);
    match known {
        Some(most) if budget < most => (most, budget),
        Some(most) if LEAST_BUDGET < most => (most, most - 1),
        Some(most) => (most + LEAST_BUDGET, LEAST_BUDGET),
        None => (budget.saturating_add(MAX_TOKENS), budget),
    }
}

/// Whether the last calls of tools begin with a thought that Anthropic knows: it wants one where there is a budget, and
/// the history of other dialects has none.
fn thinks_in_loop(messages: &[Message]) -> bool {
    let after =
        messages.iter().rposition(|message| message.role == Role::Assistant).map_or(0, |last| last + 1);
    let (said, _) = messages.split_at(after);
    let before = said.iter().rposition(|message| message.role != Role::Assistant).map_or(0, |last| last + 1);
    let (_, turn) = said.split_at(before);
    let mut blocks = turn.iter().flat_map(|message| &message.content).map(|block| &block.content);
    let calls = blocks.clone().any(|content| matches!(content, Content::ToolUse(_)));
    let first = blocks.find(|content| !matches!(content, Content::Thinking { signature: None, .. }));
    !calls || matches!(first, Some(Content::Thinking { .. } | Content::SealedThinking(_)))
}

/// Nothing for [`Effort::None`], which turns thinking off.
fn effort_word(effort: Effort) -> Option<&'static str> {
    match effort {
        Effort::None => None,
        Effort::Minimal | Effort::Low => Some("low"),
        Effort::Medium => Some("medium"),
        Effort::High => Some("high"),
        Effort::Highest => Some("xhigh"),
    }
}

#[cfg(test)]
mod tests;
