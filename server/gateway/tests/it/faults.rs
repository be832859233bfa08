//! Upstreams that fail: what the caller is told, and what he is never told.

use crate::lab::{self, Lab, eventually};
use domain::gateway_config::GatewayConfig;
use domain::upstream::Timeouts;
use faultlab::raw::{Answer, RawUpstream};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn timed(upstream: &str, change: impl FnOnce(&mut Timeouts)) -> GatewayConfig {
    let mut config = lab::config(upstream);
    change(&mut config.apis[0].versions[0].config.upstream.timeouts);
    config
}

/// The answer to a GET in front of an upstream that answers with these bytes and then ends.
fn facing(bytes: &[u8]) -> (Answer, String) {
    let upstream = RawUpstream::answering(bytes).unwrap();
    let lab = Lab::start(&upstream.url());
    let answer = lab.call("GET /echo", "");
    let mut outcome = String::new();
    eventually("on record", || {
        outcome = lab.records().pop().map(|call| call.outcome).unwrap_or_default();
        !outcome.is_empty()
    });
    (answer, outcome)
}

#[test]
fn malformed_answers_are_502() {
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "A: 1\r\n".repeat(101));
    let large = format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "a".repeat(70_000));
    let interim =
        "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(17) + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    for bytes in [
        "",
        "garbage\r\n\r\n",
        "<html>old</html>",
        "HTTP/9.9 200 OK\r\n\r\n",
        "HTTP/1.1 999999 No\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: a\0b\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        many.as_str(),
        large.as_str(),
        interim.as_str(),
    ] {
        let (answer, outcome) = facing(bytes.as_bytes());
        assert_eq!((answer.status, outcome.as_str()), (502, "upstream-broken"), "{:.60?}", bytes);
    }
}

#[test]
fn odd_but_honest_answers_pass() {
    for (bytes, status, body) in [
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            200,
            "ok",
        ),
        ("HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", 200, "ok"),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 304, ""),
        ("HTTP/1.1 204 No Content\r\n\r\nbody", 204, ""),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            200,
            "ok",
        ),
        ("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200, "ok"),
        ("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200, "ok"),
    ] {
        let (answer, outcome) = facing(bytes.as_bytes());
        assert_eq!(
            (answer.status, answer.text().as_str(), answer.complete),
            (status, body, true),
            "{bytes:?}"
        );
        assert_eq!(outcome, "ok", "{bytes:?}");
    }
}

#[test]
fn an_answer_that_breaks_off_ends_unclean() {
    for bytes in [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n0\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalfway\r\n0\r\n\r\n",
    ] {
        let (answer, outcome) = facing(bytes.as_bytes());
        assert_eq!(
            (answer.status, answer.text().as_str(), answer.complete),
            (200, "half", false),
            "{bytes:?}"
        );
        assert_eq!(outcome, "upstream-broken", "{bytes:?}");
    }
}

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

#[test]
fn what_follows_an_answer_never_reaches_the_next_caller() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    for _ in 0..3 {
        assert_eq!(lab.call("GET /echo", "").text(), "ok");
    }
    assert_eq!(upstream.accepted(), 3, "no such connection is used again");
}

#[test]
fn each_time_that_runs_out_has_its_refusal() {
    let silent = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.drain().map(drop)
    });
    let silent = silent.unwrap();
    let dripping = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nX-Long: ")?;
        loop {
            peer.send("x")?;
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let dripping = dripping.unwrap();
    for (config, status, name) in [
        (timed(&silent.url(), |t| t.first_byte_ms = 200), 504, "upstream-timeout"),
        (timed(&silent.url(), |t| t.total_ms = 200), 504, "call-timeout"),
        (timed(&dripping.url(), |t| t.first_byte_ms = 300), 504, "upstream-timeout"),
    ] {
        let lab = Lab::with(config, lab::options());
        let start = Instant::now();
        let answer = lab.call("GET /echo", "");
        assert_eq!(
            (answer.status, lab.record_of(name).outcome.as_str()),
            (status, name),
            "{}",
            answer.text()
        );
        assert!(start.elapsed() < Duration::from_secs(2), "{name} after {:?}", start.elapsed());
    }
}

#[test]
fn a_body_that_stops_is_cut_off_after_its_time() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    for (config, name) in [
        (timed(&upstream.url(), |t| t.idle_ms = 200), "upstream-timeout"),
        (timed(&upstream.url(), |t| t.total_ms = 200), "call-timeout"),
    ] {
        let lab = Lab::with(config, lab::options());
        let answer = lab.call("GET /echo", "");
        assert_eq!((answer.status, answer.complete, lab.record_of(name).status), (200, false, 200));
    }
}

/// A listener whose queue is full: further connections are neither taken nor refused.
pub fn black_hole() -> (TcpListener, Vec<TcpStream>, SocketAddr) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    socket.listen(0).unwrap();
    let listener: TcpListener = socket.into();
    let addr = listener.local_addr().unwrap();
    let patience = Duration::from_millis(200);
    let queued = (0..8).map_while(|_| TcpStream::connect_timeout(&addr, patience).ok()).collect();
    (listener, queued, addr)
}

#[test]
fn a_black_hole_is_a_504_at_the_connect_timeout() {
    let (_listener, _queued, addr) = black_hole();
    let lab = Lab::with(timed(&format!("http://{addr}"), |t| t.connect_ms = 500), lab::options());
    let start = Instant::now();
    assert_eq!(lab.call("GET /echo", "").status, 504);
    let took = start.elapsed();
    assert!((Duration::from_millis(450)..Duration::from_millis(900)).contains(&took), "{took:?}");
    assert_eq!(lab.record_of("upstream-connect-timeout").attempts, 0);
}

#[test]
fn a_refused_connection_is_a_502_at_once() {
    let lab = Lab::start("http://127.0.0.1:1");
    let start = Instant::now();
    assert_eq!(lab.call("GET /echo", "").status, 502);
    assert!(start.elapsed() < Duration::from_millis(200), "{:?}", start.elapsed());
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
