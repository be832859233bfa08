//! HTTP/2 with a client, by hyper: many calls at once, each a task of this thread.

use super::body::RequestBody;
use super::client::Peer;
use super::phase::Phase;
use crate::pipeline;
use crate::stream::Stream;
use crate::worker::Worker;
use bytes::BytesMut;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Serves until the client or the gateway ends it; `read_ahead` begins with the preface.
pub async fn serve(worker: &Rc<Worker>, stream: Stream, read_ahead: BytesMut, peer: Peer, phase: &Rc<Phase>) {
    let stream = Watched { stream, read_ahead, phase: Rc::clone(phase) };
    let (owner, calls) = (Rc::clone(worker), Rc::clone(phase));
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let (request, body) = request.into_parts();
        let body = RequestBody::of_http2(body);
        let answer = pipeline::answer(Rc::clone(&owner), calls.call(), peer, request, body);
        async { Ok::<_, Infallible>(answer.await) }
    });
    let largest_head = u32::try_from(worker.options.head.bytes).unwrap_or(u32::MAX);
    phase.multiplex();
    let conn = http2::Builder::new(OnThisThread)
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
        let overdue = phase.poll_overdue(cx).is_ready();
        if overdue && asked {
            return Poll::Ready(());
        }
        if (overdue || worker.draining.get()) && !asked {
            asked = true;
            conn.as_mut().graceful_shutdown();
        }
        // an error was the client's doing
        conn.as_mut().poll(cx).map(drop)
    })
    .await;
}

/// Runs the streams of an HTTP/2 connection as tasks of the same thread.
#[derive(Clone, Copy)]
struct OnThisThread;

impl<F: Future + 'static> hyper::rt::Executor<F> for OnThisThread {
    fn execute(&self, stream: F) {
        // the stream ends with its connection, or with the thread's runtime
        drop(tokio::task::spawn_local(async move { drop(stream.await) }));
    }
}

/// The stream as hyper sees it, which tells the connection's phase when the client takes nothing.
struct Watched {
    stream: Stream,
    /// Read while finding out which protocol is spoken.
    read_ahead: BytesMut,
    phase: Rc<Phase>,
}

impl Watched {
    fn watch<T>(&self, written: Poll<T>) -> Poll<T> {
        if written.is_pending() {
            self.phase.write_blocked();
        } else {
            self.phase.written();
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.read_ahead.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, into);
        }
        let count = self.read_ahead.len().min(into.remaining());
        into.put_slice(&self.read_ahead.split_to(count));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.watch(written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
