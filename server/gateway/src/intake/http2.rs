//! HTTP/2 with a client, by hyper: many calls at once, each a task of this thread. What is no request never becomes a
//! call: hyper resets its stream or ends the connection, which is counted and not on record.

mod sent;
mod turns;
mod watched;

use super::body::RequestBody;
use super::client::Peer;
use super::phase::Phase;
use crate::pipeline;
use crate::stream::Stream;
use crate::worker::Worker;
use bytes::BytesMut;
use http::{HeaderMap, HeaderValue, Request, header};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use turns::{InTurn, Turns};
use watched::Watched;

/// Serves until the client or the gateway ends it; `read_ahead` begins with the preface.
pub async fn serve(worker: &Rc<Worker>, stream: Stream, read_ahead: BytesMut, peer: Peer, phase: &Rc<Phase>) {
    let stream = Watched::new(stream, read_ahead, Rc::clone(phase), Arc::clone(&worker.counters));
    let (owner, calls, turns) = (Rc::clone(worker), Rc::clone(phase), Rc::<Turns>::default());
    let streams = OnThisThread { worker: Rc::clone(worker), turns: Rc::clone(&turns) };
    let largest_head = u32::try_from(worker.options.head.bytes).unwrap_or(u32::MAX);
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let (mut request, body) = request.into_parts();
        join_cookies(&mut request.headers);
        let body = RequestBody::of_http2(body, &calls);
        let answer = pipeline::answer(Rc::clone(&owner), calls.call(), peer, request, body);
        let turns = Rc::clone(&turns);
        async {
            let answer = answer.await;
            turns.hand_over();
            Ok::<_, Infallible>(answer.map(|body| InTurn::new(body, turns)))
        }
    });
    phase.multiplex();
    let conn = http2::Builder::new(streams)
        .timer(TokioTimer::new())
        .max_concurrent_streams(100)
        .initial_stream_window_size(64 << 10)
        .initial_connection_window_size(1 << 20)
        .max_header_list_size(largest_head)
        .max_pending_accept_reset_streams(20)
        .keep_alive_interval(Duration::from_secs(20))
        .serve_connection(TokioIo::new(stream), service);
    let mut conn = std::pin::pin!(conn);
    let mut asked = false;
    poll_fn(|cx| {
        let mut overdue = phase.poll_overdue(cx).is_ready();
        if (overdue || worker.draining.get()) && !asked {
            asked = true;
            conn.as_mut().graceful_shutdown();
            if overdue {
                phase.part();
                overdue = phase.poll_overdue(cx).is_ready();
            }
        }
        if overdue {
            return Poll::Ready(());
        }
        // an error was the client's doing
        conn.as_mut().poll(cx).map(drop)
    })
    .await;
}

/// Runs the streams of an HTTP/2 connection as tasks of the same thread.
#[derive(Clone)]
struct OnThisThread {
    worker: Rc<Worker>,
    turns: Rc<Turns>,
}

impl<F: Future + 'static> hyper::rt::Executor<F> for OnThisThread {
    fn execute(&self, stream: F) {
        let Self { worker, turns } = self.clone();
        // the stream ends with its connection, or with the thread's runtime
        drop(tokio::task::spawn_local(async move { turns.run(&worker, stream).await }));
    }
}

/// Cookies come one in a field, which no server of HTTP/1.1 expects (RFC 9113 section 8.2.3).
fn join_cookies(headers: &mut HeaderMap) {
    let all: Vec<&[u8]> = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes).collect();
    if all.len() > 1
        && let Ok(joined) = HeaderValue::from_bytes(&all.join(&b"; "[..]))
    {
        headers.insert(header::COOKIE, joined);
    }
}
