use super::*;
use crate::chat::{Block, Tool, ToolResult, ToolUse};

fn target(max_output: Option<u64>) -> Target<'static> {
    Target { model: "claude", max_output, max_completion_tokens: false }
}

#[test]
fn thinking_is_read() {
    let reasoning = |effort, budget, shown| Some(Reasoning { effort, budget, shown });
    let cases = [
        (json!({}), None, &[][..]),
        (
            json!({ "thinking": { "type": "enabled", "budget_tokens": 2048 } }),
            reasoning(None, Some(2_048), None),
            &[],
        ),
        (
            json!({ "thinking": { "type": "adaptive", "display": "omitted" }, "effort": "max" }),
            reasoning(Some(Effort::Highest), None, Some(false)),
            &[],
        ),
        (
            json!({ "thinking": { "type": "adaptive", "display": "summarized", "new": 1 } }),
            reasoning(None, None, Some(true)),
            &["thinking.new"],
        ),
        (json!({ "thinking": { "type": "between_tools" } }), reasoning(None, None, None), &["thinking.type"]),
        (
            json!({ "thinking": { "type": "disabled" }, "effort": "low" }),
            reasoning(Some(Effort::None), None, None),
            &["effort"],
        ),
        (json!({ "effort": "low" }), reasoning(Some(Effort::Low), None, None), &[]),
    ];
    for (body, expected, names) in cases {
        let mut object = Item::root(body.clone()).object().unwrap();
        let mut dropped = Dropped::default();
        let (thinking, effort) = (object.object("thinking").unwrap(), object.take("effort"));
        assert_eq!(read_reasoning(thinking, effort, &mut dropped), Ok(expected), "{body}");
        assert_eq!(dropped.names(), names, "{body}");
    }
}

#[test]
fn thinking_that_cannot_be_is_refused() {
    let cases = [
        (json!({ "type": "enabled" }), "thinking.budget_tokens: expected a value, got none"),
        (json!({ "type": "on" }), "thinking.type: expected one of enabled, adaptive, disabled"),
        (
            json!({ "type": "adaptive", "display": "all" }),
            "thinking.display: expected one of summarized, omitted",
        ),
    ];
    for (thinking, expected) in cases {
        let mut object = Item::root(json!({ "thinking": thinking })).object().unwrap();
        let thinking = object.object("thinking").unwrap();
        let error = read_reasoning(thinking, None, &mut Dropped::default()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn budgets_leave_room_for_the_answer() {
    // asked for, catalogue, budget: sent, budget
    let cases = [
        (Some(8_000), None, 2_000, 8_000, 2_000),
        (Some(8_000), None, 10, 8_000, 1_024),
        (Some(8_000), Some(64_000), 9_000, 8_000, 7_999),
        (Some(1_025), None, 9_000, 1_025, 1_024),
        (Some(1_024), None, 9_000, 2_048, 1_024),
        (Some(100), None, 1_024, 1_124, 1_024),
        (None, Some(64_000), 16_384, 64_000, 16_384),
        (None, Some(8_192), 16_384, 8_192, 8_191),
        (None, None, 16_384, 20_480, 16_384),
    ];
    for (asked, most, budget, sent, given) in cases {
        let reasoning = Some(Reasoning { budget: Some(budget), ..Reasoning::default() });
        let request = ChatRequest { max_tokens: asked, reasoning, ..ChatRequest::default() };
        let mut dropped = Dropped::default();
        let written = write_reasoning(&request, &target(most), &mut dropped);
        assert_eq!(written.max_tokens, sent, "{asked:?} {most:?} {budget}");
        assert_eq!(written.thinking, Some(json!({ "type": "enabled", "budget_tokens": given })));
        assert!(written.is_on() && dropped.is_empty());
    }
}

#[test]
fn efforts_are_written() {
    let adaptive = || Some(json!({ "type": "adaptive" }));
    let cases = [
        (Some(Effort::None), Some(5_000), Some(json!({ "type": "disabled" })), None, false),
        (None, Some(0), Some(json!({ "type": "disabled" })), None, false),
        (None, None, adaptive(), None, true),
        (Some(Effort::Minimal), None, adaptive(), Some("low"), true),
        (Some(Effort::Low), None, adaptive(), Some("low"), true),
        (Some(Effort::Medium), None, adaptive(), Some("medium"), true),
        (Some(Effort::High), None, adaptive(), Some("high"), true),
        (Some(Effort::Highest), None, adaptive(), Some("xhigh"), true),
    ];
    for (effort, budget, thinking, word, on) in cases {
        let reasoning = Some(Reasoning { effort, budget, shown: None });
        let request = ChatRequest { reasoning, ..ChatRequest::default() };
        let written = write_reasoning(&request, &target(None), &mut Dropped::default());
        assert_eq!(written.thinking, thinking, "{effort:?}");
        assert_eq!((written.effort, written.is_on(), written.max_tokens), (word, on, 4_096));
    }
    let reasoning = Some(Reasoning { shown: Some(false), ..Reasoning::default() });
    let request = ChatRequest { reasoning, ..ChatRequest::default() };
    let written = write_reasoning(&request, &target(Some(9)), &mut Dropped::default());
    assert_eq!(written.thinking, Some(json!({ "type": "adaptive", "display": "omitted" })));
    let written = write_reasoning(&ChatRequest::default(), &target(Some(9)), &mut Dropped::default());
    assert_eq!((written.max_tokens, written.thinking, written.effort), (9, None, None));
}

#[test]
fn thinking_gives_way_to_a_forced_tool() {
    let schema = json!({ "type": "object" });
    let tool = Tool { name: "f".into(), description: None, schema, strict: None, cache: None };
    let cases = [
        (ToolChoice::Auto, true),
        (ToolChoice::None, true),
        (ToolChoice::Required, false),
        (ToolChoice::Named("f".into()), false),
    ];
    for (choice, on) in cases {
        let request = ChatRequest {
            tools: vec![tool.clone()],
            tool_choice: Some(choice),
            reasoning: Some(Reasoning { effort: Some(Effort::High), ..Reasoning::default() }),
            ..ChatRequest::default()
        };
        let mut dropped = Dropped::default();
        let written = write_reasoning(&request, &target(None), &mut dropped);
        assert_eq!((written.is_on(), dropped.is_empty(), written.effort), (on, on, Some("high")));
    }
}

#[test]
fn a_budget_wants_thoughts_before_the_last_calls() {
    let call = || {
        let (id, name, arguments) = ("c".into(), "f".into(), String::new());
        Content::ToolUse(ToolUse { id, name, arguments, signature: None }).into()
    };
    let thought = |signature: Option<&str>| -> Block {
        Content::Thinking { text: "hm".into(), signature: signature.map(str::to_owned) }.into()
    };
    let sealed = || Content::SealedThinking("z".into()).into();
    let result = || {
        let content = vec![Block::text("1")];
        let result = ToolResult { id: "c".into(), name: None, content, is_error: false };
        Message::new(Role::User, vec![Content::ToolResult(result).into()])
    };
    let cases = [
        (vec![vec![Block::text("hi")]], true),
        (vec![vec![call()]], false),
        (vec![vec![thought(None), call()]], false),
        (vec![vec![thought(Some("s")), call()]], true),
        (vec![vec![sealed(), call()]], true),
        (vec![vec![thought(Some("s"))], vec![call()]], true),
        (vec![vec![Block::text("hi")], vec![thought(Some("s")), call()]], false),
    ];
    for (turn, on) in cases {
        let mut messages = vec![Message::new(Role::User, vec![Block::text("go")])];
        messages.extend(turn.iter().map(|blocks| Message::new(Role::Assistant, blocks.clone())));
        messages.push(result());
        let reasoning = |budget| Some(Reasoning { budget, ..Reasoning::default() });
        let mut request =
            ChatRequest { messages, reasoning: reasoning(Some(2_000)), ..ChatRequest::default() };
        let mut dropped = Dropped::default();
        let written = write_reasoning(&request, &target(None), &mut dropped);
        assert_eq!((written.is_on(), dropped.is_empty()), (on, on), "{turn:?}");
        request.reasoning = reasoning(None);
        let written = write_reasoning(&request, &target(None), &mut Dropped::default());
        assert!(written.is_on(), "adaptive goes on without");
    }
}
