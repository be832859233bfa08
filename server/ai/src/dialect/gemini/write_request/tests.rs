use super::*;
use crate::chat::{Block, CacheFor, Content, Message, Role};

const GEMINI_2: Target<'_> =
    Target { model: "gemini-2.5-flash", max_output: Some(65_536), max_completion_tokens: false };
const GEMINI_3: Target<'_> = Target { model: "gemini-3-pro-preview", ..GEMINI_2 };

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

fn full() -> ChatRequest {
    let schema = json!({ "type": "object", "properties": { "city": { "type": "string" } }, "additionalProperties": false });
    let tool = |name: &str, schema: Value| Tool {
        name: name.to_owned(),
        description: Some("Says it.".to_owned()),
        schema,
        strict: Some(true),
        cache: Some(CacheFor::Minutes),
    };
    ChatRequest {
        model: "whatever".to_owned(),
        messages: vec![
            say(Role::System, [text("Be brief.")]),
            say(Role::User, [text("Hello"), text("")]),
            say(Role::User, [text("there")]),
            say(Role::Assistant, [text("Hi"), Content::Refusal("no".to_owned())]),
            say(Role::System, [text("And kind.")]),
            say(Role::Assistant, [text("")]),
            say(Role::User, [text("Weather?")]),
        ],
        tools: vec![
            tool("weather", schema.clone()),
            tool("time", json!({ "type": "object", "properties": {} })),
        ],
        tool_choice: Some(ToolChoice::Required),
        parallel_tools: Some(false),
        max_tokens: Some(100),
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        stop: vec!["END".to_owned()],
        seed: Some(-7),
        presence_penalty: Some(0.1),
        frequency_penalty: Some(0.2),
        format: Some(OutputFormat::Schema {
            name: "x".to_owned(),
            description: None,
            schema,
            strict: Some(true),
        }),
        reasoning: Some(Reasoning { effort: Some(Effort::Low), budget: Some(2048), shown: Some(true) }),
        user: Some("u".to_owned()),
        stream: true,
        stream_usage: true,
    }
}

#[test]
fn everything_stands_in_its_place() {
    let schema = json!({ "type": "object", "properties": { "city": { "type": "string" } } });
    let expected = json!({
        "systemInstruction": { "parts": [{ "text": "Be brief." }, { "text": "And kind." }] },
        "contents": [
            { "role": "user", "parts": [{ "text": "Hello" }, { "text": "there" }] },
            { "role": "model", "parts": [{ "text": "Hi" }, { "text": "no" }] },
            { "role": "user", "parts": [{ "text": "Weather?" }] },
        ],
        "tools": [{ "functionDeclarations": [
            { "name": "weather", "description": "Says it.", "parameters": schema },
            { "name": "time", "description": "Says it." },
        ] }],
        "toolConfig": { "functionCallingConfig": { "mode": "ANY" } },
        "generationConfig": {
            "temperature": 0.5, "topP": 0.9, "topK": 40, "maxOutputTokens": 100, "stopSequences": ["END"],
            "seed": -7, "presencePenalty": 0.1, "frequencyPenalty": 0.2,
            "responseMimeType": "application/json", "responseSchema": schema,
            "thinkingConfig": { "thinkingBudget": 2048, "includeThoughts": true },
        },
    });
    let (body, dropped) = written(full(), &GEMINI_2);
    assert_eq!(body, expected);
    assert_eq!(dropped, ["parallel_tool_calls", "user", "tools.cache_control", "tools.strict"]);
}

#[test]
fn thinking_is_said_as_the_model_knows_it() {
    let effort = |effort| Reasoning { effort: Some(effort), ..Reasoning::default() };
    let pro = Target { model: "models/gemini-2.5-pro", ..GEMINI_2 };
    let unnumbered = Target { model: "gemini-flash-latest", ..GEMINI_2 };
    let later = Target { model: "publishers/google/models/gemini-3.5-flash", ..GEMINI_2 };
    for (target, reasoning, expected) in [
        (GEMINI_2, effort(Effort::None), Some(json!({ "thinkingBudget": 0 }))),
        (pro, effort(Effort::None), Some(json!({ "thinkingBudget": 128 }))),
        (GEMINI_2, effort(Effort::Medium), Some(json!({ "thinkingBudget": 4096 }))),
        (GEMINI_2, effort(Effort::Highest), Some(json!({ "thinkingBudget": 24576 }))),
        (unnumbered, effort(Effort::Low), Some(json!({ "thinkingBudget": 1024 }))),
        (GEMINI_3, effort(Effort::None), Some(json!({ "thinkingLevel": "MINIMAL" }))),
        (GEMINI_3, effort(Effort::Minimal), Some(json!({ "thinkingLevel": "MINIMAL" }))),
        (GEMINI_3, effort(Effort::Low), Some(json!({ "thinkingLevel": "LOW" }))),
        (later, effort(Effort::Medium), Some(json!({ "thinkingLevel": "MEDIUM" }))),
        (GEMINI_3, effort(Effort::High), Some(json!({ "thinkingLevel": "HIGH" }))),
        (GEMINI_3, effort(Effort::Highest), Some(json!({ "thinkingLevel": "XHIGH" }))),
        (
            GEMINI_3,
            Reasoning { budget: Some(9), ..effort(Effort::Low) },
            Some(json!({ "thinkingBudget": 9 })),
        ),
        (
            GEMINI_2,
            Reasoning { shown: Some(true), ..Reasoning::default() },
            Some(json!({ "includeThoughts": true })),
        ),
        (GEMINI_2, Reasoning::default(), None),
    ] {
        let messages = vec![say(Role::User, [text("Hi")])];
        let request = ChatRequest { messages, reasoning: Some(reasoning), ..ChatRequest::default() };
        let (body, _) = written(request, &target);
        let config = expected.map(|expected| json!({ "thinkingConfig": expected }));
        assert_eq!(body.get("generationConfig"), config.as_ref(), "{} {reasoning:?}", target.model);
    }
}

#[test]
fn choices_are_modes() {
    let tool = Tool { name: "f".to_owned(), description: None, schema: json!({}), strict: None, cache: None };
    for (choice, expected) in [
        (ToolChoice::Auto, json!({ "mode": "AUTO" })),
        (ToolChoice::Required, json!({ "mode": "ANY" })),
        (ToolChoice::None, json!({ "mode": "NONE" })),
        (ToolChoice::Named("f".to_owned()), json!({ "mode": "ANY", "allowedFunctionNames": ["f"] })),
    ] {
        let mut request = ChatRequest {
            messages: vec![say(Role::User, [text("Hi")])],
            tools: vec![tool.clone()],
            tool_choice: Some(choice),
            ..ChatRequest::default()
        };
        let (body, _) = written(request.clone(), &GEMINI_2);
        assert_eq!(body["toolConfig"], json!({ "functionCallingConfig": expected }));
        request.tools.clear();
        let (body, _) = written(request, &GEMINI_2);
        assert_eq!(body.get("toolConfig"), None, "a choice of none");
    }
}

#[test]
fn what_was_read_is_written_the_same() {
    let body = json!({
        "systemInstruction": { "parts": [{ "text": "Be brief." }] },
        "contents": [
            { "role": "user", "parts": [{ "text": "Hi" }, { "inlineData": { "mimeType": "image/png", "data": "YQ==" } }] },
            { "role": "model", "parts": [
                { "text": "Hm.", "thought": true, "thoughtSignature": "c2ln" },
                { "text": "Hello", "thoughtSignature": "dGV4dA==" },
                { "functionCall": { "id": "a", "name": "f", "args": { "z": 1, "a": [null] } }, "thoughtSignature": "Y2FsbA==" },
                { "functionCall": { "id": "b", "name": "f", "args": {} } },
            ] },
            { "role": "user", "parts": [
                { "functionResponse": { "id": "a", "name": "f", "response": { "output": "x" } } },
                { "functionResponse": { "id": "b", "name": "f", "response": { "error": "y" } } },
            ] },
        ],
        "tools": [{ "functionDeclarations": [{ "name": "f", "parameters": {
            "type": "object", "properties": { "z": { "type": "integer", "nullable": true } },
        } }] }],
        "toolConfig": { "functionCallingConfig": { "mode": "AUTO" } },
        "generationConfig": { "thinkingConfig": { "thinkingBudget": 0 } },
    });
    let (request, dropped) = crate::dialect::gemini::read_request(body.clone()).unwrap();
    assert!(dropped.is_empty(), "{dropped:?}");
    assert_eq!(written(request, &GEMINI_2), (body, Vec::new()));
}
