use super::*;
use crate::chat::{
    Block, CacheFor, ChatRequest, Content, Document, Effort, Media, Message, OutputFormat, Reasoning, Role,
    Source, Tool, ToolChoice, ToolResult,
};
use crate::dialect::Target;
use crate::dialect::ollama::write_request;
use serde_json::{Value, json};

const TARGET: Target<'_> = Target { model: "qwen3", max_output: None, max_completion_tokens: false };

fn written(request: ChatRequest) -> (Value, Vec<String>) {
    let (body, dropped) = write_request(request, &TARGET).unwrap();
    (body, dropped.names().to_vec())
}

fn user(content: Vec<Block>) -> Message {
    Message::new(Role::User, content)
}

fn tool(name: &str) -> Tool {
    Tool {
        name: name.to_owned(),
        description: None,
        schema: json!({ "type": "object" }),
        strict: None,
        cache: None,
    }
}

fn result(id: &str, name: Option<&str>, content: Vec<Block>, is_error: bool) -> Block {
    let name = name.map(str::to_owned);
    Content::ToolResult(ToolResult { id: id.to_owned(), name, content, is_error }).into()
}

fn media(source: Source) -> Media {
    Media { source, detail: None }
}

fn inline(media_type: &str) -> Source {
    Source::Inline { media_type: media_type.to_owned(), data: "QUJD".to_owned() }
}

#[test]
fn a_request_has_options() {
    let request = ChatRequest {
        messages: vec![
            Message::new(Role::System, vec![Block::text("Be"), Block::text("kind.")]),
            user(vec![Block::text("Hi")]),
        ],
        tools: vec![tool("weather")],
        tool_choice: Some(ToolChoice::Auto),
        parallel_tools: Some(true),
        max_tokens: Some(100),
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        stop: vec!["END".to_owned()],
        seed: Some(-7),
        presence_penalty: Some(0.1),
        frequency_penalty: Some(0.2),
        stream: true,
        ..ChatRequest::default()
    };
    let expected = json!({
        "model": "qwen3",
        "messages": [{ "role": "system", "content": "Be\nkind." }, { "role": "user", "content": "Hi" }],
        "tools": [{ "type": "function", "function": { "name": "weather", "parameters": { "type": "object" } } }],
        "options": {
            "num_predict": 100,
            "temperature": 0.5,
            "top_p": 0.9,
            "top_k": 40,
            "seed": -7,
            "stop": ["END"],
            "presence_penalty": 0.1,
            "frequency_penalty": 0.2,
        },
        "stream": true,
    });
    assert_eq!(written(request), (expected, Vec::new()));
    let bare = json!({ "model": "qwen3", "messages": [], "stream": false });
    assert_eq!(written(ChatRequest::default()), (bare, Vec::new()), "streams unless told not to");
}

#[test]
fn tools_are_chosen_by_leaving_out_the_others() {
    let cases = [
        (ToolChoice::Auto, json!(["weather", "time"]), ""),
        (ToolChoice::None, json!([]), ""),
        (ToolChoice::Required, json!(["weather", "time"]), "tool_choice"),
        (ToolChoice::Named("time".to_owned()), json!(["time"]), "tool_choice"),
    ];
    for (choice, expected, lost) in cases {
        let tools = vec![tool("weather"), tool("time")];
        let tool_choice = Some(choice.clone());
        let (body, dropped) = written(ChatRequest { tools, tool_choice, ..ChatRequest::default() });
        let offered =
            body["tools"].as_array().into_iter().flatten().map(|tool| tool["function"]["name"].clone());
        assert_eq!((offered.collect::<Value>(), dropped.join(" ").as_str()), (expected, lost), "{choice:?}");
    }
    let tool_choice = Some(ToolChoice::Named("nobody".to_owned()));
    let error = write_request(ChatRequest { tool_choice, ..ChatRequest::default() }, &TARGET).unwrap_err();
    assert_eq!(error.to_string(), "tool_choice: expected the name of a tool, got nobody");
}

#[test]
fn thoughts_and_formats_have_words() {
    let cases = [
        (None, None, json!(true)),
        (Some(Effort::None), None, json!(false)),
        (None, Some(0), json!(false)),
        (Some(Effort::Minimal), None, json!("low")),
        (Some(Effort::Low), None, json!("low")),
        (None, Some(4_000), json!("medium")),
        (Some(Effort::High), None, json!("high")),
        (Some(Effort::Highest), Some(1), json!("high")),
    ];
    for (effort, budget, expected) in cases {
        let reasoning = Some(Reasoning { effort, budget, shown: None });
        let (body, _) = written(ChatRequest { reasoning, ..ChatRequest::default() });
        assert_eq!(body["think"], expected, "{effort:?} {budget:?}");
    }
    let schema = json!({ "type": "object", "required": ["a"] });
    let described = OutputFormat::Schema {
        name: "x".to_owned(),
        description: Some("What it is.".to_owned()),
        schema: schema.clone(),
        strict: None,
    };
    let cases = [
        (OutputFormat::Text, None, ""),
        (OutputFormat::Json, Some(json!("json")), ""),
        (described, Some(schema), "response_format.json_schema.description"),
    ];
    for (format, expected, lost) in cases {
        let (body, dropped) = written(ChatRequest { format: Some(format), ..ChatRequest::default() });
        assert_eq!((body.get("format"), dropped.join(" ").as_str()), (expected.as_ref(), lost));
    }
}

#[test]
fn messages_carry_calls_results_and_images() {
    let image = || Content::Image(media(inline("image/png"))).into();
    let messages = vec![
        user(vec![image(), Block::text("What?"), image()]),
        Message::new(
            Role::Assistant,
            vec![
                thinking("Hm.", None),
                Block::text("Wait."),
                call("a", "weather", "{\"city\":{\"b\":1,\"a\":2}}"),
                call("b", "time", ""),
                call("c", "time", "{\"cut"),
            ],
        ),
        user(vec![
            Block::text("And?"),
            result("b", None, vec![Block::text("noon"), image()], false),
            result("a", Some("forecast"), vec![Block::text("no")], true),
            result("x", None, Vec::new(), false),
        ]),
        Message::new(Role::Assistant, vec![Content::Refusal("No.".to_owned()).into()]),
    ];
    let called =
        |name: &str, arguments: Value| json!({ "function": { "name": name, "arguments": arguments } });
    let expected = json!([
        { "role": "user", "content": "What?", "images": ["QUJD", "QUJD"] },
        { "role": "assistant", "content": "Wait.", "thinking": "Hm.", "tool_calls": [
            called("weather", json!({ "city": { "b": 1, "a": 2 } })),
            called("time", json!({})),
            called("time", json!({})),
        ] },
        { "role": "tool", "content": "noon", "images": ["QUJD"], "tool_name": "time" },
        { "role": "tool", "content": "no", "tool_name": "forecast" },
        { "role": "tool", "content": "" },
        { "role": "user", "content": "And?" },
        { "role": "assistant", "content": "No." },
    ]);
    let (body, dropped) = written(ChatRequest { messages, ..ChatRequest::default() });
    assert_eq!(body["messages"], expected);
    assert_eq!(dropped, ["messages.tool_calls.function.arguments", "messages.content.is_error"]);
}

#[test]
fn what_has_no_word_is_dropped_by_name() {
    let url = Source::Url { url: "https://x".to_owned(), media_type: None };
    let contents = vec![
        Content::Image(media(url)).into(),
        Content::Image(media(Source::File("f".to_owned()))).into(),
        Content::Document(Document { source: inline("application/pdf"), name: None }).into(),
        Content::Audio(media(inline("audio/wav"))).into(),
        Block { cache: Some(CacheFor::Hour), ..Block::text("Hi") },
    ];
    let thoughts = vec![thinking("x", Some("sig")), Content::SealedThinking("y".to_owned()).into()];
    let (body, dropped) = written(ChatRequest {
        messages: vec![user(contents), Message::new(Role::Assistant, thoughts)],
        tools: vec![Tool { strict: Some(true), cache: Some(CacheFor::Minutes), ..tool("a") }],
        parallel_tools: Some(false),
        user: Some("u".to_owned()),
        ..ChatRequest::default()
    });
    let expected = json!([{ "role": "user", "content": "Hi" }, { "role": "assistant", "content": "" }]);
    assert_eq!(body["messages"], expected);
    let expected = [
        "messages.content.cache_control",
        "messages.content.image.url",
        "messages.content.image.file_id",
        "messages.content.document",
        "messages.content.audio",
        "messages.content.thinking",
        "parallel_tool_calls",
        "user",
        "tools.cache_control",
        "tools.function.strict",
    ];
    assert_eq!(dropped, expected);
}
