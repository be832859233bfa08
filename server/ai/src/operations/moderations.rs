//! Judgements of what is harmful.

use super::tokens;
use crate::json::Object;
use crate::usage::Usage;

/// Of an answer; OpenAI's says nothing of tokens.
pub(super) fn usage(body: &mut Object) -> Option<Usage> {
    let mut usage = body.object("usage").ok()??;
    let input = tokens(&mut usage, "prompt_tokens")?;
    Some(Usage {
        input,
        output: tokens(&mut usage, "completion_tokens").unwrap_or_default(),
        ..Usage::default()
    })
}
