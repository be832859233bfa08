//! Bodies of answers: whole ones, and those that flow piece by piece with the faults that were ordered.

use super::log::Watch;
use super::script::Script;
use bytes::Bytes;
use http::{HeaderValue, Response, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;
use serde_json::Value;
use std::io;
use std::time::Duration;

pub(super) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Time for the server to send what it holds before the connection is dropped.
const BEFORE_CUT: Duration = Duration::from_millis(20);

pub(super) fn whole(content_type: &'static str, bytes: impl Into<Bytes>) -> Response<Body> {
    let body = Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync();
    typed(content_type, body)
}

pub(super) fn json(value: &Value) -> Response<Body> {
    whole("application/json", value.to_string())
}

fn typed(content_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Pieces on their way to the client.
pub(super) struct Flow {
    pieces: std::vec::IntoIter<Bytes>,
    sent: usize,
    pace: Duration,
    /// How long nothing is sent, and before which piece.
    silence: Option<(usize, Duration)>,
    cut: bool,
    watch: Option<Watch>,
}

impl Flow {
    /// The pieces as the script wants them; `garbage` and `broken` are the dialect's.
    pub fn new(
        mut pieces: Vec<Bytes>,
        script: &Script,
        watch: Option<Watch>,
        garbage: impl FnOnce() -> Bytes,
        broken: impl FnOnce() -> Bytes,
    ) -> Self {
        let middle = pieces.len().div_ceil(2);
        if script.cut || script.midstream_error {
            pieces.truncate(middle);
        }
        if script.midstream_error && !script.cut {
            pieces.push(broken());
        }
        if script.garbage {
            pieces.insert(middle.min(pieces.len()), garbage());
        }
        if script.torn {
            pieces = torn(&pieces);
        }
        Self {
            pieces: pieces.into_iter(),
            sent: 0,
            pace: script.pace,
            silence: (!script.silent.is_zero()).then_some((middle, script.silent)),
            cut: script.cut,
            watch,
        }
    }

    /// The answer, of unknown length.
    pub fn response(self, content_type: &'static str) -> Response<Body> {
        let frames = futures_util::stream::unfold(Some(self), |flow| async move { flow?.next().await });
        typed(content_type, StreamBody::new(Box::pin(frames)).boxed_unsync())
    }

    /// The next piece, and what is left. The watch ends with the last piece: a client may leave as soon as it has it.
    async fn next(mut self) -> Option<(io::Result<Frame<Bytes>>, Option<Self>)> {
        let Some(piece) = self.pieces.next() else {
            if self.cut {
                tokio::time::sleep(BEFORE_CUT).await;
                self.finish();
                return Some((Err(io::Error::other("cut as ordered")), None));
            }
            self.finish();
            return None;
        };
        let wait = match self.silence {
            Some((before, silence)) if before == self.sent => silence,
            _ if self.sent > 0 => self.pace,
            _ => Duration::ZERO,
        };
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        self.sent += 1;
        if let Some(watch) = &mut self.watch {
            watch.sent(self.sent);
        }
        if self.pieces.len() == 0 && !self.cut {
            self.finish();
            return Some((Ok(Frame::data(piece)), None));
        }
        Some((Ok(Frame::data(piece)), Some(self)))
    }

    fn finish(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.finish();
        }
    }
}

/// The same bytes in pieces that end in the midst of what belongs together.
fn torn(pieces: &[Bytes]) -> Vec<Bytes> {
    let mut begun = Bytes::new();
    let mut torn = Vec::with_capacity(pieces.len() + 1);
    for piece in pieces {
        let half = piece.len() / 2;
        torn.push(Bytes::from([begun.as_ref(), piece.slice(..half).as_ref()].concat()));
        begun = piece.slice(half..);
    }
    torn.push(begun);
    torn
}

/// An event of a stream that has no name.
pub(super) fn data(value: &Value) -> Bytes {
    Bytes::from(format!("data: {value}\n\n"))
}

/// An event of a stream, with its name.
pub(super) fn event(name: &str, value: &Value) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {value}\n\n"))
}
