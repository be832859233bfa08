//! Bodies and expectations of requests, calls in a row, and connections that are too many.

use crate::http2_client::{empty, request, talk};
use crate::lab::{self, Lab, eventually};
use faultlab::echo::Echo;
use faultlab::raw::{RawClient, RawUpstream};
use gateway::{HeadLimits, Options};

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

/// What the limits of a head are is said where it is refused, in both versions of HTTP.
#[test]
fn heads_are_as_large_as_the_settings_let_them_be() {
    let echo = Echo::start().unwrap();
    let head = HeadLimits { bytes: 64 << 10, fields: 12 };
    let lab = Lab::with(lab::config(&echo.url()), Options { head, ..lab::options() });
    let field = |length: usize| format!("A: {}\r\n", "a".repeat(length));
    for (more, status) in [
        (field(30_000).repeat(2), 200),
        (field(33_000), 431),
        (field(22_000).repeat(3), 431),
        ("A: 1\r\n".repeat(10), 200),
        ("A: 1\r\n".repeat(11), 431),
    ] {
        let answer = lab.call("GET /echo/json", &more);
        assert_eq!(answer.status, status, "{} bytes: {}", more.len(), answer.text());
        if status == 431 {
            let told = "there may be 12 header fields, one of 32768 bytes at most and all of 65536";
            assert_eq!(answer.json()["detail"], told);
        }
    }
    talk(&lab, async |mut sender| {
        for (fields, status) in [(11, 200), (12, 431)] {
            let many = (0..fields).fold(request("GET", "/echo/json"), |request, _| request.header("a", "1"));
            let answer = sender.send_request(many.body(empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), status, "{fields} fields");
        }
    });
}

/// Connections of a proxy are nobody's in particular; calls for one address are counted, those for another are free.
#[test]
fn behind_a_proxy_the_cap_of_an_address_holds_for_whom_it_speaks_for() {
    let echo = Echo::start().unwrap();
    let mut options = lab::options();
    options.max_connections_per_address = 2;
    options.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let lab = Lab::with(lab::config(&echo.url()), options);
    let ask = |client: &str, path: &str| {
        let mut connection = lab.client();
        let from = format!("X-Forwarded-For: {client}\r\n");
        connection.send(lab::request(&format!("GET /echo{path}"), &from)).unwrap();
        connection
    };
    let mut held = [ask("192.0.2.1", "/delay/1500"), ask("192.0.2.1", "/delay/1500")];
    eventually("both are under way", || lab.figures().in_flight == 2);
    let refused = ask("192.0.2.1", "/json").answer(false).unwrap();
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")));
    assert_eq!(lab.record_of("overloaded").client_address, "192.0.2.1");
    // others, and the proxy itself
    for client in ["192.0.2.2", "127.0.0.1"] {
        assert_eq!(ask(client, "/json").answer(false).unwrap().status, 200, "{client}");
    }
    for connection in &mut held {
        assert_eq!(connection.answer(false).unwrap().status, 200);
    }
    // a place for a call, not for the connection, which is still there
    assert_eq!(ask("192.0.2.1", "/json").answer(false).unwrap().status, 200);
    assert_eq!(lab.figures().refused_connections, 0);
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
