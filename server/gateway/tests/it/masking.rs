//! Masking of apis with a backend: JSON on both ways, with everything beside what is masked as it was.

use crate::lab::{self, Lab};
use domain::policies::mask::{Action, Direction, Kind, Mask};
use faultlab::echo::Echo;
use faultlab::raw::{Answer, RawUpstream};

fn start(upstream: &str, action: Action, direction: Direction) -> Lab {
    let mut config = lab::config(upstream);
    let paths = vec!["$.customer.name".to_owned(), "$..age".to_owned()];
    let mask = Mask { kinds: vec![Kind::Email], paths, action, direction, ..Mask::default() };
    mask.check().unwrap();
    config.apis[0].versions[0].config.policies.mask = Some(mask);
    Lab::with(config, lab::options())
}

fn post(lab: &Lab, content_type: &str, body: &str) -> Answer {
    let more = format!(
        "Content-Type: {content_type}\r\nAccept-Encoding: gzip\r\nContent-Length: {}\r\n",
        body.len()
    );
    lab.ask(format!("{}{body}", lab::request("POST /echo/x", &more)))
}

const BODY: &str = r#"{ "customer" : {"name":"Ann Lee","age":41} , "note":"a@b.example", "n": 1.50 }"#;

/// A backend that answers this JSON, whatever it is asked.
fn answering(json: &str) -> RawUpstream {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-MD5: x\r\n";
    RawUpstream::answering(format!("{head}Content-Length: {}\r\n\r\n{json}", json.len())).unwrap()
}

#[test]
fn the_backend_gets_placeholders_and_the_caller_what_they_stand_for() {
    let echo = Echo::start().unwrap();
    let lab = start(&echo.url(), Action::Placeholder, Direction::Request);
    let answer = post(&lab, "application/json", BODY);
    assert_eq!(answer.status, 200, "{}", answer.text());
    // the echo tells what came, within JSON: there the real values are back
    assert!(answer.text().contains("Ann Lee") && answer.text().contains("a@b.example"), "{}", answer.text());
    let redacting = start(&echo.url(), Action::Redact, Direction::Request);
    let answer = post(&redacting, "application/json", BODY);
    let text = answer.json()["body"].as_str().unwrap().to_owned();
    assert_eq!(text, r#"{ "customer" : {"name":"[FIELD]","age":"[FIELD]"} , "note":"[EMAIL]", "n": 1.50 }"#);
    assert!(answer.json()["headers"].get("accept-encoding").is_none(), "{}", answer.text());
}

#[test]
fn what_a_backend_answers_is_masked() {
    let backend = answering(BODY);
    let lab = start(&backend.url(), Action::Redact, Direction::Answer);
    let answer = lab.call("GET /echo/x", "");
    let expected = r#"{ "customer" : {"name":"[FIELD]","age":"[FIELD]"} , "note":"[EMAIL]", "n": 1.50 }"#;
    assert_eq!((answer.status, answer.text().as_str()), (200, expected));
    assert_eq!(answer.header("content-length"), Some(expected.len().to_string().as_str()));
    assert_eq!(answer.header("content-md5"), None);
}

#[test]
fn what_must_not_pass_does_not() {
    let echo = Echo::start().unwrap();
    let lab = start(&echo.url(), Action::Refuse, Direction::Request);
    let answer = post(&lab, "application/vnd.x+json", BODY);
    assert_eq!((answer.status, echo.calls()), (400, 0), "{}", answer.text());
    assert!(answer.text().contains("a field that the policy names") && !answer.text().contains("Ann"));
    assert_eq!(lab.record_of("mask-refused").attempts, 0);
    let backend = answering(BODY);
    let lab = start(&backend.url(), Action::Refuse, Direction::Answer);
    let answer = lab.call("GET /echo/x", "");
    assert!(answer.status == 400 && !answer.text().contains("Ann"), "{}", answer.text());
}

#[test]
fn what_is_said_to_be_json_and_cannot_be_read_is_refused_and_other_bodies_pass() {
    let echo = Echo::start().unwrap();
    let lab = start(&echo.url(), Action::Redact, Direction::Both);
    assert_eq!(post(&lab, "application/json", "{").status, 400);
    let zipped = format!(
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n",
        BODY.len()
    );
    assert_eq!(lab.ask(format!("{}{BODY}", lab::request("POST /echo/x", &zipped))).status, 400);
    assert_eq!(echo.calls(), 0);
    let answer = post(&lab, "text/plain", "plain text");
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("plain text"));
}

#[test]
fn other_calls_go_on_as_ever() {
    let echo = Echo::start().unwrap();
    let lab = start(&echo.url(), Action::Placeholder, Direction::Both);
    assert_eq!(lab.call("GET /echo/x", "").status, 200);
    assert_eq!(lab.call("HEAD /echo/x", "").status, 200);
    assert_eq!(post(&lab, "application/json", "").status, 200);
}
