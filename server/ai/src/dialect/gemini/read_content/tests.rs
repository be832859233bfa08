use super::*;
use crate::chat::{Document, Media, Source, ToolUse};
use crate::dialect::gemini::read_request;
use serde_json::json;

/// What a request with these contents says.
fn messages(contents: Value) -> (Vec<Message>, Vec<String>) {
    let (request, dropped) = read_request(json!({ "contents": contents })).unwrap();
    (request.messages, dropped.names().to_vec())
}

fn text(role: Role, text: &str) -> Message {
    Message::new(role, vec![Block::text(text)])
}

fn tool_use(id: &str, name: &str, arguments: &str, signature: Option<&str>) -> Block {
    let (id, name, arguments) = (id.to_owned(), name.to_owned(), arguments.to_owned());
    Content::ToolUse(ToolUse { id, name, arguments, signature: signature.map(str::to_owned) }).into()
}

fn tool_result(id: &str, name: &str, text: &str, is_error: bool) -> Block {
    let content = vec![Block::text(text)];
    Content::ToolResult(ToolResult { id: id.to_owned(), name: Some(name.to_owned()), content, is_error })
        .into()
}

fn thinking(text: &str, signature: Option<&str>) -> Block {
    Content::Thinking { text: text.to_owned(), signature: signature.map(str::to_owned) }.into()
}

#[test]
fn results_find_their_calls() {
    let call = |id: Option<&str>, name: &str, n: u32| json!({ "functionCall": { "id": id, "name": name, "args": { "n": n } } });
    let response = |id: Option<&str>, name: &str, response: Value| json!({ "functionResponse": { "id": id, "name": name, "response": response } });
    let (read, dropped) = messages(json!([
        { "role": "model", "parts": [call(None, "f", 0), call(None, "g", 1), call(None, "f", 2), call(Some("x"), "f", 3)] },
        { "role": "user", "parts": [
            response(None, "g", json!({ "output": "of g" })),
            response(Some("x"), "f", json!({ "output": { "n": 3 } })),
            response(None, "f", json!({ "error": "first f failed" })),
            response(Some("unknown"), "f", json!({ "a": 1, "output": 2 })),
        ] },
        { "role": "function", "parts": [response(Some("lost"), "h", json!({}))] },
    ]));
    let calls = vec![
        tool_use("call_0", "f", r#"{"n":0}"#, None),
        tool_use("call_1", "g", r#"{"n":1}"#, None),
        tool_use("call_2", "f", r#"{"n":2}"#, None),
        tool_use("x", "f", r#"{"n":3}"#, None),
    ];
    let results = vec![
        tool_result("call_1", "g", "of g", false),
        tool_result("x", "f", r#"{"n":3}"#, false),
        tool_result("call_0", "f", "first f failed", true),
        tool_result("call_2", "f", r#"{"a":1,"output":2}"#, false),
    ];
    let expected = [
        Message::new(Role::Assistant, calls),
        Message::new(Role::User, results),
        Message::new(Role::User, vec![tool_result("lost", "h", "{}", false)]),
    ];
    assert_eq!((read.as_slice(), dropped.as_slice()), (&expected[..], &[][..]));
}

#[test]
fn arguments_and_results_may_be_missing() {
    let (read, _) = messages(json!([
        { "role": "model", "parts": [{ "functionCall": { "name": "f" } }] },
        { "role": "user", "parts": [{ "functionResponse": { "name": "f", "parts": [
            { "inlineData": { "mimeType": "image/png", "data": "YQ==" } },
        ] } }] },
    ]));
    assert_eq!(read[0].content, [tool_use("call_0", "f", "{}", None)]);
    let source = Source::Inline { media_type: "image/png".to_owned(), data: "YQ==".to_owned() };
    let content = vec![Content::Image(Media { source, detail: None }).into()];
    let result = ToolResult { id: "call_0".to_owned(), name: Some("f".to_owned()), content, is_error: false };
    assert_eq!(read[1].content, [Content::ToolResult(result).into()]);
}

#[test]
fn signatures_stand_on_any_part() {
    let (read, dropped) = messages(json!([{ "role": "model", "parts": [
        { "text": "Hm.", "thought": true },
        { "text": "So.", "thought": true, "thoughtSignature": "c2ln" },
        { "text": "Hello", "thoughtSignature": "-_8" },
        { "text": "", "thoughtSignature": "ZW5k" },
        { "functionCall": { "name": "f", "args": {} }, "thoughtSignature": "Y2FsbA" },
        { "text": "", "thought": true, "thoughtSignature": "Z2F0ZWhvdXNlLXNlYWxlZDpjMlZoYkE9PQ==" },
        { "text": "" },
    ] }]));
    let expected = [
        thinking("Hm.", None),
        thinking("So.", Some("c2ln")),
        Block::text("Hello"),
        thinking("", Some("+/8=")),
        thinking("", Some("ZW5k")),
        tool_use("call_0", "f", "{}", Some("Y2FsbA==")),
        Content::SealedThinking("c2VhbA==".to_owned()).into(),
    ];
    assert_eq!(read[0].content, expected);
    assert!(dropped.is_empty(), "{dropped:?}");
}

#[test]
fn media_are_told_apart_by_their_types() {
    let inline =
        |media_type: &str| Source::Inline { media_type: media_type.to_owned(), data: "YQ==".to_owned() };
    let url = |url: &str, media_type: Option<&str>| Source::Url {
        url: url.to_owned(),
        media_type: media_type.map(str::to_owned),
    };
    let media = |source| Media { source, detail: None };
    let name = Some("a.pdf".to_owned());
    for (part, expected) in [
        (
            json!({ "inlineData": { "mimeType": "image/webp", "data": "YQ" } }),
            Content::Image(media(inline("image/webp"))),
        ),
        (
            json!({ "inlineData": { "mimeType": "audio/wav", "data": "YQ" } }),
            Content::Audio(media(inline("audio/wav"))),
        ),
        (
            json!({ "inlineData": { "mimeType": "application/pdf", "data": "YQ", "displayName": "a.pdf" } }),
            Content::Document(Document { source: inline("application/pdf"), name }),
        ),
        (
            json!({ "fileData": { "mimeType": "image/png", "fileUri": "gs://b/a.png" } }),
            Content::Image(media(url("gs://b/a.png", Some("image/png")))),
        ),
        (
            json!({ "fileData": { "fileUri": "https://youtu.be/x" } }),
            Content::Document(Document { source: url("https://youtu.be/x", None), name: None }),
        ),
    ] {
        let (read, dropped) = messages(json!([{ "parts": [part] }]));
        assert_eq!((read[0].content.as_slice(), dropped.as_slice()), (&[expected.into()][..], &[][..]));
    }
}

#[test]
fn parts_without_a_word_are_dropped_by_name() {
    let (read, dropped) = messages(json!([{ "role": "model", "parts": [
        { "inlineData": { "mimeType": "video/mp4", "data": "YQ==" } },
        { "executableCode": { "language": "PYTHON", "code": "1" } },
        { "codeExecutionResult": { "outcome": "OUTCOME_OK" } },
        { "text": "x", "videoMetadata": {} },
    ] }]));
    assert_eq!(read, [text(Role::Assistant, "x")]);
    let names = [
        "contents.parts.inlineData",
        "contents.parts.executableCode",
        "contents.parts.codeExecutionResult",
        "contents.parts.videoMetadata",
    ];
    assert_eq!(dropped, names);
}
