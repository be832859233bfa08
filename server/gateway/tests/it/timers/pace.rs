//! Bodies that keep coming, but too slowly.

use super::quick;
use crate::http2;
use crate::http2_client::{piecewise, request, talk};
use crate::lab::{self, Lab, eventually};
use domain::gateway_config::GatewayConfig;
use domain::policies::mask::{Direction, Kind, Mask};
use faultlab::echo::Echo;
use faultlab::raw::frames::{DATA, END_STREAM, Frame, HEADERS};
use faultlab::raw::{RawClient, RawUpstream};
use gateway::Timers;
use hyper::body::Frame as Piece;
use std::io;
use std::time::{Duration, Instant};

const STEP: Duration = Duration::from_millis(100);

/// 1,000 bytes a second after 600 ms; a pause in between is not what it takes.
fn paced(config: GatewayConfig) -> Lab {
    let timers = Timers { body_rate: 1_000, body_grace_ms: 600, body_idle_ms: 20_000, ..quick() };
    Lab::with(config, gateway::Options { timers, ..lab::options() })
}

/// Reads a body of that many bytes, then answers.
fn reading(bytes: usize) -> RawUpstream {
    RawUpstream::start(move |mut peer| {
        peer.head()?;
        peer.read(bytes)?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    })
    .unwrap()
}

/// A byte at every step, until there is an answer.
fn drip(client: &mut RawClient) {
    client.stream().set_read_timeout(Some(STEP)).unwrap();
    let start = Instant::now();
    while client.stream().peek(&mut [0]).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
        assert!(start.elapsed() < Duration::from_secs(10), "it goes on and on");
        client.send("x").unwrap();
    }
    client.stream().set_read_timeout(Some(Duration::from_secs(15))).unwrap();
}

#[test]
fn a_body_in_drips_is_a_408() {
    let upstream = reading(1_000);
    let lab = paced(lab::config(&upstream.url()));
    for framing in ["Content-Length: 1000\r\n", "Transfer-Encoding: chunked\r\n"] {
        let mut client = lab.client();
        client.send(lab::request("POST /echo", framing)).unwrap();
        if framing.starts_with('T') {
            client.send("3e8\r\n").unwrap();
        }
        let start = Instant::now();
        drip(&mut client);
        assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
        let answer = client.answer(false).unwrap();
        assert_eq!((answer.status, answer.header("connection")), (408, Some("close")), "{framing}");
        assert!(lab.record_of("request-timeout").request_bytes >= 2);
    }
}

#[test]
fn a_body_in_drips_that_is_read_as_a_whole_is_a_408() {
    let echo = Echo::start().unwrap();
    let mut config = lab::config(&echo.url());
    let mask = Mask { kinds: vec![Kind::Email], direction: Direction::Request, ..Mask::default() };
    config.apis[0].versions[0].config.policies.mask = Some(mask);
    let lab = paced(config);
    let mut client = lab.client();
    let more = "Content-Type: application/json\r\nContent-Length: 1000\r\n";
    client.send(lab::request("POST /echo/x", more)).unwrap();
    drip(&mut client);
    assert_eq!((client.answer(false).unwrap().status, echo.calls()), (408, 0));
}

#[test]
fn a_body_in_drips_over_http_2_is_a_408() {
    let echo = Echo::start_http2().unwrap();
    let lab = paced(http2::config(&echo.url()));
    talk(&lab, async |mut sender| {
        let (send, body) = piecewise();
        let dripping = tokio::task::spawn_local(async move {
            while send.send(Piece::data("x".into())).is_ok() {
                tokio::time::sleep(STEP).await;
            }
        });
        let answer = sender.send_request(request("POST", "/echo/x").body(body).unwrap());
        let answer = tokio::time::timeout(Duration::from_secs(10), answer).await.unwrap().unwrap();
        dripping.abort();
        assert_eq!(answer.status(), 408);
    });
}

#[test]
fn a_body_that_keeps_up_may_last_longer() {
    let upstream = reading(40_000);
    let lab = paced(lab::config(&upstream.url()));
    let mut client = lab.client();
    client.send(lab::request("POST /echo", "Content-Length: 40000\r\n")).unwrap();
    for _ in 0..20 {
        client.send("x".repeat(2_000)).unwrap();
        std::thread::sleep(STEP);
    }
    assert_eq!(client.answer(false).unwrap().status, 200);
}

#[test]
fn the_time_that_a_backend_takes_is_not_the_clients() {
    const LARGE: usize = 9 << 20;
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        std::thread::sleep(Duration::from_secs(4));
        peer.read(LARGE)?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    });
    let upstream = upstream.unwrap();
    // all of it would be needed within the grace
    let timers = Timers { body_rate: 1 << 30, body_grace_ms: 2_000, body_idle_ms: 20_000, ..quick() };
    let options = gateway::Options { timers, ..lab::options() };
    let lab = Lab::with(lab::config(&upstream.url()), options);
    let mut client = lab.client();
    client.send(lab::request("POST /echo", &format!("Content-Length: {LARGE}\r\n"))).unwrap();
    client.send(vec![b'x'; LARGE - 1]).unwrap();
    // waited for, if only for a moment
    std::thread::sleep(STEP * 2);
    client.send("x").unwrap();
    let answer = client.answer(false).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn what_is_said_beside_an_answer_takes_its_time() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")?;
        peer.read(15)?;
        peer.send("k")
    });
    let upstream = upstream.unwrap();
    let lab = paced(lab::config(&upstream.url()));
    let mut client = lab.client();
    client.send(lab::request("POST /echo", "Content-Length: 15\r\n")).unwrap();
    eventually("it is under way", || !upstream.heads().is_empty());
    for _ in 0..15 {
        std::thread::sleep(STEP);
        client.send("x").unwrap();
    }
    let answer = client.answer(false).unwrap();
    assert_eq!((answer.status, answer.complete, answer.text().as_str()), (200, true, "ok"));
}

#[test]
fn messages_of_grpc_come_when_there_are_any() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.begin_http2(100)?;
        let head = peer.frame_of(HEADERS)?;
        while peer.frame_of(DATA)?.flags & END_STREAM == 0 {}
        peer.send(Frame::ok(head.stream, b"all of it"))?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let lab = paced(http2::config(&upstream.url()));
    talk(&lab, async |mut sender| {
        let (send, body) = piecewise();
        let call = request("POST", "/echo/pets.Pets/Tell").header("content-type", "application/grpc");
        let telling = tokio::task::spawn_local(async move {
            for _ in 0..15 {
                send.send(Piece::data("x".into())).unwrap();
                tokio::time::sleep(STEP).await;
            }
        });
        assert_eq!(sender.send_request(call.body(body).unwrap()).await.unwrap().status(), 200);
        telling.await.unwrap();
    });
}
