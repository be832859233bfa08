//! Bodies and expectations of requests, calls in a row, and connections that are too many.

use crate::lab::{self, Lab, eventually};
use faultlab::echo::Echo;
use faultlab::raw::{RawClient, RawUpstream};

#[test]
fn chunks_that_grow_too_large_are_a_413() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    client.send(lab::request("POST /echo", "Transfer-Encoding: chunked\r\n")).unwrap();
    let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, "b".repeat(1 << 20));
    for _ in 0..11 {
        // the last one may meet a closed connection
        let _ = client.send(&chunk);
    }
    assert_eq!(client.answer(false).unwrap().status, 413);
}

/// What follows a call on its connection is judged like what came first.
#[test]
fn a_malformed_head_behind_a_call_is_refused_by_us() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let mut client = lab.client();
    client.send(lab::request("GET /echo/json", "") + "GET /echo\r\n\r\n").unwrap();
    assert_eq!(client.answer(false).unwrap().status, 200);
    let refused = client.answer(false).unwrap();
    assert_eq!((refused.status, refused.header("content-type")), (400, Some("application/problem+json")));
    assert!(refused.header("x-request-id").is_some());
    assert_eq!(lab.record_of("bad-request").status, 400);
}

#[test]
fn a_short_body_that_nobody_wants_does_not_cost_the_connection() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let mut client = lab.client();
    client.send("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi").unwrap();
    assert_eq!(client.answer(false).unwrap().status, 404);
    client.send(lab::request("GET /echo/json", "")).unwrap();
    assert_eq!(client.answer(false).unwrap().status, 200);
    client.send("POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhi").unwrap();
    let refused = client.answer(false).unwrap();
    assert_eq!((refused.status, refused.header("connection")), (404, Some("close")));
}

#[test]
fn an_upload_waits_for_the_answer_to_its_expectation() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let mut client = lab.client();
    client.send(lab::request("POST /echo", "Expect: 100-continue\r\nContent-Length: 2\r\n")).unwrap();
    assert_eq!(client.answer(false).unwrap().status, 100);
    client.send("hi").unwrap();
    assert_eq!(client.answer(false).unwrap().json()["body"], "hi");
}

#[test]
fn calls_in_a_row_on_one_connection_are_answered_in_order() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let mut client = lab.client();
    let all: String = (0..10).map(|number| lab::request(&format!("GET /echo/{number}"), "")).collect();
    client.send(all).unwrap();
    for number in 0..10 {
        assert_eq!(client.answer(false).unwrap().json()["path"], format!("/{number}"));
    }
}

#[test]
fn connections_beyond_the_caps_are_turned_away() {
    let echo = Echo::start().unwrap();
    let mut options = lab::options();
    options.max_connections_per_address = 3;
    let lab = Lab::with(lab::config(&echo.url()), options);
    let held: Vec<RawClient> = (0..3)
        .map(|_| {
            let mut client = lab.client();
            client.send(lab::request("GET /echo/json", "")).unwrap();
            assert_eq!(client.answer(false).unwrap().status, 200);
            client
        })
        .collect();
    let answer = lab.client().answer(false).unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
    assert_eq!(lab.figures().refused_connections, 1);
    drop(held);
    eventually("there is a place again", || {
        let mut client = lab.client();
        client.send(lab::request("GET /echo/json", "")).is_ok()
            && client.answer(false).is_ok_and(|answer| answer.status == 200)
    });
}
