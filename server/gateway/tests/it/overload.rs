//! More at the same time than the gateway has memory for: refused at once, while what has begun goes on.

use crate::lab::{self, Lab, api_key};
use bytes::Bytes;
use faultlab::echo::Echo;
use gateway::Options;
use http::{Request, Response};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper_util::rt::{TokioExecutor, TokioIo};

type Sender = SendRequest<Empty<Bytes>>;

async fn get(sender: &Sender, path: &str) -> Response<Incoming> {
    let request = Request::get(format!("http://gateway.test/echo{path}")).header("x-api-key", api_key(1));
    sender.clone().send_request(request.body(Empty::new()).unwrap()).await.unwrap()
}

#[test]
fn calls_beyond_the_cap_are_refused_and_those_after_them_are_not() {
    let echo = Echo::start().unwrap();
    // of two threads each has four, and one connection is one thread's
    let lab = Lab::with(lab::config(&echo.url()), Options { max_calls: 8, ..lab::options() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let set = tokio::task::LocalSet::new();
    set.block_on(&runtime, async {
        let stream = tokio::net::TcpStream::connect(lab.addr()).await.unwrap();
        let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        tokio::task::spawn_local(async move { connection.await.unwrap() });
        let all = futures_util::future::join_all((0..10).map(|_| get(&sender, "/delay/700"))).await;
        let (good, refused): (Vec<_>, Vec<_>) = all.into_iter().partition(|answer| answer.status() == 200);
        assert_eq!((good.len(), refused.len()), (4, 6));
        for answer in refused {
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()["retry-after"]),
                (503, &"1".parse().unwrap())
            );
        }
        assert_eq!(get(&sender, "/json").await.status(), 200);
    });
    assert_eq!(lab.figures().rejected("overloaded"), 6);
}
