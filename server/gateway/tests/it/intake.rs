//! Requests that two servers could read in two ways, and connections that are too many.

use crate::lab::{self, Lab, api_key, eventually};
use faultlab::echo::Echo;
use faultlab::raw::{RawClient, RawUpstream};
use std::time::Duration;

/// The status of the answer, and whether the connection was closed after it.
fn vector(lab: &Lab, head: &str) -> (u16, bool) {
    let mut client = lab.client();
    client.send(head.replace("KEY", &api_key(1))).unwrap();
    let status = client.answer(head.starts_with("HEAD")).unwrap().status;
    (status, client.is_closed_within(Duration::from_millis(60)).unwrap())
}

#[test]
fn what_is_ambiguous_is_refused_and_the_connection_closed() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let h = "Host: a\r\nX-API-Key: KEY\r\n";
    for (head, status) in [
        ("GET /echo HTTP/1.1\r\nX-API-Key: KEY\r\n\r\n".to_owned(), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}Host: b\r\n\r\n"), 400),
        ("GET /echo HTTP/1.1\r\nHost: a/b?x\r\nX-API-Key: KEY\r\n\r\n".to_owned(), 400),
        ("GET /echo HTTP/1.1\r\nHost: u@a\r\nX-API-Key: KEY\r\n\r\n".to_owned(), 400),
        ("GET /echo HTTP/1.1\r\nHost: a:b\r\nX-API-Key: KEY\r\n\r\n".to_owned(), 400),
        ("GET /echo HTTP/1.1\r\nHost:\r\nX-API-Key: KEY\r\n\r\n".to_owned(), 400),
        (format!("GET http://b/echo HTTP/1.1\r\n{h}\r\n"), 400),
        ("GET http://u@a/echo HTTP/1.1\r\nHost: u@a\r\nX-API-Key: KEY\r\n\r\n".to_owned(), 400),
        (format!("POST /echo HTTP/1.1\r\n{h}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 400),
        (format!("POST /echo HTTP/1.1\r\n{h}Content-Length: 1, 1\r\n\r\na"), 400),
        (format!("POST /echo HTTP/1.1\r\n{h}Content-Length: +1\r\n\r\na"), 400),
        (format!("POST /echo HTTP/1.1\r\n{h}Content-Length: 18446744073709551616\r\n\r\na"), 400),
        (format!("POST /echo HTTP/1.1\r\n{h}Content-Length : 1\r\n\r\na"), 400),
        (
            format!(
                "POST /echo HTTP/1.1\r\n{h}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            ),
            400,
        ),
        (format!("POST /echo HTTP/1.1\r\n{h}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 400),
        (format!("POST /echo HTTP/1.1\r\n{h}Transfer-Encoding: foo, chunked\r\n\r\n0\r\n\r\n"), 400),
        (format!("POST /echo HTTP/1.1\r\n{h}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"), 400),
        (format!("POST /echo HTTP/1.1\r\n{h}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501),
        (format!("POST /echo HTTP/1.0\r\n{h}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}A: a\rb\r\n\r\n"), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}A: a\0b\r\n\r\n"), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}A: a\r\n b\r\n\r\n"), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}: a\r\n\r\n"), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}no colon\r\n\r\n"), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}Connection: close, x-api-key, host\r\n\r\n"), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}X_Forwarded_For: 1.2.3.4\r\n\r\n"), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}Content_Length: 4\r\n\r\n"), 400),
        (format!("GET /echo#part HTTP/1.1\r\n{h}\r\n"), 400),
        (format!("GET /echo/{} HTTP/1.1\r\n{h}\r\n", "a".repeat(70_000)), 414),
        (format!("GET /\u{e9}cho HTTP/1.1\r\n{h}\r\n"), 400),
        (format!("GET /echo?\u{e9} HTTP/1.1\r\n{h}\r\n"), 400),
        (format!("GET /echo/%00 HTTP/1.1\r\n{h}\r\n"), 400),
        (format!("GET /echo/a%2fb HTTP/1.1\r\n{h}\r\n"), 400),
        (format!("GET /echo/%2e%2e/x HTTP/1.1\r\n{h}\r\n"), 400),
        (format!("GET /echo/../../x HTTP/1.1\r\n{h}\r\n"), 400),
        (format!("GET * HTTP/1.1\r\n{h}\r\n"), 400),
        (format!("GET echo HTTP/1.1\r\n{h}\r\n"), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}Expect: miracles\r\n\r\n"), 417),
        (format!("GET /echo HTTP/1.1\r\n{h}{}\r\n", "A: 1\r\n".repeat(101)), 431),
        (format!("GET /echo HTTP/1.1\r\n{h}A: {}\r\n\r\n", "a".repeat(20_000)), 431),
        (format!("GET /echo HTTP/1.1\r\n{h}A: {}\r\n\r\n", "a".repeat(400_000)), 431),
        (format!("GET /echo/{} HTTP/1.1\r\n{h}\r\n", "a".repeat(9_000)), 414),
    ] {
        assert_eq!(vector(&lab, &head), (status, true), "{head:.200?}");
    }
    assert_eq!(vector(&lab, &format!("TRACE /echo HTTP/1.1\r\n{h}\r\n")).0, 405);
    assert_eq!(vector(&lab, &format!("CONNECT a:80 HTTP/1.1\r\n{h}\r\n")).0, 405);
    assert_eq!(echo.calls(), 0);
}

#[test]
fn lines_that_are_not_those_of_http_are_refused() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let h = "Host: a\r\nX-API-Key: KEY\r\n";
    for (head, status) in [
        ("GET /echo\r\n".to_owned(), 400),
        (format!("GET /echo HTTP/1.9\r\n{h}\r\n"), 505),
        (format!("GET /echo HTTP/2.0\r\n{h}\r\n"), 505),
        (format!("GET /echo HTTP/1.1\r\n{h}\r\n").replace("\r\n", "\n"), 400),
        (format!("GET /echo HTTP/1.1\r\n{h}A: 1\nB: 2\r\n\r\n"), 400),
        (format!("GET  /echo HTTP/1.1\r\n{h}\r\n"), 400),
        (format!("GET\t/echo\tHTTP/1.1\r\n{h}\r\n"), 400),
    ] {
        assert_eq!(vector(&lab, &head), (status, true), "{head:?}");
    }
    assert_eq!(echo.calls(), 0);
}

#[test]
fn what_is_odd_but_clear_is_served() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let h = "Host: a\r\nX-API-Key: KEY\r\n";
    for head in [
        "GET http://A:80/echo HTTP/1.1\r\nHost: a:80\r\nX-API-Key: KEY\r\n\r\n".to_owned(),
        "GET /echo HTTP/1.1\r\nHost: [::1]:8080\r\nX-API-Key: KEY\r\n\r\n".to_owned(),
        format!("GET /echo HTTP/1.1\r\n{h}X_Y: 1\r\n\r\n"),
        format!(
            "POST /echo HTTP/1.1\r\n{h}Transfer-Encoding:\tChunked\r\n\r\n1;a=b\r\nx\r\n0\r\nContent-Length: 7\r\n\r\n"
        ),
        format!("GET /echo HTTP/1.1\r\n{h}Content-Length: 2\r\n\r\nhi"),
        format!("GET /echo HTTP/1.1\r\n{h}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
        format!("POST /echo HTTP/1.1\r\n{h}Expect: 100-Continue\r\nContent-Length: 0\r\n\r\n"),
        format!("\r\nGET /echo?a=%2F&b[]=1 HTTP/1.1\r\n{h}\r\n"),
        format!("GET /echo HTTP/1.1\r\n{}\r\n", h.replace("KEY", "KEY\r\nX-Latin: caf\u{e9}")),
    ] {
        assert_eq!(vector(&lab, &head), (200, false), "{head:?}");
    }
    assert_eq!(vector(&lab, &format!("GET /echo HTTP/1.0\r\n{h}\r\n")), (200, true));
    assert_eq!(vector(&lab, "GET /echo HTTP/1.0\r\nX-API-Key: KEY\r\n\r\n"), (200, true));
}

#[test]
fn an_upload_whose_framing_breaks_is_a_400_and_the_upstream_is_dropped() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let head = lab::request("POST /echo", "Transfer-Encoding: chunked\r\n");
    for body in ["5\r\nhello\r\nzz\r\n", "5\r\nhelloo\r\n", "0x5\r\nhello\r\n", "5\nhello\r\n"] {
        let answer = lab.ask(format!("{head}{body}"));
        assert_eq!(answer.status, 400, "{body:?}: {}", answer.text());
    }
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
