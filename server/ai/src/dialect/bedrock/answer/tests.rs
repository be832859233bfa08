use super::*;
use serde_json::json;

fn answer(content: Value, reason: &str) -> Value {
    json!({
        "output": { "message": { "role": "assistant", "content": content } },
        "stopReason": reason,
        "usage": { "inputTokens": 10, "outputTokens": 5, "totalTokens": 15 },
        "metrics": { "latencyMs": 321 },
    })
}

fn read(content: Value, reason: &str) -> Answer {
    read_answer(answer(content, reason)).unwrap()
}

fn call(id: &str, name: &str, arguments: &str) -> Block {
    let (id, name, arguments) = (id.to_owned(), name.to_owned(), arguments.to_owned());
    Content::ToolUse(ToolUse { id, name, arguments, signature: None }).into()
}

#[test]
fn plain_text() {
    let expected = Answer {
        id: String::new(),
        model: String::new(),
        content: vec![Block::text("Hello")],
        finish: Finish::Stop,
        stop_sequence: None,
        usage: Some(Usage { input: 10, output: 5, ..Usage::default() }),
    };
    assert_eq!(read(json!([{ "text": "Hello" }]), "end_turn"), expected);
}

#[test]
fn thoughts_keep_their_signatures_and_order() {
    let content = json!([
        { "reasoningContent": { "reasoningText": { "text": "Hm.", "signature": "c2ln" } } },
        { "reasoningContent": { "reasoningText": { "text": "", "signature": "c2ln" } } },
        { "reasoningContent": { "reasoningText": { "text": "open" } } },
        { "reasoningContent": { "redactedContent": "c2VhbGVk" } },
        { "text": "So." },
    ]);
    let thought = |text: &str, signature: Option<&str>| -> Block {
        Content::Thinking { text: text.to_owned(), signature: signature.map(str::to_owned) }.into()
    };
    let expected = [
        thought("Hm.", Some("c2ln")),
        thought("", Some("c2ln")),
        thought("open", None),
        Content::SealedThinking("c2VhbGVk".to_owned()).into(),
        Block::text("So."),
    ];
    assert_eq!(read(content, "end_turn").content, expected);
}

#[test]
fn calls_of_tools() {
    let content = json!([
        { "text": "" },
        { "toolUse": { "toolUseId": "tooluse_1", "name": "weather", "input": { "city": "Köln", "days": 2 } } },
        { "toolUse": { "toolUseId": "tooluse_2", "name": "time", "input": {} } },
        { "toolUse": { "toolUseId": "tooluse_3", "name": "broken", "input": "{\"city\": \"K" } },
        { "toolUse": { "toolUseId": "tooluse_4", "name": "none" } },
        { "toolUse": { "toolUseId": "s", "name": "web", "input": {}, "type": "server_tool_use" } },
        { "toolResult": { "toolUseId": "s", "content": [] } },
    ]);
    let answer = read(content, "end_turn");
    let expected = [
        call("tooluse_1", "weather", r#"{"city":"Köln","days":2}"#),
        call("tooluse_2", "time", "{}"),
        call("tooluse_3", "broken", r#"{"city": "K"#),
        call("tooluse_4", "none", ""),
    ];
    assert_eq!(answer.content, expected);
    assert_eq!(answer.finish, Finish::ToolUse, "whatever the reason says");
}

#[test]
fn cited_texts_and_images() {
    let content = json!([
        { "citationsContent": { "content": [{ "text": "a" }, { "text": "b" }], "citations": [] } },
        { "image": { "format": "png", "source": { "bytes": "iVBO" } } },
        { "somethingNew": { "x": 1 } },
    ]);
    let source = Source::Inline { media_type: "image/png".to_owned(), data: "iVBO".to_owned() };
    let image = Content::Image(Media { source, detail: None });
    assert_eq!(read(content, "end_turn").content, [Block::text("a"), Block::text("b"), image.into()]);
}

#[test]
fn every_reason_to_stop() {
    let cases = [
        ("end_turn", Finish::Stop),
        ("stop_sequence", Finish::StopSequence),
        ("max_tokens", Finish::Length),
        ("model_context_window_exceeded", Finish::Length),
        // nothing was called
        ("tool_use", Finish::Stop),
        ("guardrail_intervened", Finish::Filtered),
        ("content_filtered", Finish::Filtered),
        ("something_new", Finish::Stop),
    ];
    for (reason, finish) in cases {
        assert_eq!(read(json!([{ "text": "x" }]), reason).finish, finish, "{reason}");
    }
    for reason in ["malformed_model_output", "malformed_tool_use"] {
        let error = read_answer(answer(json!([]), reason)).unwrap_err().to_string();
        assert_eq!(error, format!("stopReason: expected an answer of the model, got {reason}"));
    }
}

#[test]
fn the_sequence_that_was_met() {
    let mut body = answer(json!([{ "text": "x" }]), "stop_sequence");
    body["additionalModelResponseFields"] = json!({ "stop_sequence": "END" });
    assert_eq!(read_answer(body).unwrap().stop_sequence.as_deref(), Some("END"));
}

#[test]
fn tokens_of_the_cache_stand_beside_the_input() {
    let usage = |usage: Value, tier: Value| {
        let mut body = answer(json!([]), "end_turn");
        body["usage"] = usage;
        body["serviceTier"] = tier;
        read_answer(body).unwrap().usage.unwrap()
    };
    let read = usage(
        json!({
            "inputTokens": 7, "outputTokens": 3, "totalTokens": 160,
            "cacheReadInputTokens": 100, "cacheWriteInputTokens": 50,
            "cacheDetails": [{ "ttl": "1h", "inputTokens": 30 }, { "ttl": "5m", "inputTokens": 20 }],
        }),
        json!({ "type": "flex" }),
    );
    let expected = Usage {
        input: 7,
        output: 3,
        cache_read: 100,
        cache_write: 20,
        cache_write_1h: 30,
        tier: Some("flex".to_owned()),
        ..Usage::default()
    };
    assert_eq!((read.total_input(), read.total()), (157, 160));
    assert_eq!(read, expected);
    // more of a part than there is
    let read = usage(
        json!({
            "inputTokens": 1, "outputTokens": 1, "totalTokens": 2, "cacheWriteInputTokens": 5,
            "cacheDetails": [{ "ttl": "1h", "inputTokens": 4 }, { "ttl": "1h", "inputTokens": 4 }],
        }),
        json!({ "type": "default" }),
    );
    assert_eq!((read.cache_write, read.cache_write_1h, read.tier), (0, 5, None));
}

#[test]
fn empty_answers_are_answers() {
    for body in [json!({}), json!({ "output": {} }), json!({ "output": { "message": { "content": [] } } })] {
        let answer = read_answer(body).unwrap();
        assert_eq!((answer.content, answer.finish, answer.usage), (Vec::new(), Finish::Stop, None));
    }
    let wrong =
        [json!([]), json!({ "output": { "message": { "content": [7] } } }), json!({ "stopReason": 1 })];
    for body in wrong {
        assert!(read_answer(body.clone()).is_err(), "{body}");
    }
}
