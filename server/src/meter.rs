//! The meter: takes calls from the journal in batches and writes them, with their roll-ups, into the database.
//! Where it is not known whether some were written before (after a crash, or an answer of the database that did not
//! come), it looks for them by their ids: none is lost, and none counts twice.

mod background;
mod pace;
mod quotas;
mod rates;
mod written;

pub use background::Background;
pub use quotas::Quotas;

use crate::commands::Failure;
use control::{Clock, Control};
use domain::Time;
use journal::{Drain, Journal};
use pace::Pace;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use store::Store;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use written::{LastUses, Written};

/// Of a batch that is written at once, in a fraction of a second.
const MANY: usize = 65_536;
const MAX_BYTES: usize = 16 << 20;
/// How long an empty journal is left alone.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// When keys were last used is noted so often while calls keep coming, and while there is time.
const NOTED_EVERY: chrono::Duration = chrono::Duration::seconds(10);
const NOTED_SOON: chrono::Duration = chrono::Duration::seconds(1);
/// What few calls at a time were written as is put together so often.
const GATHERED_EVERY: Duration = Duration::from_secs(10);

/// Figures for `/metrics`.
#[derive(Clone, Debug, Default)]
pub struct Figures(Arc<Counted>);

#[derive(Debug, Default)]
struct Counted {
    written: AtomicU64,
    unreadable: AtomicU64,
}

/// What is done beside writing, now and then.
struct Chores {
    noted_at: Time,
    gathered_at: Instant,
}

impl Chores {
    /// After a batch of so many records.
    async fn after(&mut self, records: usize, stopping: bool, meter: &mut Meter, control: &Control) {
        let rest = match records {
            0 if stopping => chrono::Duration::zero(),
            0 => NOTED_SOON,
            _ => NOTED_EVERY,
        };
        if control.now() - self.noted_at >= rest {
            self.noted_at = control.now();
            meter.note(control).await;
        }
        if records == 0 && !stopping && self.gathered_at.elapsed() > GATHERED_EVERY {
            self.gathered_at = Instant::now();
            meter.gather().await;
        }
    }
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
    used: LastUses,
    /// Nothing in the journal was written before: not by an earlier process, and not in an attempt that failed.
    sure: bool,
}

impl Meter {
    #[must_use]
    pub fn new(store: Store, background: Arc<Background>, journal: Arc<Journal>, quotas: Quotas) -> Self {
        let (figures, used) = (Figures::default(), LastUses::default());
        Self { store, background, journal, figures, quotas, used, sure: false }
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
        while Instant::now() < until && self.step(&mut drain, &store, MANY).await? > 0 {}
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
        // this may follow a run that panicked
        let mut meter = Self { sure: false, ..self };
        let mut pace = Pace::default();
        let mut chores = Chores { noted_at: control.now(), gathered_at: Instant::now() };
        let mut pause = PAUSE;
        loop {
            // asked before reading: what was appended before the stop is read after it
            let stopping = stop.is_cancelled();
            let urgent = pace.is_urgent(meter.journal.pending(), Instant::now()) || stopping;
            let begin = Instant::now();
            let stepped = match meter.quotas.recall(&meter.store, control.now()).await {
                Ok(()) => {
                    let stepped;
                    (meter, drain, stepped) = meter.step_on(drain, urgent).await;
                    stepped
                }
                Err(failure) => Err(failure),
            };
            if let Ok(records) = stepped {
                chores.after(records, stopping, &mut meter, &control).await;
            }
            match stepped {
                Ok(0) if stopping => return,
                Ok(0) => pause = PAUSE,
                Ok(_) if stopping => continue,
                Ok(_) => pause = pace.rest(urgent, meter.journal.pending(), begin.elapsed()),
                Err(failure) if stopping => {
                    tracing::error!(%failure, "calls stay in the journal until the next start");
                    return;
                }
                Err(failure) => {
                    tracing::error!(%failure, "calls wait in the journal");
                    pause = (pause * 2).clamp(PAUSE, LONGEST_PAUSE);
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
            let stepped = self.step(&mut drain, &store, MANY).await;
            return (self, drain, stepped);
        }
        let background = self.background.clone();
        background
            .run(|store| async move {
                let stepped = self.step(&mut drain, &store, pace::FEW).await;
                (self, drain, stepped)
            })
            .await
    }

    /// One batch of so many records at most; how many it held.
    async fn step(&mut self, drain: &mut Drain, store: &Store, most: usize) -> Result<usize, Failure> {
        if self.journal.pending().records == 0 {
            self.sure = true;
            return Ok(0);
        }
        let batch = drain.read(most, MAX_BYTES).map_err(journal)?;
        if batch.is_empty() {
            return Ok(0);
        }
        // until the end of what is in the journal, should this fail
        let sure = std::mem::replace(&mut self.sure, false);
        let mut tx = store.calls_begin().await?;
        let written = Written::of(&mut tx, &batch, sure, &self.quotas).await?;
        tx.commit().await?;
        self.sure = sure;
        self.figures.0.written.fetch_add(written.calls, Ordering::Relaxed);
        self.figures.0.unreadable.fetch_add(written.unreadable, Ordering::Relaxed);
        self.quotas.count(&written.earlier);
        self.used.add(written.used);
        let records = batch.len();
        drain.acknowledge(batch).map_err(journal)?;
        Ok(records)
    }

    /// Puts together what was written in small pieces.
    async fn gather(&self) {
        let gathered = self.background.run(|store| async move { written::gather(&store).await }).await;
        if let Err(error) = gathered {
            tracing::warn!(%error, "calls stay in small pieces for now");
        }
    }

    /// Notes when keys were used last.
    async fn note(&mut self, control: &Control) {
        let noted = self.used.take();
        if noted.is_empty() {
            return;
        }
        if let Err(error) = control::jobs::record_used(control, &noted).await {
            tracing::warn!(%error, "when keys were last used could not be noted");
        }
    }
}

fn journal(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("journal: {error}"))
}
