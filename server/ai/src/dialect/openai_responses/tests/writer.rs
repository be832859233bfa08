use super::events::{answer, answers, arguments, begin, finish, frames, read, start, text, tool, written};
use super::reply;
use crate::chat::{Begun, Block, Delta, Event, Finish, replay};
use crate::dialect::ids;
use crate::dialect::openai_responses::write_answer;
use crate::failure::{Failure, FailureKind};
use serde_json::{Value, json};

/// The response of an event, whose other fields say where it stands in its life.
fn response(content: Vec<Block>, finish: Finish) -> Value {
    write_answer(answer(content, finish), &reply())
}

fn in_progress() -> Value {
    let mut response = response(Vec::new(), Finish::Stop);
    response["status"] = "in_progress".into();
    response
}

fn part(text: &str) -> Value {
    json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
}

#[test]
fn a_text() {
    let events =
        [start(), begin(0, Begun::Text), text(0, "Hel"), Event::Ping, text(0, "lo"), finish(Finish::Stop)];
    let message = |status: &str, content: Value| json!({ "id": "msg_1a_0", "type": "message", "status": status, "role": "assistant", "content": content });
    let at =
        |kind: &str| json!({ "type": kind, "item_id": "msg_1a_0", "output_index": 0, "content_index": 0 });
    let with = |mut event: Value, more: Value| {
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let delta = |text: &str| with(at("response.output_text.delta"), json!({ "delta": text, "logprobs": [] }));
    let expected = [
        json!({ "type": "response.created", "response": in_progress() }),
        json!({ "type": "response.in_progress", "response": in_progress() }),
        json!({ "type": "response.output_item.added", "output_index": 0,
            "item": message("in_progress", json!([])) }),
        with(at("response.content_part.added"), json!({ "part": part("") })),
        delta("Hel"),
        delta("lo"),
        with(at("response.output_text.done"), json!({ "text": "Hello", "logprobs": [] })),
        with(at("response.content_part.done"), json!({ "part": part("Hello") })),
        json!({ "type": "response.output_item.done", "output_index": 0,
            "item": message("completed", json!([part("Hello")])) }),
        json!({ "type": "response.completed",
            "response": response(vec![Block::text("Hello")], Finish::Stop) }),
    ];
    assert_eq!(written(events), expected);
}

/// Events as lines: type, place, and what they say.
fn lines(events: impl IntoIterator<Item = Event>) -> Vec<String> {
    let field = |value: &Value, name: &str| {
        let said = &value[name];
        said.as_str().map_or_else(|| said.to_string(), str::to_owned)
    };
    let line = |value: &Value| {
        let kind = field(value, "type");
        let mut words = vec![kind.trim_start_matches("response.").to_owned()];
        for name in [
            "output_index",
            "item_id",
            "content_index",
            "summary_index",
            "delta",
            "text",
            "refusal",
            "arguments",
        ] {
            if value.get(name).is_some() {
                words.push(field(value, name));
            }
        }
        words.join(" ")
    };
    written(events).iter().skip(2).map(line).collect()
}

#[test]
fn thoughts_parts_and_calls() {
    let signature = Event::Delta { index: 0, delta: Delta::Signature("c2ln".into()) };
    let events = [
        start(),
        begin(0, Begun::Thinking),
        text(0, "h"),
        text(0, "m"),
        signature,
        begin(1, Begun::Text),
        text(1, "a"),
        begin(2, Begun::Refusal),
        text(2, "no"),
        begin(3, tool("c1", None)),
        arguments(3, "{\"a\""),
        arguments(3, ":1}"),
        begin(4, tool("c2", Some("gemini:YWI="))),
        finish(Finish::ToolUse),
    ];
    let expected = [
        "output_item.added 0",
        "reasoning_summary_part.added 0 rs_1a_0 0",
        "reasoning_summary_text.delta 0 rs_1a_0 0 h",
        "reasoning_summary_text.delta 0 rs_1a_0 0 m",
        "reasoning_summary_text.done 0 rs_1a_0 0 hm",
        "reasoning_summary_part.done 0 rs_1a_0 0",
        "output_item.done 0",
        "output_item.added 1",
        "content_part.added 1 msg_1a_1 0",
        "output_text.delta 1 msg_1a_1 0 a",
        "output_text.done 1 msg_1a_1 0 a",
        "content_part.done 1 msg_1a_1 0",
        "content_part.added 1 msg_1a_1 1",
        "refusal.delta 1 msg_1a_1 1 no",
        "refusal.done 1 msg_1a_1 1 no",
        "content_part.done 1 msg_1a_1 1",
        "output_item.done 1",
        "output_item.added 2",
        "function_call_arguments.delta 2 fc_1a_2 {\"a\"",
        "function_call_arguments.delta 2 fc_1a_2 :1}",
        "function_call_arguments.done 2 fc_1a_2 {\"a\":1}",
        "output_item.done 2",
        "output_item.added 3",
        "function_call_arguments.delta 3 fc_1a_3 {}",
        "function_call_arguments.done 3 fc_1a_3 {}",
        "output_item.done 3",
        "completed",
    ];
    assert_eq!(lines(events.clone()), expected);
    let items: Vec<_> = written(events)
        .into_iter()
        .filter(|event| event["type"] == "response.output_item.added")
        .map(|mut event| event["item"].take())
        .collect();
    let call = |index: u32, id: &str| {
        json!({ "id": format!("fc_1a_{index}"), "type": "function_call", "status": "in_progress",
            "call_id": id, "name": "f", "arguments": "" })
    };
    let signed = ids::with_signature("c2", Some("gemini:YWI="));
    let reasoning = json!({ "id": "rs_1a_0", "type": "reasoning", "status": "in_progress", "summary": [] });
    assert_eq!((&items[0], &items[2], &items[3]), (&reasoning, &call(2, "c1"), &call(3, &signed)));
}

#[test]
fn streams_end_with_the_whole_response() {
    for answer in answers() {
        let last = written(replay(answer.clone())).pop().unwrap();
        let whole = write_answer(answer, &reply());
        let kind = format!("response.{}", whole["status"].as_str().unwrap());
        assert_eq!(last, json!({ "type": kind, "response": whole }));
    }
}

#[test]
fn what_fails_never_ends_well() {
    let failure = Failure {
        code: Some("context_length_exceeded".into()),
        ..Failure::new(FailureKind::InvalidRequest, "too long")
    };
    let events = [start(), begin(0, Begun::Text), text(0, "Hel"), Event::Failed(failure)];
    let mut last = written(events.clone()).split_off(5);
    let error = json!({ "message": "too long", "type": "invalid_request_error", "param": null,
        "code": "context_length_exceeded" });
    let mut failed = response(vec![Block::text("Hel")], Finish::Length);
    failed["status"] = "failed".into();
    failed["incomplete_details"] = Value::Null;
    failed["error"] = error.clone();
    assert_eq!(last.pop(), Some(json!({ "type": "response.failed", "response": failed })));
    let expected = json!({ "type": "error", "code": "context_length_exceeded", "message": "too long",
        "param": null, "error": error });
    assert_eq!(last, [expected]);
    let read = read(&frames(events)).pop();
    let Some(Event::Failed(read)) = read else { panic!("expected a failure, got {read:?}") };
    assert_eq!((read.message.as_str(), read.code.as_deref()), ("too long", Some("context_length_exceeded")));

    assert_eq!(lines([start(), begin(0, Begun::Text)]).pop().unwrap(), "failed", "broken off");
    let nothing = written([]);
    assert_eq!((nothing.len(), &nothing[0]["code"]), (2, &json!("server_error")));
}
