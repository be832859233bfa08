//! Connections that end while a call is on them, or just before.

use crate::lab::{self, Lab};
use faultlab::raw::RawUpstream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[test]
fn a_client_that_goes_by_the_end_of_the_connection_gets_a_reset() {
    let upstream =
        RawUpstream::answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n").unwrap();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    client.send(lab::request("GET /echo", "").replace("HTTP/1.1", "HTTP/1.0")).unwrap();
    let mut all = Vec::new();
    let end = std::io::Read::read_to_end(&mut client.stream(), &mut all);
    assert_eq!(
        end.unwrap_err().kind(),
        std::io::ErrorKind::ConnectionReset,
        "{}",
        String::from_utf8_lossy(&all)
    );
}

#[test]
fn a_reset_in_the_middle_ends_unclean() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")?;
        std::thread::sleep(Duration::from_millis(50));
        peer.reset()
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let answer = lab.call("GET /echo", "");
    assert_eq!((answer.status, answer.complete), (200, false));
    assert_eq!(lab.record_of("upstream-broken").response_bytes, 4);
}

/// Answers one call on each connection, then ends it once a second one has come.
fn one_call_each() -> RawUpstream {
    let connections = AtomicUsize::new(0);
    RawUpstream::start(move |mut peer| {
        let first = connections.fetch_add(1, Ordering::SeqCst) == 0;
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
        if first && !peer.head()?.is_empty() {
            return peer.reset();
        }
        peer.drain().map(drop)
    })
    .unwrap()
}

#[test]
fn a_connection_that_was_closed_meanwhile_costs_a_get_nothing() {
    let upstream = one_call_each();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    for _ in 0..2 {
        client.send(lab::request("GET /echo", "")).unwrap();
        assert_eq!(client.answer(false).unwrap().status, 200);
    }
    assert_eq!((upstream.accepted(), upstream.heads().len()), (2, 3));
}

#[test]
fn a_post_that_an_upstream_may_have_seen_is_sent_once() {
    let upstream = one_call_each();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    let post = lab::request("POST /echo", "Content-Length: 2\r\n") + "hi";
    client.send(&post).unwrap();
    // the body of the first call is not read by this upstream, so it meets the second head
    assert_eq!(client.answer(false).unwrap().status, 200);
    client.send(&post).unwrap();
    assert_eq!(client.answer(false).unwrap().status, 502);
    assert_eq!(upstream.heads().iter().filter(|head| head.contains("POST /")).count(), 2);
}

#[test]
fn a_post_on_a_connection_closed_while_idle_goes_out_on_a_fresh_one() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.read(2)?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
        peer.close()
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    for _ in 0..10 {
        client.send(lab::request("POST /echo", "Content-Length: 2\r\n") + "hi").unwrap();
        assert_eq!(client.answer(false).unwrap().status, 200);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(upstream.heads().len(), 10);
}
