//! A small backend over HTTP/1.1 or HTTP/2 that says what it was sent, in the manner of httpbin: for tests, for trying out
//! and for `gatehouse demo`. It never keeps anything of a call but the count.
//!
//! | path | answer |
//! |---|---|
//! | `/status/{code}` | that status, empty |
//! | `/bytes/{n}` | `n` bytes of `x`, with a length; or the one range of them that is asked for |
//! | `/events/{n}` | `n` server-sent events, one every 50 ms |
//! | `/chunks/{n}` | `n` lines, without a length |
//! | `/delay/{ms}` | the echo, after that time |
//! | `/late/{ms}` | its head at once and two lines without a length, the second after that time |
//! | `/mirror` | the body as it arrives, and its trailers |
//! | `/json` | 130 bytes of JSON |
//! | `/openapi.json` | what is here, as OpenAPI 3.1 |
//! | content type `application/grpc` | the body as it arrives, then `grpc-status: 0` |
//! | anything else | the echo: method, path, query, headers and body as JSON |

mod mirror;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Body as _, Frame, Incoming};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Map, Value, json};
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// 130 bytes: the answer that the benchmark is measured with.
const SMALL_JSON: &str = concat!(
    r#"{"id":1042,"name":"Standard widget","price":{"amount":"19.90","currency":"EUR"},"#,
    r#""stock":3180,"tags":["widget","standard","blue"]}"#,
    "\n"
);
const OPENAPI: &str = include_str!("echo/openapi.json");
const LARGEST_ANSWER: usize = 64 << 20;

type Body = BoxBody<Bytes, Infallible>;

/// The running backend; stops when dropped.
pub struct Echo {
    addr: SocketAddr,
    calls: Arc<AtomicU64>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Echo {
    /// Starts on a free loopback port, on a thread of its own.
    pub fn start() -> io::Result<Self> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    pub fn start_at(addr: SocketAddr) -> io::Result<Self> {
        Self::speaking(Spoken::Http1, addr)
    }

    /// Speaks HTTP/2 from the first byte.
    pub fn start_http2() -> io::Result<Self> {
        Self::start_http2_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    pub fn start_http2_at(addr: SocketAddr) -> io::Result<Self> {
        Self::speaking(Spoken::Http2, addr)
    }

    fn speaking(spoken: Spoken, addr: SocketAddr) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(addr)?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let calls = Arc::new(AtomicU64::new(0));
        let (stop, stopped) = oneshot::channel();
        let counted = Arc::clone(&calls);
        let thread = std::thread::Builder::new().name("echo".to_owned()).spawn(move || {
            let set = tokio::task::LocalSet::new();
            set.block_on(&runtime, async move {
                tokio::select! {
                    _ = accept(spoken, listener, counted) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { addr, calls, stop: Some(stop), thread: Some(thread) })
    }

    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:port`
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// How many calls have arrived.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // a panic of the thread has already been reported on its own stderr
            drop(thread.join());
        }
    }
}

#[derive(Clone, Copy)]
enum Spoken {
    Http1,
    Http2,
}

async fn accept(spoken: Spoken, listener: std::net::TcpListener, calls: Arc<AtomicU64>) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let calls = Arc::clone(&calls);
        tokio::task::spawn_local(async move {
            let service = hyper::service::service_fn(move |request| {
                calls.fetch_add(1, Ordering::SeqCst);
                answer_to(request)
            });
            let stream = TokioIo::new(stream);
            let served = match spoken {
                Spoken::Http1 => {
                    let mut http1 = hyper::server::conn::http1::Builder::new();
                    http1.timer(TokioTimer::new()).serve_connection(stream, service).await
                }
                Spoken::Http2 => {
                    let http2 = hyper::server::conn::http2::Builder::new(OnThisThread);
                    http2.serve_connection(stream, service).await
                }
            };
            // a client that breaks off is its own affair
            drop(served);
        });
    }
}

/// Runs the streams of an HTTP/2 connection as tasks of the same thread.
#[derive(Clone, Copy)]
struct OnThisThread;

impl<F: Future + 'static> hyper::rt::Executor<F> for OnThisThread {
    fn execute(&self, stream: F) {
        drop(tokio::task::spawn_local(async move { drop(stream.await) }));
    }
}

/// Without its body, to a HEAD: over HTTP/2, nobody else takes it off.
async fn answer_to(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let is_head = request.method() == Method::HEAD;
    let mut response = answer(request).await?;
    if is_head {
        if let Some(length) = response.body().size_hint().exact() {
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        *response.body_mut() = Full::default().boxed();
    }
    Ok(response)
}

async fn answer(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    let (first, rest) =
        path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
    let number = rest.parse::<usize>().ok();
    let content_type = request.headers().get(header::CONTENT_TYPE);
    if content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/grpc")) {
        return Ok(mirror::grpc(request));
    }
    Ok(match (first, number) {
        ("status", Some(code)) => status(code),
        ("bytes", Some(length)) => bytes(length.min(LARGEST_ANSWER), request.headers()),
        ("events", Some(count)) => events(count),
        ("chunks", Some(count)) => chunks(count),
        ("delay", Some(ms)) => {
            tokio::time::sleep(Duration::from_millis(u64::try_from(ms).unwrap_or(u64::MAX))).await;
            echo(request).await
        }
        ("late", Some(ms)) => late(Duration::from_millis(u64::try_from(ms).unwrap_or(u64::MAX))),
        ("mirror", None) => mirror::body(request),
        ("json", None) => sized("application/json", Bytes::from_static(SMALL_JSON.as_bytes())),
        ("openapi.json", None) => sized("application/json", Bytes::from_static(OPENAPI.as_bytes())),
        _ => echo(request).await,
    })
}

fn sized(content_type: &'static str, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Full::new(bytes).boxed());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn bytes(length: usize, headers: &http::HeaderMap) -> Response<Body> {
    let of = |length| sized("application/octet-stream", Bytes::from(vec![b'x'; length]));
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok()?.strip_prefix("bytes="));
    let ends = range.and_then(|range| range.split_once('-'));
    let ends = ends.and_then(|(from, to)| Some((from.parse::<usize>().ok()?, to.parse::<usize>().ok()?)));
    let Some((from, to)) = ends.filter(|(from, to)| from <= to && *to < length) else { return of(length) };
    let mut part = of(to - from + 1);
    *part.status_mut() = StatusCode::PARTIAL_CONTENT;
    let told = HeaderValue::try_from(format!("bytes {from}-{to}/{length}")).ok();
    part.headers_mut().extend(told.map(|told| (header::CONTENT_RANGE, told)));
    part
}

fn events(count: usize) -> Response<Body> {
    let events = futures_util::stream::unfold(0, move |number| async move {
        if number > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let event = Bytes::from(format!("data: {number}\n\n"));
        (number < count).then_some((Ok(Frame::data(event)), number + 1))
    });
    let mut response = Response::new(BodyExt::boxed(StreamBody::new(Box::pin(events))));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response
}

fn status(code: usize) -> Response<Body> {
    let status = u16::try_from(code).ok().and_then(|code| StatusCode::from_u16(code).ok());
    let mut response = sized("text/plain", Bytes::new());
    *response.status_mut() =
        status.filter(|status| !status.is_informational()).unwrap_or(StatusCode::BAD_REQUEST);
    response
}

fn chunks(count: usize) -> Response<Body> {
    let lines =
        (0..count.min(LARGEST_ANSWER)).map(|line| Ok(Frame::data(Bytes::from(format!("line {line}\n")))));
    let mut response = Response::new(BodyExt::boxed(StreamBody::new(futures_util::stream::iter(lines))));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

fn late(wait: Duration) -> Response<Body> {
    let first = futures_util::stream::iter([Bytes::from_static(b"early\n")]);
    let second = futures_util::stream::once(async move {
        tokio::time::sleep(wait).await;
        Bytes::from_static(b"late\n")
    });
    let lines = futures_util::StreamExt::map(futures_util::StreamExt::chain(first, second), |line| {
        Ok(Frame::data(line))
    });
    Response::new(BodyExt::boxed(StreamBody::new(lines)))
}

async fn echo(request: Request<Incoming>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let collected = match body.collect().await {
        Ok(collected) => collected,
        Err(_) => return status(400),
    };
    let trailers = collected.trailers().map(headers_json);
    let bytes = collected.to_bytes();
    let said = json!({
        "method": head.method.as_str(),
        "authority": head.uri.authority().map(http::uri::Authority::as_str),
        "path": head.uri.path(),
        "query": head.uri.query(),
        "headers": headers_json(&head.headers),
        "trailers": trailers,
        "body": String::from_utf8_lossy(&bytes),
        "body_bytes": bytes.len(),
    });
    let mut response = sized("application/json", Bytes::from(format!("{said:#}\n")));
    if head.method == Method::OPTIONS {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST, OPTIONS"));
    }
    response
}

/// `{name: value}`; a name that came more than once has its values in an array.
fn headers_json(headers: &http::HeaderMap) -> Value {
    let mut map = Map::new();
    for name in headers.keys() {
        let mut values: Vec<Value> = headers
            .get_all(name)
            .iter()
            .map(|v| Value::from(String::from_utf8_lossy(v.as_bytes())))
            .collect();
        let value = if values.len() == 1 { values.swap_remove(0) } else { Value::Array(values) };
        map.insert(name.as_str().to_owned(), value);
    }
    Value::Object(map)
}
