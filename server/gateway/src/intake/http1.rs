//! HTTP/1.1 with a client: one call after the other, each answered before the next head is read.

use super::body::{Http1Body, RequestBody};
use super::client::Peer;
use super::line::{Arrived, Line, Outbox};
use super::phase::{Phase, Stage};
use super::{request, upgrade};
use crate::body::AnswerBody;
use crate::h1::body::Framing;
use crate::h1::request::{Head, Refused};
use crate::h1::write::{self, Ending};
use crate::options::HeadLimits;
use crate::pipeline;
use crate::reject::{Reject, RejectKind};
use crate::stream::Stream;
use crate::tunnel::Tunnel;
use crate::worker::Worker;
use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Response, Version, header, response};
use http_body::{Body, Frame};
use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, ready};

/// Pieces of a body up to this many bytes are copied beside their head, which is cheaper than a second buffer.
const SMALL: usize = 2 << 10;

/// How the connection is to be ended.
pub struct Ended {
    pub stream: Option<Stream>,
    /// What to answer to bytes that never became a request.
    pub reject: Option<Reject>,
    /// Whether the client may still be sending a body that nobody has read.
    pub unread: bool,
}

/// Serves until the client or the gateway ends it.
pub async fn serve(
    worker: &Rc<Worker>,
    stream: Stream,
    read_ahead: BytesMut,
    peer: Peer,
    phase: &Rc<Phase>,
) -> Ended {
    let line = Line::new(stream, read_ahead, Rc::clone(phase), worker.options.head);
    let (mut reject, mut unread) = (None, false);
    loop {
        let head = match poll_fn(|cx| poll_arrival(worker, &line, phase, cx)).await {
            Ok(Some(head)) => head,
            Ok(None) => break,
            Err(refused) => {
                reject = Some(refused);
                break;
            }
        };
        let mut call = Call::begin(&line, *head);
        let Some(answer) = call.answer(worker, peer, phase).await else { break };
        let (head, mut body) = answer.into_parts();
        let done = call.send(worker, phase, head, &mut body).await;
        if let Some(tunnel) = body.into_tunnel() {
            switch(line, if done { Some(tunnel) } else { None }).await;
            return Ended { stream: None, reject, unread };
        }
        if !done || call.close {
            unread = done && (call.is_handshake || !call.framing.get().is_done());
            break;
        }
    }
    Ended { stream: line.into_stream(), reject, unread }
}

/// Goes on as a tunnel, which takes the connection with it; none when the client did not get to know of it.
async fn switch(line: Rc<Line>, tunnel: Option<Tunnel>) {
    if let Some(tunnel) = tunnel
        && let Some((stream, read_ahead)) = line.into_parts()
    {
        tunnel.run(stream, read_ahead).await;
    }
}

/// A head; none when the connection is over. The error is what to answer before it ends.
fn poll_arrival(
    worker: &Worker,
    line: &Line,
    phase: &Phase,
    cx: &mut Context<'_>,
) -> Poll<Result<Option<Box<Head>>, Reject>> {
    match line.poll_head(cx) {
        Poll::Ready(Arrived::Head(head)) => Poll::Ready(Ok(Some(head))),
        Poll::Ready(Arrived::End) => Poll::Ready(Ok(None)),
        Poll::Ready(Arrived::Refused(refused)) => Poll::Ready(Err(reject(refused, worker.options.head))),
        Poll::Pending if phase.poll_overdue(cx).is_ready() => Poll::Ready(match phase.stage() {
            Stage::Head => {
                Err(Reject::new(RejectKind::RequestTimeout, "the head of the request did not arrive in time"))
            }
            _ => Ok(None),
        }),
        Poll::Pending if worker.draining.get() && phase.stage() != Stage::Head => Poll::Ready(Ok(None)),
        Poll::Pending => Poll::Pending,
    }
}

fn reject(refused: Refused, limits: HeadLimits) -> Reject {
    match refused {
        Refused::Malformed(detail) => Reject::bad_request(detail),
        Refused::TooLarge => request::too_large(limits, limits.field_bytes()),
        Refused::TargetTooLong => Reject::new(RejectKind::UriTooLong, "an address may have 8192 bytes"),
        Refused::Version => {
            Reject::new(RejectKind::VersionNotSupported, "HTTP/1.0, HTTP/1.1 and HTTP/2 are spoken here")
        }
    }
}

/// One request and its answer.
struct Call<'l> {
    line: &'l Rc<Line>,
    /// Taken when the pipeline begins.
    request: Option<http::request::Parts>,
    /// Of the request's body.
    framing: Rc<Cell<Framing>>,
    is_head: bool,
    is_http_10: bool,
    wants_trailers: bool,
    /// Whether what follows is meant for a WebSocket. It is not taken for requests if there is none.
    is_handshake: bool,
    /// Whether the connection ends after the answer.
    close: bool,
}

impl<'l> Call<'l> {
    fn begin(line: &'l Rc<Line>, head: Head) -> Self {
        let Head { parts, framing, keep_alive, expects_continue, offers_upgrade } = head;
        if expects_continue {
            line.expect_continue();
        }
        Self {
            line,
            framing: Rc::new(Cell::new(framing)),
            is_head: parts.method == Method::HEAD,
            is_http_10: parts.version == Version::HTTP_10,
            wants_trailers: parts.headers.get_all(header::TE).iter().any(|value| names(value, b"trailers")),
            is_handshake: offers_upgrade && upgrade::is_handshake(&parts),
            close: !keep_alive,
            request: Some(parts),
        }
    }

    /// The pipeline's answer; none when the client left first.
    async fn answer(
        &mut self,
        worker: &Rc<Worker>,
        peer: Peer,
        phase: &Rc<Phase>,
    ) -> Option<Response<AnswerBody>> {
        let request = self.request.take()?;
        let body = if self.framing.get().is_done() {
            RequestBody::Empty
        } else {
            RequestBody::Http1(Http1Body::new(Rc::clone(self.line), Rc::clone(&self.framing), phase))
        };
        let mut answering = pin!(pipeline::answer(Rc::clone(worker), phase.call(), peer, request, body));
        poll_fn(|cx| match answering.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => self.poll_gone(cx).map(|()| None),
        })
        .await
    }

    /// Sends an answer; whether the client has all of it, as far as there was an end.
    async fn send(
        &mut self,
        worker: &Worker,
        phase: &Phase,
        head: response::Parts,
        body: &mut AnswerBody,
    ) -> bool {
        let mut outbox = Outbox::default();
        outbox.head.extend_from_slice(self.line.end_expectation());
        self.close |= worker.draining.get()
            || self.is_handshake
            || head.headers.get(header::CONNECTION).is_some_and(|value| names(value, b"close"))
            || !self.is_request_over();
        let length = body.size_hint().exact();
        let ending = Ending::of(head.status, self.is_head, self.is_http_10, length);
        self.close |= ending == Ending::Close;
        worker.date.at(worker.clock.unix_ms(), |date| {
            write::head(&mut outbox.head, head.status, &head.headers, ending, self.close, date);
        });
        let mut ended = (ending == Ending::Bodiless || body.is_end_stream()).then_some(true);
        if ended.is_some() && ending == Ending::Chunked {
            outbox.end = b"0\r\n\r\n";
        }
        poll_fn(|cx| self.poll_send(phase, body, &mut outbox, ending, &mut ended, cx)).await
    }

    /// Whether the request's body has been read to its end, or can be dropped because nobody reads it any more.
    fn is_request_over(&self) -> bool {
        self.framing.get().is_done()
            || (Rc::strong_count(&self.framing) == 1 && self.line.discard(&self.framing))
    }

    /// `ended`: whether the body came to its end, once it is over.
    fn poll_send(
        &self,
        phase: &Phase,
        body: &mut AnswerBody,
        outbox: &mut Outbox,
        ending: Ending,
        ended: &mut Option<bool>,
        cx: &mut Context<'_>,
    ) -> Poll<bool> {
        loop {
            if ended.is_none() && outbox.has_room() {
                match Pin::new(&mut *body).poll_frame(cx) {
                    Poll::Ready(Some(Ok(frame))) => {
                        let last = body.is_end_stream();
                        *ended = self.put(outbox, frame, ending, last).then_some(true);
                        // small pieces that are there go out together
                        continue;
                    }
                    Poll::Ready(None) => {
                        *ended = Some(true);
                        if ending == Ending::Chunked {
                            outbox.end = b"0\r\n\r\n";
                        }
                    }
                    // what is missing must not look complete
                    Poll::Ready(Some(Err(_))) => *ended = Some(false),
                    Poll::Pending => {
                        let written = self.line.poll_write(outbox, cx);
                        let gone = matches!(written, Poll::Ready(Err(_))) || self.poll_gone(cx).is_ready();
                        if gone || phase.poll_overdue(cx).is_ready() {
                            return Poll::Ready(false);
                        }
                        return Poll::Pending;
                    }
                }
            }
            match (self.line.poll_write(outbox, cx), *ended) {
                (Poll::Ready(Ok(())), Some(whole)) => return Poll::Ready(whole),
                (Poll::Ready(Ok(())), None) => {}
                (Poll::Ready(Err(_)), _) => return Poll::Ready(false),
                (Poll::Pending, _) => {
                    ready!(phase.poll_overdue(cx));
                    return Poll::Ready(false);
                }
            }
        }
    }

    /// Takes a piece of the body into the outbox; whether it is the last one.
    fn put(&self, outbox: &mut Outbox, frame: Frame<Bytes>, ending: Ending, last: bool) -> bool {
        let chunked = ending == Ending::Chunked;
        let data = match frame.into_data() {
            Ok(data) => data,
            Err(frame) => {
                if chunked {
                    self.put_trailers(outbox, frame.into_trailers().unwrap_or_default());
                }
                return true;
            }
        };
        if chunked && !data.is_empty() {
            write::chunk_size(&mut outbox.head, data.len());
        }
        // an empty chunk would be the last one
        let end: &'static [u8] = match (chunked, data.is_empty(), last) {
            (false, ..) | (true, true, false) => b"",
            (true, false, false) => b"\r\n",
            (true, false, true) => b"\r\n0\r\n\r\n",
            (true, true, true) => b"0\r\n\r\n",
        };
        outbox.put(data, end, SMALL);
        last
    }

    fn put_trailers(&self, outbox: &mut Outbox, trailers: HeaderMap) {
        outbox.head.extend_from_slice(b"0\r\n");
        if self.wants_trailers {
            for (name, value) in &trailers {
                write::field(&mut outbox.head, name.as_str().as_bytes(), value.as_bytes());
            }
        }
        outbox.head.extend_from_slice(b"\r\n");
    }

    /// Ready when the client has left. While its request is still being read, whoever reads it sees that.
    fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.framing.get().is_done() { self.line.poll_gone(cx) } else { Poll::Pending }
    }
}

fn names(value: &http::HeaderValue, word: &[u8]) -> bool {
    value.as_bytes().split(|byte| *byte == b',').any(|token| token.trim_ascii().eq_ignore_ascii_case(word))
}
