//! What is asked beside conversation: as it is written for a target, and what is made of the answer.

use super::facts::SharedFacts;
use super::peek::{Form, Named, Peek};
use super::request::{Back, ForTarget, Reached};
use super::splice::Spliced;
use ai::dialect::CallerDialect;
use ai::failure::Failure;
use ai::operations::{self, Most, Server, Task, Unwritten, Way};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderName};

/// What Bedrock says of the input of a model that does not say it itself.
const AMAZON_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-input-token-count");

/// A request, and where it names its model.
#[derive(Debug)]
pub struct Beside {
    pub task: Task,
    named: Place,
    /// See [`Task::pieces`].
    pieces: u64,
    content_type: Box<str>,
}

#[derive(Debug)]
enum Place {
    Body(Peek),
    Form(Form),
    /// And in the address.
    Gemini(Named),
}

/// From the vendor's answer to the caller's.
#[derive(Debug)]
pub enum BesideBack {
    /// Bytes are forwarded.
    Forwarded {
        task: Task,
        pieces: u64,
    },
    Translated(operations::Back),
}

impl Beside {
    /// Reads a request: it, its model, and whether it asks for a stream. `model` where the address names it.
    pub fn read(
        task: Task,
        model: Option<&str>,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(Self, String, bool), Failure> {
        let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (named, name, stream) = match model {
            Some(model) => (Place::Gemini(Named::of(body)?), model.to_owned(), false),
            None if task == Task::Transcription => {
                let form = Form::of(said, body)?;
                let (model, stream) = (form.model.clone(), form.stream);
                (Place::Form(form), model, stream)
            }
            None => {
                let peek = Peek::of(body)?;
                let (model, stream) = (peek.model.clone(), peek.stream);
                (Place::Body(peek), model, stream)
            }
        };
        let content_type = if matches!(named, Place::Form(_)) { said } else { "application/json" };
        let read = Self { task, named, pieces: task.pieces(body), content_type: content_type.into() };
        Ok((read, name, stream))
    }

    /// What it may use at most.
    #[must_use]
    pub fn most(&self, body: &[u8]) -> Most {
        self.task.most(match &self.named {
            Place::Form(form) => form.file(body),
            Place::Body(_) | Place::Gemini(_) => Some(body),
        })
    }

    /// Writes it for a target.
    pub fn write(
        &self,
        caller: CallerDialect,
        body: &Bytes,
        target: &Reached<'_>,
    ) -> Result<ForTarget, Unwritten> {
        let server =
            Server { vendor: &target.provider.vendor, dialect: target.face.dialect, model: target.model };
        match operations::way(self.task, caller, &server) {
            Way::Forward(path) => {
                let edits = match &self.named {
                    Place::Body(peek) => peek.edits(target.model, false),
                    Place::Form(form) => form.edits(target.model),
                    Place::Gemini(named) => named.edits(target.model),
                };
                let body = Spliced::new(body.clone(), edits);
                let back = BesideBack::Forwarded { task: self.task, pieces: self.pieces };
                let content_type = self.content_type.clone();
                Ok(ForTarget { path, content_type, body, back: Back::Beside(back), dropped: String::new() })
            }
            Way::Translate => {
                let written = operations::write(self.task, caller, body, &server, &target.as_target())?;
                Ok(ForTarget {
                    path: written.path,
                    content_type: "application/json".into(),
                    body: written.body.into(),
                    back: Back::Beside(BesideBack::Translated(written.back)),
                    dropped: written.dropped.line(1_024),
                })
            }
            Way::Estimate => {
                let counted = operations::estimate(caller, body).map_err(Unwritten::Invalid)?;
                Ok(ForTarget {
                    path: String::new(),
                    content_type: "application/json".into(),
                    body: Vec::new().into(),
                    back: Back::Counted(counted),
                    dropped: String::new(),
                })
            }
            Way::Refuse(why) => Err(Unwritten::Unable(why)),
        }
    }
}

impl BesideBack {
    /// A whole answer: the caller's body where it is another one than the vendor's.
    pub fn answer(
        &self,
        target: &Reached<'_>,
        headers: &HeaderMap,
        body: &[u8],
        facts: &SharedFacts,
    ) -> Result<Option<Vec<u8>>, Failure> {
        match self {
            Self::Forwarded { task, pieces } => {
                let usage = operations::forwarded_usage(*task, target.face.dialect, body, *pieces);
                facts.borrow_mut().usage = usage;
                Ok(None)
            }
            Self::Translated(back) => {
                let tokens = headers.get(AMAZON_TOKENS).and_then(|value| value.to_str().ok()?.parse().ok());
                let told = back.answer(body, tokens)?;
                facts.borrow_mut().usage = told.usage;
                Ok(Some(told.body))
            }
        }
    }
}

/// Whether a vendor's answer is text that says what was used, rather than sound on its way.
#[must_use]
pub fn is_text(headers: &HeaderMap) -> bool {
    let kind = kind_of(headers);
    kind.starts_with("application/json") || kind.starts_with("text/")
}

#[must_use]
pub fn is_events(headers: &HeaderMap) -> bool {
    kind_of(headers).starts_with("text/event-stream")
}

fn kind_of(headers: &HeaderMap) -> &str {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
