//! What a caller sends: `{"variables": {...}, "stream": true}`, or a form with a field for each variable.

use crate::reject::{Reject, RejectKind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use domain::prompts::values::{self, Values};
use domain::prompts::variables::Variable;
use domain::strict_json;
use futures_util::stream;
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE};
use multer::Multipart;
use serde_json::{Map, Value, json};
use std::convert::Infallible;

/// A caller's request, checked.
#[derive(Debug)]
pub struct Asked {
    pub values: Values,
    pub stream: bool,
}

/// What was sent, before the variables are checked.
#[derive(Default)]
struct Sent {
    variables: Map<String, Value>,
    stream: bool,
}

pub async fn read(variables: &[Variable], headers: &HeaderMap, body: Bytes) -> Result<Asked, Reject> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let sent = if content_type.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        form(variables, content_type, body).await?
    } else {
        object(&body)?
    };
    let values = values::read_all(variables, sent.variables);
    let values = values.map_err(|invalid| invalid_input(super::line(&invalid)))?;
    Ok(Asked { values, stream: sent.stream || wants_events(headers) })
}

fn invalid_input(detail: String) -> Reject {
    Reject::new(RejectKind::InvalidInput, detail)
}

fn malformed(detail: String) -> Reject {
    Reject::new(RejectKind::MalformedInput, detail)
}

/// Whether the caller takes events and names nothing before them.
fn wants_events(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = accept.split([',', ';']).next().unwrap_or_default();
    first.trim().eq_ignore_ascii_case("text/event-stream")
}

fn object(body: &[u8]) -> Result<Sent, Reject> {
    if body.trim_ascii().is_empty() {
        return Ok(Sent::default());
    }
    let value = strict_json::parse(body).map_err(|error| malformed(format!("expected JSON: {error}")))?;
    let Value::Object(mut members) = value else {
        return Err(malformed("expected a JSON object with the member variables".to_owned()));
    };
    let variables = match members.remove("variables") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(variables)) => variables,
        Some(_) => return Err(invalid_input("variables: expected an object".to_owned())),
    };
    let stream = match members.remove("stream") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(stream)) => stream,
        Some(_) => return Err(invalid_input("stream: expected true or false".to_owned())),
    };
    if let Some(name) = members.keys().next() {
        let name: String = name.chars().take(80).collect();
        return Err(invalid_input(format!(
            "{name}: there is no such member; expected variables and stream, and the prompt's values within variables"
        )));
    }
    Ok(Sent { variables, stream })
}

/// A form (RFC 7578): texts are read by the type of their variable, files as they are.
async fn form(variables: &[Variable], content_type: &str, body: Bytes) -> Result<Sent, Reject> {
    let broken = |error: multer::Error| malformed(format!("expected a form: {error}"));
    let boundary = multer::parse_boundary(content_type).map_err(broken)?;
    let whole = stream::once(async move { Ok::<_, Infallible>(body) });
    let mut form = Multipart::new(whole, boundary);
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let media_type = field.content_type().map(|mime| mime.essence_str().to_owned());
        let bytes = field.bytes().await.map_err(broken)?;
        let variable = variables.iter().find(|variable| variable.name == name);
        let value = match (variable, media_type) {
            (Some(variable), Some(media_type)) if variable.kind.is_media() => {
                json!({ "media_type": media_type, "data": STANDARD.encode(&bytes) })
            }
            (variable, _) => {
                let text = std::str::from_utf8(&bytes)
                    .map_err(|_| invalid_input(format!("variables.{name}: expected text in UTF-8")))?;
                if name == "stream" && variable.is_none() {
                    sent.stream = text.trim() == "true";
                    continue;
                }
                variable.map_or_else(|| text.into(), |variable| values::of_text(variable.kind, text))
            }
        };
        if sent.variables.insert(name.clone(), value).is_some() {
            return Err(invalid_input(format!("variables.{name}: stands twice")));
        }
    }
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn events_are_sent_to_those_who_ask_for_them_first() {
        for (accept, expected) in [
            ("text/event-stream", true),
            ("Text/Event-Stream;q=1, */*", true),
            ("application/json, text/event-stream", false),
            ("*/*", false),
        ] {
            let headers: HeaderMap = [(ACCEPT, HeaderValue::from_static(accept))].into_iter().collect();
            assert_eq!(wants_events(&headers), expected, "{accept}");
        }
    }
}
