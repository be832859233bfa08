//! What is no conversation is set aside as well, before anybody is asked.

use super::{alias, budget, config, of_application, post, provider, selling, spending, start, target};
use crate::lab::{Lab, eventually};
use crate::models::operations::send;
use domain::budgets::{Spending, Unit};
use domain::gateway_config::GatewayConfig;
use faultlab::raw::Answer;
use faultlab::vendor::Vendor;
use serde_json::{Value, json};

const FORM: &str = "multipart/form-data; boundary=b-1";

/// A WAV of 8,000 samples of two bytes in a second, which lasts so long.
fn form(seconds: usize) -> Vec<u8> {
    let part = |head: &str, content: &[u8]| {
        let head = format!("--b-1\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        [head.as_bytes(), content, b"\r\n"].concat()
    };
    let head = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\0\0\0\0";
    let sound = [head.as_slice(), &vec![0; seconds * 16_000 - head.len()]].concat();
    [part("name=\"model\"", b"m"), part("name=\"file\"; filename=\"a.wav\"", &sound), b"--b-1--\r\n".to_vec()]
        .concat()
}

/// A model of OpenAI's, where it is called, with what, and what that takes at most.
struct Row {
    model: &'static str,
    path: &'static str,
    said: (&'static str, Vec<u8>),
    most_nano: u64,
}

fn row(model: &'static str, path: &'static str, body: &Value, most_nano: u64) -> Row {
    Row { model, path, said: ("application/json", body.to_string().into_bytes()), most_nano }
}

fn rows() -> Vec<Row> {
    let picture = |more: Value| {
        let mut body = json!({ "model": "m", "prompt": "cat" });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        body
    };
    let pictures = "/ai/v1/images/generations";
    let speech = json!({ "model": "m", "voice": "v", "input": "zw\u{f6}lf T\u{f6}ne" });
    vec![
        // $32 for a million tokens of pictures
        row(
            "gpt-image-1.5",
            pictures,
            &picture(json!({ "quality": "low", "size": "1024x1024" })),
            366 * 32_000,
        ),
        row("gpt-image-1.5", pictures, &picture(json!({ "n": 2 })), 2 * 23_719 * 32_000),
        // $15 for a million characters
        row("tts-1", "/ai/v1/audio/speech", &speech, 10 * 15_000),
        // $0.0001 for a second
        Row {
            model: "whisper-1",
            path: "/ai/v1/audio/transcriptions",
            said: (FORM, form(5)),
            most_nano: 5 * 100_000,
        },
        // $0.02 for a million tokens, which are given as such
        row(
            "text-embedding-3-small",
            "/ai/v1/embeddings",
            &json!({ "model": "m", "input": vec![7; 5_000] }),
            5_000 * 20,
        ),
    ]
}

fn call(lab: &Lab, row: &Row) -> Answer {
    send(lab, row.path, row.said.0, &row.said.1)
}

#[test]
fn a_budget_that_has_less_left_than_a_call_may_take_refuses_it() {
    for row in rows() {
        let vendor = Vendor::start().unwrap();
        let lab = selling(&vendor, row.model, vec![budget(of_application(), Unit::Nano, row.most_nano - 1)]);
        let refused = call(&lab, &row);
        assert_eq!(refused.status, 429, "{} {}", row.model, refused.text());
        assert!(refused.text().contains("budget-exceeded"), "{}", refused.text());
        assert_eq!((vendor.calls(), spending(&lab, of_application(), Unit::Nano)), (0, Spending::default()));
    }
}

#[test]
fn what_was_set_aside_too_much_is_there_again() {
    for row in rows() {
        let vendor = Vendor::start().unwrap();
        // a little more for the words of the request
        let amount = row.most_nano + 200_000;
        let lab = selling(&vendor, row.model, vec![budget(of_application(), Unit::Nano, amount)]);
        let answer = call(&lab, &row);
        assert_eq!(answer.status, 200, "{} {}", row.model, answer.text());
        let mut seen = Spending::default();
        eventually("nothing is set aside", || {
            seen = spending(&lab, of_application(), Unit::Nano);
            seen.reserved == 0
        });
        let cost = u64::try_from(lab.record_of("ok").ai.unwrap().cost_nano.unwrap()).unwrap();
        assert!(cost > 0 && cost <= amount, "{}: {cost}", row.model);
        assert_eq!(seen.spent, cost, "{}", row.model);
    }
}

#[test]
fn questions_to_a_reranker_are_set_aside() {
    let vendor = Vendor::start().unwrap();
    // 101 documents are two questions, of $2 for a thousand
    for (documents, amount, status) in [(100, 2_000_000, 200), (101, 3_999_999, 429), (101, 4_000_000, 200)] {
        let cohere = provider(1, "cohere", format!("{}/v2", vendor.url()), &["good"]);
        let offered = config(vec![cohere], vec![alias("m", vec![target(1, "rerank-v3.5", 0)])]);
        let budgets = vec![budget(of_application(), Unit::Nano, amount)];
        let lab = start(GatewayConfig { budgets, ..offered });
        let body = json!({ "model": "m", "query": "q", "documents": vec!["a"; documents] });
        let answer = post(&lab, "/ai/v1/rerank", &body);
        assert_eq!(answer.status, status, "{documents} {amount}: {}", answer.text());
    }
}
