//! The meter: takes calls from the journal in batches and writes them, with their roll-ups, into the database.
//! Idempotent by call id: what was written before a crash is not counted twice after it.

mod quotas;

pub use quotas::Quotas;

use crate::commands::Failure;
use control::{Clock, Control};
use domain::Time;
use domain::calls::Call;
use domain::ids::CredentialId;
use journal::{Batch, Drain, Journal};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::Store;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const MAX_RECORDS: usize = 500;
const MAX_BYTES: usize = 1 << 20;
/// How long an empty journal is left alone: what a chart lags behind.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// While calls keep coming, when keys were last used is noted so often.
const NOTED_EVERY: chrono::Duration = chrono::Duration::seconds(10);

/// Figures for `/metrics`.
#[derive(Clone, Debug, Default)]
pub struct Figures(Arc<Counted>);

#[derive(Debug, Default)]
struct Counted {
    written: AtomicU64,
    unreadable: AtomicU64,
}

impl Figures {
    /// Calls written to the database since the start.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.0.written.load(Ordering::Relaxed)
    }

    /// Records that could not be read and were left out.
    #[must_use]
    pub fn unreadable(&self) -> u64 {
        self.0.unreadable.load(Ordering::Relaxed)
    }
}

/// What the meter works with.
#[derive(Clone)]
pub struct Meter {
    store: Store,
    journal: Arc<Journal>,
    figures: Figures,
    quotas: Quotas,
    /// When keys were used last, as far as that is not noted yet.
    used: HashMap<CredentialId, Time>,
}

impl Meter {
    #[must_use]
    pub fn new(store: Store, journal: Arc<Journal>, quotas: Quotas) -> Self {
        Self { store, journal, figures: Figures::default(), quotas, used: HashMap::new() }
    }

    #[must_use]
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// Before any call comes: writes what earlier processes left in the journal, so that all of it counts. What
    /// fails, or takes longer than `patience`, is done by [`Meter::run`].
    pub async fn catch_up(&mut self, clock: &Clock, patience: Duration) -> Result<(), Failure> {
        let until = Instant::now() + patience;
        let mut drain = self.journal.drain().map_err(journal)?;
        self.quotas.recall(&self.store, clock.now()).await?;
        while Instant::now() < until && self.step(&mut drain).await? > 0 {}
        Ok(())
    }

    /// Drains until told to stop and nothing is left.
    pub async fn run(mut self, control: Control, stop: CancellationToken) {
        let mut drain = match self.journal.drain() {
            Ok(drain) => drain,
            Err(error) => {
                tracing::error!(%error, "the journal has a reader already");
                return;
            }
        };
        let mut noted_at = control.now();
        let mut pause = PAUSE;
        loop {
            // asked before reading: what was appended before the stop is read after it
            let stopping = stop.is_cancelled();
            let stepped = match self.quotas.recall(&self.store, control.now()).await {
                Ok(()) => self.step(&mut drain).await,
                Err(failure) => Err(failure),
            };
            let due = control.now() - noted_at >= NOTED_EVERY;
            if matches!(stepped, Ok(0)) || (stepped.is_ok() && due) {
                noted_at = control.now();
                self.note(&control).await;
            }
            match stepped {
                Ok(0) if stopping => return,
                Ok(0) => pause = PAUSE,
                Ok(_) => continue,
                Err(failure) if stopping => {
                    tracing::error!(%failure, "calls stay in the journal until the next start");
                    return;
                }
                Err(failure) => {
                    tracing::error!(%failure, "calls wait in the journal");
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One batch; how many records it held.
    async fn step(&mut self, drain: &mut Drain) -> Result<usize, Failure> {
        if self.journal.pending().records == 0 {
            return Ok(0);
        }
        let batch = drain.read(MAX_RECORDS, MAX_BYTES).map_err(journal)?;
        if batch.is_empty() {
            return Ok(0);
        }
        let calls = decode(&batch, &self.figures);
        self.quotas.count(write(&self.store, &calls).await?);
        self.figures.0.written.fetch_add(calls.len() as u64, Ordering::Relaxed);
        for call in calls {
            if let Some(credential) = call.credential {
                let last = self.used.entry(credential).or_insert(call.at);
                *last = call.at.max(*last);
            }
        }
        let records = batch.len();
        drain.acknowledge(batch).map_err(journal)?;
        Ok(records)
    }

    /// Notes when keys were used last.
    async fn note(&mut self, control: &Control) {
        if self.used.is_empty() {
            return;
        }
        let noted: Vec<_> = self.used.drain().collect();
        if let Err(error) = control::jobs::record_used(control, &noted).await {
            tracing::warn!(%error, "when keys were last used could not be noted");
        }
    }
}

fn journal(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("journal: {error}"))
}

fn decode(batch: &Batch, figures: &Figures) -> Vec<Call> {
    let mut calls = Vec::with_capacity(batch.len());
    for record in batch.records() {
        match gateway::record::decode(record) {
            Ok(call) => calls.push(call),
            Err(error) => {
                figures.0.unreadable.fetch_add(1, Ordering::Relaxed);
                tracing::error!(%error, "a call record is not readable");
            }
        }
    }
    calls
}

/// Rows and roll-ups, together or not at all. Answers the calls that were not there.
async fn write<'a>(store: &Store, calls: &'a [Call]) -> Result<Vec<&'a Call>, Failure> {
    let mut tx = store.calls_begin().await?;
    let new = if store::calls::insert_new(&mut tx, calls).await? {
        calls.iter().collect()
    } else {
        drop(tx);
        tx = store.calls_begin().await?;
        store::calls::insert(&mut tx, calls).await?
    };
    store::usage::add(&mut tx, &new).await?;
    tx.commit().await?;
    Ok(new)
}
