//! What a vendor does beside conversation: embeddings, images, sound, moderation, ranking, lists of models.

use super::body::{self, Body};
use super::dialect::Call;
use super::fields;
use super::multipart;
use super::openai::CREATED;
use super::refusal::{Refusal, Speaker};
use super::reply::words;
use super::script::Script;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Response;
use serde_json::{Value, json};

/// The models that are told of. Others are good as well, but for those whose name begins with `missing`.
pub(super) const MODELS: &[&str] =
    &["sim-large", "sim-small", "sim-fast", "sim-embed", "sim-image", "sim-voice", "sim-ears", "sim-rank"];

/// One pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Embeddings,
    Images,
    Speech,
    Transcriptions,
    Moderations,
    Rerank,
    Models,
}

pub(super) async fn answer(
    side: Side,
    speaker: Speaker,
    call: &Call,
    raw: &[u8],
) -> Result<Response<Body>, Refusal> {
    let body = &call.body;
    match side {
        Side::Models => Ok(body::json(&models(speaker))),
        Side::Transcriptions => transcription(call, raw),
        Side::Embeddings => {
            let inputs = inputs(body)?;
            obey(inputs.first().map(String::as_str)).await?;
            embeddings(body, &inputs)
        }
        Side::Images => {
            let prompt = fields::text(body, "prompt")?;
            obey(Some(prompt)).await?;
            images(body, prompt)
        }
        Side::Speech => {
            let input = fields::text(body, "input")?;
            fields::text(body, "model")?;
            fields::text(body, "voice")?;
            obey(Some(input)).await?;
            Ok(speech(fields::optional_text(body, "response_format")?, input))
        }
        Side::Moderations => {
            let inputs = inputs(body)?;
            obey(inputs.first().map(String::as_str)).await?;
            Ok(moderation(&inputs))
        }
        Side::Rerank => {
            obey(Some(fields::text(body, "query")?)).await?;
            rerank(body)
        }
    }
}

/// Of the commands, `#slow` and `#error` have a meaning here.
pub(super) async fn obey(text: Option<&str>) -> Result<(), Refusal> {
    let script = Script::read(text.unwrap_or_default());
    if !script.slow.is_zero() {
        tokio::time::sleep(script.slow).await;
    }
    script.error.map_or(Ok(()), |status| Err(Refusal::new(status, "the error that was ordered")))
}

fn models(speaker: Speaker) -> Value {
    let each = |model: fn(&str) -> Value| MODELS.iter().map(|name| model(name)).collect::<Vec<_>>();
    match speaker {
        Speaker::Anthropic => json!({
            "data": each(|name| json!({
                "type": "model", "id": name, "display_name": name, "created_at": "2026-01-01T00:00:00Z",
            })),
            "has_more": false, "first_id": MODELS.first(), "last_id": MODELS.last(),
        }),
        Speaker::Gemini => json!({
            "models": each(|name| json!({
                "name": format!("models/{name}"), "displayName": name, "inputTokenLimit": 128_000,
                "outputTokenLimit": 8192, "supportedGenerationMethods": ["generateContent", "countTokens"],
            })),
        }),
        _ => json!({
            "object": "list",
            "data": each(|name| json!({ "id": name, "object": "model", "created": CREATED, "owned_by": "sim" })),
        }),
    }
}

/// A text, or several; lists of tokens count as one word for each.
fn inputs(body: &Value) -> Result<Vec<String>, Refusal> {
    let tokens = |of: &[Value]| vec!["token"; of.len()].join(" ");
    let of = |input: &Value| match input {
        Value::String(text) => Ok(text.clone()),
        Value::Array(numbers) => Ok(tokens(numbers)),
        part if part.is_object() => Ok(fields::optional_text(part, "text")?.unwrap_or_default().to_owned()),
        _ => Err(fields::wrong("input", "texts or lists of tokens")),
    };
    match fields::present(body, "input") {
        Some(Value::String(text)) if text.is_empty() => Err(Refusal::bad("input: must not be empty")),
        Some(Value::String(text)) => Ok(vec![text.clone()]),
        Some(Value::Array(inputs)) if inputs.first().is_some_and(Value::is_number) => {
            Ok(vec![tokens(inputs)])
        }
        Some(Value::Array(_)) => fields::list(body, "input")?.iter().map(of).collect(),
        Some(_) => Err(fields::wrong("input", "a string or an array")),
        None => Err(fields::missing("input")),
    }
}

fn embeddings(body: &Value, inputs: &[String]) -> Result<Response<Body>, Refusal> {
    let model = fields::text(body, "model")?;
    let size = fields::count(body, "dimensions")?.unwrap_or(8).min(4096);
    let packed = match fields::optional_text(body, "encoding_format")? {
        None | Some("float") => false,
        Some("base64") => true,
        Some(_) => return Err(fields::wrong("encoding_format", "float or base64")),
    };
    let data = inputs.iter().enumerate().map(|(index, input)| {
        let vector = vector(input, size);
        let embedding = if packed {
            let bytes: Vec<u8> = vector.iter().flat_map(|number| number.to_le_bytes()).collect();
            Value::from(STANDARD.encode(bytes))
        } else {
            Value::from(vector)
        };
        json!({ "object": "embedding", "index": index, "embedding": embedding })
    });
    let tokens: usize = inputs.iter().map(|input| words(input)).sum();
    Ok(body::json(&json!({
        "object": "list", "model": model, "data": data.collect::<Vec<_>>(),
        "usage": { "prompt_tokens": tokens, "total_tokens": tokens },
    })))
}

/// Of length 1, and the same for the same text.
pub(super) fn vector(text: &str, size: usize) -> Vec<f32> {
    let raw: Vec<f32> = (0..size)
        .map(|at| {
            let [low, high, ..] = crc32fast::hash(format!("{at} {text}").as_bytes()).to_le_bytes();
            f32::from(u16::from_le_bytes([low, high])) - 32_767.5
        })
        .collect();
    let length = raw.iter().map(|number| number * number).sum::<f32>().sqrt();
    raw.iter().map(|number| number / length).collect()
}

fn images(body: &Value, prompt: &str) -> Result<Response<Body>, Refusal> {
    let count = fields::count(body, "n")?.unwrap_or(1);
    if count > 10 {
        return Err(fields::wrong("n", "at most 10"));
    }
    let image = match fields::optional_text(body, "response_format")? {
        Some("url") => json!({ "url": "https://images.example/pixel.png" }),
        None | Some("b64_json") => json!({ "b64_json": PNG }),
        Some(_) => return Err(fields::wrong("response_format", "url or b64_json")),
    };
    let (input, output) = (words(prompt), count * 100);
    let usage = json!({
        "input_tokens": input, "output_tokens": output, "total_tokens": input + output,
        "input_tokens_details": { "text_tokens": input, "image_tokens": 0 },
    });
    Ok(body::json(&json!({ "created": CREATED, "data": vec![image; count], "usage": usage })))
}

/// 100 bytes for each word.
fn speech(format: Option<&str>, input: &str) -> Response<Body> {
    let (kind, first): (_, &[u8]) = match format {
        Some("wav") => ("audio/wav", b"RIFF"),
        Some("opus") => ("audio/ogg", b"OggS"),
        Some("flac") => ("audio/flac", b"fLaC"),
        Some("aac") => ("audio/aac", b"\xff\xf1"),
        Some("pcm") => ("audio/pcm", b""),
        _ => ("audio/mpeg", b"ID3"),
    };
    let mut sound = vec![0; 100 * words(input).max(1)];
    sound.splice(..first.len(), first.iter().copied());
    body::whole(kind, sound)
}

fn transcription(call: &Call, raw: &[u8]) -> Result<Response<Body>, Refusal> {
    let content_type = call.headers.get("content-type").and_then(|value| value.to_str().ok());
    let fields = multipart::read(content_type.unwrap_or_default(), raw)?;
    let field = |name: &str| fields.iter().find(|field| field.name == name);
    let file = field("file").filter(|field| field.has_filename).ok_or_else(|| fields::missing("file"))?;
    field("model").ok_or_else(|| fields::missing("model"))?;
    let text = format!("I hear {} bytes.", file.content.len());
    Ok(match field("response_format").map(|field| field.content) {
        Some(b"text") => body::whole("text/plain; charset=utf-8", format!("{text}\n")),
        _ => body::json(&json!({ "text": text, "usage": { "type": "duration", "seconds": 1 } })),
    })
}

/// A text that holds the word `#flag` is flagged.
fn moderation(inputs: &[String]) -> Response<Body> {
    let results = inputs.iter().map(|input| {
        let flagged = input.split_whitespace().any(|word| word == "#flag");
        let score = if flagged { 0.99 } else { 0.01 };
        json!({
            "flagged": flagged,
            "categories": { "violence": flagged, "hate": false },
            "category_scores": { "violence": score, "hate": 0.01 },
        })
    });
    let results: Vec<Value> = results.collect();
    body::json(&json!({ "id": "modr-sim", "model": "sim-moderation", "results": results }))
}

/// A document is worth the share of the query's words that it holds.
pub(super) fn rerank(body: &Value) -> Result<Response<Body>, Refusal> {
    let model = fields::text(body, "model")?;
    let query: Vec<&str> = fields::text(body, "query")?.split_whitespace().collect();
    let documents = fields::list(body, "documents")?;
    let mut ranked = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let text = document.as_str().map_or_else(|| fields::text(document, "text"), Ok)?;
        let held = query.iter().filter(|word| text.split_whitespace().any(|other| other == **word)).count();
        ranked.push((held, index, text));
    }
    ranked.sort_by_key(|(held, index, _)| (std::cmp::Reverse(*held), *index));
    ranked.truncate(fields::count(body, "top_n")?.unwrap_or(documents.len()));
    let told = fields::flag(body, "return_documents")?;
    let share = |held: usize| {
        let count = |of: usize| f64::from(u32::try_from(of).unwrap_or(u32::MAX));
        count(held) / count(query.len().max(1))
    };
    let results = ranked.iter().map(|(held, index, text)| {
        let mut result = json!({ "index": index, "relevance_score": share(*held) });
        if let (true, Some(result)) = (told, result.as_object_mut()) {
            result.insert("document".to_owned(), json!({ "text": text }));
        }
        result
    });
    Ok(body::json(&json!({
        "id": "rerank-sim",
        "model": model,
        "results": results.collect::<Vec<_>>(),
        "meta": { "api_version": { "version": "2" }, "billed_units": { "search_units": 1 } },
        "usage": { "total_tokens": words(&query.join(" ")) + documents.len() },
    })))
}
