//! A client that speaks HTTP/2 over one connection, by a library of others.

use crate::lab::{Lab, api_key};
use bytes::Bytes;
use http::Request;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full, StreamBody};
use hyper::body::Frame;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::convert::Infallible;
use tokio::sync::mpsc;

pub type Body = BoxBody<Bytes, Infallible>;
pub type Sender = SendRequest<Body>;

/// Holds a conversation over one connection to the gateway.
pub fn talk(lab: &Lab, conversation: impl AsyncFnOnce(Sender)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let set = tokio::task::LocalSet::new();
    set.block_on(&runtime, async {
        let stream = tokio::net::TcpStream::connect(lab.addr()).await.unwrap();
        // so many windows fit into that of the connection, so that answers do not wait for each other here
        let (sender, connection) = hyper::client::conn::http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(64 << 10)
            .initial_connection_window_size(16 << 20)
            .handshake(TokioIo::new(stream))
            .await
            .unwrap();
        let connection = tokio::task::spawn_local(async move { drop(connection.await) });
        conversation(sender).await;
        connection.abort();
    });
}

/// A request with application 1's key.
pub fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri(format!("http://gateway.test{path}"))
        .header("x-api-key", api_key(1))
}

pub fn empty() -> Body {
    Empty::new().boxed()
}

pub fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).boxed()
}

/// A body whose pieces are sent one by one.
pub fn piecewise() -> (mpsc::UnboundedSender<Frame<Bytes>>, Body) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let frames = futures_util::stream::unfold(receiver, async |mut receiver| {
        receiver.recv().await.map(|frame| (Ok(frame), receiver))
    });
    (sender, BodyExt::boxed(StreamBody::new(frames)))
}
