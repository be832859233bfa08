//! Trials: a prompt is run once for somebody who edits it. It is a call like any other, with its policies, limits,
//! budgets, keys, retries and record; only that no connection brings it, so that it can show no key, and that its
//! version is compiled for it alone.

use crate::ctx::Ctx;
use crate::intake::body::RequestBody;
use crate::intake::client::Peer;
use crate::intake::phase::Phase;
use crate::pipeline;
use crate::reject::RejectKind;
use crate::snapshot::SnapshotHandle;
use crate::snapshot::version::Version;
use crate::thread::{Command, drain_asked};
use crate::worker::Worker;
use bytes::Bytes;
use domain::calls::Call;
use domain::calls::record::CallRecord;
use domain::ids::TeamId;
use domain::prompts::trial::{PromptCall, Trial, TrialProblem};
use http::header::{CONTENT_TYPE, HOST, HeaderValue, USER_AGENT};
use http::{Method, Request, StatusCode, Uri, request};
use http_body_util::{BodyExt as _, Limited};
use serde_json::{Map, Value, json};
use std::cell::OnceCell;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

/// Trials that run at the same time, and as many again that wait.
const MOST: usize = 16;
/// How long a trial may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// How much longer it is waited for: by then its thread does not answer any more.
const GRACE: Duration = Duration::from_secs(5);
/// Bytes of an answer.
const LARGEST: usize = 64 << 20;
/// By which trials are known among the calls.
const AGENT: HeaderValue = HeaderValue::from_static("gatehouse trial");

/// Why a prompt was not run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untried {
    #[error("this prompt cannot be served: {0}")]
    Unfit(String),
    #[error("too many prompts are tried at the same time")]
    Busy,
    #[error("the gateway has ended, or was late to answer")]
    Unanswered,
}

/// A trial on its way to the thread that runs it.
pub struct Job {
    version: Arc<Version>,
    team: TeamId,
    body: Bytes,
    reply: oneshot::Sender<Trial>,
}

/// What a call knows of being a trial.
pub struct OnTrial {
    /// The api's.
    pub team: TeamId,
    /// As it is on record.
    call: OnceCell<Call>,
}

impl OnTrial {
    /// Keeps what was written down.
    pub fn ended(&self, record: &CallRecord<'_>) {
        match record.call() {
            // a call ends once
            Ok(call) => drop(self.call.set(call)),
            Err(error) => tracing::error!(id = %record.id(), %error, "a trial cannot be told"),
        }
    }
}

#[must_use]
pub fn channel() -> (mpsc::Sender<Job>, mpsc::Receiver<Job>) {
    mpsc::channel(MOST)
}

/// Has a prompt run by the thread that takes trials. Dropped, it ends the call.
pub async fn run(
    trials: &mpsc::Sender<Job>,
    snapshots: &SnapshotHandle,
    call: PromptCall,
) -> Result<Trial, Untried> {
    let (snapshots, team) = (snapshots.clone(), call.team.clone());
    let body = Bytes::from(json!({ "variables": call.variables }).to_string());
    let compiled = tokio::task::spawn_blocking(move || snapshots.alone(&call)).await;
    let version = compiled.map_err(|_| Untried::Unanswered)?.map_err(Untried::Unfit)?;
    let (reply, answer) = oneshot::channel();
    trials.try_send(Job { version: Arc::new(version), team, body, reply }).map_err(|error| match error {
        mpsc::error::TrySendError::Full(_) => Untried::Busy,
        mpsc::error::TrySendError::Closed(_) => Untried::Unanswered,
    })?;
    match tokio::time::timeout(PATIENCE + GRACE, answer).await {
        Ok(Ok(trial)) => Ok(trial),
        Ok(Err(_)) | Err(_) => Err(Untried::Unanswered),
    }
}

/// Runs trials until the thread drains, and then those that have begun to their end.
pub async fn take(worker: Rc<Worker>, mut jobs: mpsc::Receiver<Job>, commands: watch::Receiver<Command>) {
    let mut running = JoinSet::new();
    let mut draining = pin!(drain_asked(commands));
    loop {
        tokio::select! {
            _ = &mut draining => break,
            Some(ended) = running.join_next() => told(ended),
            job = jobs.recv(), if running.len() < MOST => match job {
                Some(job) => drop(running.spawn_local(one(Rc::clone(&worker), job))),
                None => break,
            },
        }
    }
    // whoever waits for one that has not begun is told so
    drop(jobs);
    while let Some(ended) = running.join_next().await {
        told(ended);
    }
}

fn told(ended: Result<(), tokio::task::JoinError>) {
    ended.unwrap_or_else(|error| tracing::error!(%error, "a trial has failed"));
}

async fn one(worker: Rc<Worker>, job: Job) {
    let Job { version, team, body, mut reply } = job;
    let on_trial = Rc::new(OnTrial { team, call: OnceCell::new() });
    let answer = answer(worker, version, Rc::clone(&on_trial), body);
    let answered = tokio::select! {
        answered = tokio::time::timeout(PATIENCE, answer) => answered,
        // nobody waits any more
        () = reply.closed() => return,
    };
    // an answer or none, the call is over and on record
    let Some(call) = on_trial.call.get() else { return };
    let trial = match answered {
        Ok(Some((status, body))) => outcome(call, status, &body),
        Ok(None) => failed(call, RejectKind::UpstreamBroken, "the answer broke off".to_owned()),
        Err(_) => {
            let detail = format!("a trial may take {} seconds", PATIENCE.as_secs());
            failed(call, RejectKind::CallTimeout, detail)
        }
    };
    // who has just gone is not told
    drop(reply.send(trial));
}

/// Status and body of what a caller would be told; `None` when it breaks off.
async fn answer(
    worker: Rc<Worker>,
    version: Arc<Version>,
    on_trial: Rc<OnTrial>,
    body: Bytes,
) -> Option<(StatusCode, Bytes)> {
    let request = head(&version);
    let busy = Phase::begin(worker.alarms.alarm(), worker.options.timers).call();
    let peer = Peer { address: IpAddr::V4(Ipv4Addr::LOCALHOST), is_tls: false };
    let mut ctx = Ctx::begin(worker, busy, peer, &request);
    ctx.prefix = request.uri.path().len();
    ctx.version = Some(version);
    // prompt apis have one
    ctx.route = Some(0);
    ctx.trial = Some(on_trial);
    let response = pipeline::begun(ctx, &request, RequestBody::Whole(body)).await;
    let (head, body) = response.into_parts();
    let body = Limited::new(body, LARGEST).collect().await.ok()?;
    Some((head.status, body.to_bytes()))
}

/// The head of the request that a caller of the version would send.
fn head(version: &Version) -> request::Parts {
    let (mut head, ()) = Request::new(()).into_parts();
    head.method = Method::POST;
    // slugs and names of versions are parts of paths
    head.uri = Uri::try_from(format!("/{}/{}", version.slug, version.name)).unwrap_or_default();
    head.headers.insert(HOST, HeaderValue::from_static("gatehouse"));
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    head.headers.insert(USER_AGENT, AGENT);
    head
}

fn outcome(call: &Call, status: StatusCode, body: &[u8]) -> Trial {
    let mut members: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let mut text = |name: &str| match members.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    if status != StatusCode::OK {
        let kind = text("type").unwrap_or_default();
        let name = kind.rsplit('/').next().unwrap_or_default().to_owned();
        let detail = text("detail").unwrap_or_default();
        return Trial { problem: Some(TrialProblem { status: status.as_u16(), name, detail }), ..of(call) };
    }
    let (refusal, finish) = (text("refusal"), text("finish"));
    Trial { output: members.remove("output"), refusal, finish, ..of(call) }
}

fn failed(call: &Call, kind: RejectKind, detail: String) -> Trial {
    let rule = kind.rule();
    let problem = TrialProblem { status: rule.status, name: rule.name.to_owned(), detail };
    Trial { problem: Some(problem), ..of(call) }
}

/// What is known of the call, however it ended.
fn of(call: &Call) -> Trial {
    let ms = u64::try_from(call.duration_us / 1_000).unwrap_or_default();
    Trial { call: call.id.clone(), ms, ai: call.ai.clone(), ..Trial::default() }
}
