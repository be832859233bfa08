//! Clients that do what is allowed, but too much, too little or too slowly of it.

use super::{Ends, begun, data, end_of, follow, good, whole, with};
use crate::lab::{self, Lab, eventually};
use faultlab::echo::Echo;
use faultlab::raw::frames::{
    ACK, CANCEL, CONTINUATION, DATA, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, Frame, GOAWAY, HEADERS,
    PING, REFUSED_STREAM, RST_STREAM, SETTINGS, WINDOW_UPDATE,
};
use faultlab::raw::{RawClient, RawUpstream, hpack};
use gateway::{Options, Timers};
use std::time::{Duration, Instant};

const WINDOW: u32 = 1 << 20;

/// With a client that has said its preface.
fn start(upstream: &str, timers: Timers, window: u32) -> (Lab, RawClient) {
    let lab = Lab::with(lab::config(upstream), Options { timers, ..lab::options() });
    let mut client = lab.client();
    client.begin_http2(window).unwrap();
    (lab, client)
}

fn idle_ms(body_idle_ms: u64) -> Timers {
    Timers { body_idle_ms, ..Timers::default() }
}

fn open_window(client: &mut RawClient, stream: u32, by: u32) {
    client.send(Frame::bytes(WINDOW_UPDATE, 0, stream, &by.to_be_bytes())).unwrap();
}

#[test]
fn a_body_that_stops_arriving_ends_its_stream_alone() {
    let echo = Echo::start().unwrap();
    let (lab, mut client) = start(&echo.url(), idle_ms(300), WINDOW);
    let head = begun(&with("POST", "/echo", &[("content-length", "10")]));
    client.send([head, data("half")].concat()).unwrap();
    let ended = end_of(&mut client, 1).unwrap();
    assert_eq!((ended.ends, ended.problem().as_str()), (Ends::Answer(408), "request-timeout"));
    assert!(follow(&mut client).unwrap());
    assert_eq!(lab.record_of("request-timeout").request_bytes, 4);
}

#[test]
fn a_window_that_stays_shut_ends_its_stream_alone() {
    let upstream = RawUpstream::start(|mut peer| {
        while peer.head()?.starts_with("GET /after ") {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")?;
        }
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")?;
        let block = vec![b'z'; 1 << 16];
        (0..1_500).try_for_each(|_| peer.send(&block))
    });
    let upstream = upstream.unwrap();
    let (lab, mut client) = start(&upstream.url(), idle_ms(300), 0);
    client.send(whole(&good("GET", "/echo"))).unwrap();
    let started = Instant::now();
    assert_eq!(end_of(&mut client, 1).unwrap().ends, Ends::Reset(CANCEL));
    assert!(started.elapsed() >= Duration::from_millis(300), "{:?}", started.elapsed());
    assert_eq!(lab.record_of("client-gone").status, 200);
    eventually("nothing of it is left", || lab.figures().in_flight == 0);
    assert!(follow(&mut client).unwrap());
}

#[test]
fn a_refusal_that_is_not_taken_ends_its_stream_too() {
    let (_lab, mut client) = start("http://127.0.0.1:1", idle_ms(300), 0);
    client.send(whole(&good("GET", "/none"))).unwrap();
    assert_eq!(end_of(&mut client, 1).unwrap().ends, Ends::Reset(CANCEL));
}

#[test]
fn a_client_that_takes_little_by_little_is_served() {
    let echo = Echo::start().unwrap();
    let (lab, mut client) = start(&echo.url(), idle_ms(1_500), 0);
    client.send(whole(&good("GET", "/echo/bytes/50"))).unwrap();
    for _ in 0..5 {
        std::thread::sleep(Duration::from_millis(400));
        open_window(&mut client, 1, 10);
    }
    let ended = end_of(&mut client, 1).unwrap();
    assert_eq!((ended.ends, ended.body.len()), (Ends::Answer(200), 50));
    assert_eq!(lab.record_of("ok").response_bytes, 50);
}

#[test]
fn an_upstream_that_pauses_is_not_taken_for_a_client_that_does() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na")?;
        std::thread::sleep(Duration::from_millis(900));
        peer.send("b")
    });
    let upstream = upstream.unwrap();
    let (_lab, mut client) = start(&upstream.url(), idle_ms(200), WINDOW);
    client.send(whole(&good("GET", "/echo"))).unwrap();
    let ended = end_of(&mut client, 1).unwrap();
    assert_eq!((ended.ends, ended.body.as_slice()), (Ends::Answer(200), &b"ab"[..]));
}

/// Sends what makes the gateway end the connection, which is then over for this client and nobody else.
fn assert_calmed(frames: &[u8], most_calls: u64) {
    let echo = Echo::start().unwrap();
    let (lab, mut client) = start(&echo.url(), Timers::default(), WINDOW);
    // the last of it may meet a closed connection
    drop(client.send(frames));
    assert_eq!(end_of(&mut client, u32::MAX).unwrap().ends, Ends::GoAway(ENHANCE_YOUR_CALM));
    client.read_to_end();
    assert_eq!(lab.figures().refused_http2, 1);
    assert!(echo.calls() <= most_calls, "{} calls", echo.calls());
    eventually("nothing of it is left", || lab.figures().in_flight == 0);
    assert_eq!(lab.call("GET /echo/json", "").status, 200);
}

#[test]
fn streams_that_are_begun_and_reset_at_once_end_the_connection() {
    let block = hpack::literals(&good("GET", "/echo/json"));
    let stream = |number: u32| {
        let head = Frame::bytes(HEADERS, END_HEADERS | END_STREAM, number, &block);
        [head, Frame::reset(number, CANCEL)].concat()
    };
    let all: Vec<u8> = (0..5_000).flat_map(|number| stream(number * 2 + 1)).collect();
    assert_calmed(&all, 500);
}

#[test]
fn a_head_without_an_end_ends_the_connection() {
    let mut frames = Frame::bytes(HEADERS, END_STREAM, 1, &hpack::literals(&good("GET", "/echo")));
    for _ in 0..1_000 {
        frames.extend(Frame::bytes(CONTINUATION, 0, 1, &[]));
    }
    assert_calmed(&frames, 0);
}

#[test]
fn a_body_of_nothing_without_an_end_ends_the_connection() {
    let mut frames = begun(&good("POST", "/echo"));
    for _ in 0..200_000 {
        frames.extend(Frame::bytes(DATA, 0, 1, &[]));
    }
    assert_calmed(&frames, 1);
}

#[test]
fn streams_beyond_what_was_allowed_are_refused() {
    let echo = Echo::start().unwrap();
    let (lab, mut client) = start(&echo.url(), Timers::default(), WINDOW);
    let block = hpack::literals(&good("POST", "/echo"));
    let streams = (0..101).map(|number| Frame::bytes(HEADERS, END_HEADERS, number * 2 + 1, &block));
    client.send(streams.collect::<Vec<_>>().concat()).unwrap();
    assert_eq!(end_of(&mut client, 201).unwrap().ends, Ends::Reset(REFUSED_STREAM));
    eventually("all the others are under way", || lab.figures().in_flight == 100);
    eventually("it is counted", || lab.figures().refused_streams == 1);
    // one that ends makes room for another one
    client.send(Frame::bytes(DATA, END_STREAM, 1, b"")).unwrap();
    assert_eq!(end_of(&mut client, 1).unwrap().ends, Ends::Answer(200));
    client.send(Frame::bytes(HEADERS, END_HEADERS | END_STREAM, 203, &block)).unwrap();
    assert_eq!(end_of(&mut client, 203).unwrap().ends, Ends::Answer(200));
}

#[test]
fn pings_and_settings_are_answered_one_by_one() {
    const EACH: usize = 5_000;
    let echo = Echo::start().unwrap();
    let (_lab, mut client) = start(&echo.url(), Timers::default(), WINDOW);
    let both = [Frame::bytes(PING, 0, 0, b"are we ?"), Frame::bytes(SETTINGS, 0, 0, &[])].concat();
    for _ in 0..EACH / 100 {
        client.send(both.repeat(100)).unwrap();
        let mut answered = 0;
        while answered < 200 {
            let frame = client.frame().unwrap();
            answered += usize::from(matches!(frame.kind, PING | SETTINGS) && frame.flags & ACK != 0);
        }
    }
    assert!(follow(&mut client).unwrap());
}

/// Answers that nobody reads are not kept: the client cannot go on, and is let go like one that says nothing.
#[test]
fn pings_whose_answers_nobody_reads_end_the_connection() {
    let timers = Timers { keep_alive_ms: 600, ..Timers::default() };
    let (lab, mut client) = start("http://127.0.0.1:1", timers, WINDOW);
    let pings = Frame::bytes(PING, 0, 0, b"are we ?").repeat(4_000);
    let (mut sent, started) = (0, Instant::now());
    while client.send(&pings).is_ok() {
        sent += pings.len();
        assert!(sent < (64 << 20), "answers pile up");
    }
    eventually("the connection ends", || lab.figures().open_connections == 0);
    // and not only when it has not answered a ping of ours, after 20 seconds
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

/// What is between calls is neither a call nor a reason to stay.
#[test]
fn a_connection_without_calls_ends_whatever_else_comes() {
    let timers = Timers { keep_alive_ms: 600, ..Timers::default() };
    let (_lab, mut client) = start("http://127.0.0.1:1", timers, WINDOW);
    let started = Instant::now();
    let mut going = false;
    while let Ok(()) = client.send(Frame::bytes(PING, 0, 0, b"are we ?")) {
        let Ok(frame) = client.frame() else { break };
        going |= frame.kind == GOAWAY;
        assert_ne!(frame.kind, RST_STREAM);
        assert!(started.elapsed() < Duration::from_secs(10), "still there");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(going && started.elapsed() >= Duration::from_millis(600));
}
