//! Trailers of requests and answers, between clients and upstreams of either version of HTTP.

use crate::http2_client::{piecewise, request, talk};
use crate::lab::{self, Lab};
use bytes::Bytes;
use faultlab::echo::Echo;
use faultlab::raw::{RawClient, RawUpstream};
use http::HeaderMap;
use http_body_util::BodyExt;
use hyper::body::Frame;

const CHUNKS: &str = "5\r\nhello\r\n0\r\nX-Sum: 7\r\nAuthorization: no\r\nContent-Length: 3\r\n\r\n";

fn lab_at(echo: &Echo, http2: bool) -> Lab {
    let config = if http2 { crate::http2::config(&echo.url()) } else { lab::config(&echo.url()) };
    Lab::with(config, lab::options())
}

fn echoes() -> [(Echo, bool); 2] {
    [(Echo::start().unwrap(), false), (Echo::start_http2().unwrap(), true)]
}

#[test]
fn those_of_a_chunked_request_reach_the_upstream() {
    for (echo, http2) in echoes() {
        let lab = lab_at(&echo, http2);
        let said = lab.ask(lab::request("POST /echo/x", "Transfer-Encoding: chunked\r\n") + CHUNKS).json();
        assert_eq!((&said["body"], &said["body_bytes"]), (&"hello".into(), &5.into()));
        assert_eq!(said["trailers"], serde_json::json!({ "x-sum": "7" }), "HTTP/2: {http2}");
    }
}

#[test]
fn those_of_an_http_2_request_reach_the_upstream() {
    for (echo, http2) in echoes() {
        let lab = lab_at(&echo, http2);
        talk(&lab, async |mut sender| {
            let (send, body) = piecewise();
            let mut trailers = HeaderMap::new();
            trailers.insert("x-sum", "7".parse().unwrap());
            trailers.insert("authorization", "no".parse().unwrap());
            send.send(Frame::data(Bytes::from_static(b"hello"))).unwrap();
            send.send(Frame::trailers(trailers)).unwrap();
            drop(send);
            let answer = sender.send_request(request("POST", "/echo/x").body(body).unwrap()).await.unwrap();
            let bytes = answer.into_body().collect().await.unwrap().to_bytes();
            let said: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            assert_eq!(said["body"], "hello");
            assert_eq!(said["trailers"], serde_json::json!({ "x-sum": "7" }), "HTTP/2: {http2}");
        });
    }
}

/// What comes after the last chunk of the mirrored body.
fn behind_the_last_chunk(client: &mut RawClient, te: &str) -> String {
    let head = format!("Transfer-Encoding: chunked\r\nConnection: close, te\r\n{te}");
    client.send(lab::request("POST /echo/mirror", &head) + CHUNKS).unwrap();
    let all = String::from_utf8(client.read_to_end()).unwrap();
    let (_, behind) = all.rsplit_once("\r\n0\r\n").unwrap_or_else(|| panic!("no last chunk: {all}"));
    behind.to_owned()
}

#[test]
fn those_of_an_answer_reach_clients_that_ask_for_them() {
    // an upstream of HTTP/1.1 is itself asked only when the client asks; this one answers once on a connection
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        peer.send(CHUNKS)?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let http1 = Lab::start(&upstream.url());
    let echo = Echo::start_http2().unwrap();
    let http2 = lab_at(&echo, true);
    for lab in [&http1, &http2] {
        assert_eq!(behind_the_last_chunk(&mut lab.client(), "TE: trailers\r\n"), "x-sum: 7\r\n\r\n");
        assert_eq!(behind_the_last_chunk(&mut lab.client(), ""), "\r\n", "to nobody else");
    }
    talk(&http1, async |mut sender| {
        let call = request("GET", "/echo/x").body(crate::http2_client::empty()).unwrap();
        let answer = sender.send_request(call).await.unwrap().into_body().collect().await.unwrap();
        let trailers = answer.trailers().unwrap();
        assert_eq!((trailers.len(), &trailers["x-sum"]), (1, &"7".parse().unwrap()));
    });
}
