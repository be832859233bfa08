use super::*;

fn weather() -> Value {
    json!({ "toolSpec": {
        "name": "weather",
        "description": "Tells the weather",
        "inputSchema": { "json": { "type": "object", "properties": { "city": { "type": "string" } } } },
    } })
}

/// A specification of no more than the name.
fn bare(name: &str) -> Value {
    json!({ "toolSpec": {
        "name": name, "inputSchema": { "json": { "type": "object", "properties": {} } } } })
}

/// A conversation that waits for what the model says to the weather.
fn after_a_call() -> Vec<Message> {
    vec![
        user(vec![Block::text("Hi")]),
        assistant(vec![call("toolu_1", "weather", "{}")]),
        user(vec![result("toolu_1", None, vec![Block::text("sunny")], false)]),
    ]
}

#[test]
fn choices() {
    let cases = [
        (None, json!({ "tools": [weather()] })),
        (Some(ToolChoice::Auto), json!({ "tools": [weather()], "toolChoice": { "auto": {} } })),
        (Some(ToolChoice::Required), json!({ "tools": [weather()], "toolChoice": { "any": {} } })),
        (
            Some(ToolChoice::Named("weather".to_owned())),
            json!({ "tools": [weather()], "toolChoice": { "tool": { "name": "weather" } } }),
        ),
        (Some(ToolChoice::None), Value::Null),
    ];
    for (tool_choice, config) in cases {
        let request = ChatRequest { tools: vec![tool("weather")], tool_choice, ..hi() };
        let (body, dropped) = written(request, CLAUDE);
        assert_eq!((body["toolConfig"].clone(), dropped), (config, none()));
    }
    let request = ChatRequest { tool_choice: Some(ToolChoice::Required), ..hi() };
    assert_eq!(written(request, CLAUDE), (json!({ "messages": said_hi() }), none()), "of nothing");
}

#[test]
fn specifications_say_what_must_be_said() {
    let odd = |schema: Value| Tool { description: Some(String::new()), schema, ..tool("f") };
    let tools = vec![
        odd(json!({})),
        odd(json!(null)),
        Tool { strict: Some(true), ..tool("weather") },
        Tool { strict: Some(false), ..tool("weather") },
    ];
    let request = ChatRequest { tools, parallel_tools: Some(false), ..hi() };
    let mut strict = weather();
    strict["toolSpec"]["strict"] = true.into();
    let typed = json!({ "toolSpec": { "name": "f", "inputSchema": { "json": { "type": "object" } } } });
    let (body, dropped) = written(request, CLAUDE);
    assert_eq!(body["toolConfig"], json!({ "tools": [typed, bare("f"), strict, weather()] }));
    assert_eq!(dropped, ["parallel_tool_calls"]);
}

#[test]
fn a_history_of_calls_needs_tools() {
    // none are given
    let (body, dropped) = written(of(after_a_call()), CLAUDE);
    assert_eq!((body["toolConfig"].clone(), dropped), (json!({ "tools": [bare("weather")] }), none()));
    // they are given, and must not be called
    let request = |tools| ChatRequest { tools, tool_choice: Some(ToolChoice::None), ..of(after_a_call()) };
    let dropped = vec!["tool_choice".to_owned()];
    let (body, names) = written(request(vec![tool("weather")]), CLAUDE);
    assert_eq!((body["toolConfig"].clone(), names), (json!({ "tools": [weather()] }), dropped.clone()));
    let (body, names) = written(request(Vec::new()), CLAUDE);
    assert_eq!((body["toolConfig"].clone(), names), (json!({ "tools": [bare("weather")] }), dropped));
    // one that nobody chose may not be chosen
    let request = ChatRequest { tool_choice: Some(ToolChoice::Auto), ..of(after_a_call()) };
    assert_eq!(written(request, CLAUDE).0["toolConfig"], json!({ "tools": [bare("weather")] }));
    // each name once, in order
    let messages = vec![
        user(vec![Block::text("Hi")]),
        assistant(vec![call("1", "b", ""), call("2", "a", ""), call("3", "b", "")]),
        user(vec![result("1", Some("c"), vec![], false)]),
    ];
    let names = json!({ "tools": [bare("b"), bare("a"), bare("c")] });
    assert_eq!(written(of(messages), CLAUDE).0["toolConfig"], names);
}

#[test]
fn calls_and_results_in_parallel() {
    let messages = vec![
        user(vec![Block::text("Hi")]),
        assistant(vec![
            Block::text("Let me see."),
            call("call_1", "weather", r#"{"city":"Köln"}"#),
            call("a.b:c", "time", " "),
        ]),
        // first what was said, then the results
        user(vec![Block::text("Go on."), result("call_1", None, vec![Block::text("sunny")], false)]),
        user(vec![result("a.b:c", None, vec![Block::text("no clock")], true)]),
    ];
    let id = crate::dialect::ids::safe("a.b:c", 64);
    let said = json!([
        { "role": "user", "content": [{ "text": "Hi" }] },
        { "role": "assistant", "content": [
            { "text": "Let me see." },
            { "toolUse": { "toolUseId": "call_1", "name": "weather", "input": { "city": "Köln" } } },
            { "toolUse": { "toolUseId": id, "name": "time", "input": {} } },
        ] },
        { "role": "user", "content": [
            { "toolResult": { "toolUseId": "call_1", "content": [{ "text": "sunny" }] } },
            { "toolResult": { "toolUseId": id, "content": [{ "text": "no clock" }], "status": "error" } },
            { "text": "Go on." },
        ] },
    ]);
    let (body, dropped) = written(of(messages.clone()), CLAUDE);
    assert_eq!((&body["messages"], dropped), (&said, none()));
    let (body, dropped) = written(of(messages), LLAMA);
    assert!(!body.to_string().contains("status"), "{body}");
    assert_eq!(dropped, ["messages.content.is_error"]);
}

#[test]
fn results_hold_images_and_are_cached_as_a_whole() {
    let source = Source::Inline { media_type: "image/png".to_owned(), data: "iVBO".to_owned() };
    let image = Content::Image(Media { source, detail: None });
    let shown = vec![Block::text("see"), kept(image, CacheFor::Minutes), Content::Refusal("x".into()).into()];
    let messages = vec![
        user(vec![Block::text("Hi")]),
        assistant(vec![call("1", "draw", "{}")]),
        user(vec![result("1", None, shown, false)]),
    ];
    let (body, dropped) = written(of(messages), CLAUDE);
    let content = json!([
        { "toolResult": { "toolUseId": "1", "content": [
            { "text": "see" },
            { "image": { "format": "png", "source": { "bytes": "iVBO" } } },
        ] } },
        { "cachePoint": { "type": "default" } },
    ]);
    assert_eq!(body["messages"][2]["content"], content);
    assert_eq!(dropped, ["messages.content"]);
}

#[test]
fn calls_without_ids_are_matched_by_name_and_order() {
    let messages = vec![
        user(vec![Block::text("Hi")]),
        assistant(vec![call("", "a", ""), call("", "b", ""), call("", "a", "")]),
        user(vec![
            result("", Some("b"), vec![], false),
            result("", Some("a"), vec![], false),
            result("", None, vec![], false),
            result("", None, vec![], false),
        ]),
    ];
    let (body, _) = written(of(messages), CLAUDE);
    let ids = |message: usize, block: &str| -> Vec<String> {
        let blocks = body["messages"][message]["content"].as_array().unwrap();
        blocks.iter().map(|it| it[block]["toolUseId"].as_str().unwrap().to_owned()).collect()
    };
    let calls = ["call_history_1", "call_history_2", "call_history_3"];
    assert_eq!(ids(1, "toolUse"), calls);
    assert_eq!(ids(2, "toolResult"), [calls[1], calls[0], calls[2], "call_history_4"]);
}

#[test]
fn arguments_must_be_an_object() {
    for arguments in ["{\"city\": \"K", "[]", "7", "null"] {
        let mut messages = after_a_call();
        messages[1] = assistant(vec![call("toolu_1", "weather", arguments)]);
        let error = write_request(of(messages), &target(CLAUDE)).unwrap_err().to_string();
        assert_eq!(error, "messages[1]: expected a JSON object as the arguments of weather", "{arguments}");
    }
}
