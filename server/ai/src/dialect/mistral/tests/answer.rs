use super::*;
use crate::chat::{Block, ChatRequest, Finish};
use crate::dialect::mistral::{read_answer, read_failure};
use crate::failure::{Failure, FailureKind};
use crate::usage::Usage;
use serde_json::json;

#[test]
fn only_signed_thoughts_go_back() {
    let chunks = json!([
        {
            "type": "thinking",
            "thinking": [{ "type": "text", "text": "H" }, { "type": "text", "text": "m." }],
            "signature": "s+/=",
        },
        { "type": "thinking", "thinking": "Plain." },
        { "type": "reference", "reference_ids": [1] },
        { "type": "text", "text": "So." },
    ]);
    let choice = json!({ "message": { "content": chunks }, "finish_reason": "stop" });
    let answer = read_answer(json!({ "id": "m1", "model": "magistral", "choices": [choice] })).unwrap();
    let expected = [thinking("Hm.", Some("s+/=")), thinking("Plain.", None), Block::text("So.")];
    assert_eq!(answer.content, expected);
    let messages = vec![assistant(answer.content), user(vec![Block::text("Go on.")])];
    let (body, dropped) = written(ChatRequest { messages, ..ChatRequest::default() });
    let thoughts =
        json!({ "type": "thinking", "thinking": [{ "type": "text", "text": "Hm." }], "signature": "s+/=" });
    assert_eq!(body["messages"][0]["content"], json!([thoughts, { "type": "text", "text": "So." }]));
    assert_eq!(dropped, ["messages.content.thinking"]);
}

#[test]
fn an_answer_is_read() {
    let calls = json!([
        { "id": "abcDEF123", "function": { "name": "weather", "arguments": "{\"city\":1}" }, "index": 0 },
        { "id": "null", "function": { "name": "weather", "arguments": {} } },
    ]);
    let body = json!({
        "id": "m1", "object": "chat.completion", "model": "mistral-large", "created": 1,
        "choices": [{
            "index": 0,
            "finish_reason": "tool_calls",
            "message": { "role": "assistant", "content": "", "tool_calls": calls },
        }],
        "usage": {
            "prompt_tokens": 10,
            "completion_tokens": 3,
            "total_tokens": 13,
            "num_cached_tokens": 4,
            "service_tier": "priority",
        },
    });
    let answer = read_answer(body).unwrap();
    assert_eq!(
        (answer.id.as_str(), answer.model.as_str(), answer.finish),
        ("m1", "mistral-large", Finish::ToolUse)
    );
    assert_eq!(answer.content, [call("abcDEF123", "{\"city\":1}"), call("", "{}")]);
    let tier = Some("priority".to_owned());
    assert_eq!(answer.usage, Some(Usage { input: 6, cache_read: 4, output: 3, tier, ..Usage::default() }));
    let usage = json!({ "prompt_tokens": 3, "num_cached_tokens": 9, "service_tier": "standard" });
    let empty = read_answer(json!({ "choices": [], "usage": usage })).unwrap();
    assert_eq!((empty.content, empty.finish), (Vec::new(), Finish::Filtered));
    assert_eq!(empty.usage, Some(Usage { cache_read: 3, ..Usage::default() }));
    for (reason, finish) in [
        ("stop", Some(Finish::Stop)),
        ("length", Some(Finish::Length)),
        ("model_length", Some(Finish::Length)),
        ("error", None),
    ] {
        let body =
            json!({ "choices": [{ "message": { "content": "x" }, "finish_reason": reason }], "usage": null });
        assert_eq!(
            read_answer(body).ok().map(|answer| (answer.finish, answer.usage)),
            finish.map(|finish| (finish, None))
        );
    }
    let body = json!({ "choices": [{ "message": { "content": [1] } }] });
    assert_eq!(
        read_answer(body).unwrap_err().to_string(),
        "choices[0].message.content[0]: expected an object, got a number"
    );
}

#[test]
fn failures_come_in_many_shapes() {
    let some = |text: &str| Some(text.to_owned());
    let detail =
        r#"[{"loc":["body","messages",0,"role"],"msg":"Extra inputs are not permitted","type":"x"}]"#;
    let extra = "Extra inputs are not permitted";
    let nested = format!(
        r#"{{"object":"error","message":{{"detail":{detail}}},"type":"invalid_request_error","code":null}}"#
    );
    let order = r#"{"object":"error","message":"Unexpected role","type":"order","param":null,"code":"3230"}"#;
    let capacity =
        r#"{"object":"error","message":"full","type":"service_tier_capacity_exceeded","code":"3505"}"#;
    let cases = [
        (400, order.to_owned(), FailureKind::InvalidRequest, "Unexpected role", some("3230"), None),
        (
            401,
            r#"{"detail":"Unauthorized"}"#.to_owned(),
            FailureKind::Authentication,
            "Unauthorized",
            None,
            None,
        ),
        (
            401,
            r#"{"message":"Unauthorized","request_id":"r"}"#.to_owned(),
            FailureKind::Authentication,
            "Unauthorized",
            None,
            None,
        ),
        (
            422,
            format!(r#"{{"detail":{detail}}}"#),
            FailureKind::InvalidRequest,
            extra,
            None,
            some("messages[0].role"),
        ),
        (
            422,
            nested,
            FailureKind::InvalidRequest,
            extra,
            some("invalid_request_error"),
            some("messages[0].role"),
        ),
        (500, capacity.to_owned(), FailureKind::RateLimited, "full", some("3505"), None),
        (503, "no".to_owned(), FailureKind::Overloaded, "the vendor answered 503", None, None),
        (500, r#"{"detail":[]}"#.to_owned(), FailureKind::Internal, "the vendor answered 500", None, None),
    ];
    for (status, body, kind, message, code, param) in cases {
        let failure = read_failure(status, body.as_bytes());
        assert_eq!(failure, Failure { kind, message: message.to_owned(), code, param }, "{body}");
    }
}
