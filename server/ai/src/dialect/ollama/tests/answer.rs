use super::*;
use crate::chat::{Block, Finish};
use crate::dialect::ollama::{read_answer, read_failure};
use crate::failure::{Failure, FailureKind};
use crate::usage::Usage;
use serde_json::json;

#[test]
fn an_answer_is_read() {
    let body = json!({
        "model": "qwen3",
        "created_at": "2026-01-01T00:00:00Z",
        "message": {
            "role": "assistant",
            "thinking": "Hm.",
            "content": "So.",
            "tool_calls": [
                { "function": { "name": "weather", "arguments": { "city": 1 } } },
                { "function": { "name": "time", "arguments": {} } },
            ],
        },
        "done": true,
        "done_reason": "stop",
        "prompt_eval_count": 11,
        "eval_count": 4,
    });
    let answer = read_answer(body).unwrap();
    let expected = [
        thinking("Hm.", None),
        Block::text("So."),
        call("", "weather", "{\"city\":1}"),
        call("", "time", "{}"),
    ];
    assert_eq!((answer.id.as_str(), answer.model.as_str()), ("", "qwen3"));
    assert_eq!((answer.content.as_slice(), answer.finish), (expected.as_slice(), Finish::ToolUse));
    assert_eq!(answer.usage, Some(Usage { input: 11, output: 4, ..Usage::default() }));
    let cases = [
        (json!({ "done_reason": "stop", "eval_count": 4 }), Finish::Stop, Some(4)),
        (json!({ "done_reason": "length" }), Finish::Length, None),
        (json!({ "done_reason": "load", "message": { "content": "" } }), Finish::Stop, None),
        (json!({}), Finish::Stop, None),
    ];
    for (body, finish, output) in cases {
        let answer = read_answer(body.clone()).unwrap();
        let output_read = answer.usage.map(|usage| usage.total());
        assert_eq!((answer.content, answer.finish, output_read), (Vec::new(), finish, output), "{body}");
    }
    let error = read_answer(json!({ "message": { "tool_calls": [{}] } })).unwrap_err();
    assert_eq!(error.to_string(), "message.tool_calls[0].function: expected a value, got none");
}

#[test]
fn failures_are_texts() {
    let failure = read_failure(404, b"{\"error\":\"model 'x' not found\"}");
    assert_eq!(failure, Failure::new(FailureKind::NotFound, "model 'x' not found"));
    let failure = read_failure(503, b"busy");
    assert_eq!(failure, Failure::new(FailureKind::Overloaded, "the vendor answered 503"));
}
