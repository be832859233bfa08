use super::*;
use serde_json::Value;

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_else(|| panic!("{field}"))
}

fn cases() -> Vec<Value> {
    let cases = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws/sigv4.json"));
    serde_json::from_str(cases).unwrap()
}

#[test]
fn signatures_are_botocores() {
    let cases = cases();
    assert_eq!(cases.len(), 10);
    for case in &cases {
        let headers: Vec<(&str, &str)> = case["headers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|header| (header[0].as_str().unwrap(), header[1].as_str().unwrap()))
            .collect();
        let body_hash = body_hash(text(case, "body").as_bytes());
        let request = Request {
            method: text(case, "method"),
            host: text(case, "host"),
            path: text(case, "path"),
            query: text(case, "query"),
            headers: &headers,
            body_hash: &body_hash,
        };
        let credentials = Credentials {
            access_key: text(case, "access_key"),
            secret_key: text(case, "secret_key"),
            session_token: case["session_token"].as_str(),
        };
        let scope = Scope {
            region: text(case, "region"),
            service: text(case, "service"),
            time: case["time"].as_i64().unwrap(),
        };
        let signed = sign(&request, &credentials, &scope);
        let signed: serde_json::Map<String, Value> =
            signed.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        assert_eq!(Value::Object(signed), case["expected"], "{}", text(case, "name"));
    }
}

#[test]
fn paths_are_encoded_once_more_and_have_no_dots() {
    for (path, canonical) in [
        ("", "/"),
        ("/", "/"),
        ("/model/a%3Ab%2Fc/converse", "/model/a%253Ab%252Fc/converse"),
        ("/a/./b/../c//d/", "/a/c/d/"),
        ("/../..", "/"),
    ] {
        assert_eq!(percent_encode(&without_dots(path), b"/"), canonical, "{path}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let credentials = Credentials { access_key: "AKID", secret_key: "hush", session_token: Some("also") };
    let shown = format!("{credentials:?}");
    assert!(shown.contains("AKID") && !shown.contains("hush") && !shown.contains("also"), "{shown}");
}

#[test]
fn impossible_times_are_signed_all_the_same() {
    let request = Request { method: "GET", host: "h", path: "/", query: "", headers: &[], body_hash: "" };
    let credentials = Credentials { access_key: "a", secret_key: "s", session_token: None };
    let scope = Scope { region: "r", service: BEDROCK, time: i64::MAX };
    let signed = sign(&request, &credentials, &scope);
    assert!(signed.contains(&("x-amz-date", "19700101T000000Z".to_owned())), "{signed:?}");
}
