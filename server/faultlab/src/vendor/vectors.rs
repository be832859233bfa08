//! Vectors and rankings in the shapes of vendors who do not speak like OpenAI.

use super::body::{self, Body};
use super::dialect::Call;
use super::fields;
use super::refusal::{Refusal, Speaker};
use super::reply::words;
use super::side::{obey, rerank, vector};
use http::Response;
use serde_json::{Value, json};

/// Numbers of a vector when nothing is said of it.
const SIZE: usize = 8;
const LARGEST: usize = 4096;

/// Whose shape it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `:embedContent`
    Gemini,
    /// `:batchEmbedContents`
    GeminiBatch,
    /// `/v1/embeddings`, but unknown fields are refused.
    Mistral,
    /// `/v2/embed`
    Cohere,
    /// `/api/embed`
    Ollama,
    /// `/model/{id}/invoke`: in the words of whoever made the model.
    Invoke,
}

/// The shape at a path, whose it is, and the model where the path names it.
pub(super) fn find(path: &str) -> Option<(Speaker, Shape, String)> {
    let fixed = match path {
        "/mistral/v1/embeddings" => Some((Speaker::OpenAi, Shape::Mistral)),
        "/v2/embed" => Some((Speaker::Cohere, Shape::Cohere)),
        "/api/embed" => Some((Speaker::Ollama, Shape::Ollama)),
        _ => None,
    };
    if let Some((speaker, shape)) = fixed {
        return Some((speaker, shape, String::new()));
    }
    if let Some(call) = path.strip_prefix("/v1beta/models/") {
        let (model, verb) = call.rsplit_once(':')?;
        let shape = match verb {
            "embedContent" => Shape::Gemini,
            "batchEmbedContents" => Shape::GeminiBatch,
            _ => return None,
        };
        return Some((Speaker::Gemini, shape, model.to_owned()));
    }
    let model = path.strip_prefix("/model/")?.strip_suffix("/invoke")?;
    let is_segment = !model.is_empty() && !model.contains('/');
    is_segment.then(|| (Speaker::Bedrock, Shape::Invoke, model.to_owned()))
}

pub(super) async fn answer(shape: Shape, call: &Call) -> Result<Response<Body>, Refusal> {
    let body = &call.body;
    match shape {
        Shape::Gemini => {
            let (vector, tokens) = of_content(body, &call.model).await?;
            let usage = json!({ "promptTokenCount": tokens });
            Ok(body::json(&json!({ "embedding": { "values": vector }, "usageMetadata": usage })))
        }
        Shape::GeminiBatch => batch(call).await,
        Shape::Mistral => mistral(body).await,
        Shape::Cohere => {
            fields::text(body, "model")?;
            cohere(body, &["model", "texts", "input_type", "embedding_types", "output_dimension"]).await
        }
        Shape::Ollama => {
            fields::text(body, "model")?;
            let (texts, size) = (texts(body, "input")?, size(body, "dimensions")?);
            let (vectors, tokens) = vectors(&texts, size).await?;
            Ok(body::json(&json!({ "embeddings": vectors, "prompt_eval_count": tokens })))
        }
        Shape::Invoke if call.model.contains("rerank") => {
            fields::only(body, &["query", "documents", "top_n", "api_version", "max_tokens_per_doc"])?;
            let mut named = body.clone();
            if let Some(fields) = named.as_object_mut() {
                fields.insert("model".to_owned(), call.model.clone().into());
            }
            obey(Some(fields::text(body, "query")?)).await?;
            rerank(&named)
        }
        Shape::Invoke if call.model.contains("cohere.embed") => {
            cohere(body, &["texts", "input_type", "embedding_types", "output_dimension"]).await
        }
        Shape::Invoke => {
            fields::only(body, &["inputText", "dimensions", "normalize"])?;
            let texts = vec![fields::text(body, "inputText")?.to_owned()];
            let (mut vectors, tokens) = vectors(&texts, size(body, "dimensions")?).await?;
            Ok(body::json(&json!({ "embedding": vectors.pop(), "inputTextTokenCount": tokens })))
        }
    }
}

async fn batch(call: &Call) -> Result<Response<Body>, Refusal> {
    let (mut vectors, mut tokens) = (Vec::new(), 0);
    for request in fields::list(&call.body, "requests")? {
        let named = fields::text(request, "model")?;
        if named != format!("models/{}", call.model) {
            return Err(Refusal::bad("requests.model: must be the model of the path"));
        }
        let (vector, more) = of_content(request, &call.model).await?;
        vectors.push(json!({ "values": vector }));
        tokens += more;
    }
    let usage = json!({ "promptTokenCount": tokens });
    Ok(body::json(&json!({ "embeddings": vectors, "usageMetadata": usage })))
}

/// One request of Gemini's: the vector, and the tokens of its text.
async fn of_content(request: &Value, model: &str) -> Result<(Vec<f32>, usize), Refusal> {
    let named = fields::optional_text(request, "model")?;
    if named.is_some_and(|named| named.trim_start_matches("models/") != model) {
        return Err(Refusal::bad("model: must be the model of the path"));
    }
    let mut text = String::new();
    for part in fields::list(fields::object(request, "content")?, "parts")? {
        text.push_str(fields::text(part, "text")?);
    }
    obey(Some(&text)).await?;
    Ok((vector(&text, size(request, "outputDimensionality")?), words(&text)))
}

async fn mistral(body: &Value) -> Result<Response<Body>, Refusal> {
    fields::only(body, &["model", "input", "output_dimension", "output_dtype", "encoding_format"])
        .map_err(|refusal| Refusal::new(422, refusal.message))?;
    let model = fields::text(body, "model")?;
    let (vectors, tokens) = vectors(&texts(body, "input")?, size(body, "output_dimension")?).await?;
    let listed = vectors.iter().enumerate();
    let data =
        listed.map(|(index, vector)| json!({ "object": "embedding", "index": index, "embedding": vector }));
    let usage = json!({ "prompt_tokens": tokens, "completion_tokens": 0, "total_tokens": tokens });
    Ok(body::json(
        &json!({ "object": "list", "model": model, "data": data.collect::<Vec<_>>(), "usage": usage }),
    ))
}

/// In Cohere's words, at Cohere or on Bedrock.
async fn cohere(body: &Value, known: &[&str]) -> Result<Response<Body>, Refusal> {
    fields::only(body, known)?;
    let purposes = ["search_document", "search_query", "classification", "clustering", "image"];
    if !purposes.contains(&fields::text(body, "input_type")?) {
        return Err(fields::wrong(
            "input_type",
            "search_document, search_query, classification or clustering",
        ));
    }
    let (vectors, tokens) = vectors(&texts(body, "texts")?, size(body, "output_dimension")?).await?;
    Ok(body::json(&json!({
        "id": "embed-sim",
        "embeddings": { "float": vectors },
        "meta": { "api_version": { "version": "2" }, "billed_units": { "input_tokens": tokens } },
    })))
}

async fn vectors(texts: &[String], size: usize) -> Result<(Vec<Vec<f32>>, usize), Refusal> {
    obey(texts.first().map(String::as_str)).await?;
    let tokens = texts.iter().map(|text| words(text)).sum();
    Ok((texts.iter().map(|text| vector(text, size)).collect(), tokens))
}

/// A text, or several.
fn texts(body: &Value, name: &str) -> Result<Vec<String>, Refusal> {
    if let Some(text) = body.get(name).and_then(Value::as_str) {
        return Ok(vec![text.to_owned()]);
    }
    let each = |text: &Value| text.as_str().map(str::to_owned).ok_or_else(|| fields::wrong(name, "texts"));
    fields::list(body, name)?.iter().map(each).collect()
}

fn size(body: &Value, name: &str) -> Result<usize, Refusal> {
    Ok(fields::count(body, name)?.unwrap_or(SIZE).min(LARGEST))
}
