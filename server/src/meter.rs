//! The meter: takes calls from the journal in batches and writes them, with their roll-ups, into the database.
//! Idempotent by call id: what was written before a crash is not counted twice after it.

use crate::commands::Failure;
use control::Control;
use domain::Time;
use domain::calls::Call;
use domain::ids::CredentialId;
use journal::{Batch, Drain, Journal};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
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

/// Drains until told to stop and nothing is left.
pub async fn run(control: Control, journal: Arc<Journal>, figures: Figures, stop: CancellationToken) {
    let mut drain = match journal.drain() {
        Ok(drain) => drain,
        Err(error) => {
            tracing::error!(%error, "the journal has a reader already");
            return;
        }
    };
    let mut used = Used { last: HashMap::new(), noted_at: control.now() };
    let mut pause = PAUSE;
    loop {
        // asked before reading: what was appended before the stop is read after it
        let stopping = stop.is_cancelled();
        let stepped = if journal.pending().records == 0 {
            Ok(0)
        } else {
            step(&control, &mut drain, &figures, &mut used).await
        };
        match stepped {
            Ok(0) => {
                used.note(&control).await;
                if stopping {
                    return;
                }
                pause = PAUSE;
            }
            Ok(_) => {
                if control.now() - used.noted_at >= NOTED_EVERY {
                    used.note(&control).await;
                }
                continue;
            }
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
async fn step(
    control: &Control,
    drain: &mut Drain,
    figures: &Figures,
    used: &mut Used,
) -> Result<usize, Failure> {
    let batch =
        drain.read(MAX_RECORDS, MAX_BYTES).map_err(|error| Failure::new(format!("journal: {error}")))?;
    if batch.is_empty() {
        return Ok(0);
    }
    let calls = decode(&batch, figures);
    write(control, &calls).await?;
    figures.0.written.fetch_add(calls.len() as u64, Ordering::Relaxed);
    for call in calls {
        if let Some(credential) = call.credential {
            let last = used.last.entry(credential).or_insert(call.at);
            *last = call.at.max(*last);
        }
    }
    let records = batch.len();
    drain.acknowledge(batch).map_err(|error| Failure::new(format!("journal: {error}")))?;
    Ok(records)
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

/// Rows and roll-ups, together or not at all.
async fn write(control: &Control, calls: &[Call]) -> Result<(), Failure> {
    let mut tx = control.store().calls_begin().await?;
    if store::calls::insert_new(&mut tx, calls).await? {
        let all: Vec<&Call> = calls.iter().collect();
        store::usage::add(&mut tx, &all).await?;
    } else {
        drop(tx);
        tx = control.store().calls_begin().await?;
        let new = store::calls::insert(&mut tx, calls).await?;
        store::usage::add(&mut tx, &new).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// When keys were used last, as far as that is not noted yet.
struct Used {
    last: HashMap<CredentialId, Time>,
    noted_at: Time,
}

impl Used {
    async fn note(&mut self, control: &Control) {
        self.noted_at = control.now();
        if self.last.is_empty() {
            return;
        }
        let noted: Vec<_> = self.last.drain().collect();
        if let Err(error) = control::jobs::record_used(control, &noted).await {
            tracing::warn!(%error, "when keys were last used could not be noted");
        }
    }
}
