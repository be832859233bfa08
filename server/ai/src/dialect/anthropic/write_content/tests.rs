use super::*;

/// The messages, and what was left out.
fn write(messages: Vec<Message>) -> Result<(Value, Dropped), Invalid> {
    let mut dropped = Dropped::default();
    let conversation = Conversation::write(messages, &mut dropped)?;
    Ok((conversation.messages().into(), dropped))
}

fn user(content: Vec<Block>) -> Message {
    Message::new(Role::User, content)
}

fn assistant(content: Vec<Block>) -> Message {
    Message::new(Role::Assistant, content)
}

fn call(id: &str, arguments: &str) -> Block {
    let signature = Some("gemini".to_owned());
    Content::ToolUse(ToolUse { id: id.into(), name: "f".into(), arguments: arguments.into(), signature })
        .into()
}

fn result(id: &str, content: Vec<Block>, is_error: bool) -> Block {
    Content::ToolResult(ToolResult { id: id.into(), name: Some("f".into()), content, is_error }).into()
}

#[test]
fn two_sides_take_turns() {
    let messages = vec![
        user(vec![Block::text("a")]),
        user(vec![Block::text(""), Block::text("b")]),
        assistant(vec![Block::text("c")]),
        assistant(vec![call("call_1", ""), call("call.2", "{\"x\":1}")]),
        Message::new(
            Role::System,
            vec![Block { content: Content::Text("d".into()), cache: Some(CacheFor::Hour) }],
        ),
        user(vec![Block::text("e"), result("call_1", Vec::new(), false)]),
        user(vec![result("call.2", vec![Block::text("f")], true)]),
        assistant(vec![Block::text("")]),
    ];
    let (body, dropped) = write(messages).unwrap();
    let fitting = ids::safe("call.2", 64);
    let hour = json!({ "type": "ephemeral", "ttl": "1h" });
    let expected = json!([
        { "role": "user", "content": [{ "type": "text", "text": "a" }, { "type": "text", "text": "b" }] },
        { "role": "assistant", "content": [
            { "type": "text", "text": "c" },
            { "type": "tool_use", "id": "call_1", "name": "f", "input": {} },
            { "type": "tool_use", "id": fitting, "name": "f", "input": { "x": 1 } },
        ] },
        { "role": "user", "content": [
            { "type": "tool_result", "tool_use_id": "call_1" },
            { "type": "tool_result", "tool_use_id": fitting, "content": [{ "type": "text", "text": "f" }], "is_error": true },
            { "type": "text", "text": "<system>\nd\n</system>", "cache_control": hour },
            { "type": "text", "text": "e" },
        ] },
    ]);
    assert_eq!(body, expected);
    assert!(dropped.is_empty());
}

#[test]
fn thoughts_go_back_as_they_came() {
    let thought = |text: &str, signature: Option<&str>| Content::Thinking {
        text: text.to_owned(),
        signature: signature.map(str::to_owned),
    };
    let content = vec![
        thought("foreign", None).into(),
        Block { content: thought("", Some("s+/=")), cache: Some(CacheFor::Hour) },
        Content::SealedThinking("z".into()).into(),
        Content::Refusal("no".into()).into(),
    ];
    let (body, dropped) = write(vec![user(vec![Block::text("a")]), assistant(content)]).unwrap();
    let expected = json!([
        { "type": "thinking", "thinking": "", "signature": "s+/=" },
        { "type": "redacted_thinking", "data": "z" },
        { "type": "text", "text": "no" },
    ]);
    assert_eq!(body[1]["content"], expected);
    assert_eq!(dropped.names(), ["messages.content.thinking", "messages.content.cache_control"]);
}

/// What is not text, what is written of it, and what is left out.
fn media() -> Vec<(Content, Value, Option<&'static str>)> {
    let inline = |media_type: &str, data: &str| Source::Inline {
        media_type: media_type.to_owned(),
        data: data.to_owned(),
    };
    let image =
        |source, detail: Option<&str>| Content::Image(Media { source, detail: detail.map(str::to_owned) });
    let document = |source| Content::Document(Document { source, name: Some("T".into()) });
    let url = || Source::Url { url: "https://a".into(), media_type: None };
    vec![
        (
            image(inline("image/jpg", "QQ=="), Some("auto")),
            json!([{ "type": "image", "source": { "type": "base64", "media_type": "image/jpeg", "data": "QQ==" } }]),
            None,
        ),
        (
            image(url(), Some("high")),
            json!([{ "type": "image", "source": { "type": "url", "url": "https://a" } }]),
            Some("messages.content.image_url.detail"),
        ),
        (
            image(Source::File("file_1".into()), None),
            json!([{ "type": "image", "source": { "type": "file", "file_id": "file_1" } }]),
            None,
        ),
        (
            document(inline("application/pdf", "QQ==")),
            json!([{ "type": "document", "title": "T", "source": {
                "type": "base64", "media_type": "application/pdf", "data": "QQ==",
            } }]),
            None,
        ),
        (
            document(inline("text/markdown", "Zm9v")),
            json!([{ "type": "document", "title": "T", "source": {
                "type": "text", "media_type": "text/plain", "data": "foo",
            } }]),
            None,
        ),
        (
            document(url()),
            json!([{ "type": "document", "title": "T", "source": { "type": "url", "url": "https://a" } }]),
            None,
        ),
        (document(inline("application/zip", "QQ==")), json!([]), Some("messages.content.document")),
        (
            Content::Audio(Media { source: inline("audio/wav", "QQ=="), detail: None }),
            json!([]),
            Some("messages.content.audio"),
        ),
        (Content::SealedThinking("z".into()), json!([]), Some("messages.content")),
    ]
}

#[test]
fn images_and_documents_are_written() {
    for (content, expected, name) in media() {
        let messages = vec![user(vec![content.clone().into(), Block::text("a")])];
        let (mut body, dropped) = write(messages).unwrap();
        let mut blocks = body[0]["content"].take();
        assert_eq!(blocks.as_array_mut().unwrap().pop(), Some(json!({ "type": "text", "text": "a" })));
        assert_eq!(blocks, expected, "{content:?}");
        assert_eq!(dropped.names(), name.map(str::to_owned).as_slice(), "{content:?}");
        let nested = vec![user(vec![result("c", vec![content.clone().into(), Block::text("a")], false)])];
        let (body, _) = write(nested).unwrap();
        let length = expected.as_array().unwrap().len();
        assert_eq!(body[0]["content"][0]["content"].as_array().unwrap().len(), length + 1, "{content:?}");
    }
}

#[test]
fn what_cannot_be_right_is_refused() {
    let document = |data: &str| {
        let source = Source::Inline { media_type: "text/plain".into(), data: data.into() };
        Content::Document(Document { source, name: None }).into()
    };
    let cases = [
        (vec![assistant(vec![call("c", "{\"a\":")])], "messages.tool_use.input: expected a JSON object"),
        (vec![assistant(vec![call("c", "[1]")])], "messages.tool_use.input: expected a JSON object"),
        (vec![user(vec![document("*")])], "messages.document.data: expected a text in base64"),
        (vec![user(vec![document("+/+/")])], "messages.document.data: expected a text in base64"),
    ];
    for (messages, expected) in cases {
        assert_eq!(write(messages).unwrap_err().to_string(), expected);
    }
}
