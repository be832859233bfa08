use super::*;
use crate::chat::{
    Block, CacheFor, ChatRequest, Content, Document, Effort, Media, Message, OutputFormat, Reasoning, Role,
    Source, Tool, ToolChoice, ToolResult,
};
use crate::dialect::Target;
use crate::dialect::cohere::write_request;
use serde_json::{Value, json};

const TARGET: Target<'_> =
    Target { model: "command-a", max_output: Some(8_000), max_completion_tokens: true };

fn written(request: ChatRequest) -> (Value, Vec<String>) {
    let (body, dropped) = write_request(request, &TARGET).unwrap();
    (body, dropped.names().to_vec())
}

fn user(content: Vec<Block>) -> Message {
    Message::new(Role::User, content)
}

fn tool(name: &str, strict: Option<bool>) -> Tool {
    let schema = json!({ "type": "object", "properties": { "city": { "type": "string" } } });
    Tool { name: name.to_owned(), description: Some("Tells.".to_owned()), schema, strict, cache: None }
}

fn result(id: &str, content: Vec<Block>, is_error: bool) -> Block {
    Content::ToolResult(ToolResult { id: id.to_owned(), name: None, content, is_error }).into()
}

fn inline(media_type: &str) -> Source {
    Source::Inline { media_type: media_type.to_owned(), data: "QUJD".to_owned() }
}

#[test]
fn a_request_has_cohere_s_words() {
    let request = ChatRequest {
        model: "callers".to_owned(),
        messages: vec![
            Message::new(Role::System, vec![Block::text("Be kind.")]),
            user(vec![Block::text("Hi")]),
        ],
        tools: vec![tool("weather", Some(true))],
        tool_choice: Some(ToolChoice::Required),
        parallel_tools: Some(true),
        max_tokens: Some(100),
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        stop: vec!["END".to_owned()],
        seed: Some(7),
        presence_penalty: Some(0.1),
        frequency_penalty: Some(0.2),
        reasoning: Some(Reasoning { budget: Some(2_000), ..Reasoning::default() }),
        stream: true,
        ..ChatRequest::default()
    };
    let parameters = tool("weather", None).schema;
    let function = json!({ "name": "weather", "description": "Tells.", "parameters": parameters });
    let expected = json!({
        "model": "command-a",
        "messages": [{ "role": "system", "content": "Be kind." }, { "role": "user", "content": "Hi" }],
        "tools": [{ "type": "function", "function": function }],
        "strict_tools": true,
        "tool_choice": "REQUIRED",
        "max_tokens": 100,
        "temperature": 0.5,
        "p": 0.9,
        "k": 40,
        "stop_sequences": ["END"],
        "seed": 7,
        "presence_penalty": 0.1,
        "frequency_penalty": 0.2,
        "thinking": { "type": "enabled", "token_budget": 2_000 },
        "stream": true,
    });
    assert_eq!(written(request), (expected, Vec::new()));
}

#[test]
fn tools_are_chosen_by_leaving_out_the_others() {
    let two = || vec![tool("weather", None), tool("time", None)];
    let cases = [
        (None, two(), 2, Value::Null),
        (Some(ToolChoice::Auto), two(), 2, Value::Null),
        (Some(ToolChoice::Required), two(), 2, json!("REQUIRED")),
        (Some(ToolChoice::None), two(), 2, json!("NONE")),
        (Some(ToolChoice::Named("time".to_owned())), two(), 1, json!("REQUIRED")),
        (Some(ToolChoice::Required), Vec::new(), 0, Value::Null),
    ];
    for (choice, tools, count, word) in cases {
        let request = ChatRequest { tools, tool_choice: choice.clone(), ..ChatRequest::default() };
        let (body, _) = written(request);
        let offered = body["tools"].as_array().map_or(0, Vec::len);
        assert_eq!((offered, &body["tool_choice"]), (count, &word), "{choice:?}");
    }
    let choice = Some(ToolChoice::Named("nobody".to_owned()));
    let request = ChatRequest { tools: two(), tool_choice: choice, ..ChatRequest::default() };
    let error = write_request(request, &TARGET).unwrap_err();
    assert_eq!(error.to_string(), "tool_choice: expected the name of a tool, got nobody");
}

#[test]
fn thoughts_have_a_budget() {
    let cases = [
        (None, None, json!({ "type": "enabled" })),
        (Some(Effort::None), None, json!({ "type": "disabled" })),
        (None, Some(0), json!({ "type": "disabled" })),
        (Some(Effort::Medium), None, json!({ "type": "enabled", "token_budget": 4_096 })),
        (Some(Effort::Medium), Some(9), json!({ "type": "enabled", "token_budget": 9 })),
    ];
    for (effort, budget, expected) in cases {
        let reasoning = Some(Reasoning { effort, budget, shown: None });
        let (body, _) = written(ChatRequest { reasoning, ..ChatRequest::default() });
        assert_eq!(body["thinking"], expected, "{effort:?} {budget:?}");
    }
}

#[test]
fn formats_are_json_with_or_without_a_schema() {
    let schema = json!({ "type": "object" });
    let (name, description) = ("x".to_owned(), Some("What it is.".to_owned()));
    let cases = [
        (OutputFormat::Text, json!({ "type": "text" }), ""),
        (OutputFormat::Json, json!({ "type": "json_object" }), ""),
        (
            OutputFormat::Schema { name, description, schema: schema.clone(), strict: Some(true) },
            json!({ "type": "json_object", "json_schema": schema }),
            "response_format.json_schema.description",
        ),
    ];
    for (format, expected, lost) in cases {
        let (body, dropped) = written(ChatRequest { format: Some(format), ..ChatRequest::default() });
        assert_eq!((&body["response_format"], dropped.join(" ").as_str()), (&expected, lost));
    }
}

#[test]
fn messages_carry_calls_results_and_images() {
    let url = Source::Url { url: "https://x/y.png".to_owned(), media_type: None };
    let image = |source, detail: Option<&str>| -> Block {
        Content::Image(Media { source, detail: detail.map(str::to_owned) }).into()
    };
    let messages = vec![
        user(vec![Block::text("What?"), image(inline("image/png"), None), image(url, Some("low"))]),
        Message::new(
            Role::Assistant,
            vec![
                thinking("Look ", None),
                Block::text("Wait."),
                call("a", "").into(),
                call("b", "{\"city\":1}").into(),
            ],
        ),
        user(vec![
            Block::text("And?"),
            result("a", vec![Block::text("{\"deg\": 3}"), Block::text("cold")], false),
            result("b", vec![Block::text("no such city"), image(inline("image/gif"), None)], true),
            result("c", Vec::new(), false),
        ]),
        Message::new(Role::Assistant, vec![thinking("Only thought", None)]),
        Message::new(Role::Assistant, vec![Content::Refusal("I will not.".to_owned()).into()]),
    ];
    let function = |arguments: &str| json!({ "name": "weather", "arguments": arguments });
    let document = |data: Value| json!({ "type": "document", "document": { "data": data } });
    let text = |text: &str| json!({ "type": "text", "text": text });
    let expected = json!([
        { "role": "user", "content": [
            text("What?"),
            { "type": "image_url", "image_url": { "url": "data:image/png;base64,QUJD" } },
            { "type": "image_url", "image_url": { "url": "https://x/y.png", "detail": "low" } },
        ] },
        { "role": "assistant", "tool_plan": "Look ", "content": "Wait.", "tool_calls": [
            { "id": "a", "type": "function", "function": function("{}") },
            { "id": "b", "type": "function", "function": function("{\"city\":1}") },
        ] },
        { "role": "tool", "tool_call_id": "a", "content": [document(json!({ "deg": 3 })), text("cold")] },
        { "role": "tool", "tool_call_id": "b", "content": [document(json!({ "error": "no such city" }))] },
        { "role": "tool", "tool_call_id": "c", "content": [text("")] },
        { "role": "user", "content": [
            text("And?"),
            { "type": "image_url", "image_url": { "url": "data:image/gif;base64,QUJD" } },
        ] },
        { "role": "assistant", "content": "I will not." },
    ]);
    let (body, dropped) = written(ChatRequest { messages, ..ChatRequest::default() });
    assert_eq!(body["messages"], expected);
    assert_eq!(dropped, ["messages.content.thinking"]);
}

#[test]
fn what_has_no_word_is_dropped_by_name() {
    let document = Document { source: inline("application/pdf"), name: None };
    let file = Media { source: Source::File("f".to_owned()), detail: None };
    let audio = Media { source: inline("audio/wav"), detail: None };
    let cached = Block { cache: Some(CacheFor::Hour), ..Block::text("Hi") };
    let contents = [Content::Document(document), Content::Image(file), Content::Audio(audio)];
    let said = contents.map(Block::from).into_iter().chain([cached]).collect();
    let thoughts = vec![thinking("x", Some("sig")), Content::SealedThinking("y".to_owned()).into()];
    let (body, dropped) = written(ChatRequest {
        messages: vec![user(said), Message::new(Role::Assistant, thoughts)],
        tools: vec![Tool { cache: Some(CacheFor::Minutes), ..tool("a", Some(true)) }, tool("b", None)],
        parallel_tools: Some(false),
        seed: Some(-1),
        user: Some("u".to_owned()),
        ..ChatRequest::default()
    });
    assert_eq!(body["messages"], json!([{ "role": "user", "content": "Hi" }]));
    let expected = [
        "messages.content.cache_control",
        "messages.content.document",
        "messages.content.image.file_id",
        "messages.content.audio",
        "messages.content.thinking",
        "parallel_tool_calls",
        "user",
        "seed",
        "tools.function.strict",
        "tools.cache_control",
    ];
    assert_eq!(dropped, expected);
}
