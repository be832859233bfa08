//! Spans of sampled calls, sent to a collector (OTLP over HTTP) by a thread of its own in batches. Never in the way of
//! calls: what it has no room for, or what the collector does not take, is dropped and counted.

mod span;

use crate::commands::Failure;
use crate::observers::Observer;
use gateway::trace::Ratio;
use gateway::{FinishedCall, Sink};
use opentelemetry::KeyValue;
use opentelemetry_otlp::{Protocol, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanExporter as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;
use tokio::runtime::Handle;

/// Calls that wait to be sent.
const WAITING: usize = 4_096;
/// Calls of one batch.
const BATCH: usize = 512;
/// After the first call of a batch, so that others can join it.
const GATHERING: Duration = Duration::from_millis(200);
/// What the collector may take for one batch.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where spans go.
#[derive(Clone, Debug)]
pub struct Collector {
    /// `http://collector:4318`, or with the path of traces.
    pub endpoint: String,
    /// What we call ourselves.
    pub service: String,
    /// Of the traces that begin here.
    pub sampled: Ratio,
}

/// Figures for `/metrics`.
#[derive(Clone, Debug, Default)]
pub struct Figures(Arc<Counted>);

#[derive(Debug, Default)]
struct Counted {
    exported: AtomicU64,
    failed: AtomicU64,
}

impl Figures {
    /// Spans that the collector has taken since the start.
    #[must_use]
    pub fn exported(&self) -> u64 {
        self.0.exported.load(Ordering::Relaxed)
    }

    /// Spans that it has not.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.0.failed.load(Ordering::Relaxed)
    }
}

/// Begins to send, and answers where to send calls. `runtime` drives the connections to the collector.
pub fn start(collector: &Collector, figures: Figures, runtime: Handle) -> Result<(Sink, Observer), Failure> {
    // an error says that there is a provider already, which is as good
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        tracing::debug!("a TLS provider is installed already");
    }
    let exporter = opentelemetry_otlp::SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(traces(&collector.endpoint))
        .with_timeout(PATIENCE)
        .build();
    let mut exporter = exporter.map_err(|error| Failure::new(format!("otlp_endpoint: {error}")))?;
    let resource = Resource::builder()
        .with_service_name(collector.service.clone())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    exporter.set_resource(&resource.build());
    let (sink, calls) = sync_channel(WAITING);
    let export = Export { exporter, figures, runtime, failing: false };
    Ok((sink, Observer::spawn("spans", move || export.run(&calls))?))
}

/// The address of traces below that of a collector.
fn traces(endpoint: &str) -> String {
    let base = endpoint.trim_end_matches('/');
    if base.ends_with("/v1/traces") { base.to_owned() } else { format!("{base}/v1/traces") }
}

struct Export {
    exporter: opentelemetry_otlp::SpanExporter,
    figures: Figures,
    runtime: Handle,
    /// Whether that has been said.
    failing: bool,
}

impl Export {
    fn run(mut self, calls: &Receiver<Arc<FinishedCall>>) {
        while let Ok(first) = calls.recv() {
            std::thread::sleep(GATHERING);
            let batch: Vec<_> = std::iter::once(first).chain(calls.try_iter()).take(BATCH).collect();
            self.send(&batch);
        }
    }

    fn send(&mut self, batch: &[Arc<FinishedCall>]) {
        let spans: Vec<_> = batch.iter().flat_map(|call| span::of(call)).collect();
        let count = spans.len() as u64;
        match self.runtime.block_on(self.exporter.export(spans)) {
            Ok(()) => {
                self.figures.0.exported.fetch_add(count, Ordering::Relaxed);
                if std::mem::take(&mut self.failing) {
                    tracing::info!("spans are taken again");
                }
            }
            Err(error) => {
                self.figures.0.failed.fetch_add(count, Ordering::Relaxed);
                if !std::mem::replace(&mut self.failing, true) {
                    tracing::warn!(%error, "spans cannot be sent to the collector and are dropped");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_have_an_address_of_their_own() {
        for (endpoint, expected) in [
            ("http://c:4318", "http://c:4318/v1/traces"),
            ("http://c:4318/", "http://c:4318/v1/traces"),
            ("https://c/otlp", "https://c/otlp/v1/traces"),
            ("http://c:4318/v1/traces", "http://c:4318/v1/traces"),
        ] {
            assert_eq!(traces(endpoint), expected);
        }
    }
}
