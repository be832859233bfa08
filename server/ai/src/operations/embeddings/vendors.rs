//! What vendors are told, and what they answer.

use super::{Purpose, Vectors, Wanted};
use crate::dialect::VendorDialect;
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid, Item, Object};
use crate::operations::{Server, Task, Unwritten, tokens, unable, way};
use crate::usage::Usage;
use serde_json::{Value, json};

/// The path and the body of a request.
pub(super) fn write(
    wanted: Wanted,
    server: &Server<'_>,
    dropped: &mut Dropped,
) -> Result<(String, Value), Unwritten> {
    let model = server.model;
    let path = |path: &str| path.to_owned();
    let written = match server.dialect {
        VendorDialect::OpenAiChat => {
            drop_purpose(&wanted, "taskType", dropped);
            let body = texts(&wanted, "input").with("model", model).some("dimensions", wanted.dimensions);
            (path("/embeddings"), body.with("encoding_format", "float"))
        }
        VendorDialect::Mistral => {
            drop_purpose(&wanted, "input_type", dropped);
            let body =
                texts(&wanted, "input").with("model", model).some("output_dimension", wanted.dimensions);
            (path("/embeddings"), body)
        }
        VendorDialect::Ollama => {
            drop_purpose(&wanted, "input_type", dropped);
            let body = texts(&wanted, "input").with("model", model).some("dimensions", wanted.dimensions);
            (path("/embed"), body)
        }
        VendorDialect::Cohere => (path("/embed"), cohere(&wanted).with("model", model)),
        VendorDialect::Gemini if server.vendor == way::VERTEX => {
            (format!("/models/{model}:predict"), vertex(&wanted))
        }
        VendorDialect::Gemini => (format!("/models/{model}:batchEmbedContents"), gemini(&wanted, model)),
        VendorDialect::Bedrock => (way::invoke(model), bedrock(&wanted, server, dropped)?),
        VendorDialect::Anthropic => return Err(Unwritten::Unable(unable(Task::Embeddings, server))),
    };
    Ok((written.0, written.1.into()))
}

fn drop_purpose(wanted: &Wanted, field: &str, dropped: &mut Dropped) {
    if wanted.purpose.is_some() {
        dropped.field(field);
    }
}

fn texts(wanted: &Wanted, field: &str) -> Fields {
    Fields::new().with(field, wanted.texts.as_slice())
}

fn cohere(wanted: &Wanted) -> Fields {
    texts(wanted, "texts")
        .with("input_type", wanted.purpose.unwrap_or(Purpose::Document).cohere())
        .with("embedding_types", vec![Value::from("float")])
        .some("output_dimension", wanted.dimensions)
}

fn gemini(wanted: &Wanted, model: &str) -> Fields {
    let request = |text: &String| {
        Value::from(
            Fields::new()
                .with("model", format!("models/{model}"))
                .with("content", json!({ "parts": [{ "text": text }] }))
                .some("taskType", wanted.purpose.map(Purpose::gemini))
                .some("outputDimensionality", wanted.dimensions),
        )
    };
    Fields::new().with("requests", wanted.texts.iter().map(request).collect::<Vec<_>>())
}

/// The Gemini API's models as Google's cloud has them.
fn vertex(wanted: &Wanted) -> Fields {
    let instance = |text: &String| {
        let fields = Fields::new().with("content", text.as_str());
        Value::from(fields.some("task_type", wanted.purpose.map(Purpose::gemini)))
    };
    let parameters = wanted.dimensions.map(|count| json!({ "outputDimensionality": count }));
    Fields::new()
        .with("instances", wanted.texts.iter().map(instance).collect::<Vec<_>>())
        .some("parameters", parameters)
}

/// In the model's own words: Amazon's take one text, Cohere's many.
fn bedrock(wanted: &Wanted, server: &Server<'_>, dropped: &mut Dropped) -> Result<Fields, Unwritten> {
    let model = server.model;
    if model.contains("cohere.") {
        return Ok(cohere(wanted));
    }
    if !model.contains("amazon.titan-embed-") {
        return Err(Unwritten::Unable(unable(Task::Embeddings, server)));
    }
    let [text] = wanted.texts.as_slice() else {
        let count = wanted.texts.len();
        let what = format!("input: expected one text: {model} takes no more in a call, got {count}");
        return Err(Unwritten::Unable(what));
    };
    drop_purpose(wanted, "input_type", dropped);
    // the first one has vectors of one size only
    let sized = model.contains("titan-embed-text-v2");
    if wanted.dimensions.is_some() && !sized {
        dropped.field("dimensions");
    }
    Ok(Fields::new().with("inputText", text.as_str()).some("dimensions", wanted.dimensions.filter(|_| sized)))
}

/// The vectors of an answer.
pub(super) fn read(mut body: Object, vendor: VendorDialect) -> Result<Vectors, Invalid> {
    let count = |input: Option<u64>| input.map(|input| Usage { input, ..Usage::default() });
    match vendor {
        VendorDialect::Gemini if body.has("predictions") => predictions(&mut body),
        VendorDialect::Gemini => {
            let vectors = each(body.need("embeddings")?, "values")?;
            Ok(Vectors { vectors, usage: super::usage(vendor, &mut body) })
        }
        VendorDialect::Ollama => {
            let usage = count(tokens(&mut body, "prompt_eval_count"));
            Ok(Vectors { vectors: lists(body.need("embeddings")?)?, usage })
        }
        VendorDialect::Cohere => cohere_answer(&mut body),
        VendorDialect::Bedrock if body.has("embedding") => {
            let usage = count(tokens(&mut body, "inputTextTokenCount"));
            Ok(Vectors { vectors: vec![numbers(body.need("embedding")?)?], usage })
        }
        VendorDialect::Bedrock => cohere_answer(&mut body),
        _ => {
            let mut data = Vec::new();
            for item in body.need("data")?.list()? {
                let mut item = item.object()?;
                data.push((item.unsigned("index")?.unwrap_or_default(), numbers(item.need("embedding")?)?));
            }
            data.sort_by_key(|(index, _)| *index);
            let vectors = data.into_iter().map(|(_, vector)| vector).collect();
            Ok(Vectors { vectors, usage: super::usage(vendor, &mut body) })
        }
    }
}

/// `{"embeddings": {"float": lists} or lists, "meta": {"billed_units": {"input_tokens"}}}`.
fn cohere_answer(body: &mut Object) -> Result<Vectors, Invalid> {
    let embeddings = body.need("embeddings")?;
    let vectors = match embeddings.value {
        Value::Object(_) => lists(embeddings.object()?.need("float")?)?,
        _ => lists(embeddings)?,
    };
    let mut meta = body.object("meta").ok().flatten();
    let mut billed = meta.as_mut().and_then(|meta| meta.object("billed_units").ok().flatten());
    let input = billed.as_mut().and_then(|billed| tokens(billed, "input_tokens"));
    Ok(Vectors { vectors, usage: input.map(|input| Usage { input, ..Usage::default() }) })
}

/// `{"predictions": [{"embeddings": {"values", "statistics": {"token_count"}}}]}`.
fn predictions(body: &mut Object) -> Result<Vectors, Invalid> {
    let (mut vectors, mut input) = (Vec::new(), None::<u64>);
    for item in body.need("predictions")?.list()? {
        let mut embeddings = item.object()?.need("embeddings")?.object()?;
        vectors.push(numbers(embeddings.need("values")?)?);
        if let Some(mut statistics) = embeddings.object("statistics")?
            && let Some(count) = tokens(&mut statistics, "token_count")
        {
            input = Some(input.unwrap_or_default().saturating_add(count));
        }
    }
    Ok(Vectors { vectors, usage: input.map(|input| Usage { input, ..Usage::default() }) })
}

fn each(items: Item, field: &str) -> Result<Vec<Value>, Invalid> {
    items.list()?.into_iter().map(|item| numbers(item.object()?.need(field)?)).collect()
}

fn lists(items: Item) -> Result<Vec<Value>, Invalid> {
    items.list()?.into_iter().map(numbers).collect()
}

fn numbers(item: Item) -> Result<Value, Invalid> {
    let is_vector = item.value.as_array().is_some_and(|all| all.iter().all(Value::is_number));
    if is_vector { Ok(item.value) } else { Err(Invalid::new(item.at, "expected a list of numbers")) }
}
