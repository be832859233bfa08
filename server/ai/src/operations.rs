//! What vendors do beside conversation: vectors of texts, pictures, sound, judgements, rankings, counts of tokens.
//!
//! [`way`] says how a vendor is asked for it. Where caller and vendor speak alike, bytes are forwarded and only
//! [`forwarded_usage`] looks into the answer; embeddings, rankings and counts are translated where the vendor has them
//! in a shape of its own ([`write`], [`Back`]). All the rest is refused by name.

mod audio;
mod counting;
mod embeddings;
mod images;
mod moderations;
mod most;
mod rerank;
mod sound;
mod stream;
mod way;

pub use counting::estimate;
pub use most::Most;
pub use stream::Reader;
pub use way::{Way, speaks_responses, way};

use crate::dialect::{CallerDialect, Target, VendorDialect};
use crate::dropped::Dropped;
use crate::failure::{Failure, FailureKind};
use crate::json::{Invalid, Item, Object};
use crate::price::Figure;
use crate::usage::Usage;
use domain::strict_json;
use serde_json::Value;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    /// Vectors of several texts, or OpenAI's of one.
    Embeddings,
    /// The vector of one text, as Gemini's `embedContent` asks for it.
    Embedding,
    Images,
    Speech,
    Transcription,
    Moderation,
    Rerank,
    /// How many tokens a request for a chat has.
    Counting,
}

/// Whoever is asked.
#[derive(Clone, Copy, Debug)]
pub struct Server<'a> {
    /// The vendor's id in the catalogue.
    pub vendor: &'a str,
    pub dialect: VendorDialect,
    /// The vendor's name of the model.
    pub model: &'a str,
}

/// A request as it goes to a vendor who has a shape of its own for it.
#[derive(Debug)]
pub struct Written {
    /// Below the base of the vendor's URLs.
    pub path: String,
    pub body: Vec<u8>,
    /// What the vendor is not told.
    pub dropped: Dropped,
    pub back: Back,
}

/// Why a request cannot be written.
#[derive(Debug)]
pub enum Unwritten {
    /// It makes no sense, whoever is asked.
    Invalid(Failure),
    /// This vendor cannot do it; another one might. For the caller: what, and who.
    Unable(String),
}

/// From a vendor's shape to the caller's.
#[derive(Debug)]
pub struct Back {
    task: Task,
    caller: CallerDialect,
    vendor: VendorDialect,
    model: String,
    /// OpenAI's callers may want the numbers of a vector in base64.
    packed: bool,
    /// Documents that were ranked.
    pieces: u64,
}

/// An answer in the caller's shape.
#[derive(Debug)]
pub struct Told {
    pub body: Vec<u8>,
    pub usage: Option<Usage>,
}

impl Task {
    /// As it is called where it is refused.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Embeddings | Self::Embedding => "embeddings",
            Self::Images => "images",
            Self::Speech => "speech",
            Self::Transcription => "transcriptions",
            Self::Moderation => "moderations",
            Self::Rerank => "rankings",
            Self::Counting => "counts of tokens",
        }
    }

    /// How many pieces are asked for, where the answer does not say: characters to be spoken, documents to be ranked.
    #[must_use]
    pub fn pieces(self, body: &[u8]) -> u64 {
        let field = match self {
            Self::Speech => "input",
            Self::Rerank => "documents",
            _ => return 0,
        };
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        match body.get(field) {
            Some(Value::String(text)) => text.chars().count() as u64,
            Some(Value::Array(items)) => items.len() as u64,
            _ => 0,
        }
    }
}

/// Writes a request for a vendor whom [`way`] says to translate for. `model` stands in the address of Gemini's callers.
pub fn write(
    task: Task,
    caller: CallerDialect,
    body: &[u8],
    server: &Server<'_>,
    target: &Target<'_>,
) -> Result<Written, Unwritten> {
    let body = strict_json::parse(body).map_err(|error| {
        Unwritten::Invalid(Failure::new(FailureKind::InvalidRequest, format!("expected JSON: {error}")))
    })?;
    match task {
        Task::Embeddings | Task::Embedding => embeddings::write(task, caller, body, server),
        Task::Rerank => rerank::write(body, server),
        Task::Counting => counting::write(caller, body, server, target),
        _ => Err(Unwritten::Unable(unable(task, server))),
    }
}

/// What a forwarded answer says of its use; `pieces` is what [`Task::pieces`] said. Nothing where nobody can know.
#[must_use]
pub fn forwarded_usage(task: Task, dialect: VendorDialect, body: &[u8], pieces: u64) -> Option<Usage> {
    let read = || {
        let body = serde_json::from_slice(body).ok()?;
        Item::root(body).object().ok()
    };
    match task {
        Task::Embeddings | Task::Embedding => embeddings::usage(dialect, &mut read()?),
        Task::Images => Some(images::usage(&mut read()?)),
        Task::Transcription => Some(audio::heard(read())),
        Task::Moderation => moderations::usage(&mut read()?),
        Task::Rerank => Some(rerank::usage(&mut read()?, pieces)),
        Task::Speech => Some(audio::spoken(pieces)),
        Task::Counting => None,
    }
}

impl Back {
    /// The answer for the caller. `tokens` is what Amazon says of the input in a field of the head.
    pub fn answer(&self, body: &[u8], tokens: Option<u64>) -> Result<Told, Failure> {
        let garbled =
            |error: &dyn std::fmt::Display| Failure::garbled(format!("the vendor's answer: {error}"));
        let body: Value = serde_json::from_slice(body).map_err(|error| garbled(&error))?;
        let body = Item::root(body).object().map_err(|error| garbled(&error))?;
        let told = match self.task {
            Task::Rerank => rerank::answer(body, self),
            Task::Counting => counting::answer(body, self),
            _ => embeddings::answer(body, self, tokens),
        };
        told.map_err(|error| garbled(&error))
    }
}

impl From<Invalid> for Unwritten {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid.into())
    }
}

/// What a vendor cannot do, for the caller.
fn unable(task: Task, server: &Server<'_>) -> String {
    format!(
        "the provider of the model ({}) has no {} that this gateway can ask it for",
        server.vendor,
        task.name()
    )
}

/// Tokens that an answer counts under one name.
fn tokens(object: &mut Object, field: &str) -> Option<u64> {
    object.take(field)?.unsigned().ok()
}

/// So many pieces, and what else is known.
fn sold(figure: Figure, count: u64, usage: Usage) -> Usage {
    Usage { pieces: Some((figure, count)), ..usage }
}

fn told(body: &Value, usage: Option<Usage>) -> Told {
    Told { body: body.to_string().into_bytes(), usage }
}

#[cfg(test)]
mod tests;
