//! Calls of tools that make no sense: a result without its call, arguments that are no JSON, a tool that nobody offered.
//! Whoever says so, a caller in its history or a vendor in its answer, is told on as far as the other dialect has words for
//! it, or refused; nothing of it is made up, and no part is lost without a word.

use crate::invariants::{self, End};
use ai::dialect::{CallerDialect, Reply, Target, VendorDialect};
use ai::failure::FailureKind;
use ai::translate::Asked;
use serde_json::{Value, json};

const CALLERS: [CallerDialect; 4] = [
    CallerDialect::OpenAiChat,
    CallerDialect::OpenAiResponses,
    CallerDialect::Anthropic,
    CallerDialect::Gemini,
];

fn target() -> Target<'static> {
    Target { model: "m", max_output: Some(100), max_completion_tokens: false }
}

fn reply() -> Reply {
    Reply { id: "0".into(), created: 0, model: "m".into(), stream_usage: false }
}

fn asked(caller: CallerDialect, body: &Value) -> Result<Asked, ai::failure::Failure> {
    let path = (caller == CallerDialect::Gemini).then_some(("m", false));
    Asked::read(caller, body.to_string().as_bytes(), path)
}

/// A conversation in which a tool was called, as far as `call` says, and has answered.
fn history(caller: CallerDialect, call: Option<(&str, &str)>, tool: Option<&str>) -> Value {
    let (name, arguments) = call.unwrap_or(("look_up", "{}"));
    let object: Value = serde_json::from_str(arguments).unwrap_or_else(|_| arguments.into());
    let schema = json!({ "type": "object", "properties": {} });
    let mut body = match caller {
        CallerDialect::OpenAiChat => {
            let call_of = json!({ "id": "call_1", "type": "function", "function": { "name": name, "arguments": arguments } });
            let said = json!({ "role": "assistant", "content": null, "tool_calls": [call_of] });
            let result = json!({ "role": "tool", "tool_call_id": "call_1", "content": "the result" });
            json!({ "model": "m", "messages": [{ "role": "user", "content": "go" }, said, result] })
        }
        CallerDialect::OpenAiResponses => json!({ "model": "m", "input": [
            { "role": "user", "content": "go" },
            { "type": "function_call", "call_id": "call_1", "name": name, "arguments": arguments },
            { "type": "function_call_output", "call_id": "call_1", "output": "the result" },
        ] }),
        CallerDialect::Anthropic => json!({ "model": "m", "max_tokens": 50, "messages": [
            { "role": "user", "content": "go" },
            { "role": "assistant", "content": [{ "type": "tool_use", "id": "call_1", "name": name, "input": object }] },
            { "role": "user", "content": [{ "type": "tool_result", "tool_use_id": "call_1", "content": "the result" }] },
        ] }),
        _ => json!({ "contents": [
            { "role": "user", "parts": [{ "text": "go" }] },
            { "role": "model", "parts": [{ "functionCall": { "id": "call_1", "name": name, "args": object } }] },
            { "role": "user", "parts": [{ "functionResponse": { "id": "call_1", "name": name, "response": { "result": "the result" } } }] },
        ] }),
    };
    let turns =
        ["messages", "input", "contents"].into_iter().find(|field| body.get(*field).is_some()).unwrap();
    if call.is_none() {
        body[turns].as_array_mut().unwrap().remove(1);
    }
    if let Some(tool) = tool {
        body["tools"] = match caller {
            CallerDialect::OpenAiChat => {
                json!([{ "type": "function", "function": { "name": tool, "parameters": schema } }])
            }
            CallerDialect::OpenAiResponses => {
                json!([{ "type": "function", "name": tool, "parameters": schema }])
            }
            CallerDialect::Anthropic => json!([{ "name": tool, "input_schema": schema }]),
            _ => json!([{ "functionDeclarations": [{ "name": tool, "parameters": schema }] }]),
        };
    }
    body
}

/// What a vendor is told and not told, or why the request is refused.
fn told(caller: CallerDialect, vendor: VendorDialect, body: &Value) -> Result<(Value, Vec<String>), String> {
    let written = asked(caller, body).and_then(|asked| asked.write(vendor, &target(), reply()));
    let told = written
        .map(|written| (serde_json::from_slice(&written.body).unwrap(), written.dropped.names().to_vec()));
    told.map_err(|failure| {
        assert_eq!(failure.kind, FailureKind::InvalidRequest, "{caller:?} to {vendor:?}");
        assert_eq!(caller.status(&failure), 400);
        failure.message
    })
}

/// Whether a text stands in one of the values.
fn says(value: &Value, text: &str) -> bool {
    match value {
        Value::String(said) => said.contains(text),
        Value::Array(items) => items.iter().any(|item| says(item, text)),
        Value::Object(members) => members.values().any(|member| says(member, text)),
        _ => false,
    }
}

#[test]
fn a_result_without_its_call_is_told_or_refused() {
    for caller in CALLERS {
        for vendor in VendorDialect::ALL {
            let told = told(caller, *vendor, &history(caller, None, Some("look_up")));
            match (caller, vendor) {
                // which names the tool by its call
                (
                    CallerDialect::OpenAiChat | CallerDialect::OpenAiResponses | CallerDialect::Anthropic,
                    VendorDialect::Gemini,
                ) => {
                    let why = told.unwrap_err();
                    assert!(
                        why.contains("expected the call of a tool before its result"),
                        "{caller:?}: {why}"
                    );
                }
                _ => {
                    let (body, dropped) =
                        told.unwrap_or_else(|why| panic!("{caller:?} to {vendor:?}: {why}"));
                    assert!(
                        says(&body, "the result") && says(&body, "go"),
                        "{caller:?} to {vendor:?}: {body}"
                    );
                    assert!(dropped.is_empty(), "{caller:?} to {vendor:?}: {dropped:?}");
                }
            }
        }
    }
}

#[test]
fn arguments_that_are_no_object_are_told_named_or_refused() {
    for arguments in ["{\"a\": tru", "[7]"] {
        for caller in CALLERS {
            let texts = matches!(caller, CallerDialect::OpenAiChat | CallerDialect::OpenAiResponses);
            for vendor in VendorDialect::ALL {
                let told =
                    told(caller, *vendor, &history(caller, Some(("look_up", arguments)), Some("look_up")));
                let context = format!("{caller:?} to {vendor:?}, {arguments}: {told:?}");
                match vendor {
                    // whose words for arguments are objects as well
                    _ if !texts => assert!(told.unwrap_err().contains("expected an object"), "{context}"),
                    VendorDialect::Anthropic | VendorDialect::Bedrock => {
                        assert!(told.unwrap_err().contains("expected a JSON object"), "{context}");
                    }
                    VendorDialect::Ollama => {
                        let (body, dropped) = told.unwrap();
                        assert_eq!(dropped, ["messages.tool_calls.function.arguments"], "{context}");
                        assert_eq!(body["messages"][1]["tool_calls"][0]["function"]["arguments"], json!({}));
                    }
                    _ => assert!(says(&told.unwrap().0, arguments), "{context}"),
                }
            }
        }
    }
}

#[test]
fn a_call_of_a_tool_that_nobody_offers_is_told() {
    for caller in CALLERS {
        for vendor in VendorDialect::ALL {
            for offered in [Some("look_up"), None] {
                let body = history(caller, Some(("other", "{\"a\":1}")), offered);
                let told = told(caller, *vendor, &body);
                let (body, _) = told.unwrap_or_else(|why| panic!("{caller:?} to {vendor:?}: {why}"));
                assert!(
                    says(&body, "other") && says(&body, "the result"),
                    "{caller:?} to {vendor:?}: {body}"
                );
                assert_eq!(says(&body, "look_up"), offered.is_some(), "{caller:?} to {vendor:?}: {body}");
            }
        }
    }
}

/// The name and the arguments of the call in an answer: a text as it came, or an object.
fn call_of(caller: CallerDialect, answer: &Value) -> (Value, Value) {
    let (name, arguments) = match caller {
        CallerDialect::OpenAiChat => {
            let function = "/choices/0/message/tool_calls/0/function";
            (format!("{function}/name"), format!("{function}/arguments"))
        }
        CallerDialect::OpenAiResponses => ("/output/0/name".to_owned(), "/output/0/arguments".to_owned()),
        CallerDialect::Anthropic => ("/content/0/name".to_owned(), "/content/0/input".to_owned()),
        _ => {
            let call = "/candidates/0/content/parts/0/functionCall";
            (format!("{call}/name"), format!("{call}/args"))
        }
    };
    let at = |place: &str| answer.pointer(place).unwrap_or_else(|| panic!("{caller:?}: {answer}")).clone();
    (at(&name), at(&arguments))
}

#[test]
fn what_a_model_calls_wrongly_is_told_as_it_said_it() {
    for (name, arguments) in [("other", "{\"a\":1}"), ("look_up", "{\"a\": tru"), ("look_up", "[7]")] {
        let call = json!({ "index": 0, "id": "call_1", "type": "function", "function": { "name": name, "arguments": arguments } });
        let chunk = |field: &str, said: &Value, finish: &Value| json!({ "id": "1", "model": "m", "choices": [{ "index": 0, "finish_reason": finish, field: said }] });
        let said = json!({ "role": "assistant", "content": null, "tool_calls": [call] });
        let whole = chunk("message", &said, &json!("tool_calls")).to_string();
        let last = chunk("delta", &json!({}), &json!("tool_calls"));
        let pieces =
            format!("data: {}\n\ndata: {last}\n\ndata: [DONE]\n\n", chunk("delta", &said, &Value::Null));
        for caller in CALLERS {
            let history = history(caller, Some(("look_up", "{}")), Some("look_up"));
            let back = || {
                let written =
                    asked(caller, &history).unwrap().write(VendorDialect::OpenAiChat, &target(), reply());
                written.unwrap().back
            };
            let answer = back().answer(whole.as_bytes()).unwrap().body;
            let told = call_of(caller, &serde_json::from_slice(&answer).unwrap());
            let texts = matches!(caller, CallerDialect::OpenAiChat | CallerDialect::OpenAiResponses);
            let object = serde_json::from_str::<Value>(arguments).ok().filter(Value::is_object);
            let expected = match object {
                _ if texts => arguments.into(),
                Some(object) => object,
                None => json!({ "raw_arguments": arguments }),
            };
            assert_eq!(told, (name.into(), expected), "{caller:?}");

            let (mut stream, mut out) = (back().stream(), Vec::new());
            stream.push(pieces.as_bytes(), &mut out);
            stream.end(None, &mut out);
            let told = String::from_utf8_lossy(&out);
            assert_eq!(invariants::check(caller, &out), Ok(End::Well), "{caller:?}: {told}");
            // within a text of JSON, as a text of JSON
            let quoted = json!(arguments).to_string();
            let plain = caller == CallerDialect::Gemini && told.contains(arguments);
            assert!(told.contains(name) && (told.contains(&quoted) || plain), "{caller:?}: {told}");
        }
    }
}
