//! Whole answers, one after the other; the last one has the reason for the end and what was used, or is an error.

use super::{Checked, End, ensure};
use serde_json::Value;

pub fn check(chunks: &[Value]) -> Checked {
    let Some((last, before)) = chunks.split_last() else { return Err("nothing was said".into()) };
    for chunk in before {
        part(chunk)?;
        ensure(finish(chunk).is_null(), || format!("something follows the reason for the end: {chunk}"))?;
        ensure(chunk["usageMetadata"].is_null(), || format!("something follows what was used: {chunk}"))?;
        ensure(chunk["responseId"] == chunks[0]["responseId"], || format!("another answer: {chunk}"))?;
    }
    if last["error"]["message"].is_string() {
        return Ok(End::Failed);
    }
    part(last)?;
    ensure(finish(last).is_string(), || format!("no reason for the end: {last}"))?;
    Ok(End::Well)
}

fn finish(chunk: &Value) -> &Value {
    &chunk["candidates"][0]["finishReason"]
}

fn part(chunk: &Value) -> Result<(), String> {
    ensure(chunk["error"].is_null() && chunk["responseId"].is_string(), || format!("no answer: {chunk}"))?;
    let candidates = chunk["candidates"].as_array().map(Vec::as_slice).unwrap_or_default();
    ensure(candidates.len() <= 1, || format!("several candidates: {chunk}"))?;
    for content in
        candidates.iter().map(|candidate| &candidate["content"]).filter(|content| !content.is_null())
    {
        ensure(content["role"] == "model" && content["parts"].is_array(), || format!("no content: {chunk}"))?;
        for call in content["parts"].as_array().into_iter().flatten().map(|part| &part["functionCall"]) {
            ensure(call.is_null() || (call["name"].is_string() && call["args"].is_object()), || {
                format!("a call that is not whole: {chunk}")
            })?;
        }
    }
    Ok(())
}
