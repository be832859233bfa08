use super::read;
use crate::chat::{Block, CacheFor, Content, Document, Media, Message, Role, Source, ToolResult, ToolUse};
use crate::dialect::ids;
use serde_json::{Value, json};

/// The messages of an input, with nothing dropped.
fn messages(input: Value) -> Vec<Message> {
    let (request, dropped) = read(json!({ "model": "m", "input": input }));
    assert_eq!(dropped, Vec::<String>::new());
    request.messages
}

fn call(id: &str, name: &str, arguments: &str) -> Block {
    let (id, name, arguments) = (id.to_owned(), name.to_owned(), arguments.to_owned());
    Content::ToolUse(ToolUse { id, name, arguments, signature: None }).into()
}

fn result(id: &str, content: Vec<Block>) -> Block {
    let id = id.to_owned();
    Content::ToolResult(ToolResult { id, name: None, content, is_error: false }).into()
}

fn thinking(text: &str, signature: Option<&str>) -> Block {
    Content::Thinking { text: text.to_owned(), signature: signature.map(str::to_owned) }.into()
}

#[test]
fn messages_have_texts_or_parts() {
    let input = json!([
        { "role": "developer", "content": "d" },
        { "type": "message", "role": "system", "content": [{ "type": "input_text", "text": "s" }] },
        { "role": "user", "content": [
            { "type": "input_text", "text": "look", "prompt_cache_breakpoint": { "mode": "explicit" } },
            { "type": "input_image", "image_url": "data:image/png;base64,iVBO", "detail": "auto" },
            { "type": "input_image", "image_url": "https://a.b/c.png", "detail": "low",
              "prompt_cache_breakpoint": { "mode": "explicit", "ttl": "12h" } },
            { "type": "input_image", "file_id": "file-1", "detail": "auto" },
            { "type": "input_file", "filename": "a.txt", "file_data": "data:text/plain;base64,aGk=" },
            { "type": "input_file", "file_data": "JVBE" },
            { "type": "input_file", "file_url": "https://a.b/c.pdf" },
            { "type": "input_file", "file_id": "file-2", "detail": "auto" },
            { "type": "input_audio", "input_audio": { "data": "UklG", "format": "wav" } },
        ] },
        { "type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [
            { "type": "output_text", "text": "a", "annotations": [], "logprobs": [] },
            { "type": "refusal", "refusal": "no" },
        ] },
    ]);
    let inline = |media_type: &str, data: &str| {
        let (media_type, data) = (media_type.to_owned(), data.to_owned());
        Source::Inline { media_type, data }
    };
    let url = |url: &str| Source::Url { url: url.to_owned(), media_type: None };
    let image = |source| Content::Image(Media { source, detail: None }).into();
    let file = |source| Content::Document(Document { source, name: None }).into();
    let low = Media { source: url("https://a.b/c.png"), detail: Some("low".into()) };
    let named = Document { source: inline("text/plain", "aGk="), name: Some("a.txt".into()) };
    let user = vec![
        Block { cache: Some(CacheFor::Minutes), ..Block::text("look") },
        image(inline("image/png", "iVBO")),
        Block { content: Content::Image(low), cache: Some(CacheFor::Hour) },
        image(Source::File("file-1".into())),
        Content::Document(named).into(),
        file(inline("application/pdf", "JVBE")),
        file(url("https://a.b/c.pdf")),
        file(Source::File("file-2".into())),
        Content::Audio(Media { source: inline("audio/wav", "UklG"), detail: None }).into(),
    ];
    let expected = [
        Message::new(Role::System, vec![Block::text("d")]),
        Message::new(Role::System, vec![Block::text("s")]),
        Message::new(Role::User, user),
        Message::new(Role::Assistant, vec![Block::text("a"), Content::Refusal("no".into()).into()]),
    ];
    assert_eq!(messages(input), expected);
}

#[test]
fn turns_are_put_together_from_items() {
    let c2 = ids::with_signature("c2", Some("gemini:YWI="));
    let output = json!([
        { "type": "input_text", "text": "7" },
        { "type": "input_image", "image_url": "https://a.b/c.png" },
    ]);
    let input = json!([
        { "role": "user", "content": "go" },
        { "type": "reasoning", "id": "rs_1", "status": "completed",
          "summary": [{ "type": "summary_text", "text": "hm" }], "encrypted_content": "c2ln" },
        { "type": "message", "id": "msg_1", "role": "assistant", "content": "I look" },
        { "type": "function_call", "id": "fc_1", "status": "completed", "call_id": "c1", "name": "f",
          "arguments": "{\"a\":1}" },
        { "type": "function_call", "call_id": c2, "name": "g", "arguments": "" },
        { "type": "function_call_output", "id": "fco_1", "call_id": c2, "output": output },
        { "type": "function_call_output", "call_id": "c1", "output": "" },
        { "type": "function_call", "call_id": "c3", "name": "f", "arguments": "{" },
        { "type": "function_call_output", "call_id": "c3", "output": "bad" },
        { "role": "user", "content": "and?" },
    ]);
    let signed = ToolUse {
        id: "c2".into(),
        name: "g".into(),
        arguments: String::new(),
        signature: Some("gemini:YWI=".into()),
    };
    let source = Source::Url { url: "https://a.b/c.png".into(), media_type: None };
    let seen = vec![Block::text("7"), Content::Image(Media { source, detail: None }).into()];
    let expected = [
        Message::new(Role::User, vec![Block::text("go")]),
        Message::new(
            Role::Assistant,
            vec![
                thinking("hm", Some("c2ln")),
                Block::text("I look"),
                call("c1", "f", "{\"a\":1}"),
                Content::ToolUse(signed).into(),
            ],
        ),
        Message::new(Role::User, vec![result("c2", seen), result("c1", vec![Block::text("")])]),
        Message::new(Role::Assistant, vec![call("c3", "f", "{")]),
        Message::new(Role::User, vec![result("c3", vec![Block::text("bad")])]),
        Message::new(Role::User, vec![Block::text("and?")]),
    ];
    assert_eq!(messages(input), expected);
}

#[test]
fn thoughts_keep_what_their_vendor_needs() {
    let text = |text: &str| json!({ "type": "summary_text", "text": text });
    let table = [
        (json!({ "summary": [], "encrypted_content": "c2ln" }), thinking("", Some("c2ln"))),
        (json!({ "summary": [text("a"), text("b")], "encrypted_content": null }), thinking("a\n\nb", None)),
        (
            json!({ "summary": [text("a")], "content": [{ "type": "reasoning_text", "text": "all" }] }),
            thinking("all", None),
        ),
        (
            json!({ "summary": [], "encrypted_content": "sealed:eA==" }),
            Content::SealedThinking("eA==".into()).into(),
        ),
    ];
    for (mut item, expected) in table {
        item["type"] = "reasoning".into();
        item["id"] = "rs_1".into();
        let input = json!([{ "role": "user", "content": "x" }, item]);
        let message = messages(input).pop().unwrap();
        assert_eq!(message, Message::new(Role::Assistant, vec![expected]));
    }
}

#[test]
fn pictures_come_back() {
    let input = json!([{ "type": "image_generation_call", "id": "ig_1", "status": "completed",
        "result": "/9j/", "output_format": "jpeg" }]);
    let source = Source::Inline { media_type: "image/jpeg".into(), data: "/9j/".into() };
    let image = Content::Image(Media { source, detail: None }).into();
    assert_eq!(messages(input), [Message::new(Role::Assistant, vec![image])]);
}
