//! Endpoints for operators and their machines: `/healthz`, `/readyz`, `/metrics`. On a listener of their own.

use crate::meter;
use crate::spans;
use crate::trouble::Trouble;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use gateway::Gateway;
use gateway::metrics::text::single;
use journal::Journal;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio_util::sync::CancellationToken;

/// What the endpoints look at.
#[derive(Clone)]
pub struct Watched {
    pub gateway: Arc<Gateway>,
    pub journal: Arc<Journal>,
    pub meter: meter::Figures,
    pub spans: spans::Figures,
    pub store: Store,
    pub trouble: Trouble,
    pub stop: CancellationToken,
}

const HEALTHZ: &str = "/healthz";
const READYZ: &str = "/readyz";
const METRICS: &str = "/metrics";

/// Every address here; whoever reaches the listener may read them.
pub const PATHS: [&str; 3] = [HEALTHZ, READYZ, METRICS];

pub fn router(watched: Watched) -> Router {
    Router::new()
        .route(HEALTHZ, get(healthz))
        .route(READYZ, get(readyz))
        .route(METRICS, get(metrics))
        .with_state(watched)
}

/// Whether the process should go on living: its gateway threads run.
async fn healthz(State(watched): State<Watched>) -> impl IntoResponse {
    if watched.gateway.is_alive() {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "dead\n")
    }
}

/// Whether traffic should be sent here. What is wrong without keeping the gateway from serving is told with 200; a
/// process that has never seen its database serves what it was told long ago, perhaps.
async fn readyz(State(watched): State<Watched>) -> impl IntoResponse {
    if watched.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned());
    }
    let waits = watched.trouble.waits_for_database();
    let mut text = if waits {
        "waiting for the database; calls are served from the snapshot on disk\n".to_owned()
    } else {
        let mut text = "ready\n".to_owned();
        if let Some(reason) = silent(&watched.store).await {
            // writing to a String cannot fail
            let _written = writeln!(text, "database: {reason}; calls are served and kept in the journal");
        }
        text
    };
    for line in watched.trouble.lines() {
        let _written = writeln!(text, "snapshot: {line}");
    }
    (if waits { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }, text)
}

/// Why the database cannot be read, if it cannot. Within a second: who watches does not wait long.
async fn silent(store: &Store) -> Option<String> {
    match tokio::time::timeout(Duration::from_secs(1), store.read()).await {
        Ok(Ok(_)) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("no answer within 1 s".to_owned()),
    }
}

async fn metrics(State(watched): State<Watched>) -> impl IntoResponse {
    let mut text = watched.gateway.prometheus();
    let pending = watched.journal.pending();
    for (name, kind, help, value) in [
        ("gatehouse_journal_pending_records", "gauge", "Calls that wait in the journal.", pending.records),
        (
            "gatehouse_journal_bytes",
            "gauge",
            "Size of the journal on disk.",
            watched.journal.occupied_bytes(),
        ),
        (
            "gatehouse_journal_failing",
            "gauge",
            "1 while the journal cannot be synced to disk, so that a power cut would lose calls.",
            u64::from(watched.journal.is_failing()),
        ),
        (
            "gatehouse_calls_written_total",
            "counter",
            "Calls written to the database.",
            watched.meter.written(),
        ),
        (
            "gatehouse_spans_exported_total",
            "counter",
            "Spans that the collector took.",
            watched.spans.exported(),
        ),
        ("gatehouse_spans_failed_total", "counter", "Spans that it did not take.", watched.spans.failed()),
        ("gatehouse_calls_unreadable_total", "counter", "Call records left out.", watched.meter.unreadable()),
    ] {
        single(&mut text, name, kind, help, value);
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
