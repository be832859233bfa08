//! Upstreams that speak HTTP/2, good and bad.

mod failures;
mod flow;

use crate::http2_client::{empty, request, talk, whole};
use crate::lab::{self, Lab};
use crate::tls::{tls_speaking, trusting};
use domain::gateway_config::GatewayConfig;
use domain::upstream::{HostMode, Protocol, Upstream};
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;
use faultlab::raw::frames::{Frame, HEADERS};
use http_body_util::BodyExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub fn config(url: &str) -> GatewayConfig {
    configured(url, |_| {})
}

fn configured(url: &str, change: impl FnOnce(&mut Upstream)) -> GatewayConfig {
    let mut config = lab::config(url);
    let upstream = &mut config.apis[0].versions[0].config.upstream;
    upstream.protocol = Protocol::Http2;
    change(upstream);
    config
}

fn start(url: &str) -> Lab {
    Lab::with(config(url), lab::options())
}

#[test]
fn many_calls_share_a_connection() {
    let echo = Echo::start_http2().unwrap();
    let lab = start(&echo.url());
    talk(&lab, async |sender| {
        let calls = (0..50).map(|number| {
            let mut sender = sender.clone();
            async move {
                let body = whole(format!("body {number}"));
                let response =
                    sender.send_request(request("POST", "/echo/delay/50").body(body).unwrap()).await.unwrap();
                let bytes = response.into_body().collect().await.unwrap().to_bytes();
                let said: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                assert_eq!(said["body"], format!("body {number}"));
            }
        });
        futures_util::future::join_all(calls).await;
    });
    assert_eq!((lab.figures().upstream_connections, echo.calls()), (1, 50));
    assert!(lab.records().iter().all(|call| (call.status, call.attempts) == (200, 1)));
}

#[test]
fn bodies_of_every_size_and_framing_arrive_whole() {
    let echo = Echo::start_http2().unwrap();
    let lab = start(&echo.url());
    let mut client = lab.client();
    for length in [0, 1, 16_384, 65_535, 65_536, 1_000_000, 20_000_000] {
        client.send(lab::request(&format!("GET /echo/bytes/{length}"), "")).unwrap();
        let answer = client.answer(false).unwrap();
        assert_eq!((answer.body.len(), answer.complete), (length, true));
        assert_eq!(answer.header("content-length"), Some(length.to_string().as_str()));
    }
    client.send(lab::request("GET /echo/chunks/50000", "")).unwrap();
    let answer = client.answer(false).unwrap();
    assert!(answer.complete && answer.text().ends_with("line 49999\n"));
    for length in [1, 10_000, 3_000_000] {
        client.send(lab::request("POST /echo/x", &format!("Content-Length: {length}\r\n"))).unwrap();
        client.send("y".repeat(length)).unwrap();
        assert_eq!(client.answer(false).unwrap().json()["body_bytes"], length);
    }
    assert_eq!(lab.figures().upstream_connections, 1);
}

#[test]
fn heads_follow_the_same_rules_as_in_http_1() {
    let echo = Echo::start_http2().unwrap();
    let lab = start(&echo.url());
    let more = "Connection: X-Hop, te\r\nX-Hop: 1\r\nTE: gzip, trailers\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n\
                Proxy-Authorization: Basic eDp5\r\nX-Kept: caf\u{e9}\r\nX-Forwarded-For: 1.2.3.4\r\nCookie: a=1\r\n";
    let said = lab.call("GET /echo/there?a=b", more).json();
    assert_eq!(said["authority"], echo.url()["http://".len()..]);
    assert_eq!((&said["path"], &said["query"]), (&"/there".into(), &"a=b".into()));
    let headers = said["headers"].as_object().unwrap();
    let mut names: Vec<_> = headers.keys().map(String::as_str).collect();
    names.sort_unstable();
    let expected = [
        "cookie",
        "forwarded",
        "te",
        "traceparent",
        "via",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-kept",
        "x-request-id",
    ];
    assert_eq!(names, expected);
    assert_eq!((&headers["te"], &headers["x-forwarded-for"]), (&"trailers".into(), &"127.0.0.1".into()));
    // what HTTP/2 has no fields for, nobody is told
    let answer = lab.call("POST /echo/there", "Content-Length: 0\r\n");
    assert_eq!(answer.json()["headers"]["content-length"], "0");
    assert!(answer.header("connection").is_none());
}

#[test]
fn the_host_of_the_caller_is_kept_where_that_is_asked_for() {
    let echo = Echo::start_http2().unwrap();
    let lab = Lab::with(configured(&echo.url(), |up| up.host = HostMode::Preserve), lab::options());
    assert_eq!(lab.call("GET /echo/there", "").json()["authority"], "gateway.test");
}

#[test]
fn https_settles_it_in_the_handshake() {
    let echo = Echo::start_http2().unwrap();
    let front = tls_speaking(&[b"h2"], echo.addr());
    let lab = Lab::with(config(&format!("https://localhost:{}", front.port())), trusting());
    let answer = lab.call("GET /echo/there", "");
    assert_eq!(answer.json()["authority"], format!("localhost:{}", front.port()));
    let others: [(&[&[u8]], &str); 2] =
        [(&[], "http_protocol_error"), (&[b"http/1.1"], "tls_alert_received")];
    for (alpn, error) in others {
        let front = tls_speaking(alpn, echo.addr());
        let lab = Lab::with(config(&format!("https://localhost:{}", front.port())), trusting());
        let answer = lab.call("GET /echo/there", "");
        assert_eq!(answer.status, 502, "{error}");
        assert_eq!(answer.header("proxy-status"), Some(format!("gatehouse; error={error}").as_str()));
    }
    assert_eq!(echo.calls(), 1);
}

#[test]
fn a_peer_that_takes_one_call_at_a_time_gets_one_call_at_a_time() {
    let crowded = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&crowded);
    let upstream = RawUpstream::start(move |mut peer| {
        peer.begin_http2(1)?;
        loop {
            let head = peer.frame_of(HEADERS)?;
            while !peer.is_silent_for(Duration::from_millis(50))? {
                seen.fetch_or(peer.frame()?.kind == HEADERS, Ordering::SeqCst);
            }
            peer.send(Frame::ok(head.stream, b"ok"))?;
        }
    });
    let upstream = upstream.unwrap();
    let lab = start(&upstream.url());
    talk(&lab, async |sender| {
        let calls = (0..8).map(|_| {
            let mut sender = sender.clone();
            async move {
                let response =
                    sender.send_request(request("GET", "/echo/x").body(empty()).unwrap()).await.unwrap();
                assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "ok");
            }
        });
        futures_util::future::join_all(calls).await;
    });
    assert!(!crowded.load(Ordering::SeqCst), "two calls at once");
    assert!((2..=8).contains(&upstream.accepted()), "{}", upstream.accepted());
    assert!(lab.records().iter().all(|call| call.attempts == 1));
}
