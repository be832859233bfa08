//! The trace that a backend is told of. What is valid is tabled beside the reader (`src/trace/tests.rs`).

use crate::lab::Lab;
use faultlab::echo::Echo;
use serde_json::{Value, json};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN: &str = "00f067aa0ba902b7";

/// The trace, parent and flags, and the `tracestate`, that the backend is sent.
fn told(lab: &Lab, more: &str) -> (Vec<String>, Value) {
    let answer = lab.call("GET /echo/x", more);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let headers = &answer.json()["headers"];
    let parent = headers["traceparent"].as_str().unwrap_or_else(|| panic!("one traceparent: {headers}"));
    let parts: Vec<String> = parent.split('-').map(str::to_owned).collect();
    assert_eq!((parts.len(), parent.len(), parts[0].as_str()), (4, 55, "00"), "{parent}");
    (parts, headers["tracestate"].clone())
}

#[test]
fn a_trace_is_continued_with_its_state_and_flag() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    for flags in ["01", "00"] {
        let more =
            format!("Traceparent: 00-{TRACE}-{SPAN}-{flags}\r\nTracestate: a=1,b=2\r\nTraceState: c=3\r\n");
        let (parent, state) = told(&lab, &more);
        assert_eq!((parent[1].as_str(), parent[3].as_str()), (TRACE, flags));
        assert_ne!(parent[2], SPAN, "the backend's parent is a span of ours");
        assert_eq!(state, json!(["a=1,b=2", "c=3"]));
    }
}

#[test]
fn a_trace_that_cannot_be_continued_begins_anew_without_its_state() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let good = format!("traceparent: 00-{TRACE}-{SPAN}-01\r\n");
    let mut seen = vec![TRACE.to_owned()];
    for more in ["", &good.replace("00-", "ff-"), &good.replace(SPAN, "0"), &good.repeat(2)] {
        let (parent, state) = told(&lab, &format!("{more}tracestate: a=1\r\n"));
        assert!(!seen.contains(&parent[1]), "{more}: {parent:?}");
        assert_eq!((parent[3].as_str(), state), ("00", Value::Null), "{more}");
        seen.push(parent[1].clone());
    }
}

#[test]
fn every_call_has_a_span_of_its_own() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let more = format!("traceparent: 00-{TRACE}-{SPAN}-01\r\n");
    let (first, second) = (told(&lab, &more).0, told(&lab, &more).0);
    assert_eq!(first[1], second[1]);
    assert_ne!(first[2], second[2]);
}
