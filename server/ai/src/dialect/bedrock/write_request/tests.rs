use super::*;
use crate::chat::{
    Block, CacheFor, Content, Document, Effort, Media, Message, Reasoning, Role, Source, Tool, ToolChoice,
    ToolResult, ToolUse,
};

mod media;
mod thinking;
mod tools;

const CLAUDE: &str = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
const NOVA: &str = "amazon.nova-pro-v1:0";
const LLAMA: &str = "meta.llama3-1-70b-instruct-v1:0";

fn target(model: &str) -> Target<'_> {
    Target { model, max_output: None, max_completion_tokens: false }
}

fn user(content: Vec<Block>) -> Message {
    Message::new(Role::User, content)
}

fn assistant(content: Vec<Block>) -> Message {
    Message::new(Role::Assistant, content)
}

fn of(messages: Vec<Message>) -> ChatRequest {
    ChatRequest { model: "m".to_owned(), messages, ..ChatRequest::default() }
}

/// A request of one word.
fn hi() -> ChatRequest {
    of(vec![user(vec![Block::text("Hi")])])
}

fn said_hi() -> Value {
    json!([{ "role": "user", "content": [{ "text": "Hi" }] }])
}

fn kept(content: Content, cache: CacheFor) -> Block {
    Block { content, cache: Some(cache) }
}

fn call(id: &str, name: &str, arguments: &str) -> Block {
    let (id, name, arguments) = (id.to_owned(), name.to_owned(), arguments.to_owned());
    Content::ToolUse(ToolUse { id, name, arguments, signature: Some("another vendor's".to_owned()) }).into()
}

fn result(id: &str, name: Option<&str>, content: Vec<Block>, is_error: bool) -> Block {
    let (id, name) = (id.to_owned(), name.map(str::to_owned));
    Content::ToolResult(ToolResult { id, name, content, is_error }).into()
}

fn tool(name: &str) -> Tool {
    let schema = json!({ "type": "object", "properties": { "city": { "type": "string" } } });
    let description = Some("Tells the weather".to_owned());
    Tool { name: name.to_owned(), description, schema, strict: None, cache: None }
}

/// What is written, and what is dropped.
fn written(request: ChatRequest, model: &str) -> (Value, Vec<String>) {
    let (body, dropped) = write_request(request, &target(model)).unwrap();
    (body, dropped.names().to_vec())
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn plain_text_is_all_there_is() {
    assert_eq!(written(hi(), CLAUDE), (json!({ "messages": said_hi() }), none()));
}

#[test]
fn system_stands_apart_and_turns_are_taken() {
    let system = |text: &str| Message::new(Role::System, vec![Block::text(text)]);
    let request = of(vec![
        system("Be kind."),
        user(vec![Block::text("a"), Block::text(" "), Block::text("")]),
        user(vec![Block::text("b")]),
        assistant(vec![Content::Refusal("no".to_owned()).into()]),
        system("Be brief."),
        assistant(vec![Block::text("c")]),
        user(vec![Block::text("d")]),
        assistant(vec![Block::text("\n")]),
        user(vec![Block::text("e")]),
    ]);
    let body = json!({
        "system": [{ "text": "Be kind." }, { "text": "Be brief." }],
        "messages": [
            { "role": "user", "content": [{ "text": "a" }, { "text": "b" }] },
            { "role": "assistant", "content": [{ "text": "no" }, { "text": "c" }] },
            { "role": "user", "content": [{ "text": "d" }, { "text": "e" }] },
        ],
    });
    assert_eq!(written(request, CLAUDE), (body, none()));
}

#[test]
fn nothing_said_is_invalid() {
    let system = of(vec![Message::new(Role::System, vec![Block::text("Be kind.")])]);
    for request in [of(Vec::new()), of(vec![user(vec![Block::text("  ")])]), system] {
        let error = write_request(request, &target(CLAUDE)).unwrap_err().to_string();
        assert_eq!(error, "messages: expected at least one message of the user");
    }
}

#[test]
fn sampling_has_words_or_is_dropped() {
    let request = || ChatRequest {
        max_tokens: Some(100),
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        stop: vec!["END".to_owned()],
        seed: Some(1),
        presence_penalty: Some(0.1),
        frequency_penalty: Some(0.2),
        user: Some("u".to_owned()),
        stream: true,
        ..hi()
    };
    let body = |more: &Value| {
        let mut body = json!({
            "messages": said_hi(),
            "inferenceConfig": {
                "maxTokens": 100, "temperature": 0.5, "topP": 0.9, "stopSequences": ["END"] },
        });
        let fields = body.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        body
    };
    let dropped = ["seed", "presence_penalty", "frequency_penalty", "user"].map(str::to_owned).to_vec();
    let claude = json!({
        "additionalModelRequestFields": { "top_k": 40 },
        "additionalModelResponseFieldPaths": ["/stop_sequence"],
    });
    assert_eq!(written(request(), CLAUDE), (body(&claude), dropped.clone()));
    let nova = json!({ "additionalModelRequestFields": { "inferenceConfig": { "topK": 40 } } });
    assert_eq!(written(request(), NOVA), (body(&nova), dropped.clone()));
    let without_top_k = [dropped, vec!["top_k".to_owned()]].concat();
    assert_eq!(written(request(), LLAMA), (body(&json!({})), without_top_k));
}

#[test]
fn schemas_are_texts() {
    let schema = json!({ "type": "object", "properties": { "a": { "type": "integer" } } });
    let format = |description: Option<&str>| OutputFormat::Schema {
        name: "answer".to_owned(),
        description: description.map(str::to_owned),
        schema: schema.clone(),
        strict: Some(true),
    };
    let text = r#"{"type":"object","properties":{"a":{"type":"integer"}}}"#;
    let written_as = |json_schema: Value| {
        let format = json!({ "type": "json_schema", "structure": { "jsonSchema": json_schema } });
        json!({ "messages": said_hi(), "outputConfig": { "textFormat": format } })
    };
    let request = |format| ChatRequest { format: Some(format), ..hi() };
    let body = written_as(json!({ "schema": text, "name": "answer" }));
    assert_eq!(written(request(format(None)), CLAUDE), (body, none()));
    let body = written_as(json!({ "schema": text, "name": "answer", "description": "d" }));
    assert_eq!(written(request(format(Some("d"))), CLAUDE), (body, none()));
    let plain = json!({ "messages": said_hi() });
    assert_eq!(written(request(OutputFormat::Text), CLAUDE), (plain.clone(), none()));
    let dropped = vec!["response_format".to_owned()];
    assert_eq!(written(request(OutputFormat::Json), CLAUDE), (plain, dropped));
}

#[test]
fn what_is_worth_keeping_ends_in_a_cache_point() {
    let text = |text: &str| Content::Text(text.to_owned());
    let request = || {
        let messages = vec![
            Message::new(Role::System, vec![kept(text("Be kind."), CacheFor::Hour)]),
            // one mark is enough, and nothing cannot be marked
            user(vec![
                kept(text(""), CacheFor::Minutes),
                kept(text("Long"), CacheFor::Minutes),
                kept(text(" "), CacheFor::Minutes),
                Block::text("Hi"),
            ]),
        ];
        let tools = vec![Tool { cache: Some(CacheFor::Hour), ..tool("weather") }];
        ChatRequest { tools, ..of(messages) }
    };
    let minutes = json!({ "cachePoint": { "type": "default" } });
    let hour = json!({ "cachePoint": { "type": "default", "ttl": "1h" } });
    let (body, dropped) = written(request(), CLAUDE);
    assert_eq!(body["system"], json!([{ "text": "Be kind." }, hour]));
    let said = json!([{ "text": "Long" }, minutes, { "text": "Hi" }]);
    assert_eq!(body["messages"][0]["content"], said);
    assert_eq!(body["toolConfig"]["tools"][1], hour);
    assert_eq!(dropped, none());
    let (body, dropped) = written(request(), NOVA);
    assert_eq!(body["system"], json!([{ "text": "Be kind." }, minutes]));
    assert_eq!(body["messages"][0]["content"], said);
    assert_eq!(body["toolConfig"]["tools"].as_array().unwrap().len(), 1);
    assert_eq!(dropped, ["tools.cache_control", "messages.content.cache_control.ttl"]);
    let (body, dropped) = written(request(), LLAMA);
    assert!(!body.to_string().contains("cachePoint"), "{body}");
    assert_eq!(dropped, ["tools.cache_control", "messages.content.cache_control"]);
}
