use super::*;

fn reply() -> Reply {
    Reply { id: "7".into(), created: 0, model: "alias".into(), stream_usage: false }
}

fn tool(id: &str, arguments: &str, signature: Option<&str>) -> Content {
    let (id, name, arguments) = (id.to_owned(), "f".to_owned(), arguments.to_owned());
    Content::ToolUse(ToolUse { id, name, arguments, signature: signature.map(str::to_owned) })
}

fn answer(content: Vec<Content>, finish: Finish) -> Answer {
    let content = content.into_iter().map(Block::from).collect();
    Answer { id: String::new(), model: String::new(), content, finish, stop_sequence: None, usage: None }
}

#[test]
fn answers_are_read() {
    let body = json!({
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": "claude-opus",
        "content": [
            { "type": "thinking", "thinking": "", "signature": "sig" },
            { "type": "redacted_thinking", "data": "z" },
            { "type": "text", "text": "Hello", "citations": null },
            { "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {} },
            { "type": "tool_use", "id": "toolu_1", "name": "f", "input": { "a": 1 } },
            { "type": "tool_use", "id": "toolu_2", "name": "f", "input": {} },
        ],
        "stop_reason": "tool_use",
        "stop_sequence": null,
        "usage": { "input_tokens": 3, "cache_read_input_tokens": 4, "output_tokens": 5 },
    });
    let thinking = Content::Thinking { text: String::new(), signature: Some("sig".into()) };
    let content = vec![
        thinking,
        Content::SealedThinking("z".into()),
        Content::Text("Hello".into()),
        tool("toolu_1", "{\"a\":1}", None),
        tool("toolu_2", "{}", None),
    ];
    let expected = Answer {
        id: "msg_01".into(),
        model: "claude-opus".into(),
        usage: Some(Usage { input: 3, cache_read: 4, output: 5, ..Usage::default() }),
        ..answer(content, Finish::ToolUse)
    };
    assert_eq!(read_answer(body), Ok(expected));
}

#[test]
fn answers_are_written() {
    let content = vec![
        Content::Thinking { text: "hm".into(), signature: None },
        Content::Thinking { text: String::new(), signature: Some("sig".into()) },
        Content::SealedThinking("z".into()),
        Content::Text(String::new()),
        Content::Text("Hello".into()),
        Content::Refusal("no".into()),
        tool("call_1", "", None),
        tool("call_2", "{\"a\":1}", Some("YQ==")),
        tool("", "{\"a\":", None),
        tool("call_4", "[1]", None),
    ];
    let usage = Some(Usage { input: 3, cache_write: 2, output: 1, reasoning: 1, ..Usage::default() });
    let written = write_answer(Answer { usage, ..answer(content, Finish::ToolUse) }, &reply());
    let expected = json!({
        "id": "msg_7",
        "type": "message",
        "role": "assistant",
        "model": "alias",
        "content": [
            { "type": "thinking", "thinking": "hm", "signature": "" },
            { "type": "thinking", "thinking": "", "signature": "sig" },
            { "type": "redacted_thinking", "data": "z" },
            { "type": "text", "text": "Hello" },
            { "type": "text", "text": "no" },
            { "type": "tool_use", "id": "call_1", "name": "f", "input": {} },
            { "type": "tool_use", "id": "call_2__sig_WVE9PQ", "name": "f", "input": { "a": 1 } },
            { "type": "tool_use", "id": "toolu_7_7", "name": "f", "input": { "raw_arguments": "{\"a\":" } },
            { "type": "tool_use", "id": "call_4", "name": "f", "input": { "raw_arguments": "[1]" } },
        ],
        "stop_reason": "tool_use",
        "stop_sequence": null,
        "usage": {
            "input_tokens": 3,
            "cache_creation_input_tokens": 2,
            "cache_read_input_tokens": 0,
            "cache_creation": { "ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 0 },
            "output_tokens": 2,
            "output_tokens_details": { "thinking_tokens": 1 },
        },
    });
    assert_eq!(written, expected);
}

#[test]
fn an_answer_says_why_it_stopped() {
    let reasons = [
        ("end_turn", Finish::Stop, "end_turn"),
        ("stop_sequence", Finish::StopSequence, "stop_sequence"),
        ("max_tokens", Finish::Length, "max_tokens"),
        ("model_context_window_exceeded", Finish::Length, "max_tokens"),
        ("refusal", Finish::Filtered, "refusal"),
        ("pause_turn", Finish::Paused, "pause_turn"),
        ("tool_use", Finish::ToolUse, "tool_use"),
        ("a_new_one", Finish::Stop, "end_turn"),
    ];
    for (reason, finish, written) in reasons {
        let call = json!({ "type": "tool_use", "id": "t", "name": "f", "input": {} });
        let content = if finish == Finish::ToolUse { json!([call]) } else { json!([]) };
        let body = json!({ "content": content, "stop_reason": reason, "stop_sequence": "END" });
        let answer = read_answer(body).unwrap();
        assert_eq!((answer.finish, answer.stop_sequence.as_deref()), (finish, Some("END")), "{reason}");
        let body = write_answer(answer, &reply());
        assert_eq!(body["stop_reason"], json!(written));
        assert_eq!(body["stop_sequence"], json!("END"));
    }
}

#[test]
fn empty_answers_are_answers() {
    let empty = answer(Vec::new(), Finish::Stop);
    assert_eq!(read_answer(json!({})), Ok(empty.clone()));
    let zero = write_usage(&Usage::default());
    let expected = json!({
        "id": "msg_7",
        "type": "message",
        "role": "assistant",
        "model": "alias",
        "content": [],
        "stop_reason": "end_turn",
        "stop_sequence": null,
        "usage": zero,
    });
    assert_eq!(write_answer(empty, &reply()), expected);
    let garbled = [
        (json!("x"), "expected an object, got a string"),
        (json!({ "content": "x" }), "content: expected a list, got a string"),
        (json!({ "content": [{ "type": "tool_use" }] }), "content[0].name: expected a value, got none"),
    ];
    for (body, expected) in garbled {
        assert_eq!(read_answer(body).unwrap_err().to_string(), expected);
    }
}
