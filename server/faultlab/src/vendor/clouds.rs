//! The paths of clouds, which serve models of others at addresses of their own.

use super::anthropic::Anthropic;
use super::asked::Asked;
use super::dialect::{Call, Dialect};
use super::gemini::Gemini;
use super::openai::OpenAi;
use super::refusal::{Refusal, Speaker};
use super::reply::Reply;
use super::responses::Responses;
use super::route::{Route, Wanted};
use super::side::Side;
use bytes::Bytes;
use http::HeaderValue;
use serde_json::{Map, Value, json};

/// What stands before every path of Vertex.
pub(super) const VERTEX: &str = "/v1/projects/";
/// What stands before every path of Azure.
pub(super) const AZURE: &str = "/openai/";

/// The version that Anthropic's dialect has on Vertex.
const ANTHROPIC_ON_VERTEX: &str = "vertex-2023-10-16";

/// Which path of which cloud.
pub(super) fn find(path: &str, query: &str) -> Option<Route> {
    if let Some(rest) = path.strip_prefix(VERTEX) {
        return vertex(rest, query);
    }
    if path == "/foundation-models" {
        return Some(side(Speaker::Bedrock));
    }
    azure(path.strip_prefix(AZURE)?, query)
}

fn side(speaker: Speaker) -> Route {
    Route { speaker, wanted: Wanted::Side(Side::Models), model: String::new() }
}

fn answer(dialect: &'static dyn Dialect, model: &str) -> Route {
    Route { speaker: dialect.speaker(), wanted: Wanted::Answer(dialect), model: model.to_owned() }
}

/// `{project}/locations/{location}/…`
fn vertex(rest: &str, query: &str) -> Option<Route> {
    let (project, rest) = rest.split_once("/locations/")?;
    let (location, rest) = rest.split_once('/')?;
    if [project, location].iter().any(|name| name.is_empty() || name.contains('/')) {
        return None;
    }
    if rest == "endpoints/openapi/chat/completions" {
        return Some(answer(&OpenAi { mistral: false }, ""));
    }
    let (publisher, rest) = rest.strip_prefix("publishers/")?.split_once("/models/")?;
    let (model, verb) = rest.rsplit_once(':')?;
    let events = query.split('&').any(|field| field == "alt=sse");
    let gemini = &Gemini { stream: false, sse: false };
    Some(match (publisher, verb) {
        ("google", "generateContent") => answer(gemini, model),
        ("google", "streamGenerateContent") if events => answer(&Gemini { stream: true, sse: true }, model),
        ("google", "countTokens") => {
            let wanted = Wanted::Count(gemini, "totalTokens");
            Route { speaker: Speaker::Gemini, wanted, model: model.to_owned() }
        }
        ("anthropic", "rawPredict") => answer(&OnVertex { stream: false }, model),
        ("anthropic", "streamRawPredict") => answer(&OnVertex { stream: true }, model),
        _ => return None,
    })
}

/// `v1/…`, or `deployments/{deployment}/…` with a version of the API.
fn azure(rest: &str, query: &str) -> Option<Route> {
    let versioned = query.split('&').any(|field| field.starts_with("api-version=20"));
    let chat = |model| Some(answer(&OpenAi { mistral: false }, model));
    match rest {
        "v1/chat/completions" => chat(""),
        "v1/responses" => Some(answer(&Responses, "")),
        "responses" if versioned => Some(answer(&Responses, "")),
        "v1/models" => Some(side(Speaker::OpenAi)),
        "models" if versioned => Some(side(Speaker::OpenAi)),
        _ if versioned => {
            let (deployment, rest) = rest.strip_prefix("deployments/")?.split_once('/')?;
            if rest == "chat/completions" { chat(deployment) } else { None }
        }
        _ => None,
    }
}

/// Anthropic's dialect as Vertex has it: the path names the model, the body the version.
struct OnVertex {
    stream: bool,
}

const ANTHROPIC: Anthropic = Anthropic { counting: false };

impl Dialect for OnVertex {
    fn speaker(&self) -> Speaker {
        Speaker::Anthropic
    }

    fn read(&self, call: &Call) -> Result<Asked, Refusal> {
        let mut body: Map<String, Value> = call.body.as_object().cloned().unwrap_or_default();
        if body.remove("anthropic_version") != Some(json!(ANTHROPIC_ON_VERTEX)) {
            return Err(Refusal::bad("anthropic_version: must be vertex-2023-10-16"));
        }
        if body.insert("model".to_owned(), json!(call.model)).is_some() {
            return Err(Refusal::bad("model: extra inputs are not permitted"));
        }
        let mut headers = call.headers.clone();
        headers.insert("anthropic-version", HeaderValue::from_static("2023-06-01"));
        let call = Call { headers, model: call.model.clone(), body: Value::Object(body) };
        let asked = ANTHROPIC.read(&call)?;
        if asked.stream == self.stream {
            Ok(asked)
        } else {
            Err(Refusal::bad("stream: does not agree with the path"))
        }
    }

    fn whole(&self, reply: &Reply) -> Value {
        ANTHROPIC.whole(reply)
    }

    fn stream(&self, reply: &Reply) -> Vec<Bytes> {
        ANTHROPIC.stream(reply)
    }

    fn broken(&self) -> Bytes {
        ANTHROPIC.broken()
    }
}
