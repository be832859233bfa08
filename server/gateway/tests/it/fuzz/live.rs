//! A whole listener: whatever strangers send, nothing of it is an error of ours, and everybody else is served.

use super::{REQUESTS, Random, for_the_time};
use crate::lab::{self, Lab, api_key, eventually};
use faultlab::echo::Echo;
use faultlab::raw::frames::{
    CANCEL, CONTINUATION, DATA, END_HEADERS, END_STREAM, Frame, HEADERS, PING, PRIORITY, SETTINGS,
    WINDOW_UPDATE,
};
use faultlab::raw::{RawClient, hpack};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Panics on threads of the gateway; the runtime keeps those to itself.
static PANICS: AtomicUsize = AtomicUsize::new(0);

fn watch_for_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_ours = std::thread::current().name().is_some_and(|name| name.starts_with("gateway-"));
        // in debug builds alone, h2 asserts that no stream is left of a connection that ends; where it broke off, some
        // may be (hyperium/h2#907)
        let is_usual = panic.payload_as_str().is_some_and(|text| text.contains("!self.has_streams()"));
        if is_ours && !is_usual {
            PANICS.fetch_add(1, Ordering::SeqCst);
        }
        usual(panic);
    }));
}

/// Sends bytes in one piece or in two, and hears what comes of it.
fn send(random: &mut Random, mut client: RawClient, bytes: &[u8]) {
    let cut = if random.below(2) == 0 { bytes.len() } else { random.below(bytes.len() + 1) };
    // the gateway may have ended the connection
    if client.send(&bytes[..cut]).is_ok() && client.send(&bytes[cut..]).is_ok() {
        client.stream().set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        client.read_to_end();
    }
}

fn check(lab: &Lab, calls: &mut Vec<u16>) {
    let answer = lab.call("GET /echo/json", "");
    assert_eq!(answer.status, 200, "after it, a good call is answered");
    calls.extend(lab.records().iter().map(|call| call.status));
    // the upstream has no faults, so each of these would be one of ours
    let faults: Vec<&u16> =
        calls.iter().filter(|status| **status >= 500 && ![501, 505].contains(*status)).collect();
    assert_eq!(faults, Vec::<&u16>::new());
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
    assert!(lab.gateway.is_alive());
}

/// For the time: input of that kind, each to a connection of its own.
fn assail(mut input: impl FnMut(&mut Random) -> Vec<u8>) {
    watch_for_panics();
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let mut seen = std::collections::BTreeMap::<u16, u64>::new();
    for_the_time(|random| {
        let bytes = input(random);
        send(random, lab.client(), &bytes);
        let mut calls = Vec::new();
        check(&lab, &mut calls);
        calls.iter().for_each(|status| *seen.entry(*status).or_default() += 1);
    });
    println!("answers by status: {seen:?}");
    eventually("nothing is left of any of it", || {
        let figures = lab.figures();
        (figures.in_flight, figures.open_connections) == (0, 0)
    });
}

#[test]
#[ignore = "takes a minute: make test-long"]
fn a_listener_that_is_sent_http_1_or_what_looks_like_it_serves_on() {
    let key = api_key(1);
    let known: Vec<String> = REQUESTS.iter().map(|text| text.replace("gk_1", &key)).collect();
    let echoed = ["GET /echo/json", "POST /echo", "HEAD /echo/x", "DELETE /echo/y?z"];
    let called = echoed
        .iter()
        .map(|line| lab::request(line, "Transfer-Encoding: chunked\r\n") + "2\r\nhi\r\n0\r\n\r\n");
    let corpus: Vec<String> = known.into_iter().chain(called).collect();
    assail(|random| match random.below(8) {
        0 => random.bytes(2_000),
        // one behind the other
        1 => [random.mutated(&corpus), random.mutated(&corpus)].concat(),
        _ => random.mutated(&corpus),
    });
}

fn frames() -> Vec<Vec<u8>> {
    let key = api_key(1);
    let head = |method: &str, more: &[(&str, &str)]| {
        let good = [
            (":method", method),
            (":scheme", "http"),
            (":authority", "a"),
            (":path", "/echo/json"),
            ("x-api-key", &key),
        ];
        hpack::literals(&[&good[..], more].concat())
    };
    let (get, post) = (head("GET", &[]), head("POST", &[("content-length", "2"), ("te", "trailers")]));
    let trailers = hpack::literals(&[("x-sum", "1")]);
    let (first, rest) = get.split_at(20);
    vec![
        Frame::bytes(HEADERS, END_HEADERS | END_STREAM, 1, &get),
        Frame::bytes(
            HEADERS,
            END_HEADERS | END_STREAM,
            3,
            &head("HEAD", &[("cookie", "a"), ("cookie", "b")]),
        ),
        [Frame::bytes(HEADERS, END_HEADERS, 5, &post), Frame::bytes(DATA, END_STREAM, 5, b"hi")].concat(),
        [
            Frame::bytes(HEADERS, END_HEADERS, 7, &head("PUT", &[])),
            Frame::bytes(DATA, 0, 7, b"hello"),
            Frame::bytes(HEADERS, END_HEADERS | END_STREAM, 7, &trailers),
        ]
        .concat(),
        [Frame::bytes(HEADERS, END_STREAM, 9, first), Frame::bytes(CONTINUATION, END_HEADERS, 9, rest)]
            .concat(),
        [Frame::bytes(HEADERS, END_HEADERS, 11, &post), Frame::reset(11, CANCEL)].concat(),
        Frame::bytes(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 9, 0, 1, 0, 0, 0, 0]),
        Frame::bytes(PING, 0, 0, b"are we ?"),
        Frame::bytes(PRIORITY, 0, 1, &[0, 0, 0, 3, 9]),
        Frame::bytes(WINDOW_UPDATE, 0, 0, &[0, 0, 9, 9]),
        Frame::go_away(0),
    ]
}

#[test]
#[ignore = "takes a minute: make test-long"]
fn a_listener_that_is_sent_http_2_or_what_looks_like_it_serves_on() {
    let corpus = frames();
    let preface = faultlab::raw::frames::PREFACE;
    let settings = Frame::bytes(SETTINGS, 0, 0, &[]);
    assail(|random| {
        let mut bytes = [preface, &settings].concat();
        match random.below(8) {
            0 => bytes.extend(random.bytes(2_000)),
            1 => bytes = random.mutated(&[[&bytes[..], &corpus[0]].concat()]),
            _ => {
                for _ in 0..=random.below(5) {
                    let sound = random.below(2) == 0;
                    let frame = if sound { random.pick(&corpus).clone() } else { random.mutated(&corpus) };
                    bytes.extend(frame);
                }
            }
        }
        bytes
    });
}
