use super::*;
use crate::chat::{
    Block, CacheFor, ChatRequest, Content, Document, Effort, Media, Message, OutputFormat, Reasoning, Role,
    Source, Tool, ToolChoice, ToolResult,
};
use crate::dialect::ids;
use serde_json::json;

fn result(id: &str, content: Vec<Block>, is_error: bool) -> Block {
    Content::ToolResult(ToolResult { id: id.to_owned(), name: None, content, is_error }).into()
}

fn media(source: Source) -> Media {
    Media { source, detail: None }
}

fn inline(media_type: &str) -> Source {
    Source::Inline { media_type: media_type.to_owned(), data: "QUJD".to_owned() }
}

fn url(url: &str) -> Source {
    Source::Url { url: url.to_owned(), media_type: None }
}

#[test]
fn a_request_has_only_fields_that_mistral_knows() {
    let schema = json!({ "type": "object" });
    let format = OutputFormat::Schema {
        name: "x".to_owned(),
        description: None,
        schema: schema.clone(),
        strict: Some(true),
    };
    let tool = Tool {
        name: "weather".to_owned(),
        description: None,
        schema: schema.clone(),
        strict: Some(true),
        cache: None,
    };
    let request = ChatRequest {
        messages: vec![
            Message::new(Role::System, vec![Block::text("Be kind.")]),
            user(vec![Block::text("Hi")]),
        ],
        tools: vec![tool],
        tool_choice: Some(ToolChoice::Required),
        parallel_tools: Some(false),
        max_tokens: Some(100),
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        stop: vec!["END".to_owned()],
        seed: Some(7),
        presence_penalty: Some(0.1),
        frequency_penalty: Some(0.2),
        format: Some(format),
        reasoning: Some(Reasoning { effort: Some(Effort::High), ..Reasoning::default() }),
        user: Some("u".to_owned()),
        stream: true,
        stream_usage: true,
        ..ChatRequest::default()
    };
    let expected = json!({
        "model": "mistral-large",
        "messages": [{ "role": "system", "content": "Be kind." }, { "role": "user", "content": "Hi" }],
        "tools": [{ "type": "function", "function": { "name": "weather", "parameters": schema, "strict": true } }],
        "tool_choice": "any",
        "parallel_tool_calls": false,
        "max_tokens": 100,
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 40,
        "stop": ["END"],
        "random_seed": 7,
        "presence_penalty": 0.1,
        "frequency_penalty": 0.2,
        "response_format": {
            "type": "json_schema",
            "json_schema": { "name": "x", "schema": schema, "strict": true },
        },
        "reasoning_effort": "high",
        "stream": true,
    });
    assert_eq!(written(request), (expected, vec!["user".to_owned()]));
}

#[test]
fn tools_are_chosen_as_at_openai_s() {
    let named = json!({ "type": "function", "function": { "name": "f" } });
    let cases = [
        (ToolChoice::Auto, json!("auto")),
        (ToolChoice::None, json!("none")),
        (ToolChoice::Required, json!("any")),
        (ToolChoice::Named("f".to_owned()), named),
    ];
    for (choice, expected) in cases {
        let tool =
            Tool { name: "f".to_owned(), description: None, schema: json!({}), strict: None, cache: None };
        let (body, _) =
            written(ChatRequest { tools: vec![tool], tool_choice: Some(choice), ..ChatRequest::default() });
        assert_eq!(body["tool_choice"], expected);
    }
}

#[test]
fn messages_keep_to_mistral_s_order_and_ids() {
    let messages = vec![
        user(vec![Block::text("What?")]),
        assistant(vec![Block::text("Wait."), call("call_1", " "), call("abcDEF123", "{\"city\":1}")]),
        user(vec![
            Block::text("And?"),
            result(
                "call_1",
                vec![Block::text("cold"), Content::Image(media(inline("image/png"))).into()],
                false,
            ),
            result("abcDEF123", vec![Block::text("no")], true),
        ]),
        assistant(vec![Content::SealedThinking("z".to_owned()).into()]),
        assistant(vec![Content::Refusal("I will".to_owned()).into()]),
    ];
    let id = ids::of_nine("call_1");
    let function = |arguments: &str| json!({ "name": "weather", "arguments": arguments });
    let expected = json!([
        { "role": "user", "content": "What?" },
        { "role": "assistant", "content": "Wait.", "tool_calls": [
            { "id": id, "type": "function", "function": function("{}") },
            { "id": "abcDEF123", "type": "function", "function": function("{\"city\":1}") },
        ] },
        { "role": "tool", "tool_call_id": id, "content": [
            { "type": "text", "text": "cold" },
            { "type": "image_url", "image_url": { "url": "data:image/png;base64,QUJD" } },
        ] },
        { "role": "tool", "tool_call_id": "abcDEF123", "content": "no" },
        { "role": "assistant", "content": "OK." },
        { "role": "user", "content": "And?" },
        { "role": "assistant", "content": "I will", "prefix": true },
    ]);
    let (body, dropped) = written(ChatRequest { messages, ..ChatRequest::default() });
    assert_eq!(body["messages"], expected);
    assert_eq!(dropped, ["messages.content.is_error", "messages.content.thinking"]);
    let messages = vec![assistant(vec![call("call_1", "{}")])];
    let (body, _) = written(ChatRequest { messages, ..ChatRequest::default() });
    assert_eq!(body["messages"][0].get("prefix"), None, "calls are no beginning");
}

#[test]
fn parts_are_mistral_s() {
    let file = Source::File("f1".to_owned());
    let document =
        |source, name: Option<&str>| Content::Document(Document { source, name: name.map(str::to_owned) });
    let cases = [
        (
            Content::Image(Media { source: url("https://x"), detail: Some("low".to_owned()) }),
            Ok(json!({ "type": "image_url", "image_url": { "url": "https://x", "detail": "low" } })),
        ),
        (Content::Image(media(file.clone())), Err("messages.content.image.file_id")),
        (
            Content::Audio(media(inline("audio/wav"))),
            Ok(json!({ "type": "input_audio", "input_audio": "QUJD" })),
        ),
        (
            Content::Audio(media(url("https://a"))),
            Ok(json!({ "type": "input_audio", "input_audio": "https://a" })),
        ),
        (Content::Audio(media(file.clone())), Err("messages.content.audio")),
        (
            document(inline("application/pdf"), Some("a.pdf")),
            Ok(json!({
                "type": "document_url",
                "document_url": "data:application/pdf;base64,QUJD",
                "document_name": "a.pdf",
            })),
        ),
        (
            document(url("https://d"), None),
            Ok(json!({ "type": "document_url", "document_url": "https://d" })),
        ),
        (document(file, None), Ok(json!({ "type": "file", "file_id": "f1" }))),
    ];
    for (content, expected) in cases {
        let said = vec![Block { content, cache: None }, Block::text("a"), Block::text("b")];
        let (body, dropped) = written(ChatRequest { messages: vec![user(said)], ..ChatRequest::default() });
        let parts = body["messages"][0]["content"].as_array().unwrap();
        match expected {
            Ok(part) => assert_eq!((parts.len(), &parts[0], dropped), (3, &part, Vec::new())),
            Err(name) => assert_eq!((parts.len(), dropped), (2, vec![name.to_owned()])),
        }
    }
    let cached = Block { cache: Some(CacheFor::Minutes), ..Block::text("Hi") };
    let request =
        ChatRequest { messages: vec![user(vec![cached])], seed: Some(-1), ..ChatRequest::default() };
    let (body, dropped) = written(request);
    assert_eq!(body, json!({ "model": "mistral-large", "messages": [{ "role": "user", "content": "Hi" }] }));
    assert_eq!(dropped, ["messages.content.cache_control", "seed"]);
}
