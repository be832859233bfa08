//! Bodies that go back as they arrive: both ways at once.

use super::Body;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, BodyStream, StreamBody};
use hyper::body::{Frame, Incoming};

/// The body as it arrives, with its trailers at the end. It breaks off where it was broken off.
pub fn body(request: Request<Incoming>) -> Response<Body> {
    let frames = BodyStream::new(request.into_body());
    let frames = frames.take_while(|frame| std::future::ready(frame.is_ok()));
    let frames = frames.filter_map(|frame| std::future::ready(frame.ok().map(Ok)));
    Response::new(BodyExt::boxed(StreamBody::new(frames)))
}

/// The messages as they arrive, then the status; trailers of the request come back with `x-` in front.
pub fn grpc(request: Request<Incoming>) -> Response<Body> {
    let frames = BodyStream::new(request.into_body()).map(Some).chain(stream::iter([None]));
    let frames = frames.scan(HeaderMap::new(), |trailers, frame| {
        let next: Option<Frame<Bytes>> = match frame {
            Some(Ok(frame)) => match frame.into_trailers() {
                Ok(sent) => {
                    for (name, value) in &sent {
                        let name = HeaderName::try_from(format!("x-{name}")).ok();
                        trailers.extend(name.map(|name| (name, value.clone())));
                    }
                    Some(Frame::data(Bytes::new()))
                }
                Err(frame) => Some(frame),
            },
            Some(Err(_)) => None,
            None => {
                trailers.insert("grpc-status", HeaderValue::from_static("0"));
                Some(Frame::trailers(std::mem::take(trailers)))
            }
        };
        std::future::ready(next.map(Ok))
    });
    let mut response = Response::new(BodyExt::boxed(StreamBody::new(frames)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    response
}
