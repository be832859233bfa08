//! Start, HTTP/2, and the end.

use crate::lab::{self, Lab, api_key};
use bytes::Bytes;
use faultlab::echo::Echo;
use gateway::{Gateway, StartError};
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::time::{Duration, Instant};

#[test]
fn http2_is_spoken_to_whoever_begins_with_it() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(lab.addr()).await.unwrap();
        let (sender, connection) =
            hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        let set = tokio::task::LocalSet::new();
        set.spawn_local(async move { connection.await.unwrap() });
        let calls = (0..20).map(|number| {
            let mut sender = sender.clone();
            async move {
                let body = Full::new(Bytes::from(format!("body {number}")));
                let request = Request::post(format!("http://gateway.test/echo/{number}"))
                    .header("x-api-key", api_key(1));
                let response = sender.send_request(request.body(body).unwrap()).await.unwrap();
                assert_eq!((response.status().as_u16(), response.version()), (200, http::Version::HTTP_2));
                assert!(response.headers().contains_key("x-request-id"));
                let bytes = response.into_body().collect().await.unwrap().to_bytes();
                let said: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
                assert_eq!(
                    (&said["path"], &said["body"]),
                    (&format!("/{number}").into(), &format!("body {number}").into())
                );
                assert_eq!(said["headers"]["x-forwarded-host"], "gateway.test");
            }
        });
        set.run_until(futures_util::future::join_all(calls)).await;
        let refused = Request::get("http://gateway.test/none").body(Full::default()).unwrap();
        let mut sender = sender.clone();
        let response = set.run_until(sender.send_request(refused)).await.unwrap();
        assert_eq!(response.status(), 404);
    });
    assert_eq!(lab.records().len(), 21);
}

#[test]
fn calls_that_have_begun_end_before_the_gateway_does() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let (mut idle, mut busy) = (lab.client(), lab.client());
    idle.send(lab::request("GET /echo/json", "")).unwrap();
    assert_eq!(idle.answer(false).unwrap().status, 200);
    busy.send(lab::request("GET /echo/delay/600", "")).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    let addr = lab.addr();
    std::thread::scope(|scope| {
        scope.spawn(|| lab.gateway.drain(Duration::from_secs(10)));
        assert!(
            idle.is_closed_within(Duration::from_secs(1)).unwrap(),
            "an idle connection is closed at once"
        );
        let answer = busy.answer(false).unwrap();
        assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
    });
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert!(!lab.gateway.is_alive());
    assert!(std::net::TcpStream::connect(addr).is_err(), "nobody listens any more");
    assert_eq!(lab.records().len(), 2);
}

#[test]
fn a_call_that_does_not_end_is_cut_off_and_on_record() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let mut client = lab.client();
    client.send(lab::request("GET /echo/delay/60000", "")).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    lab.gateway.drain(Duration::from_millis(300));
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(lab.record_of("client-gone").status, 499);
}

#[test]
fn threads_share_a_port_and_an_address_in_use_is_told() {
    let lab = Lab::start("http://127.0.0.1:1");
    assert!(lab.gateway.is_alive() && lab.addr().port() != 0);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal =
        journal::Journal::open(folder.path(), journal::Limits::default(), journal::Durability::Normal)
            .unwrap();
    let options = gateway::Options { listen: taken.local_addr().unwrap(), ..lab::options() };
    let started = Gateway::start(options, lab.snapshots.clone(), vec![journal.writer("one").unwrap()]);
    assert!(matches!(started, Err(StartError::Listen(..))));
    assert!(matches!(
        Gateway::start(lab::options(), lab.snapshots.clone(), Vec::new()),
        Err(StartError::NoThread)
    ));
}
