//! Which documents fit a question. Cohere's shape, which Jina, Voyage and most others have as well, is the caller's.

use super::{Back, Most, Server, Task, Told, Unwritten, Written, sold, tokens, told, unable, way};
use crate::dialect::{CallerDialect, VendorDialect};
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid, Item, Object};
use crate::price::Figure;
use crate::usage::Usage;
use serde_json::{Value, json};

/// Documents that a question may have before it counts as another one.
const OF_A_QUERY: u64 = 100;
/// Bytes of a document with its question that count as one: vendors cut at 500 tokens, and few are of less than 2 bytes.
const OF_A_DOCUMENT: u64 = 1_000;
const BYTES_OF_TOKEN: u64 = 2;
/// What a document costs beside its text.
const AROUND: u64 = 10;
/// What Bedrock wants to hear of Cohere's API.
const COHERE_VERSION: u64 = 2;

/// Writes a request for a model on Bedrock.
pub(super) fn write(body: Value, server: &Server<'_>) -> Result<Written, Unwritten> {
    let cohere = server.model.contains("cohere.");
    if !cohere && !server.model.contains("amazon.rerank") {
        return Err(Unwritten::Unable(unable(Task::Rerank, server)));
    }
    let mut body = Item::root(body).object()?;
    body.value("model");
    let query = body.need("query")?.text()?;
    let documents: Vec<Value> =
        body.need("documents")?.list()?.into_iter().map(text).collect::<Result<_, _>>()?;
    if documents.is_empty() {
        return Err(body.invalid("documents", "expected at least one document").into());
    }
    let pieces = documents.len() as u64;
    let top = match body.take("top_n") {
        Some(top) => Some(top.unsigned()?),
        None => body.unsigned("top_k")?,
    };
    let longest = if cohere { body.unsigned("max_tokens_per_doc")? } else { None };
    let mut dropped = Dropped::default();
    body.drop_rest(&mut dropped);
    let written = Fields::new()
        .with("query", query)
        .with("documents", documents)
        .some("top_n", top)
        .some("max_tokens_per_doc", longest)
        .some("api_version", cohere.then_some(COHERE_VERSION));
    Ok(Written {
        path: way::invoke(server.model),
        body: Value::from(written).to_string().into_bytes(),
        dropped,
        back: Back {
            task: Task::Rerank,
            caller: CallerDialect::OpenAiChat,
            vendor: VendorDialect::Bedrock,
            model: server.model.to_owned(),
            packed: false,
            pieces,
        },
    })
}

/// A document, which may be an object around its text.
fn text(item: Item) -> Result<Value, Invalid> {
    match item.value {
        Value::Object(_) => Ok(item.object()?.need("text")?.text()?.into()),
        _ => Ok(item.text()?.into()),
    }
}

/// Reads `{"results": [{"index", "relevance_score"}]}`.
pub(super) fn answer(mut body: Object, back: &Back) -> Result<Told, Invalid> {
    let mut results = Vec::new();
    for item in body.need("results")?.list()? {
        let mut result = item.object()?;
        let index = result.need("index")?.unsigned()?;
        let score = result.need("relevance_score")?.number()?;
        results.push(json!({ "index": index, "relevance_score": score }));
    }
    let queries = back.pieces.div_ceil(OF_A_QUERY).max(1);
    let written = json!({
        "id": body.text("id")?,
        "model": back.model,
        "results": results,
        "meta": { "billed_units": { "search_units": queries } },
    });
    Ok(told(&written, Some(sold(Figure::Query, queries, Usage::default()))))
}

/// Of an answer in the caller's shape: questions, and tokens where the vendor counts them.
pub(super) fn usage(body: &mut Object, documents: u64) -> Usage {
    let mut meta = body.object("meta").ok().flatten();
    let mut billed = meta.as_mut().and_then(|meta| meta.object("billed_units").ok().flatten());
    let queries = billed.as_mut().and_then(|billed| tokens(billed, "search_units"));
    let queries = queries.unwrap_or_else(|| documents.div_ceil(OF_A_QUERY).max(1));
    let mut usage = body.object("usage").ok().flatten();
    let counted = usage.as_mut().and_then(|usage| {
        tokens(usage, "prompt_tokens").or_else(|| tokens(usage, "total_tokens")).filter(|count| *count > 0)
    });
    let known =
        Usage { input: counted.unwrap_or_default(), estimated: counted.is_none(), ..Usage::default() };
    sold(Figure::Query, queries, known)
}

/// What is asked at most: a long document counts as several. Where tokens are billed, those of the question are so with
/// each document.
pub(super) fn most(body: &Value) -> Most {
    let bytes = |value: &Value| match value {
        Value::String(text) => text.len() as u64,
        other => other.to_string().len() as u64,
    };
    let query = body.get("query").map_or(0, bytes);
    let documents = body.get("documents").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let sizes = || documents.iter().map(|document| bytes(document).saturating_add(query));
    let parts = sizes().map(|size| size.div_ceil(OF_A_DOCUMENT).max(1)).sum::<u64>();
    let tokens = sizes().map(|size| size.div_ceil(BYTES_OF_TOKEN) + AROUND).sum();
    Most::of(Figure::Query, parts.div_ceil(OF_A_QUERY).max(1)).with_input(tokens)
}
