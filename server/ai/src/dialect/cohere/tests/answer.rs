use super::*;
use crate::chat::{Block, Finish};
use crate::dialect::cohere::{read_answer, read_failure};
use crate::failure::{Failure, FailureKind};
use crate::usage::Usage;
use serde_json::json;

#[test]
fn an_answer_is_read() {
    let function = json!({ "name": "weather", "arguments": "{\"city\":1}" });
    let body = json!({
        "id": "c1",
        "finish_reason": "TOOL_CALL",
        "message": {
            "role": "assistant",
            "tool_plan": "I look.",
            "content": [
                { "type": "thinking", "thinking": "Hm." }, { "type": "text", "text": "So:" }, { "type": "new" },
            ],
            "tool_calls": [
                { "id": "a", "type": "function", "function": function },
                { "id": "b", "type": "function", "function": { "name": "weather" } },
            ],
            "citations": [],
        },
        "usage": { "billed_units": { "input_tokens": 5.0, "output_tokens": 2.0 } },
    });
    let answer = read_answer(body).unwrap();
    let expected = vec![
        thinking("I look.", None),
        thinking("Hm.", None),
        Block::text("So:"),
        call("a", "{\"city\":1}").into(),
        call("b", "").into(),
    ];
    assert_eq!((answer.id.as_str(), answer.content, answer.finish), ("c1", expected, Finish::ToolUse));
    assert_eq!(answer.usage, Some(Usage { input: 5, output: 2, ..Usage::default() }));
    let empty = read_answer(json!({ "message": null })).unwrap();
    assert_eq!((empty.content, empty.finish, empty.usage), (Vec::new(), Finish::Stop, None));
    for (body, error) in [
        (json!([]), "expected an object, got a list"),
        (json!({ "message": { "content": 1 } }), "message.content: expected a list, got a number"),
        (
            json!({ "message": { "tool_calls": [{}] } }),
            "message.tool_calls[0].function: expected a value, got none",
        ),
    ] {
        assert_eq!(read_answer(body).unwrap_err().to_string(), error);
    }
}

#[test]
fn every_reason_is_known() {
    let cases = [
        ("COMPLETE", Some(Finish::Stop)),
        ("STOP_SEQUENCE", Some(Finish::StopSequence)),
        ("MAX_TOKENS", Some(Finish::Length)),
        ("ERROR_LIMIT", Some(Finish::Length)),
        ("ERROR_TOXIC", Some(Finish::Filtered)),
        ("TOOL_CALL", Some(Finish::ToolUse)),
        ("ERROR", None),
        ("TIMEOUT", None),
    ];
    for (reason, expected) in cases {
        let function = json!({ "name": "f", "arguments": "{}" });
        let calls =
            if reason == "TOOL_CALL" { json!([{ "id": "a", "function": function }]) } else { json!([]) };
        let body = json!({ "finish_reason": reason, "message": { "tool_calls": calls } });
        assert_eq!(read_answer(body).ok().map(|answer| answer.finish), expected, "{reason}");
    }
}

#[test]
fn usage_is_what_is_billed() {
    let cases = [
        (
            json!({
                "billed_units": { "input_tokens": 5.0, "output_tokens": 2.0 },
                "tokens": { "input_tokens": 70.0 },
            }),
            (5, 0, 2),
        ),
        (json!({ "billed_units": {}, "tokens": { "input_tokens": 70.0, "output_tokens": 3.0 } }), (70, 0, 3)),
        (json!({ "billed_units": { "input_tokens": 5 }, "cached_tokens": 4.0 }), (1, 4, 0)),
        (json!({ "billed_units": { "input_tokens": 5 }, "cached_tokens": 64.0 }), (0, 5, 0)),
        (json!({ "billed_units": { "input_tokens": -5.0, "output_tokens": "x" }, "tokens": 1 }), (0, 0, 0)),
        (json!({}), (0, 0, 0)),
    ];
    for (usage, (input, cache_read, output)) in cases {
        let answer = read_answer(json!({ "usage": usage.clone() })).unwrap();
        let expected = Usage { input, cache_read, output, ..Usage::default() };
        assert_eq!(answer.usage, Some(expected), "{usage}");
    }
}

#[test]
fn failures_have_a_message() {
    let cases = [
        (401, "{\"message\":\"invalid api token\"}", FailureKind::Authentication, "invalid api token"),
        (402, "{\"id\":\"x\",\"message\":\"pay\"}", FailureKind::Billing, "pay"),
        (422, "{\"message\":\"bad\"}", FailureKind::InvalidRequest, "bad"),
        (429, "{\"message\":\"slow down\"}", FailureKind::RateLimited, "slow down"),
        (498, "{\"message\":\"blocked\"}", FailureKind::Filtered, "blocked"),
        (499, "{\"message\":\"closed\"}", FailureKind::Timeout, "closed"),
        (500, "<html>", FailureKind::Internal, "the vendor answered 500"),
        (503, "{\"message\":\"\"}", FailureKind::Overloaded, "the vendor answered 503"),
    ];
    for (status, body, kind, message) in cases {
        assert_eq!(read_failure(status, body.as_bytes()), Failure::new(kind, message), "{status}");
    }
}
