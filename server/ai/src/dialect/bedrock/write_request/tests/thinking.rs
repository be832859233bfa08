use super::*;

fn thought(text: &str, signature: Option<&str>) -> Block {
    Content::Thinking { text: text.to_owned(), signature: signature.map(str::to_owned) }.into()
}

fn effort(effort: Effort) -> Option<Reasoning> {
    Some(Reasoning { effort: Some(effort), ..Reasoning::default() })
}

fn tokens(budget: u64) -> Option<Reasoning> {
    Some(Reasoning { budget: Some(budget), ..Reasoning::default() })
}

/// The budget that is asked for, and what is dropped.
fn asked(request: ChatRequest, target: &Target<'_>) -> (Value, Vec<String>) {
    let (body, dropped) = write_request(request, target).unwrap();
    (body["additionalModelRequestFields"]["thinking"].clone(), dropped.names().to_vec())
}

fn budget(tokens: u64) -> Value {
    json!({ "type": "enabled", "budget_tokens": tokens })
}

#[test]
fn budgets() {
    let cases = [
        (None, None, Value::Null),
        (effort(Effort::None), None, Value::Null),
        (tokens(0), None, Value::Null),
        (effort(Effort::Minimal), None, budget(1_024)),
        (effort(Effort::High), None, budget(16_384)),
        (Some(Reasoning::default()), None, budget(4_096)),
        (tokens(500), None, budget(1_024)),
        (tokens(9_000), Some(8_000), budget(7_999)),
        (effort(Effort::High), Some(1_025), budget(1_024)),
    ];
    for (reasoning, max_tokens, expected) in cases {
        let request = ChatRequest { reasoning, max_tokens, ..hi() };
        assert_eq!(asked(request, &target(CLAUDE)), (expected, none()), "{reasoning:?}");
    }
    let request = ChatRequest { reasoning: effort(Effort::Highest), ..hi() };
    let bounded = Target { max_output: Some(8_192), ..target(CLAUDE) };
    assert_eq!(asked(request, &bounded), (budget(8_191), none()));
}

#[test]
fn where_there_can_be_no_thinking_it_is_dropped() {
    let request = |reasoning| ChatRequest { reasoning, ..hi() };
    let dropped = |name: &str| (Value::Null, vec![name.to_owned()]);
    assert_eq!(asked(request(effort(Effort::Low)), &target(LLAMA)), dropped("reasoning_effort"));
    assert_eq!(asked(request(tokens(2_000)), &target(NOVA)), dropped("thinking"));
    let few = ChatRequest { max_tokens: Some(1_024), ..request(effort(Effort::Low)) };
    assert_eq!(asked(few, &target(CLAUDE)), dropped("reasoning_effort"));
    let forced = ChatRequest {
        tools: vec![tool("f")],
        tool_choice: Some(ToolChoice::Required),
        ..request(effort(Effort::Low))
    };
    assert_eq!(asked(forced, &target(CLAUDE)), dropped("reasoning_effort"));
    let hidden = Reasoning { shown: Some(false), effort: Some(Effort::None), budget: None };
    assert_eq!(asked(request(Some(hidden)), &target(CLAUDE)), dropped("reasoning.summary"));
}

#[test]
fn thinking_goes_with_few_samplings() {
    let request = |temperature, top_p| ChatRequest {
        reasoning: effort(Effort::Low),
        temperature: Some(temperature),
        top_p: Some(top_p),
        top_k: Some(5),
        ..hi()
    };
    let (body, dropped) = written(request(0.2, 0.5), CLAUDE);
    let thinking = json!({ "thinking": budget(1_024) });
    assert_eq!(body, json!({ "messages": said_hi(), "additionalModelRequestFields": thinking }));
    assert_eq!(dropped, ["temperature", "top_p", "top_k"]);
    let (body, dropped) = written(request(1.0, 0.95), CLAUDE);
    assert_eq!(body["inferenceConfig"], json!({ "temperature": 1.0, "topP": 0.95 }));
    assert_eq!(dropped, ["top_k"]);
}

#[test]
fn signed_thoughts_go_back_unchanged() {
    let messages = || {
        let said = vec![
            thought("Hm.", Some("c2ln")),
            thought("", Some("c2lnMg==")),
            Content::SealedThinking("c2VhbGVk".to_owned()).into(),
            Block::text("So."),
        ];
        vec![user(vec![Block::text("Hi")]), assistant(said), user(vec![Block::text("And?")])]
    };
    let signed = |text: &str, signature: &str| json!({ "reasoningContent": { "reasoningText": { "text": text, "signature": signature } } });
    let content = json!([
        signed("Hm.", "c2ln"),
        signed("", "c2lnMg=="),
        { "reasoningContent": { "redactedContent": "c2VhbGVk" } },
        { "text": "So." },
    ]);
    let profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6";
    for model in [CLAUDE, profile] {
        let (body, dropped) = written(of(messages()), model);
        assert_eq!((&body["messages"][1]["content"], dropped), (&content, none()));
    }
    let (body, dropped) = written(of(messages()), LLAMA);
    assert_eq!(body["messages"][1]["content"], json!([{ "text": "So." }]));
    assert_eq!(dropped, ["messages.content.thinking"]);
    // nobody can tell whose they are
    let messages =
        vec![user(vec![Block::text("Hi")]), assistant(vec![thought("Hm.", None), Block::text("So.")])];
    let (body, dropped) = written(of(messages), CLAUDE);
    assert_eq!(body["messages"][1]["content"], json!([{ "text": "So." }]));
    assert_eq!(dropped, ["messages.content.thinking"]);
}

#[test]
fn a_turn_that_began_without_thoughts_goes_on_without() {
    let answered = |id: &str| user(vec![result(id, None, vec![Block::text("x")], false)]);
    let request = |turn: Vec<Message>| {
        let messages = [vec![user(vec![Block::text("Hi")])], turn].concat();
        ChatRequest { reasoning: effort(Effort::Low), ..of(messages) }
    };
    let lost = vec![assistant(vec![call("1", "f", "")]), answered("1")];
    let dropped = (Value::Null, vec!["reasoning_effort".to_owned()]);
    assert_eq!(asked(request(lost.clone()), &target(CLAUDE)), dropped);
    // calls after the first come without thoughts
    let kept = vec![
        assistant(vec![thought("", Some("c2ln")), call("1", "f", "")]),
        answered("1"),
        assistant(vec![call("2", "f", "")]),
        answered("2"),
    ];
    assert_eq!(asked(request(kept), &target(CLAUDE)), (budget(1_024), none()));
    // what is over does not matter
    let over = [lost, vec![assistant(vec![Block::text("So.")]), user(vec![Block::text("And?")])]].concat();
    assert_eq!(asked(request(over), &target(CLAUDE)), (budget(1_024), none()));
}
