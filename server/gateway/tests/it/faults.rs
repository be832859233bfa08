//! Upstreams that fail, as one table: what they do, what the caller gets, and what goes on record.
//!
//! Every row is called twice, over one connection where it lasts: what one answer leaves behind must not reach the next.
//! Elsewhere are the faults that need more than bytes:
//! - connections that end under a call or between two: `faults/connections.rs`; nodes that fail: `upstreams/failures.rs`;
//! - an answer before the upload has ended, callers that leave: `streaming.rs`; that take nothing: `timers.rs`;
//! - TLS: `tls.rs`; names without an address, addresses that may not be called: `refusals.rs`;
//! - trailers: `trailers.rs`; switches to WebSocket: `websocket.rs`; faults of HTTP/2: `http2/failures.rs`.

mod answers;
mod connections;

use crate::lab::{self, Lab, eventually};
use domain::gateway_config::GatewayConfig;
use domain::upstream::Timeouts;
use faultlab::raw::{Peer, RawUpstream};
use std::collections::HashSet;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// What an upstream does once it has read a request.
#[derive(Clone)]
enum Does {
    /// It is not there.
    Refuses,
    Resets,
    /// Sends this and ends the connection.
    Ends(String),
    /// Sends this and reads on.
    Stays(String),
    /// Sends this and then a byte now and then.
    Drips(String),
}

pub struct Row {
    name: &'static str,
    does: Does,
    line: &'static str,
    timeouts: fn(&mut Timeouts),
    status: u16,
    /// What the caller has of the upstream's answer; `None`: nothing, the answer is ours.
    body: Option<&'static str>,
    /// Whether the caller can see that this is all.
    complete: bool,
    outcome: &'static str,
    /// The error in `Proxy-Status`.
    proxy_error: Option<&'static str>,
    /// Whether both calls went over one connection.
    kept: bool,
}

/// Turned into an answer of ours.
fn refused(
    name: &'static str,
    does: Does,
    (status, outcome, error): (u16, &'static str, &'static str),
) -> Row {
    let (line, timeouts, proxy_error): (_, fn(&mut Timeouts), _) = ("GET /echo", |_| {}, Some(error));
    Row { name, does, line, timeouts, status, body: None, complete: true, outcome, proxy_error, kept: false }
}

/// Passed on with this body, the connection not used again.
fn passed(name: &'static str, does: Does, body: &'static str) -> Row {
    Row { body: Some(body), proxy_error: None, ..refused(name, does, (200, "ok", "")) }
}

/// Passed on, and the connection is used again.
fn kept(name: &'static str, bytes: impl Into<String>, body: &'static str) -> Row {
    Row { kept: true, ..passed(name, Does::Stays(bytes.into()), body) }
}

/// Broken off after `half`.
fn unclean(name: &'static str, does: Does, outcome: &'static str) -> Row {
    Row { complete: false, outcome, ..passed(name, does, "half") }
}

fn table() -> Vec<Row> {
    [answers::malformed_heads(), answers::malformed_framing(), answers::nothing(), answers::late()]
        .into_iter()
        .chain([answers::broken_off(), answers::odd(), answers::ended_by_the_connection()])
        .flatten()
        .collect()
}

/// The number of rows: one that is lost is missed.
const ROWS: usize = 74;

#[test]
fn every_fault_ends_as_the_table_says() {
    let rows = table();
    assert_eq!(rows.len(), ROWS);
    let names: HashSet<&str> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), ROWS, "each row has a name of its own");
    let failures: Vec<String> = rows.iter().filter_map(|row| check(row).err()).collect();
    assert!(failures.is_empty(), "{} rows:\n{}", failures.len(), failures.join("\n"));
}

fn check(row: &Row) -> Result<(), String> {
    let does = row.does.clone();
    let upstream = RawUpstream::start(move |peer| act(&does, peer)).unwrap();
    let url = if matches!(row.does, Does::Refuses) { "http://127.0.0.1:1".into() } else { upstream.url() };
    let lab = Lab::with(timed(&url, row.timeouts), lab::options());
    let mut client = lab.client();
    for _ in 0..2 {
        client.send(lab::request(row.line, "")).unwrap();
        let answer = client.answer(row.line.starts_with("HEAD ")).unwrap();
        let error = row.proxy_error.map(|error| format!("gatehouse; error={error}"));
        expect(
            row,
            "status",
            (answer.status, answer.header("proxy-status")),
            (row.status, error.as_deref()),
        )?;
        expect(row, "end", answer.complete, row.complete)?;
        match row.body {
            Some(body) => expect(row, "body", answer.text().as_str(), body)?,
            None => expect(row, "type", answer.header("content-type"), Some("application/problem+json"))?,
        }
        if !answer.complete {
            client = lab.client();
        }
    }
    let mut calls = Vec::new();
    eventually(row.name, || {
        calls.extend(lab.records());
        calls.len() >= 2
    });
    for call in calls {
        expect(row, "on record", (call.status, call.outcome.as_str()), (row.status, row.outcome))?;
    }
    let connections = match row.does {
        Does::Refuses => 0,
        _ if row.kept => 1,
        _ => 2,
    };
    expect(row, "connections", upstream.accepted(), connections)
}

fn act(does: &Does, mut peer: Peer) -> io::Result<()> {
    while !peer.head()?.is_empty() {
        match does {
            Does::Refuses | Does::Resets => return peer.reset(),
            Does::Ends(bytes) => {
                peer.send(bytes)?;
                return peer.close();
            }
            Does::Stays(bytes) => peer.send(bytes)?,
            Does::Drips(bytes) => {
                peer.send(bytes)?;
                loop {
                    peer.send("x")?;
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
        }
    }
    Ok(())
}

fn expect<T: PartialEq + std::fmt::Debug>(row: &Row, what: &str, got: T, expected: T) -> Result<(), String> {
    if got == expected {
        return Ok(());
    }
    Err(format!("{}: {what}: {got:?}, expected {expected:?}", row.name))
}

fn timed(upstream: &str, change: impl FnOnce(&mut Timeouts)) -> GatewayConfig {
    let mut config = lab::config(upstream);
    change(&mut config.apis[0].versions[0].config.upstream.timeouts);
    config
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
    let answer = lab.call("GET /echo", "");
    let took = start.elapsed();
    assert!((Duration::from_millis(480)..Duration::from_secs(3)).contains(&took), "{took:?}");
    assert_eq!(
        (answer.status, answer.header("proxy-status")),
        (504, Some("gatehouse; error=connection_timeout"))
    );
    assert_eq!(lab.record_of("upstream-connect-timeout").attempts, 0);
}

#[test]
fn a_connection_that_is_refused_is_told_at_once() {
    // not after the time to connect
    let lab = Lab::with(timed("http://127.0.0.1:1", |t| t.connect_ms = 30_000), lab::options());
    let start = Instant::now();
    for _ in 0..5 {
        assert_eq!(lab.call("GET /echo", "").status, 502);
    }
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}
