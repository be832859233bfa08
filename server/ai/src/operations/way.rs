//! How each vendor is asked for what it does beside conversation.

use super::{Server, Task, unable};
use crate::aws::percent_encode;
use crate::dialect::{CallerDialect, VendorDialect};

/// How a vendor is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// Bytes are forwarded to this path below the base of the vendor's URLs.
    Forward(String),
    /// In a shape of its own: see [`super::write`].
    Translate,
    /// It is not: the gateway counts by itself.
    Estimate,
    /// Not at all; why, for the caller.
    Refuse(String),
}

/// Vendors who speak chat completions, and responses beside them.
const RESPONSES: [&str; 3] = ["azure", "azure-ai", "openai"];
/// Vendors who speak like OpenAI and are known to rank nothing.
const NO_RANKING: [&str; 3] = ["azure", "groq", "openai"];
/// Google's cloud, which speaks Gemini's dialect and Anthropic's, but has other addresses for all but conversation.
pub(super) const VERTEX: &str = "vertex";

/// Whether requests and answers of OpenAI's responses can be forwarded to the vendor as they are.
#[must_use]
pub fn speaks_responses(vendor: &str) -> bool {
    RESPONSES.contains(&vendor)
}

/// How a vendor is asked for something, in the name of a caller who speaks that dialect.
#[must_use]
pub fn way(task: Task, caller: CallerDialect, server: &Server<'_>) -> Way {
    let found = match task {
        Task::Embeddings | Task::Embedding => embeddings(task, caller, server),
        Task::Rerank => rerank(server),
        Task::Counting => Some(counting(caller, server)),
        Task::Images => openai(server, "/images/generations"),
        Task::Speech => openai(server, "/audio/speech"),
        Task::Transcription => {
            openai(server, "/audio/transcriptions").or_else(|| mistral(server, "/audio/transcriptions"))
        }
        Task::Moderation => openai(server, "/moderations").or_else(|| mistral(server, "/moderations")),
    };
    found.unwrap_or_else(|| Way::Refuse(unable(task, server)))
}

fn openai(server: &Server<'_>, path: &str) -> Option<Way> {
    (server.dialect == VendorDialect::OpenAiChat).then(|| Way::Forward(path.to_owned()))
}

/// Mistral takes and gives what OpenAI does, as far as these go.
fn mistral(server: &Server<'_>, path: &str) -> Option<Way> {
    (server.dialect == VendorDialect::Mistral).then(|| Way::Forward(path.to_owned()))
}

fn embeddings(task: Task, caller: CallerDialect, server: &Server<'_>) -> Option<Way> {
    match (server.dialect, caller) {
        (VendorDialect::OpenAiChat, CallerDialect::OpenAiChat) => {
            Some(Way::Forward("/embeddings".to_owned()))
        }
        (VendorDialect::Gemini, CallerDialect::Gemini) if server.vendor != VERTEX => {
            let verb = if task == Task::Embedding { "embedContent" } else { "batchEmbedContents" };
            Some(Way::Forward(format!("/models/{}:{verb}", server.model)))
        }
        (VendorDialect::Anthropic, _) => None,
        _ => Some(Way::Translate),
    }
}

fn rerank(server: &Server<'_>) -> Option<Way> {
    match server.dialect {
        VendorDialect::OpenAiChat if NO_RANKING.contains(&server.vendor) => None,
        VendorDialect::OpenAiChat | VendorDialect::Cohere => Some(Way::Forward("/rerank".to_owned())),
        VendorDialect::Bedrock => Some(Way::Translate),
        _ => None,
    }
}

fn counting(caller: CallerDialect, server: &Server<'_>) -> Way {
    match (server.dialect, caller) {
        (VendorDialect::Anthropic, CallerDialect::Anthropic) => {
            Way::Forward("/messages/count_tokens".to_owned())
        }
        (VendorDialect::Gemini, CallerDialect::Gemini) if server.vendor != VERTEX => {
            Way::Forward(format!("/models/{}:countTokens", server.model))
        }
        (VendorDialect::Anthropic | VendorDialect::Gemini, _) => Way::Translate,
        // of Amazon's models, only Claude's tokens are counted
        (VendorDialect::Bedrock, _) if server.model.contains("anthropic.") => Way::Translate,
        _ => Way::Estimate,
    }
}

/// Where Bedrock runs a model in the model's own words.
pub(super) fn invoke(model: &str) -> String {
    bedrock(model, "invoke")
}

pub(super) fn bedrock(model: &str, verb: &str) -> String {
    format!("/model/{}/{verb}", percent_encode(model, b""))
}
