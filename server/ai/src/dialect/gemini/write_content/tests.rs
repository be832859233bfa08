use super::*;
use crate::chat::{Block, CacheFor, ChatRequest, Document, Media, Source, ToolUse};
use crate::dialect::Target;
use crate::dialect::gemini::write_request;

const GEMINI_2: Target<'_> =
    Target { model: "gemini-2.5-flash", max_output: Some(65_536), max_completion_tokens: false };
const GEMINI_3: Target<'_> = Target { model: "gemini-3-pro-preview", ..GEMINI_2 };

fn write(messages: Vec<Message>) -> (Value, Vec<String>) {
    written(ChatRequest { messages, ..ChatRequest::default() }, &GEMINI_2)
}

fn written(request: ChatRequest, target: &Target<'_>) -> (Value, Vec<String>) {
    let (body, dropped) = write_request(request, target).unwrap();
    (body, dropped.names().to_vec())
}

fn say(role: Role, content: impl IntoIterator<Item = Content>) -> Message {
    Message::new(role, content.into_iter().map(Block::from).collect())
}

fn text(text: &str) -> Content {
    Content::Text(text.to_owned())
}

fn tool_use(id: &str, name: &str, arguments: &str, signature: Option<&str>) -> Content {
    let (id, name, arguments) = (id.to_owned(), name.to_owned(), arguments.to_owned());
    Content::ToolUse(ToolUse { id, name, arguments, signature: signature.map(str::to_owned) })
}

fn tool_result(id: &str, content: Vec<Block>, is_error: bool) -> Content {
    Content::ToolResult(ToolResult { id: id.to_owned(), name: None, content, is_error })
}

fn thinking(text: &str, signature: Option<&str>) -> Content {
    Content::Thinking { text: text.to_owned(), signature: signature.map(str::to_owned) }
}

fn inline(media_type: &str) -> Source {
    Source::Inline { media_type: media_type.to_owned(), data: "YQ==".to_owned() }
}

fn url(url: &str) -> Source {
    Source::Url { url: url.to_owned(), media_type: None }
}

#[test]
fn nothing_is_said_that_was_not_asked() {
    let expected = json!({ "contents": [{ "role": "user", "parts": [{ "text": "Hi" }] }] });
    assert_eq!(write(vec![say(Role::User, [text("Hi")])]), (expected, Vec::new()));
    let expected = json!({ "contents": [{ "role": "user", "parts": [{ "text": "Tell a joke." }] }] });
    let operator = vec![say(Role::System, [text("Tell a joke.")])];
    assert_eq!(write(operator), (expected, Vec::new()), "the operator speaks alone");
    for messages in [vec![], vec![say(Role::User, [text("")])]] {
        let request = ChatRequest { messages, ..ChatRequest::default() };
        let refused = write_request(request, &GEMINI_2).unwrap_err();
        assert_eq!(refused.to_string(), "messages: expected at least one message with content");
    }
}

#[test]
fn results_come_first_and_by_name() {
    let image = Content::Image(Media { source: inline("image/png"), detail: None });
    let (body, dropped) = write(vec![
        say(Role::User, [text("Go")]),
        say(
            Role::Assistant,
            [
                text("Calling."),
                tool_use("a", "f", r#"{"b":1,"a":2}"#, Some("c2ln")),
                tool_use("b", "g", "", None),
                tool_use("c", "h", "{broken", None),
                tool_use("", "i", "[1]", None),
            ],
        ),
        say(Role::User, [text("Here:")]),
        say(
            Role::User,
            [
                tool_result("b", vec![Block::text("plain"), image.into()], false),
                tool_result("a", vec![Block::text(r#"{"t":20}"#)], false),
                tool_result("c", vec![Block::text("down")], true),
                tool_result("", vec![Block::text(r#"{"output":1,"more":2}"#)], false),
            ],
        ),
    ]);
    let expected = json!({ "contents": [
        { "role": "user", "parts": [{ "text": "Go" }] },
        { "role": "model", "parts": [
            { "text": "Calling." },
            { "functionCall": { "id": "a", "name": "f", "args": { "b": 1, "a": 2 } }, "thoughtSignature": "c2ln" },
            { "functionCall": { "id": "b", "name": "g", "args": {} } },
            { "functionCall": { "id": "c", "name": "h", "args": { "raw_arguments": "{broken" } } },
            { "functionCall": { "name": "i", "args": { "raw_arguments": "[1]" } } },
        ] },
        { "role": "user", "parts": [
            { "functionResponse": { "id": "b", "name": "g", "response": { "output": "plain" } } },
            { "functionResponse": { "id": "a", "name": "f", "response": { "t": 20 } } },
            { "functionResponse": { "id": "c", "name": "h", "response": { "error": "down" } } },
            { "functionResponse": { "name": "i", "response": { "output": { "output": 1, "more": 2 } } } },
            { "text": "Here:" },
            { "inlineData": { "mimeType": "image/png", "data": "YQ==" } },
        ] },
    ] });
    assert_eq!((body, dropped), (expected, Vec::new()));
    let messages = vec![say(Role::User, [text("x"), tool_result("lost", Vec::new(), false)])];
    let refused = write_request(ChatRequest { messages, ..ChatRequest::default() }, &GEMINI_2).unwrap_err();
    assert_eq!(refused.to_string(), "messages[0].content[1]: expected the call of a tool before its result");
}

#[test]
fn signatures_go_back_where_they_came_from() {
    let history = || {
        vec![
            say(Role::User, [text("Go")]),
            say(
                Role::Assistant,
                [
                    thinking("Hm.", Some("c2lnMQ==")),
                    thinking("", Some("YWxvbmU=")),
                    text("Hello"),
                    thinking("", Some("dGV4dA==")),
                    tool_use("a", "f", "{}", Some("Y2FsbA==")),
                    tool_use("b", "f", "{}", None),
                    thinking("unsigned", None),
                    Content::SealedThinking("z".to_owned()),
                ],
            ),
            say(
                Role::User,
                [
                    tool_result("a", vec![Block::text("1")], false),
                    tool_result("b", vec![Block::text("2")], false),
                ],
            ),
            say(Role::Assistant, [tool_use("c", "f", "{}", None), tool_use("d", "f", "{}", None)]),
        ]
    };
    let (body, dropped) = write(history());
    let said = json!([
        { "text": "Hm.", "thought": true, "thoughtSignature": "c2lnMQ==" },
        { "text": "", "thoughtSignature": "YWxvbmU=" },
        { "text": "Hello", "thoughtSignature": "dGV4dA==" },
        { "functionCall": { "id": "a", "name": "f", "args": {} }, "thoughtSignature": "Y2FsbA==" },
        { "functionCall": { "id": "b", "name": "f", "args": {} } },
    ]);
    assert_eq!(body["contents"][1]["parts"], said);
    assert_eq!(dropped, ["messages.content.thinking"]);
    let calls = |first: Value| {
        let second = json!({ "functionCall": { "id": "d", "name": "f", "args": {} } });
        json!([first, second])
    };
    let unsigned = json!({ "functionCall": { "id": "c", "name": "f", "args": {} } });
    assert_eq!(body["contents"][3]["parts"], calls(unsigned), "older models do not check");
    let (body, _) = written(ChatRequest { messages: history(), ..ChatRequest::default() }, &GEMINI_3);
    assert_eq!(body["contents"][1]["parts"], said);
    let signed = json!({
        "functionCall": { "id": "c", "name": "f", "args": {} },
        "thoughtSignature": "skip_thought_signature_validator",
    });
    assert_eq!(body["contents"][3]["parts"], calls(signed), "the first of another vendor's calls");
}

#[test]
fn media_go_where_google_finds_them() {
    let image =
        |source, detail: Option<&str>| Content::Image(Media { source, detail: detail.map(str::to_owned) });
    let document =
        |source, name: Option<&str>| Content::Document(Document { source, name: name.map(str::to_owned) });
    let typed = Source::Url { url: "gs://b/a.png".to_owned(), media_type: Some("image/png".to_owned()) };
    let file = "https://generativelanguage.googleapis.com/v1beta/files/x";
    for (content, part, dropped) in [
        (
            image(inline("image/png"), Some("auto")),
            Some(json!({ "inlineData": { "mimeType": "image/png", "data": "YQ==" } })),
            &[][..],
        ),
        (
            image(typed, Some("high")),
            Some(json!({ "fileData": { "mimeType": "image/png", "fileUri": "gs://b/a.png" } })),
            &["messages.content.image_url.detail"],
        ),
        (image(url("https://example.com/a.png"), None), None, &["messages.content.image_url"]),
        (
            image(url("https://storage.googleapis.com.evil.example/a"), None),
            None,
            &["messages.content.image_url"],
        ),
        (
            Content::Audio(Media { source: inline("audio/wav"), detail: None }),
            Some(json!({ "inlineData": { "mimeType": "audio/wav", "data": "YQ==" } })),
            &[],
        ),
        (
            document(inline("application/pdf"), Some("a.pdf")),
            Some(json!({ "inlineData": { "mimeType": "application/pdf", "data": "YQ==" } })),
            &["messages.content.document.name"],
        ),
        (
            document(Source::File(file.to_owned()), None),
            Some(json!({ "fileData": { "fileUri": file } })),
            &[],
        ),
        (document(Source::File("file-1".to_owned()), None), None, &["messages.content.document"]),
        (
            document(url("https://youtu.be/x"), None),
            Some(json!({ "fileData": { "fileUri": "https://youtu.be/x" } })),
            &[],
        ),
    ] {
        let (body, names) = write(vec![say(Role::User, [text("x"), content])]);
        let mut parts = vec![json!({ "text": "x" })];
        parts.extend(part);
        assert_eq!(body, json!({ "contents": [{ "role": "user", "parts": parts }] }));
        assert_eq!(names, dropped);
    }
}

#[test]
fn what_has_no_place_is_dropped_by_name() {
    let cached = Block { cache: Some(CacheFor::Hour), ..Block::text("long") };
    let image = Content::Image(Media { source: inline("image/png"), detail: None });
    let (body, dropped) = write(vec![
        Message::new(Role::System, vec![cached, image.clone().into()]),
        say(Role::User, [text("Hi"), thinking("?", None)]),
        say(Role::Assistant, [image, tool_result("x", Vec::new(), false)]),
    ]);
    let expected = json!({
        "systemInstruction": { "parts": [{ "text": "long" }] },
        "contents": [
            { "role": "user", "parts": [{ "text": "Hi" }] },
            { "role": "model", "parts": [{ "inlineData": { "mimeType": "image/png", "data": "YQ==" } }] },
        ],
    });
    assert_eq!(body, expected);
    assert_eq!(dropped, ["messages.content.cache_control", "messages.content"]);
}
