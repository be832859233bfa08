//! HTTP/2 upstreams that refuse, reset, go away or keep silent.

use super::{configured, start};
use crate::http2_client::{empty, request, talk};
use crate::lab::{self, Lab, eventually};
use domain::upstream::HealthCheck;
use faultlab::echo::Echo;
use faultlab::raw::frames::{self, CANCEL, DATA, END_HEADERS, END_STREAM, Frame, HEADERS, REFUSED_STREAM};
use faultlab::raw::{Answer, Peer, RawUpstream};
use http_body_util::BodyExt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Speaks HTTP/2 by the frame; the script gets the peer and how many connections there were before.
fn framed(script: impl Fn(Peer, u32) -> io::Result<()> + Send + Sync + 'static) -> RawUpstream {
    let count = AtomicU32::new(0);
    let upstream = RawUpstream::start(move |mut peer| {
        let before = count.fetch_add(1, Ordering::SeqCst);
        peer.begin_http2(100)?;
        script(peer, before)
    });
    upstream.unwrap()
}

fn post(lab: &Lab) -> Answer {
    lab.ask(lab::request("POST /echo/x", "Content-Length: 4\r\n") + "body")
}

#[test]
fn a_refused_stream_is_sent_again() {
    let refusals = Arc::new(AtomicU32::new(2));
    let left = Arc::clone(&refusals);
    let upstream = framed(move |mut peer, _| {
        loop {
            let head = peer.frame_of(HEADERS)?;
            if left.load(Ordering::SeqCst) > 0 {
                left.fetch_sub(1, Ordering::SeqCst);
                peer.send(Frame::reset(head.stream, REFUSED_STREAM))?;
                continue;
            }
            let data = peer.frame_of(DATA)?;
            peer.send(Frame::ok(head.stream, &data.payload))?;
        }
    });
    let lab = start(&upstream.url());
    let answer = post(&lab);
    assert_eq!((answer.status, answer.text().as_str()), (200, "body"));
    assert_eq!((lab.record_of("ok").attempts, upstream.accepted()), (3, 1));
    refusals.store(u32::MAX, Ordering::SeqCst);
    let answer = post(&lab);
    assert_eq!(
        (answer.status, answer.header("proxy-status")),
        (502, Some("gatehouse; error=connection_terminated"))
    );
    assert_eq!(lab.record_of("upstream-broken").attempts, 4, "not for ever");
}

#[test]
fn what_a_peer_that_goes_away_has_not_begun_is_sent_again() {
    let upstream = framed(|mut peer, before| {
        let head = peer.frame_of(HEADERS)?;
        if before == 0 {
            peer.frame_of(DATA)?;
            peer.send(Frame::go_away(0))?;
            return peer.close();
        }
        let data = peer.frame_of(DATA)?;
        peer.send(Frame::ok(head.stream, &data.payload))?;
        peer.drain().map(drop)
    });
    let lab = start(&upstream.url());
    let answer = post(&lab);
    assert_eq!((answer.status, answer.text().as_str()), (200, "body"));
    assert_eq!((lab.record_of("ok").attempts, upstream.accepted()), (2, 2));
}

#[test]
fn a_call_that_was_begun_goes_on_while_the_peer_goes_away() {
    let upstream = framed(|mut peer, _| {
        let head = peer.frame_of(HEADERS)?;
        peer.send(Frame::bytes(HEADERS, END_HEADERS, head.stream, frames::STATUS_200))?;
        peer.send(Frame::bytes(DATA, 0, head.stream, b"be"))?;
        peer.send(Frame::go_away(head.stream))?;
        peer.send(Frame::bytes(DATA, END_STREAM, head.stream, b"gun"))?;
        peer.drain().map(drop)
    });
    let lab = start(&upstream.url());
    let mut client = lab.client();
    for number in 1..=2 {
        client.send(lab::request("GET /echo/x", "")).unwrap();
        let answer = client.answer(false).unwrap();
        assert_eq!((answer.text().as_str(), answer.complete), ("begun", true));
        assert_eq!(upstream.accepted(), number, "a new call goes elsewhere");
    }
}

#[test]
fn what_a_peer_may_have_begun_is_not_sent_again() {
    for reset in [true, false] {
        let upstream = framed(move |mut peer, _| {
            let head = peer.frame_of(HEADERS)?;
            peer.frame_of(DATA)?;
            if reset {
                peer.send(Frame::reset(head.stream, frames::INTERNAL_ERROR))?;
                return peer.drain().map(drop);
            }
            peer.close()
        });
        let lab = start(&upstream.url());
        let answer = post(&lab);
        assert_eq!(
            (answer.status, answer.header("proxy-status")),
            (502, Some("gatehouse; error=connection_terminated"))
        );
        assert_eq!((lab.record_of("upstream-broken").attempts, upstream.accepted()), (1, 1));
    }
}

#[test]
fn an_answer_that_is_reset_ends_unclean() {
    let upstream = framed(|mut peer, _| {
        let head = peer.frame_of(HEADERS)?;
        peer.send(Frame::bytes(HEADERS, END_HEADERS, head.stream, frames::STATUS_200))?;
        peer.send(Frame::bytes(DATA, 0, head.stream, b"half"))?;
        // so that it is not overtaken
        std::thread::sleep(Duration::from_millis(100));
        peer.send(Frame::reset(head.stream, frames::INTERNAL_ERROR))?;
        peer.drain().map(drop)
    });
    let lab = start(&upstream.url());
    let answer = lab.call("GET /echo/x", "");
    assert_eq!((answer.status, answer.text().as_str(), answer.complete), (200, "half", false));
    assert_eq!(lab.record_of("upstream-broken").response_bytes, 4);
}

#[test]
fn a_body_that_must_not_be_there_is_dropped() {
    let upstream = framed(|mut peer, _| {
        loop {
            let head = peer.frame_of(HEADERS)?;
            peer.send(Frame::ok(head.stream, b"body"))?;
        }
    });
    let lab = start(&upstream.url());
    talk(&lab, async |mut sender| {
        for _ in 0..2 {
            let call = request("HEAD", "/echo/x").body(empty()).unwrap();
            let answer = sender.send_request(call).await.unwrap();
            assert_eq!(answer.status(), 200);
            assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "");
        }
    });
    assert_eq!(lab.call("HEAD /echo/x", "").status, 200);
}

#[test]
fn a_client_that_leaves_takes_its_stream_back_and_nothing_else() {
    let resets = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&resets);
    let upstream = framed(move |mut peer, before| {
        if before == 0 {
            let left = peer.frame_of(HEADERS)?;
            let reset = peer.frame_of(frames::RST_STREAM)?;
            assert_eq!((reset.stream, reset.payload), (left.stream, CANCEL.to_be_bytes().to_vec()));
            seen.fetch_add(1, Ordering::SeqCst);
        }
        loop {
            let head = peer.frame_of(HEADERS)?;
            peer.send(Frame::ok(head.stream, if before == 0 { b"same" } else { b"else" }))?;
        }
    });
    let lab = start(&upstream.url());
    let mut client = lab.client();
    client.send(lab::request("GET /echo/x", "")).unwrap();
    eventually("the call is under way", || upstream.accepted() == 1 && lab.figures().in_flight == 1);
    std::thread::sleep(Duration::from_millis(100));
    drop(client);
    eventually("the stream is taken back", || resets.load(Ordering::SeqCst) == 1);
    assert_eq!(lab.record_of("client-gone").status, 499);
    // by whichever thread a client is served: one of them has that connection
    eventually("the connection carries another call", || lab.call("GET /echo/x", "").text() == "same");
}

#[test]
fn each_wait_has_its_refusal() {
    let silent = framed(|mut peer, _| peer.drain().map(drop));
    let begun = framed(|mut peer, _| {
        let head = peer.frame_of(HEADERS)?;
        peer.send(Frame::bytes(HEADERS, END_HEADERS, head.stream, frames::STATUS_200))?;
        peer.drain().map(drop)
    });
    let mute = RawUpstream::start(|mut peer| peer.drain().map(drop)).unwrap();
    for (upstream, status, outcome) in [
        (&silent, 504, "upstream-timeout"),
        (&begun, 200, "upstream-timeout"),
        // it takes the connection, and never says that it speaks HTTP/2
        (&mute, 504, "upstream-connect-timeout"),
    ] {
        let config = configured(&upstream.url(), |upstream| {
            let timeouts = &mut upstream.timeouts;
            (timeouts.connect_ms, timeouts.first_byte_ms, timeouts.idle_ms) = (300, 200, 200);
        });
        let lab = Lab::with(config, lab::options());
        let answer = lab.call("GET /echo/x", "");
        assert_eq!((answer.status, answer.complete), (status, status != 200), "{outcome}");
        assert_eq!(lab.record_of(outcome).status, status);
    }
}

#[test]
fn a_peer_that_speaks_something_else_is_a_502() {
    let http1 = RawUpstream::answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").unwrap();
    let closing = RawUpstream::start(Peer::close).unwrap();
    for upstream in [&http1, &closing] {
        let lab = start(&upstream.url());
        let answer = lab.call("GET /echo/x", "");
        assert_eq!(answer.status, 502);
        assert!(!answer.text().contains(&upstream.addr().to_string()), "{}", answer.text());
    }
}

#[test]
fn nodes_are_checked_over_http_2() {
    let echo = Echo::start_http2().unwrap();
    for (path, healthy) in [("/status/204", true), ("/status/500", false)] {
        let health = HealthCheck {
            path: path.to_owned(),
            interval_ms: 100,
            timeout_ms: 1_000,
            healthy_after: 1,
            unhealthy_after: 1,
            ..HealthCheck::default()
        };
        let config = configured(&echo.url(), |upstream| upstream.health = Some(health));
        let before = echo.calls();
        let lab = Lab::with(config, lab::options());
        eventually("it is checked more than once", || echo.calls() > before + 1);
        eventually("that is known", || lab.gateway.nodes().iter().all(|node| node.healthy == healthy));
    }
}
