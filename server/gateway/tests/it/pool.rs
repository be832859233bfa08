//! Idle connections to upstreams: used again, but not when their servers may be closing them.

use crate::http2;
use crate::lab::{self, Lab};
use faultlab::echo::Echo;
use faultlab::raw::{RawClient, RawUpstream};
use gateway::Clock;
use std::time::Duration;

/// Longer than the data plane's clock takes to notice that it was moved.
const NOTICED: Duration = Duration::from_millis(400);

/// Answers every request over a connection.
fn upstream(answer: &'static str) -> RawUpstream {
    let script = move |mut peer: faultlab::raw::Peer| {
        while !peer.head()?.is_empty() {
            peer.send(answer)?;
        }
        Ok(())
    };
    RawUpstream::start(script).unwrap()
}

fn lab(upstream: &RawUpstream, clock: &Clock) -> Lab {
    let mut options = lab::options();
    options.clock = clock.clone();
    Lab::with(lab::config(&upstream.url()), options)
}

/// Over the client's connection, so that one thread and its pool serve all of them.
fn call(client: &mut RawClient, method: &str) {
    client.send(lab::request(&format!("{method} /echo/json"), "Content-Length: 0\r\n")).unwrap();
    assert_eq!(client.answer(false).unwrap().status, 204);
}

#[test]
fn a_call_that_goes_once_takes_a_fresh_connection() {
    let (upstream, clock) = (upstream("HTTP/1.1 204 No Content\r\n\r\n"), Clock::manual(1_767_225_600_000));
    let lab = lab(&upstream, &clock);
    let mut client = lab.client();
    call(&mut client, "GET");
    call(&mut client, "POST");
    assert_eq!(upstream.accepted(), 1, "a moment later it is fresh");
    clock.advance_ms(5_000);
    std::thread::sleep(NOTICED);
    call(&mut client, "GET");
    assert_eq!(upstream.accepted(), 1, "what may be sent twice takes it");
    clock.advance_ms(5_000);
    std::thread::sleep(NOTICED);
    call(&mut client, "POST");
    assert_eq!(upstream.accepted(), 2);
    call(&mut client, "POST");
    assert_eq!(upstream.accepted(), 2, "the new one is on top");
}

#[test]
fn a_connection_is_kept_as_long_as_its_server_says() {
    let answer = "HTTP/1.1 204 No Content\r\nKeep-Alive: timeout=5, max=100\r\n\r\n";
    let (upstream, clock) = (upstream(answer), Clock::manual(1_767_225_600_000));
    let lab = lab(&upstream, &clock);
    let mut client = lab.client();
    call(&mut client, "GET");
    clock.advance_ms(3_000);
    std::thread::sleep(NOTICED);
    call(&mut client, "GET");
    assert_eq!(upstream.accepted(), 1);
    clock.advance_ms(4_500);
    std::thread::sleep(NOTICED);
    call(&mut client, "GET");
    assert_eq!(upstream.accepted(), 2);
}

#[test]
fn a_connection_of_age_is_given_no_more_calls() {
    let (one, two) = (Echo::start().unwrap(), Echo::start_http2().unwrap());
    for config in [lab::config(&one.url()), http2::config(&two.url())] {
        let clock = Clock::manual(1_767_225_600_000);
        let lab = Lab::with(
            config,
            gateway::Options { clock: clock.clone(), upstream_age_ms: 40_000, ..lab::options() },
        );
        let mut client = lab.client();
        let mut connections_after = |ms| {
            clock.advance_ms(ms);
            std::thread::sleep(NOTICED);
            client.send(lab::request("GET /echo/json", "")).unwrap();
            assert_eq!(client.answer(false).unwrap().status, 200);
            lab.figures().upstream_connections
        };
        assert_eq!(connections_after(0), 1);
        assert_eq!(connections_after(34_000), 1, "not old yet");
        assert_eq!(connections_after(6_000), 2, "though it was used a moment ago");
        assert_eq!(connections_after(30_000), 2);
    }
}
