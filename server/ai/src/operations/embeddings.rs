//! Vectors of texts.
//!
//! What a text is for (to search, or to be found) has no word in OpenAI's dialect; `input_type`, which several who are
//! compatible with it know, is understood. A text of which nothing is said is one to be found, where a vendor must be
//! told something.

mod vendors;

use super::{Back, Server, Task, Told, Unwritten, Written, told};
use crate::dialect::gemini::camel;
use crate::dialect::{CallerDialect, VendorDialect};
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid, Item, Object};
use crate::usage::Usage;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What is wanted, whoever asks.
#[derive(Debug, Default)]
struct Wanted {
    texts: Vec<String>,
    /// Lists of numbers instead of texts, which only OpenAI's models can be told.
    is_tokens: bool,
    dimensions: Option<u64>,
    packed: bool,
    purpose: Option<Purpose>,
}

/// What a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Query,
    Document,
    Classification,
    Clustering,
}

/// What came back.
#[derive(Debug)]
struct Vectors {
    /// Each a list of numbers as the vendor wrote them.
    vectors: Vec<Value>,
    usage: Option<Usage>,
}

/// Writes a request for a vendor with a shape of its own.
pub(super) fn write(
    task: Task,
    caller: CallerDialect,
    body: Value,
    server: &Server<'_>,
) -> Result<Written, Unwritten> {
    let mut dropped = Dropped::default();
    let wanted = match caller {
        CallerDialect::Gemini => read_gemini(task, body, &mut dropped)?,
        _ => read_openai(body, &mut dropped)?,
    };
    if wanted.is_tokens {
        let what = format!("input: expected texts: {} takes no lists of tokens", server.vendor);
        return Err(Unwritten::Unable(what));
    }
    let packed = wanted.packed;
    let (path, body) = vendors::write(wanted, server, &mut dropped)?;
    let back =
        Back { task, caller, vendor: server.dialect, model: server.model.to_owned(), packed, pieces: 0 };
    Ok(Written { path, body: body.to_string().into_bytes(), dropped, back })
}

/// `{"input": text, texts, tokens, or lists of tokens, "dimensions", "encoding_format"}`.
fn read_openai(body: Value, dropped: &mut Dropped) -> Result<Wanted, Invalid> {
    let mut body = Item::root(body).object()?;
    body.value("model");
    let mut wanted = Wanted { dimensions: body.unsigned("dimensions")?, ..Wanted::default() };
    let input = body.need("input")?;
    match input.value {
        Value::Array(_) => {
            for item in input.list()? {
                match item.value {
                    Value::Number(_) | Value::Array(_) => wanted.is_tokens = true,
                    _ => wanted.texts.push(item.text()?),
                }
            }
        }
        _ => wanted.texts.push(input.text()?),
    }
    if wanted.texts.is_empty() && !wanted.is_tokens {
        return Err(body.invalid("input", "expected at least one text"));
    }
    wanted.packed = match body.text("encoding_format")?.as_deref() {
        None | Some("float") => false,
        Some("base64") => true,
        Some(_) => return Err(body.invalid("encoding_format", "expected float or base64")),
    };
    if let Some(word) = body.text("input_type")? {
        wanted.purpose = Purpose::of_word(&word);
        if wanted.purpose.is_none() {
            dropped.field("input_type");
        }
    }
    body.drop_rest(dropped);
    Ok(wanted)
}

/// An `EmbedContentRequest`, or several in a batch.
fn read_gemini(task: Task, body: Value, dropped: &mut Dropped) -> Result<Wanted, Invalid> {
    let mut body = Item::root(camel(body)).object()?;
    let mut wanted = Wanted::default();
    if task == Task::Embedding {
        read_content(body, &mut wanted, dropped)?;
        return Ok(wanted);
    }
    for item in body.need("requests")?.list()? {
        read_content(item.object()?, &mut wanted, dropped)?;
    }
    if wanted.texts.is_empty() {
        return Err(body.invalid("requests", "expected at least one request"));
    }
    body.drop_rest(dropped);
    Ok(wanted)
}

/// One request of Gemini's. What it says besides its text is taken to be the same for all of a batch.
fn read_content(mut request: Object, wanted: &mut Wanted, dropped: &mut Dropped) -> Result<(), Invalid> {
    request.value("model");
    let mut content = request.need("content")?.object()?;
    content.value("role");
    let mut text = String::new();
    for item in content.need("parts")?.list()? {
        let mut part = item.object()?;
        text.push_str(&part.need("text")?.text()?);
        part.drop_rest(dropped);
    }
    content.drop_rest(dropped);
    wanted.texts.push(text);
    // where newer requests have them
    let mut config = request.object("embedContentConfig")?;
    for from in std::iter::once(&mut request).chain(config.as_mut()) {
        let dimensions = from.unsigned("outputDimensionality")?;
        let purpose = from.text("taskType")?;
        let known = purpose.as_deref().and_then(Purpose::of_gemini);
        if purpose.is_some() && known.is_none() {
            dropped.field("taskType");
        }
        agree(&mut wanted.dimensions, dimensions, from, "outputDimensionality")?;
        agree(&mut wanted.purpose, known, from, "taskType")?;
    }
    config.into_iter().for_each(|config| config.drop_rest(dropped));
    request.drop_rest(dropped);
    Ok(())
}

fn agree<T: PartialEq>(
    known: &mut Option<T>,
    new: Option<T>,
    at: &Object,
    field: &str,
) -> Result<(), Invalid> {
    match (&known, &new) {
        (Some(one), Some(other)) if one != other => {
            Err(at.invalid(field, "expected the same in all requests of a batch"))
        }
        (None, Some(_)) => {
            *known = new;
            Ok(())
        }
        _ => Ok(()),
    }
}

impl Purpose {
    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "query" | "search_query" => Self::Query,
            "document" | "passage" | "search_document" => Self::Document,
            "classification" => Self::Classification,
            "clustering" => Self::Clustering,
            _ => return None,
        })
    }

    fn of_gemini(word: &str) -> Option<Self> {
        Some(match word {
            "RETRIEVAL_QUERY" | "QUESTION_ANSWERING" | "CODE_RETRIEVAL_QUERY" => Self::Query,
            "RETRIEVAL_DOCUMENT" => Self::Document,
            "CLASSIFICATION" => Self::Classification,
            "CLUSTERING" => Self::Clustering,
            _ => return None,
        })
    }

    fn cohere(self) -> &'static str {
        match self {
            Self::Query => "search_query",
            Self::Document => "search_document",
            Self::Classification => "classification",
            Self::Clustering => "clustering",
        }
    }

    fn gemini(self) -> &'static str {
        match self {
            Self::Query => "RETRIEVAL_QUERY",
            Self::Document => "RETRIEVAL_DOCUMENT",
            Self::Classification => "CLASSIFICATION",
            Self::Clustering => "CLUSTERING",
        }
    }
}

/// The vendor's answer as the caller wants it. `tokens`: see [`Back::answer`].
pub(super) fn answer(body: Object, back: &Back, tokens: Option<u64>) -> Result<Told, Invalid> {
    let read = vendors::read(body, back.vendor)?;
    let usage = read.usage.or_else(|| tokens.map(|input| Usage { input, ..Usage::default() }));
    let written = match back.caller {
        CallerDialect::Gemini => write_gemini(read.vectors, back.task, usage.as_ref()),
        _ => write_openai(read.vectors, back, usage.as_ref())?,
    };
    Ok(told(&written, usage))
}

fn write_openai(vectors: Vec<Value>, back: &Back, usage: Option<&Usage>) -> Result<Value, Invalid> {
    let mut data = Vec::with_capacity(vectors.len());
    for (index, vector) in vectors.into_iter().enumerate() {
        let embedding = if back.packed { pack(index, &vector)? } else { vector };
        data.push(json!({ "object": "embedding", "index": index, "embedding": embedding }));
    }
    // always there: SDKs read it without asking
    let count = usage.map_or(0, Usage::total_input);
    Ok(json!({
        "object": "list",
        "model": back.model,
        "data": data,
        "usage": { "prompt_tokens": count, "total_tokens": count },
    }))
}

/// Numbers of 32 bits, the lowest byte first, in base64.
fn pack(index: usize, vector: &Value) -> Result<Value, Invalid> {
    let wrong = || Invalid::new(format!("vectors[{index}]"), "expected a list of numbers");
    let numbers = vector.as_array().ok_or_else(wrong)?;
    let mut bytes = Vec::with_capacity(numbers.len() * 4);
    for number in numbers {
        // what the vendor wrote was of 32 bits, or is rounded to them
        let number = number.as_f64().ok_or_else(wrong)? as f32;
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    Ok(STANDARD.encode(bytes).into())
}

fn write_gemini(vectors: Vec<Value>, task: Task, usage: Option<&Usage>) -> Value {
    let mut vectors = vectors.into_iter().map(|vector| json!({ "values": vector }));
    let fields = match task {
        Task::Embedding => Fields::new().some("embedding", vectors.next()),
        _ => Fields::new().with("embeddings", vectors.collect::<Vec<_>>()),
    };
    let usage = usage.map(|usage| json!({ "promptTokenCount": usage.total_input() }));
    fields.some("usageMetadata", usage).into()
}

/// What a forwarded answer says of tokens.
pub(super) fn usage(dialect: VendorDialect, body: &mut Object) -> Option<Usage> {
    let (object, field) = match dialect {
        VendorDialect::Gemini => ("usageMetadata", "promptTokenCount"),
        _ => ("usage", "prompt_tokens"),
    };
    let mut usage = body.object(object).ok()??;
    // Voyage and others only have the sum, which is the same
    let input = super::tokens(&mut usage, field).or_else(|| super::tokens(&mut usage, "total_tokens"))?;
    Some(Usage { input, ..Usage::default() })
}
