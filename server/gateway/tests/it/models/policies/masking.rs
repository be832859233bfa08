//! Masking: vendors never see what was taken out, and callers never see what took its place.

use super::super::{KINDS, post, post_bytes, said, streamed, text_of};
use super::lab;
use domain::policies::Policies;
use domain::policies::mask::{Action, Direction, Kind, Mask};
use faultlab::vendor::Vendor;
use serde_json::json;

const TEXT: &str =
    "write to john.doe@example.com or +49 30 901820 about 4111 1111 1111 1111, john.doe@example.com!";

fn policies(action: Action, direction: Direction) -> Policies {
    let kinds = vec![Kind::Email, Kind::Phone, Kind::Card];
    Policies { mask: Some(Mask { kinds, action, direction, ..Mask::default() }), ..Policies::default() }
}

/// What the vendor was sent last.
fn seen(vendor: &Vendor) -> String {
    String::from_utf8(vendor.requests().pop().unwrap().body.to_vec()).unwrap()
}

#[test]
fn placeholders_go_to_every_vendor_and_the_real_thing_comes_back_to_every_caller() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, policies(Action::Placeholder, Direction::Request));
    for (kind, _) in KINDS {
        for stream in [false, true] {
            for (caller, path, body) in said(kind, TEXT, stream) {
                let answer = post(&lab, &path, &body);
                let context = format!("{caller} to {kind}, {stream}: {}", answer.text());
                assert_eq!(answer.status, 200, "{context}");
                let seen = seen(&vendor);
                assert!(
                    seen.contains("write to [EMAIL_1] or [PHONE_1] about [CARD_1], [EMAIL_1]!"),
                    "{seen}"
                );
                assert!(!seen.contains("john.doe") && !seen.contains("4111"), "{seen}");
                let text = match stream {
                    true => streamed(caller, &answer.text()),
                    false => text_of(caller, &answer.json()),
                };
                assert_eq!(text, format!("You said: {TEXT}"), "{context}");
            }
        }
    }
}

#[test]
fn what_is_redacted_never_comes_back() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, policies(Action::Redact, Direction::Both));
    for (kind, _) in KINDS {
        for stream in [false, true] {
            for (caller, path, body) in said(kind, TEXT, stream) {
                let answer = post(&lab, &path, &body).text();
                assert!(answer.contains("[EMAIL]") || stream, "{caller} to {kind}: {answer}");
                assert!(!answer.contains("john.doe") && !seen(&vendor).contains("john.doe"), "{answer}");
            }
        }
    }
}

#[test]
fn what_a_model_says_is_masked_though_its_words_come_one_by_one() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, policies(Action::Redact, Direction::Answer));
    for (kind, _) in KINDS {
        for stream in [false, true] {
            for (caller, path, body) in said(kind, TEXT, stream) {
                let answer = post(&lab, &path, &body);
                assert!(seen(&vendor).contains("4111 1111 1111 1111"), "requests are not looked through");
                let text = match stream {
                    true => streamed(caller, &answer.text()),
                    false => text_of(caller, &answer.json()),
                };
                let expected = "You said: write to [EMAIL] or [PHONE] about [CARD], [EMAIL]!";
                assert_eq!(text, expected, "{caller} to {kind}, {stream}: {}", answer.text());
                assert!(!answer.text().contains("1111"), "nowhere else either: {}", answer.text());
            }
        }
    }
}

#[test]
fn what_must_not_pass_is_refused_in_the_callers_dialect() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, policies(Action::Refuse, Direction::Request));
    for (caller, path, body) in said("openai", TEXT, false) {
        let answer = post(&lab, &path, &body);
        assert_eq!(answer.status, 400, "{caller}: {}", answer.text());
        assert!(answer.text().contains("an e-mail address is not let through"), "{}", answer.text());
        assert!(!answer.text().contains("john"), "{}", answer.text());
        assert!(answer.json()["error"].is_object(), "{caller}");
    }
    assert_eq!(vendor.calls(), 0);
    assert_eq!(lab.record_of("mask-refused").status, 400);
}

#[test]
fn an_answer_that_must_not_pass_is_withheld_from_where_it_is_found() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, policies(Action::Refuse, Direction::Answer));
    for (kind, _) in KINDS {
        for (caller, path, body) in said(kind, "card 4111 1111 1111 1111 and more", false) {
            let answer = post(&lab, &path, &body);
            assert_eq!(answer.status, 400, "{caller} to {kind}: {}", answer.text());
            assert!(!answer.text().contains("4111"));
        }
        for (caller, path, body) in said(kind, "card 4111 1111 1111 1111 and more", true) {
            let mut client = lab.client();
            client.send(post_bytes(&path, &body)).unwrap();
            let text = String::from_utf8_lossy(&client.read_to_end()).into_owned();
            let context = format!("{caller} to {kind}: {text}");
            assert!(text.contains("card") && !text.contains("4111") && !text.contains("more"), "{context}");
            assert!(text.contains("a card number is not let through"), "{context}");
            let ended = text.contains("[DONE]")
                || text.contains("message_stop")
                || text.contains("response.completed");
            assert!(!ended && !text.contains("\"finishReason\""), "{context}");
        }
    }
    assert!(lab.records().iter().all(|call| call.outcome == "mask-refused"));
}

#[test]
fn forwarded_bytes_are_the_callers_but_for_what_is_masked() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, policies(Action::Placeholder, Direction::Both));
    let body = r#"{ "model" : "openai","messages":[{"role":"user","content":"I am a@b.example"}] , "some_field": [1, 2.50] }"#;
    let head =
        crate::lab::request("POST /ai/v1/chat/completions", &format!("Content-Length: {}\r\n", body.len()));
    let answer = lab.ask(format!("{head}{body}"));
    assert_eq!(answer.json()["choices"][0]["message"]["content"], "You said: I am a@b.example");
    let expected = r#"{ "model" : "sim-large","messages":[{"role":"user","content":"I am [EMAIL_1]"}] , "some_field": [1, 2.50] }"#;
    assert_eq!(seen(&vendor), expected);
}

#[test]
fn streaming_goes_on_while_something_is_held_back() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, policies(Action::Placeholder, Direction::Both));
    for kind in ["openai", "anthropic", "gemini"] {
        for (caller, path, body) in said(kind, "#silent 60000 one two three four five six a@b.example", true)
        {
            let mut client = lab.client();
            client.send(post_bytes(&path, &body)).unwrap();
            let mut text = String::new();
            // the vendor is silent in the middle, longer than the client has patience
            while !text.contains("said:") {
                let piece =
                    client.read(1).unwrap_or_else(|error| panic!("{caller} to {kind}: {error}: {text}"));
                text.push_str(&String::from_utf8_lossy(&piece));
            }
            client.reset().unwrap();
        }
    }
}

#[test]
fn tools_get_the_real_thing() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, policies(Action::Placeholder, Direction::Both));
    let call = json!({ "id": "c1", "type": "function", "function": { "name": "send", "arguments": "{\"to\": \"a@b.example\"}" } });
    let body = json!({ "model": "anthropic", "messages": [
        { "role": "user", "content": "go" },
        { "role": "assistant", "tool_calls": [call] },
        { "role": "tool", "tool_call_id": "c1", "content": "sent to a@b.example" },
    ], "tools": [{ "type": "function", "function": { "name": "send", "parameters": { "type": "object" } } }] });
    let answer = post(&lab, "/ai/v1/chat/completions", &body);
    assert_eq!(text_of("openai", &answer.json()), "The tool said: sent to a@b.example");
    let seen = seen(&vendor);
    assert!(!seen.contains("a@b.example") && seen.contains("{\"to\":\"[EMAIL_1]\"}"), "{seen}");
}

#[test]
fn what_cannot_be_looked_through_is_not_let_through() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor, policies(Action::Placeholder, Direction::Request));
    let head = crate::lab::request("POST /ai/v1/chat/completions", "Content-Length: 8\r\n");
    assert_eq!(lab.ask(format!("{head}nonsense")).status, 400);
    assert_eq!(vendor.calls(), 0);
}

/// The values at these places, whatever they are.
fn at(paths: &[&str], action: Action, direction: Direction) -> Policies {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    Policies { mask: Some(Mask { paths, action, direction, ..Mask::default() }), ..Policies::default() }
}

#[test]
fn what_a_path_names_is_masked_in_requests_answers_and_streams() {
    let vendor = Vendor::start().unwrap();
    // of a request the text and a number, of an answer and of each of its pieces the model
    let paths = ["$.messages[*].content", "$.metadata.customer", "$.metadata.number"];
    let masked = lab(&vendor, at(&paths, Action::Placeholder, Direction::Both));
    let named = lab(&vendor, at(&["$.model", "$.created"], Action::Redact, Direction::Answer));
    for stream in [false, true] {
        let (_, path, mut body) = said("openai", "my secret", stream)[0].clone();
        body["metadata"] = json!({ "customer": "Ada", "number": 4711, "other": "stays" });
        let answer = post(&masked, &path, &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let seen = seen(&vendor);
        assert!(!["my secret", "Ada", "4711"].iter().any(|said| seen.contains(said)), "{seen}");
        assert!(seen.contains("stays") && seen.contains("\"sim-large\""), "{seen}");
        let text = match stream {
            true => streamed("openai", &answer.text()),
            false => text_of("openai", &answer.json()),
        };
        assert_eq!(text, "You said: my secret", "{}", answer.text());

        let (_, path, body) = &said("openai", "hello", stream)[0];
        let answer = post(&named, path, body).text();
        assert!(answer.contains("\"model\":\"[") && !answer.contains("sim-large"), "{answer}");
        assert!(answer.contains("\"created\":\"["), "{answer}");
    }
}
