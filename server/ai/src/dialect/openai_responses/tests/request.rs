use super::read;
use crate::chat::{Block, ChatRequest, Effort, Message, OutputFormat, Reasoning, Role, Tool, ToolChoice};
use crate::dialect::openai_responses::read_request;
use serde_json::{Value, json};

fn dropped(fields: Value) -> Vec<String> {
    let mut body = json!({ "model": "m", "input": "hi" });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    read(body).1
}

#[test]
fn every_field_is_read() {
    let body = json!({
        "model": "gpt-5", "instructions": "Be kind.", "input": "hi", "stream": true,
        "max_output_tokens": 100, "temperature": 0.5, "top_p": 0.9, "parallel_tool_calls": false,
        "tools": [
            { "type": "function", "name": "f", "description": "d", "parameters": { "type": "object" },
              "strict": true },
            { "type": "function", "name": "g", "parameters": null, "strict": null },
        ],
        "tool_choice": { "type": "function", "name": "f" },
        "text": { "format": { "type": "json_schema", "name": "n", "schema": { "type": "object" },
            "strict": true, "description": "what" }, "verbosity": "medium" },
        "reasoning": { "effort": "high", "summary": "auto" },
        "safety_identifier": "u1", "user": "u2",
        "store": false, "include": ["reasoning.encrypted_content"], "metadata": {}, "truncation": "disabled",
        "background": false, "service_tier": "auto", "top_logprobs": 0, "previous_response_id": null,
        "stream_options": { "include_obfuscation": false },
    });
    let none = json!({ "type": "object", "properties": {} });
    let tool = |name: &str, description: Option<&str>, schema: Value, strict| Tool {
        name: name.into(),
        description: description.map(str::to_owned),
        schema,
        strict,
        cache: None,
    };
    let expected = ChatRequest {
        model: "gpt-5".into(),
        messages: vec![
            Message::new(Role::System, vec![Block::text("Be kind.")]),
            Message::new(Role::User, vec![Block::text("hi")]),
        ],
        tools: vec![
            tool("f", Some("d"), json!({ "type": "object" }), Some(true)),
            tool("g", None, none, None),
        ],
        tool_choice: Some(ToolChoice::Named("f".into())),
        parallel_tools: Some(false),
        max_tokens: Some(100),
        temperature: Some(0.5),
        top_p: Some(0.9),
        format: Some(OutputFormat::Schema {
            name: "n".into(),
            description: Some("what".into()),
            schema: json!({ "type": "object" }),
            strict: Some(true),
        }),
        reasoning: Some(Reasoning { effort: Some(Effort::High), budget: None, shown: Some(true) }),
        user: Some("u1".into()),
        stream: true,
        ..ChatRequest::default()
    };
    assert_eq!(read(body), (expected, Vec::new()));
}

#[test]
fn what_has_no_word_is_named() {
    let table = [
        (json!({ "previous_response_id": "resp_1" }), vec!["previous_response_id"]),
        (json!({ "conversation": "conv_1", "prompt": { "id": "p" } }), vec!["conversation", "prompt"]),
        (json!({ "store": true }), vec![]),
        (json!({ "metadata": { "a": "b" }, "background": true }), vec!["background", "metadata"]),
        (json!({ "truncation": "auto", "service_tier": "flex" }), vec!["truncation", "service_tier"]),
        (
            json!({ "include": ["message.output_text.logprobs"] }),
            vec!["include.message.output_text.logprobs"],
        ),
        (json!({ "top_logprobs": 3, "max_tool_calls": 2 }), vec!["top_logprobs", "max_tool_calls"]),
        (
            json!({ "stream_options": { "include_obfuscation": true, "x": 1 } }),
            vec!["stream_options.include_obfuscation", "stream_options.x"],
        ),
        (json!({ "text": { "verbosity": "low" } }), vec!["text.verbosity"]),
        (json!({ "reasoning": { "context": "all_turns" } }), vec!["reasoning.context"]),
        (
            json!({ "tools": [{ "type": "web_search" }, { "type": "mcp", "server_label": "s" }] }),
            vec!["tools.web_search", "tools.mcp"],
        ),
        (
            json!({ "tools": [{ "type": "function", "name": "f", "defer_loading": true }] }),
            vec!["tools.defer_loading"],
        ),
        (json!({ "tool_choice": { "type": "web_search_preview" } }), vec!["tool_choice.web_search_preview"]),
        (
            json!({ "input": [{ "role": "user", "content": [{ "type": "input_text", "text": "x" }] },
                { "type": "item_reference", "id": "msg_1" }, { "id": "msg_2" },
                { "type": "web_search_call", "id": "ws_1", "status": "completed" },
                { "type": "reasoning", "id": "rs_1", "summary": [] },
                { "role": "assistant", "content": [{ "type": "output_text", "text": "a",
                    "annotations": [{ "type": "file_path" }] }], "phase": "commentary" }] }),
            vec![
                "input.item_reference",
                "input.web_search_call",
                "input.reasoning",
                "input.content.annotations",
                "input.phase",
            ],
        ),
    ];
    for (fields, expected) in table {
        assert_eq!(dropped(fields.clone()), expected, "{fields}");
    }
}

#[test]
fn choices_of_tools() {
    let tools = json!([{ "type": "function", "name": "f" }, { "type": "function", "name": "g" }]);
    let allowed = json!({ "type": "allowed_tools", "mode": "required",
        "tools": [{ "type": "function", "name": "g" }] });
    let table = [
        (json!("auto"), Some(ToolChoice::Auto), vec!["f", "g"]),
        (json!("required"), Some(ToolChoice::Required), vec!["f", "g"]),
        (json!("none"), Some(ToolChoice::None), vec!["f", "g"]),
        (Value::Null, None, vec!["f", "g"]),
        (allowed, Some(ToolChoice::Required), vec!["g"]),
    ];
    for (choice, expected, names) in table {
        let (request, dropped) =
            read(json!({ "model": "m", "input": "x", "tools": tools, "tool_choice": choice }));
        assert_eq!((request.tool_choice, dropped), (expected, Vec::new()));
        assert_eq!(request.tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>(), names);
    }
}

#[test]
fn formats_and_efforts() {
    for (format, expected) in [("text", OutputFormat::Text), ("json_object", OutputFormat::Json)] {
        let (request, _) =
            read(json!({ "model": "m", "input": "x", "text": { "format": { "type": format } } }));
        assert_eq!(request.format, Some(expected));
    }
    let table = [
        (json!({}), None),
        (json!({ "effort": null, "summary": null }), None),
        (json!({ "effort": "none" }), Some(Reasoning { effort: Some(Effort::None), ..Reasoning::default() })),
        (
            json!({ "generate_summary": "concise" }),
            Some(Reasoning { shown: Some(true), ..Reasoning::default() }),
        ),
    ];
    for (reasoning, expected) in table {
        let (request, dropped) = read(json!({ "model": "m", "input": "x", "reasoning": reasoning }));
        assert_eq!((request.reasoning, dropped), (expected, Vec::new()));
    }
}

#[test]
fn what_cannot_be_right_is_refused() {
    let table = [
        (json!([]), "expected an object, got a list"),
        (json!({ "input": "x" }), "model: expected a value, got none"),
        (json!({ "model": "m" }), "input: expected a value, got none"),
        (json!({ "model": "m", "input": 1 }), "input: expected a string or a list of items"),
        (json!({ "model": "m", "input": [] }), "input: expected at least one item that can be translated"),
        (json!({ "model": "m", "input": [{}] }), "input[0].type: expected a type of item, got none"),
        (
            json!({ "model": "m", "input": [{ "role": "tool", "content": "x" }] }),
            "input[0].role: expected one of system, developer, user, assistant",
        ),
        (
            json!({ "model": "m", "input": [{ "role": "user", "content": [{ "type": "image_url" }] }] }),
            "input[0].content[0].type: expected one of input_text, input_image, input_file, input_audio, \
             output_text, refusal",
        ),
        (
            json!({ "model": "m", "input": [{ "type": "function_call_output", "output": "x" }] }),
            "input[0].call_id: expected a value, got none",
        ),
        (
            json!({ "model": "m", "input": "x", "tools": [{ "type": "function", "function": {} }] }),
            "tools[0].name: expected a value, got none",
        ),
        (
            json!({ "model": "m", "input": "x", "tool_choice": "any" }),
            "tool_choice: expected one of auto, required, none, or a function",
        ),
        (
            json!({ "model": "m", "input": "x", "text": { "format": { "type": "xml" } } }),
            "text.format.type: expected one of text, json_object, json_schema",
        ),
    ];
    for (body, expected) in table {
        assert_eq!(read_request(body).unwrap_err().to_string(), expected);
    }
}
