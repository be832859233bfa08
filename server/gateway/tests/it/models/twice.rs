//! Bodies that two readers might read differently: none of them reaches a vendor.

use super::{all_kinds, said};
use crate::lab::{self, Lab};
use faultlab::raw::Answer;
use faultlab::vendor::Vendor;

fn post(lab: &Lab, path: &str, body: &str) -> Answer {
    let length = body.len();
    lab.ask(format!(
        "{}{body}",
        lab::request(&format!("POST {path}"), &format!("Content-Length: {length}\r\n"))
    ))
}

/// Members that stand twice, by caller: at the top, where the request says how much it wants, and deep within.
fn twice(caller: &str) -> [&'static str; 4] {
    match caller {
        "openai" => [
            r#""max_tokens":5,"max_tokens":100000"#,
            r#""n":1,"n":100"#,
            r#""\u006eow":1,"now":2"#,
            r#""tools":[{"type":"function","function":{"name":"a","name":"b"}}]"#,
        ],
        "responses" => [
            r#""max_output_tokens":5,"max_output_tokens":100000"#,
            r#""text":{"format":{"type":"text"}},"text":{}"#,
            r#""reasoning":{"effort":"low","effort":"high"}"#,
            r#""metadata":{"a":{"b":{"c":"1","c":"2"}}}"#,
        ],
        "anthropic" => [
            r#""top_k":5,"top_k":100000"#,
            r#""system":"a","system":"b""#,
            r#""thinking":{"type":"enabled","budget_tokens":1024,"budget_tokens":9000}"#,
            r#""tools":[{"name":"a","input_schema":{"type":"object","properties":{"x":{},"x":{}}}}]"#,
        ],
        _ => [
            r#""generationConfig":{"maxOutputTokens":5},"generationConfig":{}"#,
            r#""generationConfig":{"maxOutputTokens":5,"maxOutputTokens":100000}"#,
            r#""generationConfig":{"candidateCount":1,"candidateCount":8}"#,
            r#""tools":[{"functionDeclarations":[{"name":"a","name":"b"}]}]"#,
        ],
    }
}

#[test]
fn a_member_that_stands_twice_is_refused_whoever_is_asked() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    for kind in ["openai", "anthropic", "gemini"] {
        for stream in [false, true] {
            for (caller, path, body) in said(kind, "hi", stream) {
                let body = body.to_string();
                for more in twice(caller) {
                    let body = format!("{},{more}}}", body.strip_suffix('}').unwrap());
                    let answer = post(&lab, &path, &body);
                    assert_eq!(answer.status, 400, "{caller} to {kind}, {more}: {}", answer.text());
                    let told = answer.json()["error"]["message"].to_string();
                    assert!(told.contains("stands more than once"), "{caller} to {kind}, {more}: {told}");
                }
            }
        }
    }
    for (path, body) in [
        ("/ai/v1/embeddings", r#"{"model":"openai","input":"a","input":["a","b"]}"#),
        ("/ai/v1beta/models/gemini:embedContent", r#"{"content":{"parts":[{"text":"a","text":"b"}]}}"#),
        ("/ai/v1/messages/count_tokens", r#"{"model":"anthropic","messages":[],"messages":[]}"#),
    ] {
        assert_eq!(post(&lab, path, body).status, 400, "{path}");
    }
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn what_is_no_json_is_refused_by_the_gateway() {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    for kind in ["openai", "anthropic", "gemini"] {
        for (caller, path, body) in said(kind, "hi", false) {
            let body = body.to_string();
            let cut = body.strip_suffix('}').unwrap();
            for body in [cut, &format!("{body}}}"), &format!("[{body}]"), &format!("{cut},}}"), ""] {
                let answer = post(&lab, &path, body);
                assert_eq!(answer.status, 400, "{caller} to {kind}, {body}: {}", answer.text());
                assert!(
                    answer.text().contains("expected JSON"),
                    "{caller} to {kind}, {body}: {}",
                    answer.text()
                );
            }
        }
    }
    assert_eq!(vendor.calls(), 0);
}
