use super::*;
use crate::chat::{
    Block, CacheFor, Content, Document, Effort, Media, Reasoning, Source, ToolResult, ToolUse,
};
use serde_json::json;

fn read_messages(messages: Value) -> Result<(Vec<Message>, Dropped), Invalid> {
    let (request, dropped) = read_count_request(json!({ "model": "claude", "messages": messages }))?;
    Ok((request.messages, dropped))
}

fn cached(content: Content, cache: CacheFor) -> Block {
    Block { content, cache: Some(cache) }
}

fn inline(media_type: &str, data: &str) -> Source {
    Source::Inline { media_type: media_type.to_owned(), data: data.to_owned() }
}

/// A request with everything in it.
fn full() -> Value {
    json!({
        "model": "claude-opus",
        "max_tokens": 2048,
        "system": [{ "type": "text", "text": "Be brief.", "cache_control": { "type": "ephemeral", "ttl": "1h" } }],
        "messages": [{ "role": "user", "content": "Hello" }],
        "tools": [
            {
                "name": "weather",
                "description": "Says it",
                "input_schema": { "type": "object", "properties": { "city": { "default": null } } },
                "strict": true,
                "cache_control": { "type": "ephemeral" },
                "input_examples": [{}],
            },
            { "type": "web_search_20250305", "name": "web_search" },
            { "type": "custom", "name": "f", "input_schema": { "type": "object" } },
        ],
        "tool_choice": { "type": "tool", "name": "weather", "disable_parallel_tool_use": true },
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 40,
        "stop_sequences": ["END"],
        "metadata": { "user_id": "u-1", "other": 1 },
        "thinking": { "type": "adaptive" },
        "output_config": {
            "effort": "high",
            "format": { "type": "json_schema", "schema": { "type": "object" } },
            "new": true,
        },
        "service_tier": "auto",
        "container": null,
        "stream": true,
    })
}

#[test]
fn all_fields_are_read() {
    let (request, dropped) = read_request(full()).unwrap();
    let system = cached(Content::Text("Be brief.".into()), CacheFor::Hour);
    let tool = |name: &str, schema| Tool {
        name: name.to_owned(),
        description: None,
        schema,
        strict: None,
        cache: None,
    };
    let weather = Tool {
        description: Some("Says it".into()),
        strict: Some(true),
        cache: Some(CacheFor::Minutes),
        ..tool("weather", json!({ "type": "object", "properties": { "city": { "default": null } } }))
    };
    let expected = ChatRequest {
        model: "claude-opus".into(),
        messages: vec![
            Message::new(Role::System, vec![system]),
            Message::new(Role::User, vec![Block::text("Hello")]),
        ],
        tools: vec![weather, tool("f", json!({ "type": "object" }))],
        tool_choice: Some(ToolChoice::Named("weather".into())),
        parallel_tools: Some(false),
        max_tokens: Some(2_048),
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        stop: vec!["END".into()],
        format: Some(OutputFormat::Schema {
            name: "answer".into(),
            description: None,
            schema: json!({ "type": "object" }),
            strict: Some(true),
        }),
        reasoning: Some(Reasoning { effort: Some(Effort::High), ..Reasoning::default() }),
        user: Some("u-1".into()),
        stream: true,
        ..ChatRequest::default()
    };
    assert_eq!(request, expected);
    let names = [
        "output_config.new",
        "metadata.other",
        "tools.input_examples",
        "tools.web_search_20250305",
        "service_tier",
    ];
    assert_eq!(dropped.names(), names);
}

#[test]
fn blocks_are_read() {
    let image = |source| Content::Image(Media { source, detail: None });
    let document =
        |source, name: Option<&str>| Content::Document(Document { source, name: name.map(str::to_owned) });
    let url = |url: &str| Source::Url { url: url.to_owned(), media_type: None };
    let cases = [
        (
            json!({ "type": "image", "source": { "type": "base64", "media_type": "image/png", "data": "QQ==" } }),
            image(inline("image/png", "QQ==")),
        ),
        (
            json!({ "type": "image", "source": { "type": "url", "url": "https://a/b" } }),
            image(url("https://a/b")),
        ),
        (
            json!({ "type": "image", "source": { "type": "file", "file_id": "file_1" } }),
            image(Source::File("file_1".into())),
        ),
        (
            json!({ "type": "document", "title": "T", "source": {
                "type": "base64", "media_type": "application/pdf", "data": "QQ==",
            } }),
            document(inline("application/pdf", "QQ=="), Some("T")),
        ),
        (
            json!({ "type": "document", "source": { "type": "url", "url": "https://a/b.pdf" } }),
            document(url("https://a/b.pdf"), None),
        ),
        (
            json!({ "type": "document", "source": { "type": "text", "media_type": "text/plain", "data": "foo" } }),
            document(inline("text/plain", "Zm9v"), None),
        ),
        (
            json!({ "type": "document", "source": { "type": "content", "content": "foo" } }),
            document(inline("text/plain", "Zm9v"), None),
        ),
        (
            json!({ "type": "document", "source": { "type": "content", "content": [
                { "type": "text", "text": "a" }, { "type": "text", "text": "b" },
            ] } }),
            document(inline("text/plain", "YQoKYg=="), None),
        ),
        (
            json!({ "type": "thinking", "thinking": "", "signature": "sig" }),
            Content::Thinking { text: String::new(), signature: Some("sig".into()) },
        ),
        (
            json!({ "type": "thinking", "thinking": "hm", "signature": "" }),
            Content::Thinking { text: "hm".into(), signature: None },
        ),
        (json!({ "type": "redacted_thinking", "data": "z" }), Content::SealedThinking("z".into())),
    ];
    for (block, expected) in cases {
        let (messages, dropped) =
            read_messages(json!([{ "role": "assistant", "content": [block] }])).unwrap();
        assert_eq!(messages, [Message::new(Role::Assistant, vec![expected.into()])], "{block}");
        assert!(dropped.is_empty(), "{block}");
    }
}

#[test]
fn calls_and_results_are_read() {
    let call = |id: &str, input| json!({ "type": "tool_use", "id": id, "name": "f", "input": input, "caller": { "type": "direct" } });
    let (messages, dropped) = read_messages(json!([
        { "role": "assistant", "content": [call("toolu_1", json!({})), call("call_2__sig_WVE9PQ", json!({ "a": null }))] },
        { "role": "user", "content": [
            { "type": "tool_result", "tool_use_id": "toolu_1" },
            {
                "type": "tool_result",
                "tool_use_id": "call_2__sig_WVE9PQ",
                "content": [{ "type": "text", "text": "no" }, { "type": "search_result", "title": "x" }],
                "is_error": true,
            },
            { "type": "tool_result", "tool_use_id": "toolu_3", "content": "yes", "cache_control": { "ttl": "5m" } },
        ] },
        { "role": "system", "content": "Mind the time." },
    ]))
    .unwrap();
    let used = |id: &str, arguments: &str, signature: Option<&str>| -> Block {
        let signature = signature.map(str::to_owned);
        Content::ToolUse(ToolUse { id: id.into(), name: "f".into(), arguments: arguments.into(), signature })
            .into()
    };
    let result = |id: &str, content: Vec<Block>, is_error| {
        Content::ToolResult(ToolResult { id: id.into(), name: None, content, is_error })
    };
    let expected = [
        Message::new(
            Role::Assistant,
            vec![used("toolu_1", "{}", None), used("call_2", "{\"a\":null}", Some("YQ=="))],
        ),
        Message::new(
            Role::User,
            vec![
                result("toolu_1", Vec::new(), false).into(),
                result("call_2", vec![Block::text("no")], true).into(),
                cached(result("toolu_3", vec![Block::text("yes")], false), CacheFor::Minutes),
            ],
        ),
        Message::new(Role::System, vec![Block::text("Mind the time.")]),
    ];
    assert_eq!(messages, expected);
    assert_eq!(dropped.names(), ["messages.content.content.search_result"]);
}

#[test]
fn what_has_no_word_is_named() {
    let (messages, dropped) = read_messages(json!([
        { "role": "user", "content": "a", "id": 1 },
        { "role": "assistant", "content": [
            { "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {} },
            { "type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [] },
        ] },
        { "role": "user", "content": [{ "type": "text", "text": "b", "citations": [{}] }] },
    ]))
    .unwrap();
    assert_eq!(messages.len(), 2, "nothing is left of the answer");
    let names = [
        "messages.id",
        "messages.content.server_tool_use",
        "messages.content.web_search_tool_result",
        "messages.content.citations",
    ];
    assert_eq!(dropped.names(), names);
}

#[test]
fn a_cache_of_the_whole_request_ends_with_its_last_block() {
    let read = |last: Value| {
        let (request, _) = read_request(json!({
            "model": "m",
            "max_tokens": 1,
            "cache_control": { "type": "ephemeral" },
            "messages": [{ "role": "user", "content": [{ "type": "text", "text": "a" }, last] }],
        }))
        .unwrap();
        request.messages[0].content.iter().map(|block| block.cache).collect::<Vec<_>>()
    };
    assert_eq!(read(json!({ "type": "text", "text": "b" })), [None, Some(CacheFor::Minutes)]);
    let hour = json!({ "type": "text", "text": "b", "cache_control": { "ttl": "1h" } });
    assert_eq!(read(hour), [None, Some(CacheFor::Hour)]);
}

#[test]
fn choices_are_read() {
    let cases = [
        (json!({ "type": "auto" }), ToolChoice::Auto, None),
        (json!({ "type": "any", "disable_parallel_tool_use": false }), ToolChoice::Required, Some(true)),
        (json!({ "type": "none" }), ToolChoice::None, None),
    ];
    for (choice, tool, parallel) in cases {
        let body =
            json!({ "model": "m", "messages": [{ "role": "user", "content": "a" }], "tool_choice": choice });
        let (request, _) = read_count_request(body).unwrap();
        assert_eq!((request.tool_choice, request.parallel_tools), (Some(tool), parallel));
    }
}

#[test]
fn what_cannot_be_right_is_refused() {
    let message = json!([{ "role": "user", "content": "a" }]);
    let content = |block: Value| json!({ "model": "m", "max_tokens": 1, "messages": [{ "role": "user", "content": [block] }] });
    let cases = [
        (json!([]), "expected an object, got a list"),
        (json!({ "model": "m", "messages": message }), "max_tokens: expected a value, got none"),
        (json!({ "max_tokens": 1, "messages": message }), "model: expected a value, got none"),
        (json!({ "model": "m", "max_tokens": 1 }), "messages: expected a value, got none"),
        (json!({ "model": "m", "max_tokens": 1, "messages": [] }), "messages: expected at least one message"),
        (
            json!({ "model": "m", "max_tokens": 1, "messages": [{ "role": "tool", "content": "" }] }),
            "messages[0].role: expected one of user, assistant, system",
        ),
        (
            json!({ "model": "m", "max_tokens": 1, "messages": [{ "role": "user", "content": 1 }] }),
            "messages[0].content: expected a string or a list of blocks",
        ),
        (content(json!({ "text": "a" })), "messages[0].content[0].type: expected a value, got none"),
        (
            content(json!({ "type": "tool_use", "id": "a", "name": "f", "input": "{}" })),
            "messages[0].content[0].input: expected an object",
        ),
        (
            content(
                json!({ "type": "tool_use", "id": "a", "name": "f", "input": {}, "caller": { "type": "code" } }),
            ),
            "messages[0].content[0].caller: expected a call that the model made itself",
        ),
        (
            content(json!({ "type": "image", "source": { "type": "disk" } })),
            "messages[0].content[0].source.type: expected one of base64, url, file, text, content",
        ),
        (
            content(json!({ "type": "text", "text": "a", "cache_control": { "ttl": "1d" } })),
            "messages[0].content[0].cache_control.ttl: expected one of 5m, 1h",
        ),
        (
            json!({ "model": "m", "max_tokens": 1, "messages": message, "tool_choice": { "type": "all" } }),
            "tool_choice.type: expected one of auto, any, tool, none",
        ),
        (
            json!({ "model": "m", "max_tokens": 1, "messages": message, "output_format": { "type": "json" } }),
            "output_format.type: expected json_schema",
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(read_request(body.clone()).unwrap_err().to_string(), expected, "{body}");
    }
}
