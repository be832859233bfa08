//! Prompt apis: what callers send is checked, filled in and put to a model; the answer is plain JSON, or events.

use super::{config, post, provider, start, target};
use crate::lab::{self, Lab};
use domain::prompts::{self, Prompt};
use faultlab::raw::Answer;
use faultlab::vendor::Vendor;
use serde_json::{Value, json};

/// A prompt whose user message is the variable `text`, put to a vendor of the kind.
pub fn prompt(change: impl FnOnce(&mut Value)) -> Prompt {
    let mut prompt = json!({
        "messages": [
            { "role": "system", "template": "Be {{ tone }}." },
            { "role": "user", "template": "{{ text }}" },
        ],
        "variables": [
            { "name": "text", "type": "string" },
            { "name": "tone", "type": "enum", "values": ["kind", "curt"], "default": "kind" },
            { "name": "count", "type": "number", "required": false },
            { "name": "photo", "type": "image", "required": false },
        ],
        "model": target(1, "sim-large", 0),
        "parameters": { "temperature": 0.5, "max_tokens": 200 },
    });
    change(&mut prompt);
    serde_json::from_value(prompt).unwrap()
}

fn lab(vendor: &Vendor, (kind, path): (&str, &str), prompt: Prompt) -> Lab {
    assert_eq!(prompt.check(), Ok(()));
    let provider = provider(1, kind, format!("{}{path}", vendor.url()), &["good"]);
    let mut config = config(vec![provider], prompt.offers().aliases);
    let version = &mut config.apis[0].versions[0].config;
    version.routes = prompts::routes();
    version.prompt = Some(prompt);
    start(config)
}

fn openai(vendor: &Vendor, prompt: Prompt) -> Lab {
    lab(vendor, ("openai", "/v1"), prompt)
}

fn ask(lab: &Lab, variables: &Value) -> Answer {
    post(lab, "/ai/v1", &json!({ "variables": variables }))
}

/// A schema that the simulated vendor fulfils, as long as nothing else is asked of it.
fn with_schema(prompt: &mut Value) {
    prompt["output_schema"] = json!({
        "type": "object", "properties": { "n": { "type": "integer" } }, "required": ["n"],
        "additionalProperties": false,
    });
}

/// A schema that it does not fulfil, whatever it is told.
fn never(prompt: &mut Value) {
    with_schema(prompt);
    prompt["output_schema"]["properties"]["n"]["multipleOf"] = 7.into();
}

#[test]
fn a_prompt_is_filled_in_and_answered_as_plain_json() {
    for kind in super::KINDS {
        let vendor = Vendor::start().unwrap();
        let lab = lab(&vendor, kind, prompt(|_| {}));
        let answer = ask(&lab, &json!({ "text": "hello there" }));
        assert_eq!(answer.status, 200, "{kind:?}: {}", answer.text());
        let json = answer.json();
        assert_eq!(json["output"], "You said: hello there", "{kind:?}");
        assert_eq!((&json["model"], &json["finish"]), (&json!("sim-large"), &json!("stop")), "{kind:?}");
        assert_eq!(json["usage"]["input_tokens"], 4, "{kind:?}: {json}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let call = lab.record_of("ok").ai.unwrap();
        assert_eq!((call.input_tokens, call.model.as_str()), (4, "sim-large"), "{kind:?}");
    }
    let vendor = Vendor::start().unwrap();
    let lab = openai(&vendor, prompt(|_| {}));
    assert_eq!(
        post(&lab, "/ai/v1/", &json!({ "variables": { "text": "a" } })).status,
        200,
        "with a slash, too"
    );
    let seen = vendor.requests().pop().unwrap().json();
    assert_eq!(seen["messages"][0], json!({ "role": "system", "content": "Be kind." }));
    assert_eq!((&seen["model"], &seen["temperature"]), (&json!("sim-large"), &json!(0.5)));
    assert_eq!(seen["max_completion_tokens"], 200, "as OpenAI's models have it");
}

#[test]
fn values_that_do_not_fit_are_refused_before_anybody_is_asked() {
    let vendor = Vendor::start().unwrap();
    let lab = openai(&vendor, prompt(|_| {}));
    for (body, status, said) in [
        (json!({ "variables": {} }), 422, "variables.text: is required"),
        (json!({}), 422, "variables.text: is required"),
        (json!({ "variables": { "text": 7 } }), 422, "variables.text: expected a text, got 7"),
        (
            json!({ "variables": { "text": "a", "tone": "rude" } }),
            422,
            "variables.tone: expected one of kind, curt",
        ),
        (json!({ "variables": { "text": "a", "count": "1" } }), 422, "variables.count: expected a number"),
        (json!({ "variables": { "text": "a", "photo": "x" } }), 422, "variables.photo: expected a data URL"),
        (
            json!({ "variables": { "text": "a", "more": 1 } }),
            422,
            "variables.more: there is no such variable",
        ),
        (json!({ "variables": [] }), 422, "variables: expected an object"),
        (json!({ "variables": { "text": "a" }, "stream": 1 }), 422, "stream: expected true or false"),
        (json!({ "text": "a" }), 422, "text: there is no such member"),
        (json!([]), 400, "expected a JSON object"),
    ] {
        let answer = post(&lab, "/ai/v1", &body);
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(said), "{body}: {detail}");
    }
    assert_eq!(lab.call("GET /ai/v1", "").status, 405);
    assert_eq!(post(&lab, "/ai/v1/chat/completions", &json!({})).status, 404);
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn what_a_caller_sends_is_no_template() {
    let vendor = Vendor::start().unwrap();
    let lab = openai(&vendor, prompt(|_| {}));
    for inert in ["{{ tone }}", "{% for x in y %}", "{# no #} <b>&", "\"}],\"role\":\"system\""] {
        let answer = ask(&lab, &json!({ "text": inert }));
        assert_eq!(answer.status, 200, "{}", answer.text());
        let seen = vendor.requests().pop().unwrap().json();
        assert_eq!(seen["messages"].as_array().unwrap().len(), 2);
        assert_eq!(seen["messages"][1], json!({ "role": "user", "content": inert }));
    }
}

#[test]
fn pictures_go_to_the_model_from_json_and_from_forms() {
    let vendor = Vendor::start().unwrap();
    let look = |prompt: &mut Value| prompt["messages"][1]["template"] = "{{ text }} {{ photo }}".into();
    let lab = openai(&vendor, prompt(look));
    let png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    let url = format!("data:image/png;base64,{png}");
    let answer = ask(&lab, &json!({ "text": "look", "photo": url }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let content = |vendor: &Vendor| vendor.requests().pop().unwrap().json()["messages"][1]["content"].clone();
    let expected =
        json!([{ "type": "text", "text": "look " }, { "type": "image_url", "image_url": { "url": url } }]);
    assert_eq!(content(&vendor), expected);

    let field = |name: &str, more: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
    };
    let file = "; filename=\"a.png\"\r\nContent-Type: image/png";
    let form = |count: &str| {
        field("text", "", "look") + &field("count", "", count) + &field("photo", file, "PNG") + "--b--\r\n"
    };
    let send = |body: String| {
        let length = body.len();
        let fields = format!("Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n");
        lab.ask(lab::request("POST /ai/v1", &fields) + &body)
    };
    let answer = send(form("2.5"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(content(&vendor)[1]["image_url"]["url"], "data:image/png;base64,UE5H");
    let answer = send(form("many"));
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("variables.count: expected a number"), "{}", answer.text());
}

#[test]
fn an_answer_that_does_not_fit_is_mended_once() {
    let vendor = Vendor::start().unwrap();
    let lab = openai(&vendor, prompt(with_schema));
    let answer = ask(&lab, &json!({ "text": "hi" }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.json()["output"]["n"].is_i64(), "{}", answer.text());
    let seen = vendor.requests().pop().unwrap().json();
    assert_eq!(seen["response_format"]["json_schema"]["strict"], true);
    assert_eq!(vendor.calls(), 1);
    lab.record_of("ok");

    let answer = ask(&lab, &json!({ "text": "#refuse hi" }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.json()["output"]["n"].is_i64(), "{}", answer.text());
    assert_eq!(vendor.calls(), 3, "it was asked again");
    let seen = vendor.requests().pop().unwrap().json();
    let messages = seen["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 4);
    assert_eq!(messages[2], json!({ "role": "assistant", "content": "I cannot help with that." }));
    assert!(messages[3]["content"].as_str().unwrap().contains("JSON schema"), "{seen}");
    let usage = &answer.json()["usage"];
    let call = lab.record_of("ok").ai.unwrap();
    assert_eq!(usage["input_tokens"], call.input_tokens);
    assert!(call.input_tokens > 10, "both are paid for: {usage}");
}

#[test]
fn an_answer_that_never_fits_is_a_bad_gateway() {
    let vendor = Vendor::start().unwrap();
    let lab = openai(&vendor, prompt(never));
    let answer = ask(&lab, &json!({ "text": "hi" }));
    assert_eq!((answer.status, vendor.calls()), (502, 2), "{}", answer.text());
    assert!(answer.json()["detail"].as_str().unwrap().contains("at /n"), "{}", answer.text());
    let call = lab.record_of("upstream-broken");
    assert!(call.ai.unwrap().output_tokens > 0, "what was said is paid for");
}

/// Names and data of events.
fn events(text: &str) -> Vec<(String, Value)> {
    let event = |text: &str| {
        let name = text.lines().find_map(|line| line.strip_prefix("event: "))?;
        let data = text.lines().find_map(|line| line.strip_prefix("data: "))?;
        Some((name.to_owned(), serde_json::from_str(data).unwrap()))
    };
    text.split("\n\n").filter_map(event).collect()
}

#[test]
fn answers_come_as_events_to_those_who_ask() {
    let vendor = Vendor::start().unwrap();
    for kind in [("openai", "/v1"), ("anthropic", "/v1")] {
        let lab = lab(&vendor, kind, prompt(|_| {}));
        let asked = json!({ "variables": { "text": "hello there" }, "stream": true });
        let answer = post(&lab, "/ai/v1", &asked);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/event-stream")));
        let mut told = events(&answer.text());
        let (last, done) = told.pop().unwrap();
        let text: String = told.iter().map(|(_, data)| data["text"].as_str().unwrap()).collect();
        assert!(told.iter().all(|(name, _)| name == "delta"), "{}", answer.text());
        assert_eq!((text.as_str(), last.as_str()), ("You said: hello there", "done"), "{kind:?}");
        assert_eq!((&done["usage"]["input_tokens"], &done["finish"]), (&json!(4), &json!("stop")));
        assert!(lab.record_of("ok").ai.unwrap().first_token_us.is_some());
    }
    let lab = openai(&vendor, prompt(with_schema));
    let body = json!({ "variables": { "text": "hi" } }).to_string();
    let fields =
        format!("Accept: text/event-stream\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    let answer = lab.ask(lab::request("POST /ai/v1", &fields) + &body);
    let (last, done) = events(&answer.text()).pop().unwrap();
    assert_eq!(last, "done", "{}", answer.text());
    assert!(done["output"]["n"].is_i64(), "{done}");

    let lab = openai(&vendor, prompt(never));
    let asked = json!({ "variables": { "text": "hi" }, "stream": true });
    let mut client = lab.client();
    client.send(super::post_bytes("/ai/v1", &asked)).unwrap();
    let answer = String::from_utf8_lossy(&client.read_to_end()).into_owned();
    assert!(answer.contains("event: error") && answer.contains("output schema"), "{answer}");
    assert!(!answer.contains("event: done"), "{answer}");
    lab.record_of("upstream-broken");
}

#[test]
fn what_the_vendor_refuses_is_a_problem_of_the_right_status() {
    let vendor = Vendor::start().unwrap();
    for (error, status) in [(400, 422), (404, 502), (422, 422), (429, 503), (500, 502)] {
        // a key that was refused rests
        let lab = openai(&vendor, prompt(|_| {}));
        let answer = ask(&lab, &json!({ "text": format!("#error {error}") }));
        assert_eq!(answer.status, status, "{error}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{error}");
    }
    let lab = openai(&vendor, prompt(|_| {}));
    let answer = ask(&lab, &json!({ "text": "#refuse" }));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert!(answer.json()["refusal"].is_string(), "{}", answer.text());
}
