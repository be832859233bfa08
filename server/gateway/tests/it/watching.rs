//! Who watches is told of every call, and can hold up none.

use crate::lab::{self, Lab};
use faultlab::echo::Echo;
use gateway::{FinishedCall, Options, Watchers};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

fn watched(echo: &Echo, room: usize) -> (Lab, Receiver<Arc<FinishedCall>>) {
    let (sink, calls) = sync_channel(room);
    let watchers = Watchers { access_log: Some(sink), ..Watchers::default() };
    (Lab::with(lab::config(&echo.url()), Options { watchers, ..lab::options() }), calls)
}

#[test]
fn every_call_is_told_without_its_query_and_credential() {
    let echo = Echo::start().unwrap();
    let (lab, calls) = watched(&echo, 10);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let more = format!("User-Agent: curl/8\r\ntraceparent: 00-{trace}-00f067aa0ba902b7-01\r\n");
    let answer = lab.call("GET /echo/x/../json?api_key=secret", &more);
    let call = calls.recv().unwrap();
    assert_eq!(answer.header("x-request-id"), Some(call.id.hyphenated().to_string().as_str()));
    assert_eq!(format!("{:032x}", call.trace.id), trace);
    assert_eq!((call.method(), call.path()), (Some("GET"), Some("/echo/json")));
    assert_eq!((call.api(), call.version(), call.route()), (Some("echo"), Some("v1"), Some("ANY /*")));
    assert_eq!(call.application(), Some(lab::application(1).as_str()));
    assert_eq!((call.status, call.outcome.name(), call.attempts), (200, "ok", 1));
    assert_eq!((call.response_bytes, call.user_agent()), (130, Some("curl/8")));
    assert!(call.upstream_us.is_some_and(|us| us <= call.duration_us));
    lab.ask("GET /echo HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    let refused = calls.recv().unwrap();
    assert_eq!((refused.status, refused.outcome.name(), refused.attempts), (400, "bad-request", 0));
    lab.ask("nonsense\r\n\r\n");
    let unread = calls.recv().unwrap();
    assert_eq!((unread.status, unread.method(), unread.path()), (400, None, None));
}

#[test]
fn what_finds_no_room_is_counted_and_holds_up_nothing() {
    let echo = Echo::start().unwrap();
    let (lab, calls) = watched(&echo, 2);
    for _ in 0..5 {
        assert_eq!(lab.call("GET /echo/json", "").status, 200);
    }
    assert_eq!(lab.figures().access_log_dropped, 3);
    assert_eq!(calls.try_iter().count(), 2);
    assert_eq!(lab.call("GET /echo/json", "").status, 200);
    assert_eq!(calls.try_iter().count(), 1);
    // nobody is there to be told any more
    drop(calls);
    assert_eq!(lab.call("GET /echo/json", "").status, 200);
    assert_eq!(lab.figures().access_log_dropped, 4);
}

#[test]
fn who_watches_hears_of_the_end() {
    let echo = Echo::start().unwrap();
    let (lab, calls) = watched(&echo, 2);
    lab.call("GET /echo/json", "");
    drop(lab);
    // this ends when nobody can tell it of calls any more
    assert_eq!(calls.iter().count(), 1);
}

#[test]
fn spans_are_told_of_sampled_calls_alone() {
    let echo = Echo::start().unwrap();
    let (sink, calls) = sync_channel(10);
    let watchers = Watchers { spans: Some(sink), ..Watchers::default() };
    let lab = Lab::with(lab::config(&echo.url()), Options { watchers, ..lab::options() });
    let parent = |flags| format!("traceparent: 00-{}-00f067aa0ba902b7-{flags}\r\n", "4b".repeat(16));
    let answer = lab.call("GET /echo/v1/json", &parent("01"));
    lab.call("GET /echo/json", &parent("00"));
    lab.call("GET /echo/json", "");
    let told: Vec<_> = calls.try_iter().collect();
    let [call] = told.as_slice() else { panic!("{} calls", told.len()) };
    assert_eq!(answer.header("x-request-id"), Some(call.id.hyphenated().to_string().as_str()));
    assert_eq!((call.host(), call.scheme()), (Some("gateway.test"), Some("http")));
    assert_eq!(call.path_template().as_deref(), Some("/echo/v1/*"));
    assert_eq!(call.node(), Some(("127.0.0.1", echo.addr().port())));
    assert!(
        call.upstream_after_us
            .zip(call.upstream_us)
            .is_some_and(|(after, us)| after + us <= call.duration_us)
    );
}
