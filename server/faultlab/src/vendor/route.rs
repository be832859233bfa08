//! Which path is whose.

use super::anthropic::Anthropic;
use super::bedrock::Bedrock;
use super::clouds;
use super::cohere::Cohere;
use super::dialect::Dialect;
use super::gemini::Gemini;
use super::ollama::Ollama;
use super::openai::OpenAi;
use super::refusal::{Refusal, Speaker};
use super::responses::Responses;
use super::side::Side;
use super::vectors::{self, Shape};
use http::{Method, request};

/// What is asked for.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    Answer(&'static dyn Dialect),
    /// The number of tokens, under this name.
    Count(&'static dyn Dialect, &'static str),
    Side(Side),
    Vectors(Shape),
}

pub(super) struct Route {
    pub speaker: Speaker,
    pub wanted: Wanted,
    /// Where the path names it.
    pub model: String,
}

/// A path that nobody knows is refused as OpenAI would.
pub(super) fn find(head: &request::Parts) -> Result<Route, (Speaker, Refusal)> {
    let path = head.uri.path();
    let unknown = || Refusal::new(404, format!("unknown path: {} {path}", head.method));
    let query = head.uri.query().unwrap_or_default();
    let route = in_path(path, query).or_else(|| fixed(path, lister(head)));
    let vectors = || {
        let (speaker, shape, model) = vectors::find(path)?;
        Some(Route { speaker, wanted: Wanted::Vectors(shape), model: decoded(&model) })
    };
    let route = route.or_else(|| clouds::find(path, query)).or_else(vectors);
    let route = route.ok_or_else(|| (Speaker::OpenAi, unknown()))?;
    let method = if matches!(route.wanted, Wanted::Side(Side::Models)) { Method::GET } else { Method::POST };
    if head.method == method {
        Ok(route)
    } else {
        Err((route.speaker, Refusal::new(405, format!("{path} takes {method}"))))
    }
}

/// Whose list of models is wanted, where three vendors have it at the same path: their headers tell.
fn lister(head: &request::Parts) -> Speaker {
    let is_keyed =
        head.uri.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("key=")));
    if head.headers.contains_key("anthropic-version") {
        Speaker::Anthropic
    } else if is_keyed || head.headers.contains_key("x-goog-api-key") {
        Speaker::Gemini
    } else {
        Speaker::OpenAi
    }
}

fn fixed(path: &str, lister: Speaker) -> Option<Route> {
    let answer = |dialect: &'static dyn Dialect| (dialect.speaker(), Wanted::Answer(dialect));
    let side = |side: Side| (Speaker::OpenAi, Wanted::Side(side));
    let (speaker, wanted) = match path {
        "/v1/chat/completions" => answer(&OpenAi { mistral: false }),
        "/mistral/v1/chat/completions" => answer(&OpenAi { mistral: true }),
        "/v1/responses" => answer(&Responses),
        "/v1/messages" => answer(&Anthropic { counting: false }),
        "/v1/messages/count_tokens" => {
            (Speaker::Anthropic, Wanted::Count(&Anthropic { counting: true }, "input_tokens"))
        }
        "/api/chat" => answer(&Ollama),
        "/v2/chat" => answer(&Cohere),
        "/v1/embeddings" => side(Side::Embeddings),
        "/v1/images/generations" => side(Side::Images),
        "/v1/audio/speech" => side(Side::Speech),
        "/v1/audio/transcriptions" | "/mistral/v1/audio/transcriptions" => side(Side::Transcriptions),
        "/v1/moderations" | "/mistral/v1/moderations" => side(Side::Moderations),
        "/v1/rerank" | "/v2/rerank" => (Speaker::Cohere, Wanted::Side(Side::Rerank)),
        "/v1/models" => (lister, Wanted::Side(Side::Models)),
        "/v1beta/models" => (Speaker::Gemini, Wanted::Side(Side::Models)),
        _ => return None,
    };
    Some(Route { speaker, wanted, model: String::new() })
}

/// Gemini and Bedrock name the model in the path.
fn in_path(path: &str, query: &str) -> Option<Route> {
    let gemini = path.strip_prefix("/v1beta/models/").or_else(|| path.strip_prefix("/v1/models/"));
    if let Some(rest) = gemini {
        let (model, verb) = rest.rsplit_once(':')?;
        let events = query.split('&').any(|pair| pair == "alt=sse");
        let wanted = match (verb, events) {
            ("generateContent", _) => Wanted::Answer(&Gemini { stream: false, sse: false }),
            ("streamGenerateContent", true) => Wanted::Answer(&Gemini { stream: true, sse: true }),
            ("streamGenerateContent", false) => Wanted::Answer(&Gemini { stream: true, sse: false }),
            ("countTokens", _) => Wanted::Count(&Gemini { stream: false, sse: false }, "totalTokens"),
            _ => return None,
        };
        return Some(Route { speaker: Speaker::Gemini, wanted, model: decoded(model) });
    }
    let (model, verb) = path.strip_prefix("/model/")?.rsplit_once('/')?;
    let wanted = match verb {
        // a model of several segments was not encoded
        _ if model.is_empty() || model.contains('/') => return None,
        "converse" => Wanted::Answer(&Bedrock { stream: false }),
        "converse-stream" => Wanted::Answer(&Bedrock { stream: true }),
        "count-tokens" => Wanted::Count(&Bedrock { stream: false }, "inputTokens"),
        _ => return None,
    };
    Some(Route { speaker: Speaker::Bedrock, wanted, model: decoded(model) })
}

/// Percent-decoded once; what is no code stays.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
