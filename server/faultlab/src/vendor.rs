//! A vendor of AI that is none: it speaks the dialects of the real ones under one address, always answers the same to
//! the same, refuses what they refuse, and fails as it is told to. For tests, benchmarks and `gatehouse demo`.
//!
//! | path | dialect |
//! |---|---|
//! | `/v1/chat/completions`, `/v1/responses`, `/v1/embeddings`, `/v1/images/generations`, `/v1/audio/speech`, `/v1/audio/transcriptions`, `/v1/moderations`, `/v1/models` | OpenAI |
//! | `/mistral/v1/chat/completions` | the same as Mistral is: unknown fields are 422, ids of calls nine letters or digits, usage always in the stream |
//! | `/v1/messages`, `/v1/messages/count_tokens`, and `/v1/models` with `anthropic-version` | Anthropic |
//! | `/v1beta/models/{m}:generateContent`, `:streamGenerateContent` (an array, or events with `alt=sse`), `:countTokens`, the same below `/v1/models/`, `/v1beta/models`, and `/v1/models` with a key of Google's | Gemini |
//! | `/model/{id}/converse`, `/converse-stream`, `/count-tokens` | Bedrock |
//! | `/api/chat` | Ollama |
//! | `/v2/chat`, `/v1/rerank`, `/v2/rerank` | Cohere |
//! | `/v1beta/models/{m}:embedContent`, `:batchEmbedContents`; `/mistral/v1/embeddings`, `/v2/embed`, `/api/embed`; `/model/{id}/invoke` with embeddings of Amazon's or Cohere's models, or rankings | Gemini; Mistral, Cohere, Ollama; Bedrock |
//! | `/foundation-models` | Bedrock's list of models |
//! | `/openai/v1/…`, `/openai/deployments/{d}/chat/completions?api-version=…`, `/openai/models?api-version=…` | Azure |
//! | `/v1/projects/{p}/locations/{l}/publishers/google/models/{m}:generateContent`, `…/publishers/anthropic/models/{m}:rawPredict`, `:streamRawPredict`, `…/endpoints/openapi/chat/completions`; `/token` | Vertex, and who gives its tokens |
//!
//! The answer is `You said: {text}`, the text being that of the last turn of the user that has any; streamed by words.
//! After a result of a tool it is `The tool said: {result}` (several: joined by ` and `), after images
//! `I see {n} images.`, and where a schema is given an object that satisfies it: strings are `x`, numbers 1, booleans
//! true, enums their first value, objects have what they require. A limit of tokens cuts the answer after so many
//! words. A required or named tool is called, once. Words in the text are commands, and are not said back:
//!
//! | command | effect |
//! |---|---|
//! | `#tool`, `#tools` | calls the first tool offered, or the first two at once; arguments are made from the schema. Not after a result |
//! | `#json` | answers `{"said": text}` |
//! | `#think` | reasons first. Calls made since must come back with the signed thought (Anthropic, Bedrock: the block; Gemini: the `thoughtSignature` of the first call), else 400 |
//! | `#refuse` | refuses: `content_filter` with a `refusal`, `refusal`, `SAFETY` without content, `content_filtered`, `ERROR` |
//! | `#length` | ends by length |
//! | `#long N` | an answer of N words |
//! | `#slow MS` | waits before the first byte |
//! | `#pace MS` | waits between the pieces of a stream |
//! | `#silent MS` | is silent once, in the middle |
//! | `#torn` | the pieces of a stream end in the midst of its events |
//! | `#cut` | drops the connection in the middle |
//! | `#garbage` | a piece in the middle is not JSON (Bedrock: a false checksum); without a stream, all of it |
//! | `#midstream-error` | the stream ends in the middle, with the dialect's error; without a stream, status 500 |
//! | `#empty` | no choices, no content, or no candidates |
//! | `#nousage` | says nothing of usage |
//! | `#cache N` | N tokens of the prompt, at most all, came from the cache |
//! | `#error STATUS` | that status, 400 to 599, in the dialect's shape; `retry-after: 1` with 429 |
//! | `#flag` | in what is moderated: it is flagged |
//!
//! Beside conversation only `#slow` and `#error` are obeyed. Tokens are words between white space: of all texts and
//! results in the prompt, commands too; of text, thought and the JSON of arguments in the answer. Cohere's `tokens` hold
//! five more than its `billed_units`. Images cost nothing.
//!
//! Keys are looked for where each dialect sends them. Signatures of AWS are worked out anew: the secret of the access key
//! `K` is `secret-of-K`. Vertex wants a token that was given at `/token` to who signed with the key of
//! [`Vendor::service_account`]: that named `bad…` gets none (400), `down` none for now (503), `slow` waits 0.3 s for it,
//! and `brief` has one that lasts two minutes. Any other key, and any access key, is good but one that begins with `bad` (401), `poor` (402), `banned` (403) or `limited` (429). Any model
//! is good but one that begins with `missing` (404).
//!
//! The model `sim-fast` has one ready answer for each dialect and looks at nothing but the key and, in the body, for
//! `"sim-fast"` and `"stream":true`: chat completions, messages and embeddings; generateContent and converse without a
//! stream. Its calls are counted, not kept.

mod answer;
mod anthropic;
mod asked;
mod bedrock;
mod body;
mod clouds;
mod cohere;
mod dialect;
mod eventstream;
mod fast;
mod fields;
mod gemini;
mod keys;
mod log;
mod multipart;
mod ollama;
mod openai;
mod refusal;
mod reply;
mod responses;
mod route;
mod schema;
mod script;
mod side;
mod signature;
mod tokens;
mod vectors;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_anthropic;
#[cfg(test)]
mod tests_bedrock;
#[cfg(test)]
mod tests_clouds;
#[cfg(test)]
mod tests_gemini;
#[cfg(test)]
mod tests_openai;
#[cfg(test)]
mod tests_others;
#[cfg(test)]
mod tests_side;
#[cfg(test)]
mod tests_vectors;

pub use log::{Abort, Seen};

use hyper_util::rt::{TokioIo, TokioTimer};
use log::Log;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The running vendor; stops when dropped.
pub struct Vendor {
    addr: SocketAddr,
    log: Arc<Log>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Vendor {
    /// Starts on a free loopback port, on a thread of its own.
    pub fn start() -> io::Result<Self> {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// Starts at that address. Speaks HTTP/1.1.
    pub fn start_at(addr: SocketAddr) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(addr)?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let log = Arc::new(Log::default());
        let (stop, stopped) = oneshot::channel();
        let kept = Arc::clone(&log);
        let thread = std::thread::Builder::new().name("vendor".to_owned()).spawn(move || {
            let set = tokio::task::LocalSet::new();
            set.block_on(&runtime, async move {
                tokio::select! {
                    _ = accept(listener, kept) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { addr, log, stop: Some(stop), thread: Some(thread) })
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

    /// The models it tells of.
    #[must_use]
    pub fn models() -> &'static [&'static str] {
        side::MODELS
    }

    /// What signs with that access key.
    #[must_use]
    pub fn secret_of(access_key: &str) -> String {
        signature::secret_of(access_key)
    }

    /// A service account of Google's in JSON, which signs for tokens of this vendor.
    #[must_use]
    pub fn service_account(&self, name: &str) -> String {
        tokens::account(name, &self.url())
    }

    /// Takes back all tokens that were given.
    pub fn revoke_tokens(&self) {
        self.log.tokens.revoke();
    }

    /// How many calls have arrived.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.log.calls()
    }

    /// The last 32 requests of each path, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Seen> {
        self.log.requests()
    }

    /// Clients that left before they had the whole answer, oldest first.
    #[must_use]
    pub fn aborted(&self) -> Vec<Abort> {
        self.log.aborted()
    }

    /// Forgets requests and aborts, not the count.
    pub fn forget(&self) {
        self.log.forget();
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // a panic of the thread has already been reported on its own stderr
            drop(thread.join());
        }
    }
}

async fn accept(listener: std::net::TcpListener, log: Arc<Log>) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let log = Arc::clone(&log);
        tokio::task::spawn_local(async move {
            let service =
                hyper::service::service_fn(move |request| answer::answer(request, Arc::clone(&log)));
            let mut http1 = hyper::server::conn::http1::Builder::new();
            let served = http1.timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
            // a client that breaks off is its own affair
            drop(served);
        });
    }
}
