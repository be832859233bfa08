//! Clients that take too long.

mod pace;

use crate::lab::{self, Lab};
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;
use gateway::Timers;
use std::time::{Duration, Instant};

fn quick() -> Timers {
    Timers {
        handshake_ms: 200,
        first_byte_ms: 200,
        head_ms: 400,
        body_idle_ms: 300,
        keep_alive_ms: 600,
        ..Timers::default()
    }
}

fn lab(upstream: &str) -> Lab {
    let mut options = lab::options();
    options.timers = quick();
    Lab::with(lab::config(upstream), options)
}

fn within(start: Instant, ms: std::ops::Range<u64>) {
    let took = start.elapsed();
    assert!((Duration::from_millis(ms.start)..Duration::from_millis(ms.end)).contains(&took), "{took:?}");
}

#[test]
fn a_silent_connection_is_closed() {
    let lab = lab("http://127.0.0.1:1");
    let start = Instant::now();
    let mut client = lab.client();
    assert_eq!(client.read_to_end(), b"");
    within(start, 200..800);
    assert_eq!(lab.records().len(), 0, "there was no call");
}

#[test]
fn a_head_in_drips_is_a_408_in_total_time() {
    let lab = lab("http://127.0.0.1:1");
    let start = Instant::now();
    let mut client = lab.client();
    for piece in ["GET / HT", "TP/1.1\r\n", "Host: a\r\n", "X", ": ", "1"] {
        // the last ones may meet a closed connection
        let _ = client.send(piece);
        std::thread::sleep(Duration::from_millis(60));
    }
    let answer = client.answer(false).unwrap();
    within(start, 400..1_200);
    assert_eq!((answer.status, answer.header("connection")), (408, Some("close")));
    assert_eq!(lab.record_of("request-timeout").status, 408);
}

#[test]
fn an_idle_connection_is_closed_and_a_used_one_is_not() {
    let echo = Echo::start().unwrap();
    let lab = lab(&echo.url());
    let mut client = lab.client();
    for _ in 0..4 {
        client.send(lab::request("GET /echo/json", "")).unwrap();
        assert_eq!(client.answer(false).unwrap().status, 200);
        std::thread::sleep(Duration::from_millis(250));
    }
    // longer than any timer of the connection: a call is under way
    client.send(lab::request("GET /echo/delay/1200", "")).unwrap();
    assert_eq!(client.answer(false).unwrap().status, 200);
    let start = Instant::now();
    assert_eq!(client.read_to_end(), b"");
    within(start, 500..1_300);
}

#[test]
fn a_body_that_stops_arriving_is_a_408() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let lab = lab(&upstream.url());
    let start = Instant::now();
    let answer = lab.ask(lab::request("POST /echo", "Content-Length: 10\r\n") + "half");
    within(start, 300..1_200);
    assert_eq!(answer.status, 408, "{}", answer.text());
    assert_eq!(lab.record_of("request-timeout").request_bytes, 4);
}

#[test]
fn a_client_that_takes_nothing_is_let_go() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")?;
        let block = vec![b'z'; 1 << 16];
        (0..1_500).try_for_each(|_| peer.send(&block))
    });
    let upstream = upstream.unwrap();
    let lab = lab(&upstream.url());
    let mut client = lab.client();
    client.send(lab::request("GET /echo", "")).unwrap();
    let call = lab.record_of("client-gone");
    assert_eq!(call.status, 200);
    assert!(call.response_bytes < 50_000_000, "{}", call.response_bytes);
    drop(client);
}
