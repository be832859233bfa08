use super::reply;
use crate::chat::{Answer, Block, Content, Finish, Media, Source, ToolUse};
use crate::dialect::ids;
use crate::dialect::openai_responses::{read_answer, read_failure, write_answer, write_failure};
use crate::failure::{Failure, FailureKind};
use crate::usage::Usage;
use serde_json::{Value, json};

fn answer(content: Vec<Block>, finish: Finish) -> Answer {
    Answer { id: "v1".into(), model: "m-1".into(), content, finish, stop_sequence: None, usage: None }
}

fn call(id: &str, arguments: &str, signature: Option<&str>) -> Block {
    Content::ToolUse(ToolUse {
        id: id.into(),
        name: "f".into(),
        arguments: arguments.into(),
        signature: signature.map(str::to_owned),
    })
    .into()
}

fn output(content: Vec<Block>, finish: Finish) -> Value {
    write_answer(answer(content, finish), &reply())["output"].take()
}

#[test]
fn a_whole_response() {
    let usage =
        Usage { input: 10, cache_read: 4, cache_write: 2, output: 5, reasoning: 3, ..Usage::default() };
    let written = write_answer(
        Answer { usage: Some(usage), ..answer(vec![Block::text("hello")], Finish::Stop) },
        &reply(),
    );
    let expected = json!({
        "id": "resp_1a", "object": "response", "created_at": 1_700_000_000, "status": "completed",
        "background": false, "error": null, "incomplete_details": null, "instructions": null,
        "max_output_tokens": null, "metadata": {}, "model": "m-1",
        "output": [{ "id": "msg_1a_0", "type": "message", "status": "completed", "role": "assistant",
            "content": [{ "type": "output_text", "text": "hello", "annotations": [], "logprobs": [] }] }],
        "parallel_tool_calls": true, "previous_response_id": null,
        "reasoning": { "effort": null, "summary": null }, "store": false, "temperature": null,
        "text": { "format": { "type": "text" } }, "tool_choice": "auto", "tools": [], "top_p": null,
        "truncation": "disabled",
        "usage": { "input_tokens": 16, "output_tokens": 8, "total_tokens": 24,
            "input_tokens_details": { "cached_tokens": 4, "cache_write_tokens": 2 },
            "output_tokens_details": { "reasoning_tokens": 3 } },
        "user": null,
    });
    assert_eq!(written, expected);
}

#[test]
fn blocks_become_items() {
    let inline = Source::Inline { media_type: "image/webp".into(), data: "UklG".into() };
    let content = vec![
        Content::Thinking { text: "hm".into(), signature: Some("c2ln".into()) }.into(),
        Content::Thinking { text: String::new(), signature: Some("c2lo".into()) }.into(),
        Content::SealedThinking("eA==".into()).into(),
        Block::text("a"),
        Block::text("b"),
        Content::Refusal("no".into()).into(),
        Content::Image(Media { source: inline.clone(), detail: None }).into(),
        Content::Audio(Media { source: inline, detail: None }).into(),
        call("c1", "{\"a\":1}", None),
        call("", "", Some("gemini:YWI=")),
    ];
    let minted = ids::with_signature("call_1a_6", Some("gemini:YWI="));
    let text = |text: &str| json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] });
    let expected = json!([
        { "id": "rs_1a_0", "type": "reasoning", "status": "completed",
          "summary": [{ "type": "summary_text", "text": "hm" }], "encrypted_content": "c2ln" },
        { "id": "rs_1a_1", "type": "reasoning", "status": "completed", "summary": [],
          "encrypted_content": "c2lo" },
        { "id": "rs_1a_2", "type": "reasoning", "status": "completed", "summary": [],
          "encrypted_content": "sealed:eA==" },
        { "id": "msg_1a_3", "type": "message", "status": "completed", "role": "assistant",
          "content": [text("a"), text("b"), { "type": "refusal", "refusal": "no" }] },
        { "id": "ig_1a_4", "type": "image_generation_call", "status": "completed", "output_format": "webp",
          "result": "UklG" },
        { "id": "fc_1a_5", "type": "function_call", "status": "completed", "call_id": "c1", "name": "f",
          "arguments": "{\"a\":1}" },
        { "id": "fc_1a_6", "type": "function_call", "status": "completed", "call_id": minted,
          "name": "f", "arguments": "{}" },
    ]);
    assert_eq!(output(content, Finish::ToolUse), expected);
    assert_eq!(output(Vec::new(), Finish::Stop), json!([]));
}

#[test]
fn every_reason_to_stop() {
    let table = [
        (Finish::Stop, "completed", Value::Null),
        (Finish::StopSequence, "completed", Value::Null),
        (Finish::Paused, "completed", Value::Null),
        (Finish::ToolUse, "completed", Value::Null),
        (Finish::Length, "incomplete", json!({ "reason": "max_output_tokens" })),
        (Finish::Filtered, "incomplete", json!({ "reason": "content_filter" })),
    ];
    for (finish, status, details) in table {
        let content = vec![Block::text("a"), call("c", "{", None)];
        let written = write_answer(answer(content, finish), &reply());
        assert_eq!((&written["status"], &written["incomplete_details"]), (&json!(status), &details));
        assert_eq!(written["output"][0]["status"], "completed", "what is followed by another was not cut");
        assert_eq!(written["output"][1]["status"], status);
    }
    let nameless = Answer { model: String::new(), ..answer(Vec::new(), Finish::Stop) };
    assert_eq!(write_answer(nameless, &reply())["model"], "asked");
}

#[test]
fn what_was_written_reads_the_same() {
    let inline = Source::Inline { media_type: "image/png".into(), data: "iVBO".into() };
    let whole = Answer {
        id: "resp_1a".into(),
        usage: Some(Usage {
            input: 10,
            cache_read: 4,
            cache_write: 2,
            output: 5,
            reasoning: 3,
            ..Usage::default()
        }),
        ..answer(
            vec![
                Content::Thinking { text: "hm".into(), signature: Some("c2ln".into()) }.into(),
                Content::SealedThinking("eA==".into()).into(),
                Block::text("a"),
                Content::Refusal("no".into()).into(),
                Content::Image(Media { source: inline, detail: None }).into(),
                call("c1", "{\"a\":1}", Some("gemini:YWI=")),
            ],
            Finish::ToolUse,
        )
    };
    assert_eq!(read_answer(write_answer(whole.clone(), &reply())), Ok(whole));
    for finish in [Finish::Length, Finish::Filtered, Finish::Stop] {
        let short = Answer { id: "resp_1a".into(), ..answer(Vec::new(), finish) };
        assert_eq!(read_answer(write_answer(short.clone(), &reply())), Ok(short));
    }
}

#[test]
fn vendors_answers_are_read_with_patience() {
    let body = json!({ "status": "completed", "output": [
        { "type": "web_search_call", "id": "ws_1" },
        { "type": "message", "content": [{ "type": "output_text", "text": "a" }, { "type": "new" }] },
        { "type": "function_call", "call_id": "c", "name": "f" },
    ], "usage": { "input_tokens": 5, "input_tokens_details": { "cached_tokens": 9 }, "output_tokens": 1 } });
    let expected = Answer {
        id: String::new(),
        model: String::new(),
        usage: Some(Usage { cache_read: 5, output: 1, ..Usage::default() }),
        ..answer(vec![Block::text("a"), call("c", "", None)], Finish::ToolUse)
    };
    assert_eq!(read_answer(body), Ok(expected));
    let failed = read_answer(json!({ "status": "failed", "error": { "message": "broken" } }));
    assert_eq!(failed.unwrap_err().to_string(), "error: expected an answer, got an error: broken");
    assert!(read_answer(json!({ "output": [{ "type": "function_call", "call_id": "c" }] })).is_err());
}

#[test]
fn errors_look_as_in_chat() {
    let failure = Failure {
        code: Some("budget-exceeded".into()),
        param: Some("model".into()),
        ..Failure::new(FailureKind::RateLimited, "slow down")
    };
    let written = write_failure(&failure);
    let expected = json!({ "error": { "message": "slow down", "type": "rate_limit_error", "param": "model",
        "code": "budget-exceeded" } });
    assert_eq!(written, expected);
    assert_eq!(read_failure(429, written.to_string().as_bytes()), failure);
}
