//! Bodies pass both ways while they are still being made, and end as they ended.

use crate::lab::{self, Lab, eventually};
use faultlab::echo::Echo;
use faultlab::raw::{RawClient, RawUpstream};
use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

fn read_head(client: &RawClient) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.stream().read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
}

#[test]
fn chunks_arrive_while_the_upstream_still_sends() {
    let (go, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let upstream = RawUpstream::start(move |mut peer| {
        peer.head()?;
        peer.send(CHUNKED)?;
        for word in ["one", "two"] {
            peer.send(format!("3\r\n{word}\r\n"))?;
            // goes on only when the client has said that it has the word
            wait.lock().unwrap().recv_timeout(Duration::from_secs(10)).map_err(std::io::Error::other)?;
        }
        peer.send("0\r\nX-Sum: 6\r\n\r\n")?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    client.send(lab::request("GET /echo", "")).unwrap();
    read_head(&client);
    assert_eq!(client.chunk().unwrap().unwrap(), b"one");
    go.send(()).unwrap();
    assert_eq!(client.chunk().unwrap().unwrap(), b"two");
    go.send(()).unwrap();
    assert_eq!(client.chunk().unwrap().unwrap(), b"");
    assert_eq!(lab.record_of("ok").response_bytes, 6);
}

#[test]
fn a_request_body_passes_while_it_arrives() {
    let (said, heard) = mpsc::channel::<Vec<u8>>();
    let said = std::sync::Mutex::new(said);
    let upstream = RawUpstream::start(move |mut peer| {
        let head = peer.head()?;
        assert!(
            head.contains("transfer-encoding: chunked\r\n") && !head.contains("content-length"),
            "{head}"
        );
        for length in [8, 8, 5] {
            said.lock().unwrap().send(peer.read(length)?).map_err(std::io::Error::other)?;
        }
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    client.send(lab::request("POST /echo", "Transfer-Encoding: chunked\r\n")).unwrap();
    for (word, expected) in [("one", "3\r\none\r\n"), ("two", "3\r\ntwo\r\n")] {
        client.send(format!("3;x=y\r\n{word}\r\n")).unwrap();
        assert_eq!(heard.recv_timeout(Duration::from_secs(10)).unwrap(), expected.as_bytes());
    }
    client.send("0\r\n\r\n").unwrap();
    assert_eq!(heard.recv_timeout(Duration::from_secs(10)).unwrap(), b"0\r\n\r\n");
    assert_eq!(client.answer(false).unwrap().text(), "ok");
    assert_eq!(lab.record_of("ok").request_bytes, 6);
}

#[test]
fn bodies_of_every_size_and_framing_arrive_whole() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let mut client = lab.client();
    for length in [0, 1, 100, 8_191, 8_192, 65_536, 1_000_000, 20_000_000] {
        client.send(lab::request(&format!("GET /echo/bytes/{length}"), "")).unwrap();
        let answer = client.answer(false).unwrap();
        assert_eq!((answer.body.len(), answer.complete), (length, true));
    }
    client.send(lab::request("GET /echo/chunks/50000", "")).unwrap();
    let answer = client.answer(false).unwrap();
    assert!(answer.complete && answer.text().ends_with("line 49999\n"));
    for length in [1, 10_000, 3_000_000] {
        let body = "y".repeat(length);
        client.send(lab::request("POST /echo/x", &format!("Content-Length: {length}\r\n"))).unwrap();
        client.send(&body).unwrap();
        assert_eq!(client.answer(false).unwrap().json()["body_bytes"], length);
    }
}

/// An upstream sends `block` so many times, and is held back by a client that does not read; then the whole answer
/// arrives.
fn hold_back(head: &str, block: &'static [u8], blocks: usize, end: &'static str, length: usize) {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let head = head.to_owned();
    let upstream = RawUpstream::start(move |mut peer| {
        peer.head()?;
        peer.send(&head)?;
        for _ in 0..blocks {
            peer.send(block)?;
            count.fetch_add(block.len(), Ordering::SeqCst);
        }
        peer.send(end)
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    let mut client = lab.client();
    client.send(lab::request("GET /echo", "")).unwrap();
    eventually("the upstream sends", || sent.load(Ordering::SeqCst) > 0);
    let mut before = 0;
    eventually("the upstream is held back", || {
        std::thread::sleep(Duration::from_millis(200));
        before == std::mem::replace(&mut before, sent.load(Ordering::SeqCst))
    });
    // the kernel's buffers of two connections hold most of it
    assert!(before < (48 << 20), "{before} bytes on the way");
    let answer = client.answer(false).unwrap();
    assert_eq!((answer.body.len(), answer.complete), (length, true));
}

#[test]
fn a_client_that_does_not_read_holds_the_upstream_back() {
    const ALL: usize = 256 << 20;
    let block: &'static [u8] = vec![b'z'; 64 << 10].leak();
    hold_back(&format!("HTTP/1.1 200 OK\r\nContent-Length: {ALL}\r\n\r\n"), block, ALL >> 16, "", ALL);
}

#[test]
fn a_client_that_does_not_read_holds_small_pieces_back() {
    const CHUNKS: usize = 4_096;
    let block: &'static [u8] = b"a\r\n0123456789\r\n".repeat(CHUNKS).leak();
    hold_back(CHUNKED, block, 1_000, "0\r\n\r\n", 1_000 * CHUNKS * 10);
}

#[test]
fn the_upstream_is_let_go_when_the_client_leaves() {
    let (left, ended) = mpsc::channel::<()>();
    let left = std::sync::Mutex::new(left);
    let upstream = RawUpstream::start(move |mut peer| {
        let head = peer.head()?;
        if head.contains("/streaming") {
            peer.send(CHUNKED)?;
            peer.send("3\r\none\r\n")?;
        }
        peer.drain()?;
        left.lock().unwrap().send(()).map_err(std::io::Error::other)
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    for (line, more, status) in [
        ("GET /echo/waiting", "", 499),
        ("GET /echo/streaming", "", 200),
        ("POST /echo/uploading", "Content-Length: 100\r\n", 499),
    ] {
        let mut client = lab.client();
        let seen = upstream.heads().len();
        client.send(lab::request(line, more)).unwrap();
        eventually("the upstream has the call", || upstream.heads().len() > seen);
        if status == 200 {
            read_head(&client);
        }
        drop(client);
        ended
            .recv_timeout(Duration::from_secs(1))
            .unwrap_or_else(|_| panic!("{line}: the upstream call goes on"));
        let call = lab.record_of("client-gone");
        assert_eq!((call.status, call.attempts), (status, 1), "{line}");
    }
}

#[test]
fn an_answer_before_the_upload_has_ended_is_relayed_at_once() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")?;
        peer.close()
    });
    let upstream = upstream.unwrap();
    let lab = Lab::start(&upstream.url());
    for _ in 0..20 {
        let mut client = lab.client();
        client.send(lab::request("POST /echo", "Content-Length: 500000\r\n")).unwrap();
        // may fail, as the answer ends the call
        let _ = client.send("u".repeat(500_000));
        let answer = client.answer(false).unwrap();
        assert_eq!((answer.status, answer.text().as_str()), (413, "big"));
    }
}

#[test]
fn a_drip_without_end_is_relayed_for_as_long_as_no_gap_is_too_long() {
    const DROP: &str = "1\r\nx\r\n";
    let (go, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let upstream = RawUpstream::start(move |mut peer| {
        peer.head()?;
        peer.send(CHUNKED)?;
        let wait = wait.lock().unwrap();
        while wait.recv().is_ok() {
            peer.send(DROP)?;
        }
        Ok(())
    });
    let upstream = upstream.unwrap();
    let mut config = lab::config(&upstream.url());
    config.apis[0].versions[0].config.upstream.timeouts.idle_ms = 1_500;
    let lab = Lab::with(config, lab::options());
    let mut client = lab.client();
    client.send(lab::request("GET /echo", "")).unwrap();
    read_head(&client);
    let start = std::time::Instant::now();
    // a drop falls only after the one before has arrived: nothing of it is kept back
    let mut relay = |gap| {
        go.send(()).unwrap();
        assert_eq!(client.read(DROP.len()).unwrap(), DROP.as_bytes());
        std::thread::sleep(gap);
    };
    (0..5_000).for_each(|_| relay(Duration::ZERO));
    (0..40).for_each(|_| relay(Duration::from_millis(100)));
    assert!(start.elapsed() > Duration::from_millis(2 * 1_500), "longer than a gap may be");
    // now the gap is too long
    assert_eq!(client.read_to_end(), b"");
    assert_eq!(lab.record_of("upstream-timeout").response_bytes, 5_040);
}
