//! The texts of bodies in every dialect: what people and models say, wherever it stands, and not what only machines
//! read. A field that nobody has heard of is a text.

use super::arguments::{self, ArgumentsMask};
use super::channel::{self, AnswerMask};
use super::find::Label;
use super::json::{self, Leaf, Malformed};
use super::{Act, Masker, Refused, Unmasked};
use domain::policies::mask::path::Step;
use serde_json::Value;

/// Fields of a request under which people speak.
const ASKED: &[&str] = &[
    "messages",
    "prediction",
    "input",
    "instructions",
    "prompt",
    "system",
    "contents",
    "content",
    "systemInstruction",
    "system_instruction",
    "query",
    "documents",
    "texts",
    "requests",
];

/// Fields of an answer, or of an event of one, under which models speak.
const SAID: &[&str] = &[
    "choices",
    "output",
    "content",
    "candidates",
    "delta",
    "content_block",
    "response",
    "item",
    "part",
    "text",
    "arguments",
    "refusal",
];

/// Fields whose values are names, numbers of things, addresses or data.
const MACHINES: &[&str] = &[
    "type",
    "role",
    "id",
    "name",
    "model",
    "status",
    "object",
    "tool_call_id",
    "tool_use_id",
    "call_id",
    "item_id",
    "media_type",
    "mime_type",
    "mimeType",
    "data",
    "b64_json",
    "file_data",
    "file_id",
    "file_uri",
    "fileUri",
    "file_url",
    "url",
    "image_url",
    "signature",
    "thoughtSignature",
    "thought_signature",
    "encrypted_content",
    "detail",
    "format",
    "ttl",
    "phase",
    "finish_reason",
    "finishReason",
    "stop_reason",
    "service_tier",
    "system_fingerprint",
];

/// What a field of a body is.
enum Field {
    Text,
    /// JSON within a text.
    Arguments,
    /// What a model thought and its vendor signed.
    Thought,
    Other,
}

fn field(steps: &[Step], roots: &[&str]) -> Field {
    let name = |step: &Step| match step {
        Step::Name(name) => Some(name.clone()),
        Step::Index(_) => None,
    };
    let known = steps.first().and_then(name).is_some_and(|root| roots.contains(&root.as_str()));
    if !known {
        return Field::Other;
    }
    // what a tool is given has names of its own, and all of it may be said
    let within = |step: &Step| matches!(step, Step::Name(name) if ["args", "input", "response"].contains(&name.as_str()));
    let given = steps.iter().skip(1).rev().skip(1).any(within);
    let last = steps.iter().rev().find_map(name).unwrap_or_default();
    match last.as_str() {
        "arguments" => Field::Arguments,
        _ if given => Field::Text,
        "thinking" => Field::Thought,
        last if MACHINES.contains(&last) => Field::Other,
        _ => Field::Text,
    }
}

/// A request to a model.
pub(super) fn request(masker: &Masker, body: &[u8], act: &mut Act<'_>) -> Result<Option<Vec<u8>>, Unmasked> {
    json::rewrite(body, |steps, leaf| {
        if masker.covers(steps) {
            return covered(&leaf, act);
        }
        let masked = match field(steps, ASKED) {
            Field::Text if leaf.is_text => masker.whole(&leaf.value, act)?,
            Field::Arguments if leaf.is_text => arguments(masker, &leaf.value, act)?,
            _ => None,
        };
        Ok(masked.map(Value::from))
    })
}

/// Any JSON.
pub(super) fn document(masker: &Masker, body: &[u8], act: &mut Act<'_>) -> Result<Option<Vec<u8>>, Unmasked> {
    json::rewrite(body, |steps, leaf| {
        if masker.covers(steps) {
            return covered(&leaf, act);
        }
        let masked = if leaf.is_text { masker.whole(&leaf.value, act)? } else { None };
        Ok(masked.map(Value::from))
    })
}

/// A value whose place the policy names. Nothing is nothing.
fn covered(leaf: &Leaf<'_>, act: &mut Act<'_>) -> Result<Option<Value>, Unmasked> {
    if leaf.value.is_empty() || !leaf.is_text && leaf.value == "null" {
        return Ok(None);
    }
    Ok(Some(act(&Label::FIELD, &leaf.value)?.into()))
}

struct Whole<'a, 'b> {
    masker: &'a Masker,
    act: &'a mut Act<'b>,
    text: String,
}

impl arguments::Texts for Whole<'_, '_> {
    fn push(&mut self, piece: &str, _: &mut String) -> Result<(), Refused> {
        self.text.push_str(piece);
        Ok(())
    }

    fn finish(&mut self, out: &mut String) -> Result<(), Refused> {
        let text = std::mem::take(&mut self.text);
        out.push_str(&self.masker.whole(&text, self.act)?.unwrap_or(text));
        Ok(())
    }
}

fn arguments(masker: &Masker, text: &str, act: &mut Act<'_>) -> Result<Option<String>, Refused> {
    // some models write arguments that are no JSON
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return masker.whole(text, act);
    }
    let mut out = String::with_capacity(text.len());
    let mut texts = Whole { masker, act, text: String::new() };
    let mut mask = ArgumentsMask::default();
    mask.push(text, &mut texts, &mut out)?;
    mask.finish(&mut texts, &mut out)?;
    Ok((out != text).then_some(out))
}

/// A whole answer.
pub(super) fn answer(mask: &AnswerMask, body: &[u8]) -> Result<Option<Vec<u8>>, Unmasked> {
    json::rewrite(body, |steps, leaf| leaf_of_answer(mask, steps, &leaf))
}

/// Any JSON that is answered.
pub(super) fn answer_document(mask: &AnswerMask, body: &[u8]) -> Result<Option<Vec<u8>>, Unmasked> {
    json::rewrite(body, |steps, leaf| {
        if mask.covers(steps) {
            return mask.covered(&leaf);
        }
        if !leaf.is_text {
            return Ok(None);
        }
        let told = mask.whole(channel::Said::Text, &leaf.value)?;
        Ok((told != leaf.value).then(|| Value::from(told)))
    })
}

/// A leaf of an answer, or of an event of one, that is all there.
pub(super) fn leaf_of_answer(
    mask: &AnswerMask,
    steps: &[Step],
    leaf: &Leaf<'_>,
) -> Result<Option<Value>, Unmasked> {
    if mask.covers(steps) {
        return mask.covered(leaf);
    }
    if mask.masks() && in_probabilities(steps) {
        return Ok(blank(steps, leaf));
    }
    let said = match field(steps, SAID) {
        _ if !leaf.is_text => return Ok(None),
        Field::Text => channel::Said::Text,
        Field::Arguments => channel::Said::Arguments,
        Field::Thought => channel::Said::Thought,
        Field::Other => return Ok(None),
    };
    let told = mask.whole(said, &leaf.value)?;
    Ok((told != leaf.value).then(|| Value::from(told)))
}

/// What a model might have said, token by token: that has pieces of what is masked, which nobody can tell.
fn in_probabilities(steps: &[Step]) -> bool {
    steps
        .iter()
        .any(|step| matches!(step, Step::Name(name) if name == "logprobs" || name == "logprobsResult"))
}

/// Nothing in the place of a token and of its bytes.
fn blank(steps: &[Step], leaf: &Leaf<'_>) -> Option<Value> {
    let bytes = steps.iter().any(|step| matches!(step, Step::Name(name) if name == "bytes"));
    match leaf.is_text {
        true => Some(Value::from("")),
        false => (bytes && leaf.value != "null").then(|| Value::from(0)),
    }
}

/// What is said in a request: for whoever only reads.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// One for each message; texts that stand outside of messages are one of their own each.
    pub messages: Vec<Said>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Whether it is a user's: also where nobody says whose it is.
    pub by_user: bool,
    /// Its texts, each on a line.
    pub text: String,
    place: Option<(String, usize)>,
}

/// The texts of a request to a model.
pub fn texts(body: &[u8]) -> Result<Texts, Malformed> {
    let mut texts = Texts::default();
    json::rewrite(body, |steps, leaf| {
        texts.take(steps, &leaf);
        Ok::<_, Malformed>(None)
    })?;
    Ok(texts)
}

impl Texts {
    fn take(&mut self, steps: &[Step], leaf: &Leaf<'_>) {
        let place = match steps {
            [Step::Name(root), Step::Index(index), ..] => Some((root.clone(), *index)),
            _ => None,
        };
        let Some(Step::Name(root)) = steps.first() else { return };
        if !ASKED.contains(&root.as_str()) || !leaf.is_text {
            return;
        }
        if place.is_none() || self.messages.last().is_none_or(|last| last.place != place) {
            let by_user = !matches!(
                root.as_str(),
                "system" | "instructions" | "systemInstruction" | "system_instruction" | "prediction"
            );
            self.messages.push(Said { by_user, text: String::new(), place });
        }
        let Some(said) = self.messages.last_mut() else { return };
        match steps {
            [_, Step::Index(_), Step::Name(name)] if name == "role" => said.by_user = leaf.value == "user",
            // what tools answered, of the Responses dialect
            [_, Step::Index(_), Step::Name(name)] if name == "type" && leaf.value != "message" => {
                said.by_user = false;
            }
            _ => {}
        }
        if matches!(field(steps, ASKED), Field::Text | Field::Arguments | Field::Thought) {
            if !said.text.is_empty() {
                said.text.push('\n');
            }
            said.text.push_str(&leaf.value);
        }
    }
}
