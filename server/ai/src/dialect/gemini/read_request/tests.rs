use super::*;
use crate::chat::{Block, Content, Media, Message, Role, Source};

fn text(role: Role, text: &str) -> Message {
    Message::new(role, vec![Block::text(text)])
}

fn full() -> Value {
    json!({
        "systemInstruction": { "role": "system", "parts": [{ "text": "Be brief." }, { "text": "And kind." }] },
        "contents": [
            { "role": "user", "parts": [{ "text": "Hello" }] },
            { "role": "model", "parts": [{ "text": "Hi" }] },
            { "parts": [{ "text": "Weather?" }] },
        ],
        "tools": [
            { "functionDeclarations": [
                {
                    "name": "weather",
                    "description": "Says it.",
                    "parameters": { "type": "OBJECT", "properties": { "city": { "type": "STRING" } } },
                    "response": { "type": "OBJECT" },
                },
                { "name": "time" },
                { "name": "news", "parametersJsonSchema": { "type": "object", "additionalProperties": false } },
            ] },
            { "googleSearch": {} },
        ],
        "toolConfig": {
            "functionCallingConfig": { "mode": "ANY", "allowedFunctionNames": ["weather"] },
            "retrievalConfig": { "languageCode": "de" },
        },
        "safetySettings": [{ "category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE" }],
        "cachedContent": "cachedContents/1",
        "generationConfig": {
            "temperature": 0.5, "topP": 0.9, "topK": 40.0, "maxOutputTokens": 100, "stopSequences": ["END"],
            "seed": -7, "presencePenalty": 0.1, "frequencyPenalty": 0.2, "candidateCount": 2,
            "responseMimeType": "application/json",
            "responseSchema": { "type": "OBJECT", "title": "My Answer!" },
            "thinkingConfig": { "thinkingBudget": 2048, "includeThoughts": true },
            "responseModalities": ["TEXT"], "responseLogprobs": true,
        },
        "model": "models/gemini",
    })
}

#[test]
fn everything_that_has_a_word_is_read() {
    let (request, dropped) = read_request(full()).unwrap();
    let weather = Tool {
        name: "weather".to_owned(),
        description: Some("Says it.".to_owned()),
        schema: json!({ "type": "object", "properties": { "city": { "type": "string" } } }),
        strict: None,
        cache: None,
    };
    let expected = ChatRequest {
        messages: vec![
            Message::new(Role::System, vec![Block::text("Be brief."), Block::text("And kind.")]),
            text(Role::User, "Hello"),
            text(Role::Assistant, "Hi"),
            text(Role::User, "Weather?"),
        ],
        tools: vec![weather],
        tool_choice: Some(ToolChoice::Named("weather".to_owned())),
        max_tokens: Some(100),
        temperature: Some(0.5),
        top_p: Some(0.9),
        top_k: Some(40),
        stop: vec!["END".to_owned()],
        seed: Some(-7),
        presence_penalty: Some(0.1),
        frequency_penalty: Some(0.2),
        format: Some(OutputFormat::Schema {
            name: "My_Answer".to_owned(),
            description: None,
            schema: json!({ "type": "object", "title": "My Answer!" }),
            strict: None,
        }),
        reasoning: Some(Reasoning { effort: None, budget: Some(2048), shown: Some(true) }),
        ..ChatRequest::default()
    };
    assert_eq!(request, expected);
    let names = [
        "tools.functionDeclarations.response",
        "tools.googleSearch",
        "toolConfig.retrievalConfig",
        "generationConfig.candidateCount",
        "generationConfig.responseLogprobs",
        "safetySettings",
        "cachedContent",
    ];
    assert_eq!(dropped.names(), names);
}

#[test]
fn underscores_and_single_things_are_read_too() {
    let (request, dropped) = read_request(json!({
        "system_instruction": { "parts": { "text": "Be brief." } },
        "contents": { "parts": [{ "inline_data": { "mime_type": "image/png", "data": "-_8" } }] },
        "tools": { "function_declarations": [{ "name": "f_g", "parameters_json_schema": { "a_b": 1 } }] },
        "generation_config": { "max_output_tokens": 5 },
    }))
    .unwrap();
    let source = Source::Inline { media_type: "image/png".to_owned(), data: "+/8=".to_owned() };
    let image = Content::Image(Media { source, detail: None });
    let expected = [text(Role::System, "Be brief."), Message::new(Role::User, vec![image.into()])];
    assert_eq!(request.messages, expected);
    assert_eq!(request.tools[0].schema, json!({ "a_b": 1 }));
    assert_eq!((request.max_tokens, dropped.names()), (Some(5), &[][..]));
}

#[test]
fn modes_are_choices() {
    let declared = json!([{ "functionDeclarations": [{ "name": "f" }, { "name": "g" }, { "name": "h" }] }]);
    let all = ["f", "g", "h"];
    for (calling, choice, tools, dropped) in [
        (json!({}), None, &all[..], &[][..]),
        (json!({ "mode": "MODE_UNSPECIFIED" }), None, &all, &[]),
        (json!({ "mode": "auto" }), Some(ToolChoice::Auto), &all, &[]),
        (json!({ "mode": "NONE" }), Some(ToolChoice::None), &all, &[]),
        (json!({ "mode": "ANY" }), Some(ToolChoice::Required), &all, &[]),
        (
            json!({ "mode": "ANY", "allowedFunctionNames": ["h", "f"] }),
            Some(ToolChoice::Required),
            &["f", "h"],
            &[],
        ),
        (
            json!({ "mode": "ANY", "allowedFunctionNames": ["g"] }),
            Some(ToolChoice::Named("g".to_owned())),
            &["g"],
            &[],
        ),
        (
            json!({ "mode": "VALIDATED", "allowedFunctionNames": ["g"] }),
            Some(ToolChoice::Auto),
            &["g"],
            &["toolConfig.functionCallingConfig.mode"],
        ),
        (
            json!({ "mode": "AUTO", "allowedFunctionNames": ["g"] }),
            Some(ToolChoice::Auto),
            &all,
            &["toolConfig.functionCallingConfig.allowedFunctionNames"],
        ),
    ] {
        let (request, names) = read_request(json!({
            "contents": [{ "parts": [{ "text": "x" }] }],
            "tools": declared,
            "toolConfig": { "functionCallingConfig": calling },
        }))
        .unwrap();
        let left: Vec<&str> = request.tools.iter().map(|tool| tool.name.as_str()).collect();
        assert_eq!(
            (request.tool_choice, left.as_slice(), names.names()),
            (choice, tools, &*names_of(dropped))
        );
    }
}

fn names_of(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn with_config(config: &Value) -> (ChatRequest, Dropped) {
    let contents = json!([{ "parts": [{ "text": "x" }] }]);
    read_request(json!({ "contents": contents, "generationConfig": config })).unwrap()
}

#[test]
fn formats_are_read() {
    let schema = |name: &str, schema: Value| {
        Some(OutputFormat::Schema { name: name.to_owned(), description: None, schema, strict: None })
    };
    for (config, format, dropped) in [
        (json!({ "responseMimeType": "text/plain" }), Some(OutputFormat::Text), &[][..]),
        (json!({ "responseMimeType": "application/json" }), Some(OutputFormat::Json), &[]),
        (
            json!({ "response_mime_type": "application/json", "response_json_schema": { "a_b": "object" } }),
            schema("answer", json!({ "a_b": "object" })),
            &[],
        ),
        (json!({ "responseSchema": { "type": "ARRAY" } }), schema("answer", json!({ "type": "array" })), &[]),
        (
            json!({ "responseMimeType": "text/x.enum", "responseSchema": { "type": "STRING", "enum": ["a"] } }),
            None,
            &["generationConfig.responseMimeType"],
        ),
        (json!({ "responseModalities": ["TEXT", "IMAGE"] }), None, &["generationConfig.responseModalities"]),
    ] {
        let (request, names) = with_config(&config);
        assert_eq!((request.format, names.names()), (format, &*names_of(dropped)), "{config}");
    }
}

#[test]
fn thinking_is_read() {
    let effort = |effort| Reasoning { effort: Some(effort), ..Reasoning::default() };
    for (config, expected) in [
        (json!({}), Reasoning::default()),
        (json!({ "thinkingBudget": 0 }), effort(Effort::None)),
        (
            json!({ "thinkingBudget": -1, "includeThoughts": false }),
            Reasoning { shown: Some(false), ..Reasoning::default() },
        ),
        (json!({ "thinkingBudget": 9 }), Reasoning { budget: Some(9), ..Reasoning::default() }),
        (json!({ "thinkingLevel": "THINKING_LEVEL_UNSPECIFIED" }), Reasoning::default()),
        (json!({ "thinkingLevel": "MINIMAL" }), effort(Effort::Minimal)),
        (json!({ "thinkingLevel": "low" }), effort(Effort::Low)),
        (json!({ "thinkingLevel": "MEDIUM" }), effort(Effort::Medium)),
        (json!({ "thinkingLevel": "HIGH" }), effort(Effort::High)),
        (json!({ "thinkingLevel": "XHIGH" }), effort(Effort::Highest)),
    ] {
        let (request, names) = with_config(&json!({ "thinkingConfig": config }));
        assert_eq!((request.reasoning, names.is_empty()), (Some(expected), true), "{config}");
    }
}

#[test]
fn what_cannot_be_right_says_where() {
    let of = |part: Value| json!({ "contents": [{ "role": "user", "parts": [part] }] });
    for (body, expected) in [
        (json!([]), "expected an object, got a list"),
        (json!({}), "contents: expected at least one content"),
        (json!({ "contents": [] }), "contents: expected at least one content"),
        (json!({ "contents": "Hi" }), "contents: expected a list, got a string"),
        (json!({ "contents": [{ "role": "system" }] }), "contents[0].role: expected one of user, model"),
        (of(json!({ "text": 1 })), "contents[0].parts[0].text: expected a string, got a number"),
        (
            of(json!({ "inlineData": { "data": "YQ==" } })),
            "contents[0].parts[0].inlineData.mimeType: expected a value, got none",
        ),
        (
            of(json!({ "functionResponse": { "name": "f", "response": {} } })),
            "contents[0].parts[0].functionResponse.name: expected the name of a functionCall before it, without a \
             response yet",
        ),
        (
            of(json!({ "functionCall": { "args": {} } })),
            "contents[0].parts[0].functionCall.name: expected a value, got none",
        ),
        (
            json!({ "contents": {}, "generationConfig": { "maxOutputTokens": -1 } }),
            "generationConfig.maxOutputTokens: expected a whole number from 0, got a number",
        ),
        (
            json!({ "contents": {}, "generationConfig": { "thinkingConfig": { "thinkingLevel": "ALL" } } }),
            "generationConfig.thinkingConfig.thinkingLevel: expected one of MINIMAL, LOW, MEDIUM, HIGH, XHIGH",
        ),
        (
            json!({ "contents": {}, "toolConfig": { "functionCallingConfig": { "mode": "SOME" } } }),
            "toolConfig.functionCallingConfig.mode: expected one of AUTO, ANY, NONE, VALIDATED",
        ),
    ] {
        assert_eq!(read_request(body).unwrap_err().to_string(), expected);
    }
}
