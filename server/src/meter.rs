//! The meter: takes calls from the journal in batches and writes them, with their roll-ups, into the database.
//! Idempotent by call id: what was written before a crash is not counted twice after it.

mod background;
mod pace;
mod quotas;

pub use background::Background;
pub use quotas::Quotas;

use crate::commands::Failure;
use control::{Clock, Control};
use domain::Time;
use domain::calls::Call;
use domain::ids::CredentialId;
use journal::{Batch, Drain, Journal};
use pace::Pace;
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
/// When keys were last used is noted so often while calls keep coming, and while there is time.
const NOTED_EVERY: chrono::Duration = chrono::Duration::seconds(10);
const NOTED_SOON: chrono::Duration = chrono::Duration::seconds(1);

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
    background: Arc<Background>,
    journal: Arc<Journal>,
    figures: Figures,
    quotas: Quotas,
    /// When keys were used last, as far as that is not noted yet.
    used: HashMap<CredentialId, Time>,
}

impl Meter {
    #[must_use]
    pub fn new(store: Store, background: Arc<Background>, journal: Arc<Journal>, quotas: Quotas) -> Self {
        Self { store, background, journal, figures: Figures::default(), quotas, used: HashMap::new() }
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
        let store = self.store.clone();
        while Instant::now() < until && self.step(&mut drain, &store).await? > 0 {}
        Ok(())
    }

    /// Drains until told to stop and nothing is left.
    pub async fn run(self, control: Control, stop: CancellationToken) {
        let mut drain = match self.journal.drain() {
            Ok(drain) => drain,
            Err(error) => {
                tracing::error!(%error, "the journal has a reader already");
                return;
            }
        };
        let mut meter = self;
        let mut pace = Pace::default();
        let mut noted_at = control.now();
        let mut pause = PAUSE;
        loop {
            // asked before reading: what was appended before the stop is read after it
            let stopping = stop.is_cancelled();
            let urgent = pace.is_urgent(meter.journal.pending(), Instant::now()) || stopping;
            let stepped = match meter.quotas.recall(&meter.store, control.now()).await {
                Ok(()) => {
                    let stepped;
                    (meter, drain, stepped) = meter.step_on(drain, urgent).await;
                    stepped
                }
                Err(failure) => Err(failure),
            };
            let rest = match stepped {
                Ok(0) if stopping => chrono::Duration::zero(),
                Ok(0) => NOTED_SOON,
                _ => NOTED_EVERY,
            };
            if stepped.is_ok() && control.now() - noted_at >= rest {
                noted_at = control.now();
                meter.note(&control).await;
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

    /// One batch, on this thread or in the background.
    async fn step_on(mut self, mut drain: Drain, urgent: bool) -> (Self, Drain, Result<usize, Failure>) {
        if urgent {
            let store = self.store.clone();
            let stepped = self.step(&mut drain, &store).await;
            return (self, drain, stepped);
        }
        let background = self.background.clone();
        background
            .run(|store| async move {
                let stepped = self.step(&mut drain, &store).await;
                (self, drain, stepped)
            })
            .await
    }

    /// One batch; how many records it held.
    async fn step(&mut self, drain: &mut Drain, store: &Store) -> Result<usize, Failure> {
        if self.journal.pending().records == 0 {
            return Ok(0);
        }
        let batch = drain.read(MAX_RECORDS, MAX_BYTES).map_err(journal)?;
        if batch.is_empty() {
            return Ok(0);
        }
        let calls = decode(&batch);
        let (count, used, earlier) = (calls.len(), last_uses(&calls), self.quotas.earlier(&calls));
        if write_new(store, calls).await? {
            self.quotas.count(&earlier);
        } else {
            let calls = decode(&batch);
            self.quotas.count(&self.quotas.earlier(write_some(store, &calls).await?));
        }
        let records = batch.len();
        self.figures.0.written.fetch_add(count as u64, Ordering::Relaxed);
        self.figures.0.unreadable.fetch_add((records - count) as u64, Ordering::Relaxed);
        for (credential, at) in used {
            let last = self.used.entry(credential).or_insert(at);
            *last = at.max(*last);
        }
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

/// The calls of a batch but those that cannot be read.
fn decode(batch: &Batch) -> Vec<Call> {
    let call = |record| match gateway::record::decode(record) {
        Ok(call) => Some(call),
        Err(error) => {
            tracing::error!(%error, "a call record is not readable");
            None
        }
    };
    batch.records().filter_map(call).collect()
}

/// When each key was last used in these calls.
fn last_uses(calls: &[Call]) -> HashMap<CredentialId, Time> {
    let mut used: HashMap<&CredentialId, Time> = HashMap::new();
    for call in calls {
        if let Some(credential) = &call.credential {
            let last = used.entry(credential).or_insert(call.at);
            *last = call.at.max(*last);
        }
    }
    used.into_iter().map(|(credential, at)| (credential.clone(), at)).collect()
}

/// Rows and roll-ups, together or not at all. False: some of the calls were there, so nothing was written.
async fn write_new(store: &Store, calls: Vec<Call>) -> Result<bool, Failure> {
    let mut tx = store.calls_begin().await?;
    store::usage::add(&mut tx, &calls).await?;
    let new = store::calls::insert_new(&mut tx, calls).await?;
    if new {
        tx.commit().await?;
    }
    Ok(new)
}

/// The same of those calls that are not there yet. Answers them.
async fn write_some<'a>(store: &Store, calls: &'a [Call]) -> Result<Vec<&'a Call>, Failure> {
    let mut tx = store.calls_begin().await?;
    let new = store::calls::insert(&mut tx, calls).await?;
    store::usage::add(&mut tx, new.iter().copied()).await?;
    tx.commit().await?;
    Ok(new)
}
