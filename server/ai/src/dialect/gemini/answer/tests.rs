use super::*;
use crate::chat::{Media, Source, ToolUse};
use crate::usage::Usage;

fn reply() -> Reply {
    Reply { id: "r1".to_owned(), created: 1, model: "mine".to_owned(), stream_usage: false }
}

fn tool_use(id: &str, arguments: &str, signature: Option<&str>) -> Content {
    let (id, arguments) = (id.to_owned(), arguments.to_owned());
    Content::ToolUse(ToolUse { id, name: "f".to_owned(), arguments, signature: signature.map(str::to_owned) })
}

fn thinking(text: &str, signature: Option<&str>) -> Content {
    Content::Thinking { text: text.to_owned(), signature: signature.map(str::to_owned) }
}

fn answer(content: Vec<Content>, finish: Finish) -> Answer {
    let content = content.into_iter().map(Block::from).collect();
    Answer { id: String::new(), model: String::new(), content, finish, stop_sequence: None, usage: None }
}

#[test]
fn answers_are_read() {
    let body = json!({
        "candidates": [
            {
                "content": { "role": "model", "parts": [
                    { "text": "Hm. ", "thought": true },
                    { "text": "So.", "thought": true, "thoughtSignature": "c2ln" },
                    { "text": "Hel" },
                    { "text": "lo", "thoughtSignature": "a-b_" },
                    { "inlineData": { "mimeType": "image/png", "data": "YQ==" } },
                    { "functionCall": { "name": "f", "args": { "z": 1, "a": 2 } }, "thoughtSignature": "Y2FsbA==" },
                    { "functionCall": { "id": "x", "name": "f" } },
                    { "executableCode": { "code": "1" } },
                ] },
                "finishReason": "STOP",
                "index": 0,
                "safetyRatings": [],
            },
            { "content": { "parts": [{ "text": "second" }] }, "finishReason": "STOP", "index": 1 },
        ],
        "usageMetadata": { "promptTokenCount": 5, "candidatesTokenCount": 2, "thoughtsTokenCount": 3, "totalTokenCount": 10 },
        "modelVersion": "gemini-3-pro",
        "responseId": "abc",
    });
    let source = Source::Inline { media_type: "image/png".to_owned(), data: "YQ==".to_owned() };
    let content = vec![
        thinking("Hm. So.", Some("c2ln")),
        Content::Text("Hello".to_owned()),
        thinking("", Some("a-b_")),
        Content::Image(Media { source, detail: None }),
        tool_use("", r#"{"z":1,"a":2}"#, Some("Y2FsbA==")),
        tool_use("x", "{}", None),
    ];
    let expected = Answer {
        id: "abc".to_owned(),
        model: "gemini-3-pro".to_owned(),
        usage: Some(Usage { input: 5, output: 2, reasoning: 3, ..Usage::default() }),
        ..answer(content, Finish::ToolUse)
    };
    assert_eq!(read_answer(body).unwrap(), expected);
}

#[test]
fn every_reason_is_a_finish_or_a_failure() {
    let body = |reason: &str| json!({ "candidates": [{ "finishReason": reason }] });
    for (reason, expected) in [
        ("STOP", Finish::Stop),
        ("FINISH_REASON_UNSPECIFIED", Finish::Stop),
        ("NO_IMAGE", Finish::Stop),
        ("SOMETHING_NEW", Finish::Stop),
        ("MAX_TOKENS", Finish::Length),
        ("CONTINUATION", Finish::Length),
        ("SAFETY", Finish::Filtered),
        ("RECITATION", Finish::Filtered),
        ("LANGUAGE", Finish::Filtered),
        ("BLOCKLIST", Finish::Filtered),
        ("PROHIBITED_CONTENT", Finish::Filtered),
        ("SPII", Finish::Filtered),
        ("IMAGE_SAFETY", Finish::Filtered),
        ("IMAGE_PROHIBITED_CONTENT", Finish::Filtered),
        ("IMAGE_RECITATION", Finish::Filtered),
        ("IMAGE_OTHER", Finish::Filtered),
        ("ESCALATION", Finish::Filtered),
        ("PUP_LIMITED_DISABLED", Finish::Filtered),
        ("MODEL_ARMOR", Finish::Filtered),
    ] {
        assert_eq!(read_answer(body(reason)).unwrap(), answer(Vec::new(), expected), "{reason}");
    }
    for reason in [
        "MALFORMED_FUNCTION_CALL",
        "UNEXPECTED_TOOL_CALL",
        "TOO_MANY_TOOL_CALLS",
        "MISSING_THOUGHT_SIGNATURE",
        "MALFORMED_RESPONSE",
        "OTHER",
    ] {
        let refused = read_answer(body(reason)).unwrap_err().to_string();
        let expected = format!("candidates[0].finishReason: the vendor's model came to no end ({reason})");
        assert_eq!(refused, expected);
    }
}

#[test]
fn answers_without_content_are_read() {
    let blocked = json!({
        "promptFeedback": { "blockReason": "SAFETY" },
        "usageMetadata": { "promptTokenCount": 5, "totalTokenCount": 5 },
    });
    let usage = Some(Usage { input: 5, ..Usage::default() });
    let expected = Answer { usage, ..answer(Vec::new(), Finish::Filtered) };
    assert_eq!(read_answer(blocked).unwrap(), expected);
    let cut = json!({ "candidates": [{ "content": { "role": "model" }, "finishReason": "MAX_TOKENS" }] });
    assert_eq!(read_answer(cut).unwrap(), answer(Vec::new(), Finish::Length));
    for (body, expected) in [
        (json!({}), "candidates: expected at least one candidate"),
        (json!({ "promptFeedback": {} }), "candidates: expected at least one candidate"),
        (json!("x"), "expected an object, got a string"),
        (json!({ "candidates": [7] }), "candidates[0]: expected an object, got a number"),
        (
            json!({ "candidates": [{ "content": { "parts": [{ "functionCall": {} }] } }] }),
            "candidates[0].content.parts[0].functionCall.name: expected a value, got none",
        ),
    ] {
        assert_eq!(read_answer(body).unwrap_err().to_string(), expected);
    }
}

#[test]
fn answers_are_written() {
    let source = Source::Inline { media_type: "image/png".to_owned(), data: "YQ==".to_owned() };
    let content = vec![
        thinking("Hm.", Some("c2ln")),
        Content::SealedThinking("c2VhbA==".to_owned()),
        Content::Text("Hello".to_owned()),
        thinking("", Some("gA-_")),
        Content::Refusal("No.".to_owned()),
        tool_use("", r#"{"z":1,"a":2}"#, Some("Y2FsbA==")),
        tool_use("x", "", None),
        tool_use("y", "{broken", None),
        Content::Image(Media { source, detail: None }),
    ];
    let usage = Usage { input: 5, cache_read: 4, output: 2, reasoning: 3, ..Usage::default() };
    let answer =
        Answer { usage: Some(usage), model: "theirs".to_owned(), ..answer(content, Finish::ToolUse) };
    let expected = json!({
        "candidates": [{
            "content": {
                "parts": [
                    { "text": "Hm.", "thought": true, "thoughtSignature": "c2ln" },
                    { "text": "", "thoughtSignature": "Z2F0ZWhvdXNlLXNlYWxlZDpjMlZoYkE9PQ==" },
                    { "text": "Hello", "thoughtSignature": "Z2F0ZWhvdXNlLXNpZ25lZDpnQS1f" },
                    { "text": "No." },
                    { "functionCall": { "id": "call_r1_5", "name": "f", "args": { "z": 1, "a": 2 } }, "thoughtSignature": "Y2FsbA==" },
                    { "functionCall": { "id": "x", "name": "f", "args": {} } },
                    { "functionCall": { "id": "y", "name": "f", "args": { "raw_arguments": "{broken" } } },
                    { "inlineData": { "mimeType": "image/png", "data": "YQ==" } },
                ],
                "role": "model",
            },
            "finishReason": "STOP",
            "index": 0,
        }],
        "usageMetadata": {
            "promptTokenCount": 9, "candidatesTokenCount": 2, "totalTokenCount": 14,
            "cachedContentTokenCount": 4, "thoughtsTokenCount": 3,
        },
        "modelVersion": "theirs",
        "responseId": "r1",
    });
    assert_eq!(write_answer(answer, &reply()), expected);
}

#[test]
fn finishes_have_their_words() {
    for (finish, word) in [
        (Finish::Stop, "STOP"),
        (Finish::StopSequence, "STOP"),
        (Finish::ToolUse, "STOP"),
        (Finish::Paused, "STOP"),
        (Finish::Length, "MAX_TOKENS"),
        (Finish::Filtered, "SAFETY"),
    ] {
        let expected = json!({
            "candidates": [{ "content": { "role": "model" }, "finishReason": word, "index": 0 }],
            "modelVersion": "mine",
            "responseId": "r1",
        });
        assert_eq!(write_answer(answer(Vec::new(), finish), &reply()), expected);
    }
}
