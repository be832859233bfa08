//! gRPC from a client to a backend: messages both ways, trailers, and refusals that its callers can read.

use crate::http2::config;
use crate::http2_client::{Sender, empty, piecewise, request, talk, whole};
use crate::lab::{self, Lab, eventually};
use bytes::Bytes;
use domain::gateway_config::GatewayConfig;
use domain::plans::{Limits, Rate};
use domain::subscriptions::SubscriptionState;
use faultlab::echo::Echo;
use faultlab::raw::RawUpstream;
use faultlab::raw::frames::{self, DATA, END_HEADERS, Frame, HEADERS, RST_STREAM};
use http::HeaderMap;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A message in its frame: not compressed, and its length.
fn message(text: &str) -> Bytes {
    let mut bytes = vec![0];
    bytes.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
    bytes.extend(text.as_bytes());
    bytes.into()
}

fn method(path: &str) -> http::request::Builder {
    request("POST", path).header("content-type", "application/grpc+proto").header("te", "trailers")
}

async fn collect(body: Incoming) -> (Bytes, HeaderMap) {
    let collected = body.collect().await.unwrap();
    let trailers = collected.trailers().cloned().unwrap_or_default();
    (collected.to_bytes(), trailers)
}

#[test]
fn a_unary_call_brings_its_status_in_the_trailers() {
    let echo = Echo::start_http2().unwrap();
    let lab = Lab::with(config(&echo.url()), lab::options());
    talk(&lab, async |mut sender| {
        let call = method("/echo/pets.Pets/Get").body(whole(message("seven"))).unwrap();
        let answer = sender.send_request(call).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "application/grpc");
        assert!(answer.headers().contains_key("x-request-id"));
        let (body, trailers) = collect(answer.into_body()).await;
        assert_eq!((body, &trailers["grpc-status"]), (message("seven"), &"0".parse().unwrap()));
    });
    let call = lab.record_of("ok");
    assert_eq!((call.status, call.request_bytes, call.response_bytes), (200, 10, 10));
}

#[test]
fn messages_go_both_ways_at_once_and_trailers_of_both_sides_pass() {
    let echo = Echo::start_http2().unwrap();
    let lab = Lab::with(config(&echo.url()), lab::options());
    talk(&lab, async |mut sender| {
        let (send, body) = piecewise();
        let answer = sender.send_request(method("/echo/pets.Pets/Chat").body(body).unwrap()).await.unwrap();
        let mut answer = answer.into_body();
        for number in 0..200 {
            let said = message(&format!("message {number}"));
            send.send(hyper::body::Frame::data(said.clone())).unwrap();
            assert_eq!(answer.frame().await.unwrap().unwrap().into_data().unwrap(), said);
        }
        let mut trailers = HeaderMap::new();
        for name in ["sum", "authorization", "x-api-key", "content-length"] {
            trailers.insert(name, "7".parse().unwrap());
        }
        send.send(hyper::body::Frame::trailers(trailers)).unwrap();
        let (_, trailers) = collect(answer).await;
        let mut names: Vec<_> = trailers.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["grpc-status", "x-sum"], "nothing that frames or authenticates");
    });
    assert_eq!(lab.record_of("ok").status, 200);
}

/// The refusal of a call: its code, its message, and all of its fields.
async fn refused(sender: &mut Sender, call: http::request::Builder) -> (String, String, HeaderMap) {
    let answer = sender.send_request(call.body(whole(message("x"))).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/grpc");
    assert!(answer.body().is_end_stream(), "no more than a head");
    let headers = answer.headers().clone();
    let text = |name: &str| headers[name].to_str().unwrap().to_owned();
    (text("grpc-status"), text("grpc-message"), headers)
}

#[test]
fn refusals_are_heads_with_a_status_of_grpc() {
    let echo = Echo::start_http2().unwrap();
    let mut config = config(&echo.url());
    config.subscriptions[0].limits =
        Limits { rate: Some(Rate { requests: 1, seconds: 3_600 }), ..Limits::default() };
    config.credentials.push(lab::credential(2));
    config.subscriptions.push(lab::subscription(2, 1, SubscriptionState::Paused));
    let lab = Lab::with(config, lab::options());
    talk(&lab, async |mut sender| {
        let with = |key: &str, path: &str| {
            http::Request::post(format!("http://gateway.test{path}"))
                .header("content-type", "application/grpc")
                .header("x-api-key", key)
        };
        let (code, text, headers) = refused(&mut sender, with("nobody", "/echo/a.B/C")).await;
        assert_eq!((code.as_str(), text.is_empty()), ("16", false));
        assert!(headers.contains_key("www-authenticate") && headers.contains_key("x-request-id"));
        assert_eq!(refused(&mut sender, with(&lab::api_key(2), "/echo/a.B/C")).await.0, "7");
        assert_eq!(refused(&mut sender, with(&lab::api_key(1), "/none/a.B/C")).await.0, "12");
        let large = method("/echo/a.B/C").header("content-length", (11 << 20).to_string());
        let answer = sender.send_request(large.body(empty()).unwrap()).await;
        // a library may refuse to send that itself
        if let Ok(answer) = answer {
            assert_eq!(answer.headers()["grpc-status"], "8");
        }
        let first = sender.send_request(method("/echo/a.B/C").body(whole(message("x"))).unwrap()).await;
        assert_eq!(collect(first.unwrap().into_body()).await.1["grpc-status"], "0");
        let (code, _, headers) = refused(&mut sender, method("/echo/a.B/C")).await;
        assert_eq!(code, "8");
        assert!(headers.contains_key("retry-after") && headers.contains_key("ratelimit"), "{headers:?}");
    });
    let mut on_record: Vec<u16> = lab.records().iter().map(|call| call.status).collect();
    on_record.sort_unstable();
    on_record.retain(|status| *status != 413 && *status != 400);
    assert_eq!(on_record, [200, 401, 403, 404, 429], "what they are");
}

fn timed(url: &str) -> GatewayConfig {
    let mut config = config(url);
    config.apis[0].versions[0].config.upstream.timeouts.first_byte_ms = 200;
    config
}

#[test]
fn what_backends_fail_to_do_has_its_status_too() {
    let silent = RawUpstream::start(|mut peer| {
        peer.begin_http2(100)?;
        peer.drain().map(drop)
    });
    let silent = silent.unwrap();
    for (url, code, status) in [(silent.url(), "4", 504), ("http://127.0.0.1:1".to_owned(), "14", 502)] {
        let lab = Lab::with(timed(&url), lab::options());
        talk(&lab, async |mut sender| {
            let (seen, _, headers) = refused(&mut sender, method("/echo/a.B/C")).await;
            assert_eq!((seen.as_str(), headers.contains_key("proxy-status")), (code, true));
        });
        assert_eq!(lab.records()[0].status, status);
    }
    // other callers are told as ever
    let lab = Lab::with(timed("http://127.0.0.1:1"), lab::options());
    let answer = lab.call("POST /echo/a", "Content-Type: application/json\r\nContent-Length: 0\r\n");
    assert_eq!((answer.status, answer.header("grpc-status")), (502, None));
}

#[test]
fn a_backend_that_fails_in_the_middle_resets_the_call() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.begin_http2(100)?;
        let head = peer.frame_of(HEADERS)?;
        peer.send(Frame::bytes(HEADERS, END_HEADERS, head.stream, frames::STATUS_200))?;
        peer.send(Frame::bytes(DATA, 0, head.stream, b"half"))?;
        // so that it is not overtaken
        std::thread::sleep(std::time::Duration::from_millis(100));
        peer.send(Frame::reset(head.stream, frames::INTERNAL_ERROR))?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let lab = Lab::with(config(&upstream.url()), lab::options());
    talk(&lab, async |mut sender| {
        let call = method("/echo/a.B/C").body(whole(message("x"))).unwrap();
        let mut answer = sender.send_request(call).await.unwrap().into_body();
        assert_eq!(answer.frame().await.unwrap().unwrap().into_data().unwrap(), "half");
        let error = answer.frame().await.unwrap().unwrap_err();
        assert!(error.to_string().contains("body"), "{error}");
    });
    assert_eq!(lab.record_of("upstream-broken").status, 200);
}

#[test]
fn a_call_that_is_cancelled_is_cancelled_at_the_backend() {
    let cancelled = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&cancelled);
    let upstream = RawUpstream::start(move |mut peer| {
        peer.begin_http2(100)?;
        let head = peer.frame_of(HEADERS)?;
        peer.send(Frame::bytes(HEADERS, END_HEADERS, head.stream, frames::STATUS_200))?;
        peer.send(Frame::bytes(DATA, 0, head.stream, b"one"))?;
        let reset = peer.frame_of(RST_STREAM)?;
        seen.fetch_add(u32::from(reset.stream == head.stream), Ordering::SeqCst);
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let lab = Lab::with(config(&upstream.url()), lab::options());
    talk(&lab, async |mut sender| {
        let (send, body) = piecewise();
        let call = method("/echo/a.B/C").body(body).unwrap();
        let mut answer = sender.send_request(call).await.unwrap().into_body();
        assert_eq!(answer.frame().await.unwrap().unwrap().into_data().unwrap(), "one");
        drop((answer, send));
        let waited = tokio::task::spawn_blocking(move || {
            eventually("the backend is told", || cancelled.load(Ordering::SeqCst) == 1);
        });
        waited.await.unwrap();
    });
    eventually("it is on record", || lab.figures().in_flight == 0);
}
