//! Neither side of a call is read faster than the other one takes it.

use super::start;
use crate::http2_client::{piecewise, request, talk};
use crate::lab::{self, eventually};
use bytes::Bytes;
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;
use faultlab::raw::frames::{self, DATA, END_HEADERS, END_STREAM, Frame, HEADERS, WINDOW_UPDATE};
use http_body_util::BodyExt;
use hyper::body;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What a stream may be sent before a window is opened further, where nobody says otherwise.
const FIRST_WINDOW: usize = 65_535;

#[test]
fn an_upload_waits_for_the_peer_to_take_it() {
    const ALL: usize = 4 << 20;
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let upstream = RawUpstream::start(move |mut peer| {
        peer.begin_http2(100)?;
        let head = peer.frame_of(HEADERS)?;
        while count.load(Ordering::SeqCst) < FIRST_WINDOW {
            count.fetch_add(peer.frame_of(DATA)?.payload.len(), Ordering::SeqCst);
        }
        let silent = peer.is_silent_for(Duration::from_millis(300))?;
        for stream in [0, head.stream] {
            let more = u32::try_from(ALL).unwrap().to_be_bytes();
            peer.send(Frame::bytes(WINDOW_UPDATE, 0, stream, &more))?;
        }
        loop {
            let data = peer.frame_of(DATA)?;
            count.fetch_add(data.payload.len(), Ordering::SeqCst);
            if data.flags & END_STREAM != 0 {
                break;
            }
        }
        peer.send(Frame::ok(head.stream, silent.to_string().as_bytes()))?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let lab = start(&upstream.url());
    let mut client = lab.client();
    client.send(lab::request("POST /echo/x", &format!("Content-Length: {ALL}\r\n"))).unwrap();
    client.send(vec![b'u'; ALL]).unwrap();
    assert_eq!(client.answer(false).unwrap().text(), "true", "no more was sent than the window allows");
    assert_eq!((taken.load(Ordering::SeqCst), lab.record_of("ok").request_bytes), (ALL, ALL as i64));
}

#[test]
fn a_client_that_does_not_read_closes_the_window() {
    const BLOCK: usize = 16 << 10;
    const ALL: usize = 64 << 20;
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let upstream = RawUpstream::start(move |mut peer| {
        peer.begin_http2(100)?;
        let head = peer.frame_of(HEADERS)?;
        peer.send(Frame::bytes(HEADERS, END_HEADERS, head.stream, frames::STATUS_200))?;
        // what the gateway said in its settings
        let (mut room, block) = (128 << 10, vec![b'z'; BLOCK]);
        while count.load(Ordering::SeqCst) < ALL {
            while room < BLOCK {
                let update = peer.frame_of(WINDOW_UPDATE)?;
                if let (true, [a, b, c, d]) = (update.stream == head.stream, update.payload.as_slice()) {
                    room += u32::from_be_bytes([*a, *b, *c, *d]) as usize;
                }
            }
            peer.send(Frame::bytes(DATA, 0, head.stream, &block))?;
            room -= BLOCK;
            count.fetch_add(BLOCK, Ordering::SeqCst);
        }
        peer.send(Frame::bytes(DATA, END_STREAM, head.stream, b""))?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let lab = start(&upstream.url());
    let mut client = lab.client();
    client.send(lab::request("GET /echo/x", "")).unwrap();
    eventually("the upstream sends", || sent.load(Ordering::SeqCst) > 0);
    let mut before = 0;
    eventually("the upstream is held back", || {
        std::thread::sleep(Duration::from_millis(200));
        before == std::mem::replace(&mut before, sent.load(Ordering::SeqCst))
    });
    // the kernel's buffers of the client's connection hold most of it
    assert!(before < (24 << 20), "{before} bytes on the way");
    let answer = client.answer(false).unwrap();
    assert_eq!((answer.body.len(), answer.complete), (ALL, true));
}

#[test]
fn a_client_that_does_not_read_one_answer_gets_the_others() {
    let echo = Echo::start_http2().unwrap();
    let lab = start(&echo.url());
    talk(&lab, async |mut sender| {
        let mut unread = Vec::new();
        for _ in 0..20 {
            let large = request("GET", "/echo/bytes/8000000").body(crate::http2_client::empty()).unwrap();
            unread.push(sender.send_request(large).await.unwrap());
        }
        let small = request("GET", "/echo/json").body(crate::http2_client::empty()).unwrap();
        let answer = sender.send_request(small).await.unwrap();
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes().len(), 130);
        for answer in unread {
            assert_eq!(answer.into_body().collect().await.unwrap().to_bytes().len(), 8_000_000);
        }
    });
    assert_eq!(lab.figures().upstream_connections, 1);
}

#[test]
fn an_answer_begins_and_goes_on_while_the_request_does() {
    let echo = Echo::start_http2().unwrap();
    let lab = start(&echo.url());
    talk(&lab, async |mut sender| {
        let (send, body) = piecewise();
        let answer = sender.send_request(request("POST", "/echo/mirror").body(body).unwrap()).await.unwrap();
        let mut answer = answer.into_body();
        for number in 0..100 {
            let piece = Bytes::from(format!("piece {number}"));
            send.send(body::Frame::data(piece.clone())).unwrap();
            assert_eq!(answer.frame().await.unwrap().unwrap().into_data().unwrap(), piece);
        }
        drop(send);
        assert_eq!(answer.collect().await.unwrap().to_bytes(), "");
    });
    let call = lab.record_of("ok");
    assert_eq!((call.request_bytes, call.response_bytes), (790, 790));
}

#[test]
fn a_request_goes_on_while_its_answer_is_not_read() {
    const ALL: usize = 8 << 20;
    let echo = Echo::start_http2().unwrap();
    let lab = start(&echo.url());
    talk(&lab, async |mut sender| {
        let (send, body) = piecewise();
        let answer = sender.send_request(request("POST", "/echo/mirror").body(body).unwrap()).await.unwrap();
        for _ in 0..(ALL >> 16) {
            send.send(body::Frame::data(Bytes::from(vec![b'b'; 1 << 16]))).unwrap();
        }
        drop(send);
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes().len(), ALL);
    });
    assert_eq!(lab.record_of("ok").response_bytes, ALL as i64);
}
