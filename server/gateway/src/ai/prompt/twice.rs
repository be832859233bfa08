//! A model that is asked twice in one call: both answers are paid for, and on record.

use crate::ai::attempts::Tried;
use crate::ai::facts::SharedFacts;
use crate::ctx::Ctx;
use ai::usage::Usage;
use std::rc::Rc;

/// What is known of the first answer.
pub struct First {
    facts: Option<SharedFacts>,
    usage: Usage,
    tried: Vec<Tried>,
}

impl First {
    /// Ends the first answer: what was set aside for it is settled.
    pub fn end(ctx: &Ctx) -> Self {
        settle(ctx);
        let tried = ctx.ai.as_ref().map(|facts| std::mem::take(&mut facts.borrow_mut().tried));
        Self { facts: ctx.ai.clone(), usage: used(ctx), tried: tried.unwrap_or_default() }
    }

    /// Ends the second one, and puts both together.
    pub fn join(self, ctx: &Ctx) {
        let Some(facts) = &ctx.ai else { return };
        // refused before anybody was asked again
        if self.facts.is_some_and(|first| Rc::ptr_eq(&first, facts)) {
            facts.borrow_mut().tried = self.tried;
            return;
        }
        settle(ctx);
        let usage = sum(used(ctx), &self.usage);
        let mut facts = facts.borrow_mut();
        facts.usage = Some(usage);
        let second = std::mem::replace(&mut facts.tried, self.tried);
        facts.tried.extend(second);
    }
}

/// Each answer is settled with what was set aside for it. What is on record is settled no more.
fn settle(ctx: &Ctx) {
    let Some(facts) = &ctx.ai else { return };
    let spent = facts.borrow().reckoned().spent();
    facts.borrow_mut().reservation.settle(spent);
}

/// What the last answer has used, as its record would say it.
fn used(ctx: &Ctx) -> Usage {
    let Some(facts) = &ctx.ai else { return Usage::default() };
    let facts = facts.borrow();
    if let Some(usage) = &facts.usage {
        return usage.clone();
    }
    let reckoned = facts.reckoned();
    let record = facts.record(&reckoned);
    let (input, output) = (record.input_tokens, record.output_tokens);
    Usage { input, output, estimated: record.estimated, ..Usage::default() }
}

fn sum(mut sum: Usage, more: &Usage) -> Usage {
    for (to, more) in [
        (&mut sum.input, more.input),
        (&mut sum.input_audio, more.input_audio),
        (&mut sum.input_image, more.input_image),
        (&mut sum.cache_read, more.cache_read),
        (&mut sum.cache_write, more.cache_write),
        (&mut sum.cache_write_1h, more.cache_write_1h),
        (&mut sum.tool_prompt, more.tool_prompt),
        (&mut sum.output, more.output),
        (&mut sum.reasoning, more.reasoning),
        (&mut sum.output_audio, more.output_audio),
        (&mut sum.output_image, more.output_image),
    ] {
        *to = to.saturating_add(more);
    }
    sum.estimated |= more.estimated;
    sum
}
