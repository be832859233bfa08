//! Whether Claude thinks before it answers, and how much. It refuses whole requests that do not go with it.

use super::family::Family;
use crate::chat::{ChatRequest, Content, Effort, Message, Reasoning, Role, ToolChoice};
use crate::dialect::Target;
use crate::dropped::Dropped;

/// The least that Claude takes.
const LEAST: u64 = 1_024;

/// Tokens of thought to ask for; `None` when there is to be no thinking, or there can be none.
pub(super) fn budget(
    request: &ChatRequest,
    family: Family,
    target: &Target<'_>,
    dropped: &mut Dropped,
) -> Option<u64> {
    let reasoning = request.reasoning?;
    // who wants thoughts and says no more gets what most vendors think by default
    let effort = reasoning.effort.unwrap_or(Effort::Medium);
    let wanted = reasoning.budget.unwrap_or_else(|| Reasoning::budget_for(effort));
    if wanted == 0 {
        return None;
    }
    // thoughts are part of the answer, and it needs some tokens too
    let most = request.max_tokens.or(target.max_output).map_or(u64::MAX, |limit| limit.saturating_sub(1));
    let forced = matches!(request.tool_choice, Some(ToolChoice::Required | ToolChoice::Named(_)));
    let impossible = forced && !request.tools.is_empty() || most < LEAST || lacks_thoughts(&request.messages);
    if family != Family::Claude || impossible {
        dropped.field(if reasoning.budget.is_some() { "thinking" } else { "reasoning_effort" });
        return None;
    }
    Some(wanted.clamp(LEAST, most))
}

/// Whether the model called tools, waits for their results, and the thoughts before that are lost: then it may not
/// think before all of it is over.
fn lacks_thoughts(messages: &[Message]) -> bool {
    let results = |message: &Message| has(message, |content| matches!(content, Content::ToolResult(_)));
    let since = messages.iter().rposition(|message| message.role == Role::User && !results(message));
    let mut turn = messages.iter().skip(since.map_or(0, |index| index + 1));
    // calls after the first need no thoughts of their own
    let first = turn.find(|message| has(message, |content| matches!(content, Content::ToolUse(_))));
    first.is_some_and(|message| !has(message, is_signed))
}

fn is_signed(content: &Content) -> bool {
    matches!(content, Content::Thinking { signature: Some(_), .. } | Content::SealedThinking(_))
}

fn has(message: &Message, is: impl Fn(&Content) -> bool) -> bool {
    message.content.iter().any(|block| is(&block.content))
}
