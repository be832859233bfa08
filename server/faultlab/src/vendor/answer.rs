//! One call, from its bytes to the answer.

use super::body::{self, Body, Flow};
use super::dialect::{Call, Dialect};
use super::fast;
use super::keys;
use super::log::{Log, Seen, Watch};
use super::refusal::{Refusal, Speaker};
use super::reply::Reply;
use super::route::{self, Wanted};
use super::script::Script;
use super::side::{self, Side};
use super::vectors;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, request};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;

/// Counts, keeps, answers.
pub(super) async fn answer(request: Request<Incoming>, log: Arc<Log>) -> Result<Response<Body>, Infallible> {
    let number = log.count();
    let (head, body) = request.into_parts();
    let id = format!("req_sim{number:08}");
    let bytes = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => {
            return Ok(Refusal::bad("the body did not arrive whole").response(Speaker::OpenAi, &id));
        }
    };
    if let Some((speaker, response)) = fast::answer(head.uri.path(), &bytes) {
        let checked = keys::check(speaker, &head, &bytes, &log.tokens);
        return Ok(checked.err().map_or(response, |refusal| refusal.response(speaker, &id)));
    }
    let path = head.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    log.keep(Seen {
        method: head.method.clone(),
        path: path.clone(),
        headers: head.headers.clone(),
        body: bytes.clone(),
    });
    if head.uri.path() == "/token" {
        let host = head.headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
        return Ok(log.tokens.give(&bytes, &format!("http://{host}"), keys::now_s()).await);
    }
    let mut watch = Some(Watch::new(Arc::clone(&log), path));
    let (speaker, answered) = match route::find(&head) {
        Err((speaker, refusal)) => (speaker, Err(refusal)),
        Ok(route) => match keys::check(route.speaker, &head, &bytes, &log.tokens) {
            Err(refusal) => (route.speaker, Err(refusal)),
            Ok(()) => (route.speaker, routed(route, head, &bytes, number, &mut watch).await),
        },
    };
    if let Some(mut unused) = watch {
        unused.finish();
    }
    let mut response = answered.unwrap_or_else(|refusal| refusal.response(speaker, &id));
    stamp(&mut response, speaker, &id);
    Ok(response)
}

/// The id of the request and what is left of the limits, under the names of the vendor.
fn stamp(response: &mut Response<Body>, speaker: Speaker, id: &str) {
    let (id_name, limits) = match speaker {
        Speaker::Anthropic => ("request-id", Some("anthropic-ratelimit-requests-remaining")),
        Speaker::OpenAi => ("x-request-id", Some("x-ratelimit-remaining-requests")),
        Speaker::Bedrock => ("x-amzn-requestid", None),
        _ => ("x-request-id", None),
    };
    let headers = response.headers_mut();
    headers.extend(HeaderValue::try_from(id).ok().map(|id| (http::HeaderName::from_static(id_name), id)));
    headers.extend(limits.map(|name| (http::HeaderName::from_static(name), HeaderValue::from_static("999"))));
}

async fn routed(
    route: route::Route,
    head: request::Parts,
    bytes: &Bytes,
    number: u64,
    watch: &mut Option<Watch>,
) -> Result<Response<Body>, Refusal> {
    let body = match route.wanted {
        Wanted::Side(Side::Models | Side::Transcriptions) => Value::Null,
        _ => json_of(bytes)?,
    };
    let call = Call { headers: head.headers, model: route.model, body };
    match route.wanted {
        Wanted::Answer(dialect) => talk(dialect, &call, number, watch).await,
        Wanted::Count(dialect, name) => {
            let count = dialect.read(&unwrapped(call))?.prompt_words();
            Ok(body::json(&json!({ name: count })))
        }
        Wanted::Vectors(shape) => vectors::answer(shape, &call).await,
        Wanted::Side(side) => side::answer(side, route.speaker, &call, bytes).await,
    }
}

fn json_of(bytes: &[u8]) -> Result<Value, Refusal> {
    let body: Value = serde_json::from_slice(bytes)
        .map_err(|error| Refusal::bad(format!("the body is not valid JSON: {error}")))?;
    if body.is_object() { Ok(body) } else { Err(Refusal::bad("the body must be a JSON object")) }
}

/// What is to be counted, where the vendor wants it wrapped.
fn unwrapped(mut call: Call) -> Call {
    let inner = call.body.get("generateContentRequest").or_else(|| call.body.pointer("/input/converse"));
    if let Some(inner) = inner.cloned() {
        call.body = inner;
    }
    call
}

async fn talk(
    dialect: &dyn Dialect,
    call: &Call,
    number: u64,
    watch: &mut Option<Watch>,
) -> Result<Response<Body>, Refusal> {
    let asked = dialect.read(call)?;
    if asked.model.starts_with("missing") {
        return Err(Refusal::new(404, format!("the model {:?} does not exist", asked.model)));
    }
    let script = Script::read(&asked.last_text());
    if !script.slow.is_zero() {
        tokio::time::sleep(script.slow).await;
    }
    if let Some(status) = script.error {
        return Err(Refusal::new(status, "the error that was ordered"));
    }
    let reply = Reply::compose(&asked, &script, number);
    if asked.stream {
        let pieces = dialect.stream(&reply);
        return Ok(flow(dialect, pieces, &script, watch).response(dialect.stream_type()));
    }
    if script.midstream_error {
        return Err(Refusal::new(500, "the simulated answer failed"));
    }
    if script.garbage {
        return Ok(body::whole("application/json", r#"{"broken": "#));
    }
    let whole = dialect.whole(&reply);
    if !script.cut && script.silent.is_zero() {
        return Ok(body::json(&whole));
    }
    let whole = Bytes::from(whole.to_string());
    let halves = vec![whole.slice(..whole.len() / 2), whole.slice(whole.len() / 2..)];
    Ok(flow(dialect, halves, &script, watch).response("application/json"))
}

fn flow(dialect: &dyn Dialect, pieces: Vec<Bytes>, script: &Script, watch: &mut Option<Watch>) -> Flow {
    Flow::new(pieces, script, watch.take(), || dialect.garbage(), || dialect.broken())
}
