//! Bodies of every dialect: texts are masked, and no byte beside them changes.

use super::{answer_mask, everything, masker};
use crate::mask::{Texts, Unmasked, Vault, texts};
use domain::policies::mask::{Action, Direction, Kind, Mask};

fn mask() -> Mask {
    everything(Action::Placeholder, Direction::Both)
}

#[test]
fn requests_of_every_dialect_are_masked_and_else_the_same() {
    let bodies = [
        r#"{ "model" : "a@b.example", "messages":[{"role":"system","content":"A"},{"role":"user","name":"a@b.example","content":[{"type":"text","text":"A"},{"type":"image_url","image_url":{"url":"https://x/?a@b.example"}}]},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"to\": \"A\", \"n\": 1.50}"}}]},{"role":"tool","tool_call_id":"c","content":"A"}] , "temperature": 0.70,"metadata":{"k":"a@b.example"}}"#,
        r#"{"model":"m","instructions":"A","input":[{"role":"user","content":[{"type":"input_text","text":"A"}]},{"type":"function_call_output","call_id":"c","output":"A"}]}"#,
        r#"{"model":"m","input":"A"}"#,
        r#"{"model":"m","system":[{"type":"text","text":"A","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"A"},{"role":"assistant","content":[{"type":"thinking","thinking":"a@b.example","signature":"a@b.example"},{"type":"tool_use","id":"t","name":"n","input":{"id":"A","type":["A"]}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"A"}]}]}"#,
        r#"{"systemInstruction":{"parts":[{"text":"A"}]},"contents":[{"role":"user","parts":[{"text":"A"},{"inlineData":{"mimeType":"a/b","data":"a@b.example"}}]},{"role":"user","parts":[{"functionResponse":{"name":"n","response":{"name":"A"}}}]}],"generationConfig":{"stopSequences":["a@b.example"]}}"#,
    ];
    for body in bodies {
        let said = body.replace("\"A\"", "\"to a@b.example\"").replace("\\\"A\\\"", "\\\"to a@b.example\\\"");
        let expected = body.replace("\"A\"", "\"to [EMAIL_1]\"").replace("\\\"A\\\"", "\\\"to [EMAIL_1]\\\"");
        let mut vault = Vault::default();
        let masked = masker(&mask()).request(said.as_bytes(), &mut vault).unwrap().unwrap();
        assert_eq!(String::from_utf8(masked).unwrap(), expected);
        assert_eq!(
            masker(&mask()).request(expected.as_bytes(), &mut Vault::default()),
            Ok(None),
            "nothing to do"
        );
    }
}

#[test]
fn answers_of_every_dialect_get_back_what_was_taken() {
    let answers = [
        r#"{"id":"[EMAIL_1]","choices":[{"index":0,"message":{"role":"assistant","content":"A","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{\"to\":\"A\"}"}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1.0}}"#,
        r#"{"output":[{"type":"message","content":[{"type":"output_text","text":"A"}]},{"type":"function_call","name":"f","arguments":"{\"to\":\"A\"}"}]}"#,
        r#"{"content":[{"type":"thinking","thinking":"[EMAIL_1]","signature":"s"},{"type":"text","text":"A"},{"type":"tool_use","id":"t","input":{"to":"A"}}],"stop_reason":"end_turn"}"#,
        r#"{"candidates":[{"content":{"parts":[{"text":"A"},{"functionCall":{"name":"n","args":{"id":"A"}}}]},"finishReason":"STOP"}]}"#,
    ];
    for answer in answers {
        let (_, vault) = super::masked(&mask(), r#"o"neil@b.example EMP-1234"#);
        // what needs escapes comes back with them
        let said = answer
            .replace("\"A\"", "\"[EMAIL_1], [PATTERN1_1]\"")
            .replace("\\\"A\\\"", "\\\"[EMAIL_1], [PATTERN1_1]\\\"");
        let expected = answer
            .replace("\"A\"", "\"neil@b.example, EMP-1234\"")
            .replace("\\\"A\\\"", "\\\"neil@b.example, EMP-1234\\\"");
        let told = answer_mask(&mask(), vault).answer(said.as_bytes()).unwrap().unwrap();
        assert_eq!(String::from_utf8(told).unwrap(), expected);
    }
}

#[test]
fn the_same_value_has_one_placeholder_and_none_is_one_that_was_said() {
    let (text, vault) = super::masked(&mask(), "[EMAIL_1] is a@b.example, c@d.example, a@b.example");
    assert_eq!(text, "[EMAIL_1] is [EMAIL_2], [EMAIL_3], [EMAIL_2]");
    assert!(!format!("{vault:?}").contains("example"));
    let told = answer_mask(&mask(), vault).answer(br#"{"content":[{"text":"[EMAIL_1] [EMAIL_2]"}]}"#);
    assert_eq!(told.unwrap().unwrap(), br#"{"content":[{"text":"[EMAIL_1] a@b.example"}]}"#);
}

#[test]
fn what_must_not_pass_is_refused_by_its_kind() {
    let mask = everything(Action::Refuse, Direction::Both);
    for (text, what) in
        [("a@b.example", "an e-mail address"), ("EMP-1234", "what pattern 1 finds"), ("zürich", "a keyword")]
    {
        let body = serde_json::json!({ "messages": [{ "content": text }] }).to_string();
        let refused = masker(&mask).request(body.as_bytes(), &mut Vault::default()).unwrap_err();
        assert_eq!(refused.to_string(), format!("{what} is not let through by the api's masking policy"));
        let body = serde_json::json!({ "content": [{ "text": text }] }).to_string();
        let refused = answer_mask(&mask, Vault::default()).answer(body.as_bytes()).unwrap_err();
        assert!(matches!(refused, Unmasked::Refused(refused) if refused.what == what));
    }
    assert!(matches!(masker(&mask).request(b"{", &mut Vault::default()), Err(Unmasked::Unreadable(_))));
}

#[test]
fn paths_are_masked_whatever_stands_there() {
    let paths = ["$.customer.name", "$..secret", "$.items[*].n"].map(str::to_owned).to_vec();
    let mask = Mask { kinds: vec![Kind::Email], paths, ..Mask::default() };
    let body = br#"{"customer":{"name":"Ann","age":7},"items":[{"n":1.5,"secret":[true,null,""]}],"note":"a@b.example"}"#;
    let mut vault = Vault::default();
    let masked = masker(&mask).document(body, &mut vault).unwrap().unwrap();
    assert_eq!(
        String::from_utf8(masked).unwrap(),
        r#"{"customer":{"name":"[FIELD_1]","age":7},"items":[{"n":"[FIELD_2]","secret":["[FIELD_3]",null,""]}],"note":"[EMAIL_1]"}"#
    );
}

#[test]
fn probabilities_of_tokens_do_not_tell_what_is_masked() {
    let answer = br#"{"choices":[{"logprobs":{"content":[{"token":"a@b","logprob":-0.10,"bytes":[97],"top_logprobs":[]}]}}]}"#;
    let told = answer_mask(&mask(), Vault::default()).answer(answer).unwrap().unwrap();
    let expected = r#"{"choices":[{"logprobs":{"content":[{"token":"","logprob":-0.10,"bytes":[0],"top_logprobs":[]}]}}]}"#;
    assert_eq!(String::from_utf8(told).unwrap(), expected);
}

#[test]
fn who_says_what_is_told_apart() {
    let users = |body: &str| {
        let Texts { messages } = texts(body.as_bytes()).unwrap();
        let told = messages.iter().filter(|said| said.by_user).map(|said| said.text.clone());
        (messages.len(), told.collect::<Vec<_>>())
    };
    let body = r#"{"messages":[{"role":"system","content":"s"},{"content":[{"type":"text","text":"a"},{"text":"b"}],"role":"user"},{"role":"assistant","content":"c"}]}"#;
    assert_eq!(users(body), (3, vec!["a\nb".to_owned()]));
    assert_eq!(users(r#"{"instructions":"s","input":"a"}"#), (2, vec!["a".to_owned()]));
    let body = r#"{"input":[{"role":"user","content":"a"},{"type":"function_call_output","output":"o"}]}"#;
    assert_eq!(users(body), (2, vec!["a".to_owned()]));
    let body = r#"{"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"m"}]}]}"#;
    assert_eq!(users(body), (3, vec!["a".to_owned()]));
    assert_eq!(users(r#"{"system":"s","model":"m","messages":[]}"#), (1, Vec::new()));
}
