//! WebSockets pass as tunnels, opened by a handshake that goes through all stages; nothing else is upgraded.

mod ends;
mod messages;

use crate::lab::{self, Lab, api_key, eventually};
use domain::upstream::{Node, Retries};
use faultlab::raw::{Peer, RawClient, RawUpstream};
use std::io;
use std::net::TcpListener;
use std::time::Duration;

pub const HANDSHAKE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\n\
                         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
pub const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                      Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

/// Takes the handshake, then runs the script.
fn switching(script: impl Fn(Peer) -> io::Result<()> + Send + Sync + 'static) -> RawUpstream {
    let upstream = RawUpstream::start(move |mut peer| {
        if !peer.head()?.is_empty() {
            peer.send(SWITCH)?;
            script(peer)?;
        }
        Ok(())
    });
    upstream.unwrap()
}

/// A client that has sent the handshake and read that it was taken.
fn opened(lab: &Lab) -> RawClient {
    let mut client = lab.client();
    client.send(lab::request("GET /echo/socket", HANDSHAKE)).unwrap();
    assert_eq!(client.answer(false).unwrap().status, 101);
    client
}

#[test]
fn the_handshake_passes_with_the_upgrade_and_nothing_else_of_the_hop() {
    let upstream = switching(|mut peer| peer.drain().map(drop));
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    let more = format!(
        "{}Sec-WebSocket-Protocol: chat\r\nTE: trailers\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\nOrigin: http://a.test\r\n",
        HANDSHAKE
            .replace("Connection: Upgrade", "Connection: X-Hop, keep-alive, upgrade")
            .replace("websocket\r\n", "h2c, WebSocket\r\n"),
    );
    client.send(lab::request("GET /echo/socket?a=1", &more)).unwrap();
    let answer = client.answer(false).unwrap();
    assert_eq!((answer.status, answer.header("connection")), (101, Some("upgrade")));
    assert_eq!(answer.header("upgrade"), Some("websocket"));
    assert_eq!(answer.header("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert!(answer.header("x-request-id").is_some() && answer.header("content-length").is_none());
    let head = upstream.heads().remove(0);
    assert!(head.starts_with("GET /socket?a=1 HTTP/1.1\r\n"), "{head}");
    for field in [
        "upgrade: websocket\r\nconnection: upgrade\r\n",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        "sec-websocket-version: 13\r\n",
        "sec-websocket-protocol: chat\r\n",
        "origin: http://a.test\r\n",
    ] {
        assert!(head.contains(field), "{field}: {head}");
    }
    for gone in ["\r\nte:", "keep-alive", "x-hop", "h2c", "x-api-key", &api_key(1)] {
        assert!(!head.contains(gone), "{gone}: {head}");
    }
}

#[test]
fn what_is_no_handshake_is_an_ordinary_request() {
    let upstream = RawUpstream::start(|mut peer| {
        while !peer.head()?.is_empty() {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
        }
        Ok(())
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let without = |line: &str| HANDSHAKE.replace(line, "");
    for (line, more) in [
        ("GET /echo", without("Connection: Upgrade\r\n")),
        ("GET /echo", HANDSHAKE.replace("Connection: Upgrade", "Connection: keep-alive")),
        ("GET /echo", HANDSHAKE.replace(": websocket", ": h2c")),
        ("GET /echo", HANDSHAKE.replace(": websocket", ": websockets")),
        ("GET /echo", without("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")),
        ("GET /echo", without("Sec-WebSocket-Version: 13\r\n")),
        ("POST /echo", HANDSHAKE.to_owned()),
        ("DELETE /echo", HANDSHAKE.to_owned()),
    ] {
        assert_eq!(lab.call(line, &more).text(), "ok", "{line} {more}");
        let head = upstream.heads().pop().unwrap();
        assert!(!head.contains("\r\nupgrade:") && !head.contains("\r\nconnection:"), "{more}: {head}");
    }
    let old = lab::request("GET /echo", HANDSHAKE).replace("HTTP/1.1", "HTTP/1.0");
    assert_eq!(lab.ask(old).text(), "ok");
    let head = upstream.heads().pop().unwrap();
    assert!(!head.contains("\r\nupgrade:"), "{head}");
    // an offer of HTTP/2 with a body, as some clients make it with every call
    let h2c = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: 2\r\n";
    let mut client = lab.client();
    client.send(lab::request("POST /echo", h2c) + "ab").unwrap();
    assert_eq!(client.answer(false).unwrap().status, 200);
}

#[test]
fn an_upgrade_with_a_body_is_refused() {
    let upstream = RawUpstream::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
    let lab = Lab::start(&upstream.url());
    for (line, body) in [
        ("GET /echo", "Content-Length: 5\r\n"),
        ("GET /echo", "Transfer-Encoding: chunked\r\n"),
        ("POST /echo", "Content-Length: 5\r\n"),
    ] {
        let answer = lab.call(line, &format!("{HANDSHAKE}{body}"));
        assert_eq!((answer.status, answer.header("connection")), (400, Some("close")), "{line} {body}");
    }
    assert_eq!(upstream.accepted(), 0);
}

#[test]
fn bytes_after_the_handshake_wait_for_the_switch() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        let silent = peer.is_silent_for(Duration::from_millis(400))?;
        peer.send(SWITCH)?;
        let early = peer.read(5)?;
        peer.send(format!("{silent} {}", String::from_utf8_lossy(&early)))?;
        peer.close()
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    client.send(lab::request("GET /echo", HANDSHAKE) + "early").unwrap();
    assert_eq!(client.answer(false).unwrap().status, 101);
    assert_eq!(client.read_to_end(), b"true early");
}

#[test]
fn bytes_after_a_handshake_that_is_not_taken_reach_nobody() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        // time for what follows to arrive
        let silent = peer.is_silent_for(Duration::from_millis(200))?;
        peer.send(format!("HTTP/1.1 403 Forbidden\r\nX-Silent: {silent}\r\nContent-Length: 2\r\n\r\nno"))?;
        while !peer.head()?.is_empty() {
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled")?;
        }
        Ok(())
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    let second = lab::request("GET /echo/second", "");
    client.send(lab::request("GET /echo", HANDSHAKE) + &second).unwrap();
    let answer = client.answer(false).unwrap();
    assert_eq!((answer.status, answer.text().as_str()), (403, "no"));
    assert_eq!((answer.header("x-silent"), answer.header("connection")), (Some("true"), Some("close")));
    assert_eq!(client.read_to_end(), b"", "nothing more is answered");
    assert_eq!(upstream.heads().len(), 1);
    let call = lab.record_of("ok");
    assert_eq!((call.status, call.response_bytes), (403, 2));
    // the gateway's own refusals are no different
    let mut anonymous = lab.client();
    let handshake = lab::request("GET /echo", HANDSHAKE).replace(&api_key(1), "nobody");
    anonymous.send(handshake + &second).unwrap();
    assert_eq!(anonymous.answer(false).unwrap().status, 401);
    assert_eq!((anonymous.read_to_end(), upstream.heads().len()), (Vec::new(), 1));
}

#[test]
fn a_switch_to_anything_else_is_a_502() {
    for fields in [
        "Connection: Upgrade\r\nUpgrade: h2c\r\n",
        "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n",
        "Connection: Upgrade\r\n",
        "Upgrade: websocket\r\n",
        "",
    ] {
        let switch = format!("HTTP/1.1 101 Switching Protocols\r\n{fields}\r\n");
        let upstream = RawUpstream::answering(switch).unwrap();
        let lab = Lab::start(&upstream.url());
        assert_eq!(lab.call("GET /echo", HANDSHAKE).status, 502, "{fields}");
    }
    // and to a request that did not ask
    let upstream = RawUpstream::answering(SWITCH).unwrap();
    let lab = Lab::start(&upstream.url());
    assert_eq!(lab.call("GET /echo", "").status, 502);
}

#[test]
fn a_handshake_is_sent_again_like_any_get() {
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let closing = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.close()
    });
    let (closing, good) = (closing.unwrap(), switching(|mut peer| peer.send("hello")));
    let mut config = lab::config(&good.url());
    let upstream = &mut config.apis[0].versions[0].config.upstream;
    let urls = [format!("http://{dead}"), closing.url(), good.url()];
    upstream.nodes = urls.iter().map(|url| Node { url: url.parse().unwrap(), weight: 1 }).collect();
    upstream.retries = Some(Retries { attempts: 3, ..Retries::default() });
    let lab = Lab::with(config, lab::options());
    for _ in 0..6 {
        let mut client = opened(&lab);
        assert_eq!(client.read_to_end(), b"hello");
    }
    assert!(closing.accepted() > 0);
    eventually("all are on record", || lab.journal.appended() == 6);
    let calls = lab.records();
    assert!(calls.iter().all(|call| (call.status, call.response_bytes) == (101, 5)), "{calls:?}");
}
