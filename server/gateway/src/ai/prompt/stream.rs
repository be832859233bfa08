//! A model's stream as a caller of a prompt api gets it: `delta` events with pieces of text, then `done` with what was
//! used (and, where there is a schema, the whole object), or `error` with a problem.

use super::Prompt;
use super::answer::said_of;
use crate::ai::facts::SharedFacts;
use crate::reject::RejectKind;
use crate::upstream::answer::UpstreamBody;
use ai::failure::Failure;
use ai::sse::{self, Splitter};
use bytes::Bytes;
use http_body::Frame;
use serde_json::{Value, json};
use std::sync::Arc;
use std::task::{Context, Poll};

pub struct PromptBody {
    upstream: Box<UpstreamBody>,
    facts: SharedFacts,
    prompt: Arc<Prompt>,
    /// The address below which problems are explained.
    problems: Box<str>,
    splitter: Splitter,
    /// All of the answer, where it is an object.
    text: String,
    finish: String,
    /// An error was told.
    failed: bool,
    /// How it ends, once what was written before has been taken.
    ending: Option<Option<RejectKind>>,
}

impl PromptBody {
    /// `upstream` is a stream of chat completion chunks.
    #[must_use]
    pub fn new(upstream: Box<UpstreamBody>, facts: SharedFacts, prompt: Arc<Prompt>, problems: &str) -> Self {
        Self {
            upstream,
            facts,
            prompt,
            problems: problems.into(),
            splitter: Splitter::new(),
            text: String::new(),
            finish: String::new(),
            failed: false,
            ending: None,
        }
    }

    /// The next piece for the caller; `None` at the end. An error follows the event that tells of it.
    pub fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, RejectKind>>> {
        loop {
            if let Some(ending) = &mut self.ending {
                return Poll::Ready(ending.take().map(Err));
            }
            let mut out = Vec::new();
            match self.upstream.poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => {
                    let Ok(data) = frame.into_data() else { continue };
                    self.push(&data, &mut out);
                }
                Poll::Ready(None) => self.end(None, &mut out),
                Poll::Ready(Some(Err(kind))) => self.end(Some(kind), &mut out),
                Poll::Pending => return Poll::Pending,
            }
            if !out.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(out.into()))));
            }
        }
    }

    fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        let Ok(events) = self.splitter.push(piece) else {
            return self.fail("the vendor's answer makes no sense", out);
        };
        for event in events {
            match sse::parse(&event) {
                Some((_, data)) => self.chunk(&data, out),
                // a sign of life
                None => out.extend_from_slice(b":\n\n"),
            }
        }
    }

    fn chunk(&mut self, data: &[u8], out: &mut Vec<u8>) {
        // what is no JSON is the mark of the end
        let Ok(chunk) = serde_json::from_slice::<Value>(data) else { return };
        if let Some(error) = chunk.get("error").filter(|error| !error.is_null()) {
            let said = error.get("message").and_then(Value::as_str).unwrap_or("it does not say why");
            return self.fail(&format!("the model's vendor broke off: {said}"), out);
        }
        let text = |at: &str| chunk.pointer(at).and_then(Value::as_str).filter(|text| !text.is_empty());
        if let Some(reason) = text("/choices/0/finish_reason") {
            reason.clone_into(&mut self.finish);
        }
        let Some(piece) = text("/choices/0/delta/content").or_else(|| text("/choices/0/delta/refusal"))
        else {
            return;
        };
        if self.prompt.compiled.schema.is_some() {
            self.text.push_str(piece);
        }
        sse::write("delta", &json!({ "text": piece }), out);
    }

    fn end(&mut self, broken: Option<RejectKind>, out: &mut Vec<u8>) {
        if broken.is_some() {
            self.fail("the vendor's answer broke off", out);
        }
        if !self.failed {
            self.done(out);
        }
        self.ending = Some(broken.or(self.failed.then_some(RejectKind::UpstreamBroken)));
    }

    fn done(&mut self, out: &mut Vec<u8>) {
        let output = match &self.prompt.compiled.schema {
            None => None,
            Some(schema) => match schema.read(&self.text) {
                Ok(output) => Some(output),
                Err(why) => {
                    let detail = format!("the model's answer does not fit the prompt's output schema: {why}");
                    self.facts.borrow_mut().failure = Some(Failure::garbled(detail.clone()));
                    return self.fail(&detail, out);
                }
            },
        };
        let mut event = said_of(&self.facts.borrow());
        if let Value::Object(members) = &mut event {
            members.insert("finish".to_owned(), std::mem::take(&mut self.finish).into());
            members.extend(output.map(|output| ("output".to_owned(), output)));
        }
        sse::write("done", &event, out);
    }

    /// Tells of the first error; what follows from it is not told.
    fn fail(&mut self, detail: &str, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.failed, true) {
            return;
        }
        let rule = RejectKind::UpstreamBroken.rule();
        let detail: String = detail.chars().take(700).collect();
        let problem = json!({
            "type": format!("{}/{}", self.problems, rule.name),
            "title": rule.title,
            "status": rule.status,
            "detail": detail,
        });
        sse::write("error", &problem, out);
    }
}
