use super::*;
use crate::chat::{Block, CacheFor, Content, Effort, Message, Reasoning, Role};

const TARGET: Target<'_> = Target { model: "claude", max_output: None, max_completion_tokens: false };

fn hello() -> Vec<Message> {
    vec![Message::new(Role::User, vec![Block::text("Hello")])]
}

/// A request with everything in it, apart from thinking.
fn full() -> ChatRequest {
    ChatRequest {
        model: "alias".into(),
        messages: vec![
            Message::new(Role::System, vec![Block::text("Be brief.")]),
            Message::new(
                Role::System,
                vec![Block { content: Content::Text("And kind.".into()), cache: Some(CacheFor::Minutes) }],
            ),
            Message::new(
                Role::User,
                vec![Block { content: Content::Text("Hello".into()), cache: Some(CacheFor::Hour) }],
            ),
        ],
        tools: vec![Tool {
            name: "f".into(),
            description: Some("Does it".into()),
            schema: json!({ "properties": {} }),
            strict: Some(true),
            cache: Some(CacheFor::Hour),
        }],
        tool_choice: Some(ToolChoice::Required),
        parallel_tools: Some(false),
        max_tokens: Some(100),
        temperature: Some(1.5),
        top_p: Some(0.5),
        top_k: Some(4),
        stop: vec!["END".into(), "\n".into()],
        seed: Some(1),
        presence_penalty: Some(1.0),
        frequency_penalty: Some(1.0),
        format: Some(OutputFormat::Schema {
            name: "n".into(),
            description: Some("d".into()),
            schema: json!({ "type": "object" }),
            strict: Some(true),
        }),
        reasoning: None,
        user: Some("u".into()),
        stream: true,
        stream_usage: true,
    }
}

#[test]
fn all_fields_are_written() {
    let (body, dropped) = write_request(full(), &TARGET).unwrap();
    let expected = json!({
        "model": "claude",
        "max_tokens": 100,
        "system": [
            { "type": "text", "text": "Be brief." },
            { "type": "text", "text": "And kind.", "cache_control": { "type": "ephemeral" } },
        ],
        "messages": [{ "role": "user", "content": [
            { "type": "text", "text": "Hello", "cache_control": { "type": "ephemeral", "ttl": "1h" } },
        ] }],
        "tools": [{
            "name": "f",
            "description": "Does it",
            "input_schema": { "properties": {}, "type": "object" },
            "strict": true,
            "cache_control": { "type": "ephemeral", "ttl": "1h" },
        }],
        "tool_choice": { "type": "any", "disable_parallel_tool_use": true },
        "output_config": { "format": { "type": "json_schema", "schema": { "type": "object" } } },
        "temperature": 1.0,
        "top_p": 0.5,
        "top_k": 4,
        "stop_sequences": ["END"],
        "metadata": { "user_id": "u" },
        "stream": true,
    });
    assert_eq!(body, expected);
    let names = [
        "seed",
        "presence_penalty",
        "frequency_penalty",
        "temperature",
        "stop",
        "response_format.json_schema.description",
    ];
    assert_eq!(dropped.names(), names);
}

#[test]
fn max_tokens_is_always_there() {
    let plain = |max_output| {
        let request = ChatRequest { messages: hello(), ..ChatRequest::default() };
        write_request(request, &Target { max_output, ..TARGET }).unwrap()
    };
    let expected = |max_tokens: u64| {
        let content = json!([{ "type": "text", "text": "Hello" }]);
        let messages = json!([{ "role": "user", "content": content }]);
        json!({ "model": "claude", "max_tokens": max_tokens, "messages": messages })
    };
    assert_eq!(plain(None), (expected(4_096), Dropped::default()));
    assert_eq!(plain(Some(64_000)), (expected(64_000), Dropped::default()));
}

#[test]
fn sampling_is_left_alone_where_thinking_is_on() {
    let request = |effort, top_p| ChatRequest {
        messages: hello(),
        reasoning: Some(Reasoning { effort: Some(effort), ..Reasoning::default() }),
        temperature: Some(0.2),
        top_p: Some(top_p),
        top_k: Some(3),
        format: Some(OutputFormat::Json),
        ..ChatRequest::default()
    };
    let (body, dropped) = write_request(request(Effort::Low, 0.5), &TARGET).unwrap();
    let expected = json!({
        "model": "claude",
        "max_tokens": 4096,
        "messages": [{ "role": "user", "content": [{ "type": "text", "text": "Hello" }] }],
        "thinking": { "type": "adaptive" },
        "output_config": { "effort": "low" },
    });
    assert_eq!(body, expected);
    assert_eq!(dropped.names(), ["temperature", "top_k", "top_p", "response_format"]);
    let (body, _) = write_request(request(Effort::Low, 0.95), &TARGET).unwrap();
    assert_eq!(body["top_p"], json!(0.95));
    let (body, dropped) = write_request(request(Effort::None, 0.5), &TARGET).unwrap();
    assert_eq!(body["thinking"], json!({ "type": "disabled" }));
    assert_eq!(body["temperature"], json!(0.2));
    assert_eq!(dropped.names(), ["response_format"]);
}

#[test]
fn choices_are_written() {
    let tool = || Tool {
        name: "f".into(),
        description: None,
        schema: json!({ "type": "object" }),
        strict: None,
        cache: None,
    };
    let one = |kind: &str| json!({ "type": kind, "disable_parallel_tool_use": true });
    let cases = [
        (None, None, Value::Null),
        (None, Some(true), Value::Null),
        (None, Some(false), one("auto")),
        (Some(ToolChoice::Auto), Some(false), one("auto")),
        (Some(ToolChoice::Required), Some(true), json!({ "type": "any" })),
        (Some(ToolChoice::None), Some(false), json!({ "type": "none" })),
        (Some(ToolChoice::Named("f".into())), None, json!({ "type": "tool", "name": "f" })),
    ];
    for (tool_choice, parallel_tools, expected) in cases {
        let mut request = ChatRequest {
            messages: hello(),
            tools: vec![tool()],
            tool_choice,
            parallel_tools,
            ..ChatRequest::default()
        };
        let (body, _) = write_request(request.clone(), &TARGET).unwrap();
        assert_eq!(body["tool_choice"], expected);
        request.tools.clear();
        let (body, _) = write_request(request, &TARGET).unwrap();
        assert_eq!(body["tool_choice"], Value::Null, "means nothing without tools");
    }
}

#[test]
fn someone_has_to_say_something() {
    let messages = vec![Message::new(Role::System, vec![Block::text("a")])];
    let request = ChatRequest { messages, ..ChatRequest::default() };
    let error = write_request(request, &TARGET).unwrap_err();
    assert_eq!(error.to_string(), "messages: expected at least one message that says something");
}

#[test]
fn what_was_read_is_written_the_same() {
    let body = json!({
        "model": "claude",
        "max_tokens": 4000,
        "system": [{ "type": "text", "text": "s", "cache_control": { "type": "ephemeral" } }],
        "messages": [
            { "role": "user", "content": [{ "type": "text", "text": "a" }] },
            { "role": "assistant", "content": [
                { "type": "thinking", "thinking": "", "signature": "sig" },
                { "type": "redacted_thinking", "data": "z" },
                { "type": "tool_use", "id": "toolu_1", "name": "f", "input": { "b": [1, null] } },
            ] },
            { "role": "user", "content": [
                { "type": "tool_result", "tool_use_id": "toolu_1", "content": [{ "type": "text", "text": "r" }] },
                { "type": "document", "source": { "type": "text", "media_type": "text/plain", "data": "é" } },
            ] },
        ],
        "tools": [{ "name": "f", "input_schema": { "type": "object" } }],
        "tool_choice": { "type": "auto", "disable_parallel_tool_use": true },
        "thinking": { "type": "enabled", "budget_tokens": 2000, "display": "omitted" },
        "output_config": { "effort": "medium", "format": { "type": "json_schema", "schema": {} } },
        "stop_sequences": ["x"],
        "metadata": { "user_id": "u" },
        "stream": true,
    });
    let (request, dropped) = super::super::read_request(body.clone()).unwrap();
    assert!(dropped.is_empty());
    assert_eq!(write_request(request, &TARGET), Ok((body, Dropped::default())));
}
