//! What the tasks of one data-plane thread share. Nothing of it is ever touched by another thread, but the snapshot,
//! the limits' cells, the states of upstreams' nodes, what is known of their names, the counters (read) and the count of
//! connections.

use crate::alarm::Alarms;
use crate::clock::Clock;
use crate::date::HttpDate;
use crate::finished::{FinishedCall, Watchers};
use crate::ids::Ids;
use crate::intake::seats::Seats;
use crate::metrics::Counters;
use crate::metrics::route::Ended;
use crate::metrics::series::ThreadNumber;
use crate::options::Options;
use crate::snapshot::version::Version;
use crate::snapshot::{SnapshotHandle, SnapshotReader};
use crate::upstream::http2::pool::Http2Pool;
use crate::upstream::pool::Pool;
use crate::upstream::resolve::Resolver;
use crate::upstream::tls::ClientTls;
use domain::calls::record::{CallRecord, LONGEST_RECORD, RecordError};
use journal::{AppendError, Ticket, Writer};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// Calls whose records are sure to find room, however many run: beyond that, a record may find the journal full.
const ROOM_FOR_CALLS: u64 = 512;

pub struct Worker {
    pub options: Arc<Options>,
    /// `{portal}/problems`
    pub problems: Box<str>,
    /// How this installation calls itself in `Via`.
    pub pseudonym: Box<str>,
    pub clock: Clock,
    pub date: HttpDate,
    pub ids: Ids,
    pub alarms: Rc<Alarms>,
    pub snapshots: SnapshotReader,
    /// Of all threads.
    pub resolver: Resolver,
    pub pool: Pool,
    /// Connections to upstreams over which many calls go at once.
    pub http2: Http2Pool,
    /// For upstreams that say nothing else.
    pub tls: Arc<ClientTls>,
    pub counters: Arc<Counters>,
    thread: ThreadNumber,
    pub seats: Arc<Seats>,
    /// No further request is begun on any connection.
    pub draining: Cell<bool>,
    /// Calls at the same time on this thread.
    max_calls: u64,
    journal: RefCell<Writer>,
    scratch: RefCell<Vec<u8>>,
}

/// What a thread is made of, sent to it when it starts.
pub struct Parts {
    pub options: Arc<Options>,
    pub snapshots: SnapshotHandle,
    pub journal: Writer,
    pub counters: Arc<Counters>,
    pub thread: ThreadNumber,
    pub seats: Arc<Seats>,
    pub tls: Arc<ClientTls>,
    pub resolver: Resolver,
}

/// Why a call could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum Unrecorded {
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl Worker {
    #[must_use]
    pub fn new(parts: Parts) -> Rc<Self> {
        let Parts { options, snapshots, journal, counters, thread, seats, tls, resolver } = parts;
        let clock = options.clock.clone();
        let portal = options.portal_url.trim_end_matches('/');
        Rc::new(Self {
            problems: format!("{portal}/problems").into(),
            pseudonym: pseudonym(snapshots.credential_key()).into(),
            date: HttpDate::default(),
            ids: Ids::seeded(),
            alarms: Alarms::new(clock.monotonic_us() / 1_000),
            snapshots: SnapshotReader::new(snapshots),
            resolver,
            pool: Pool::default(),
            http2: Http2Pool::default(),
            tls,
            counters,
            thread,
            seats,
            draining: Cell::new(false),
            max_calls: options.max_calls.div_ceil(thread.of.max(1)) as u64,
            journal: RefCell::new(journal),
            scratch: RefCell::default(),
            clock,
            options,
        })
    }

    /// Whether more calls are under way than there is memory and patience for, the one that asks included.
    #[must_use]
    pub fn is_overloaded(&self) -> bool {
        self.counters.in_flight.get() > self.max_calls
    }

    /// Whether one more call can be written down when it ends, beside those that are under way.
    #[must_use]
    pub fn has_room(&self) -> bool {
        let calls = self.counters.in_flight.get().clamp(1, ROOM_FOR_CALLS);
        let bytes = usize::try_from(calls).unwrap_or(1) * (LONGEST_RECORD + 16);
        self.journal.borrow_mut().make_room(bytes).is_ok()
    }

    /// Writes a call down. When this returns `Ok`, the call survives the process; a power cut, once [`Self::ticket`] is
    /// safe or the journal has been synced.
    pub fn record(&self, record: &CallRecord<'_>) -> Result<(), Unrecorded> {
        let mut scratch = self.scratch.take();
        scratch.clear();
        let bytes = record.encode(scratch)?;
        let appended = self.journal.borrow_mut().append(&bytes);
        self.scratch.replace(bytes);
        Ok(appended?)
    }

    /// Counts a call that has ended, of that version and route as far as it met them.
    pub fn count(&self, met: Option<(&Version, Option<u32>)>, call: &Ended) {
        self.counters.count(call);
        let of_route = match met {
            Some((version, route)) => version.series.of(route).of(self.thread),
            None => self.snapshots.registry().unmatched(self.thread),
        };
        if let Some(counters) = of_route {
            counters.count(call);
        }
    }

    /// Tells those who watch of a call that has ended. Nothing waits: what finds no room is counted and let go.
    pub fn tell(&self, sampled: bool, call: impl FnOnce() -> FinishedCall) {
        let Watchers { access_log, spans } = &self.options.watchers;
        let spans = spans.as_ref().filter(|_| sampled);
        if access_log.is_none() && spans.is_none() {
            return;
        }
        let call = Arc::new(call());
        for (sink, dropped) in
            [(access_log.as_ref(), &self.counters.access_log_dropped), (spans, &self.counters.spans_dropped)]
        {
            if sink.is_some_and(|sink| sink.try_send(Arc::clone(&call)).is_err()) {
                dropped.add(1);
            }
        }
    }

    /// In a strict journal, what to wait for before the last byte of the call that was recorded last goes out.
    #[must_use]
    pub fn ticket(&self) -> Option<Ticket> {
        self.journal.borrow().ticket()
    }

    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.clock.monotonic_us() / 1_000
    }
}

/// The same for all nodes of an installation, different from that of any other.
fn pseudonym(credential_key: &[u8; 32]) -> String {
    let hash = blake3::derive_key("gatehouse 2026 pseudonym in Via", credential_key);
    let [a, b, c, d, ..] = hash;
    format!("gatehouse-{a:02x}{b:02x}{c:02x}{d:02x}")
}
