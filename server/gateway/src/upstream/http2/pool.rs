//! The HTTP/2 connections of one thread, by target. A call takes a place on one that has any; where none has, another
//! connection is opened, for as many of those who wait as it will have places.

use super::super::Failure;
use super::super::target::Target;
use super::connection::{Connection, Seat};
use crate::worker::Worker;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use tokio::sync::Notify;

/// Shorter than the 60 s or more after which servers usually close.
const IDLE_MS: u64 = 50_000;
/// Places that a connection is taken to have, as long as nothing is known of the target.
const PLACES: usize = 100;

#[derive(Default)]
pub struct Http2Pool {
    lanes: RefCell<HashMap<u32, Lane, crate::snapshot::Spread>>,
}

/// The connections to one target.
struct Lane {
    open: Vec<Rc<Connection>>,
    opening: Vec<Rc<Opening>>,
    /// What the connection that was opened last has places for.
    places: usize,
}

impl Default for Lane {
    fn default() -> Self {
        Self { open: Vec::new(), opening: Vec::new(), places: PLACES }
    }
}

/// A connection that is being opened. It is, whether or not those who wait for it stay.
#[derive(Default)]
struct Opening {
    waiting: Cell<usize>,
    outcome: Cell<Option<Result<(), Failure>>>,
    done: Notify,
}

impl Http2Pool {
    /// A place on a connection to the target.
    pub async fn seat(&self, worker: &Rc<Worker>, target: &Target) -> Result<Seat, Failure> {
        loop {
            let opening = {
                let mut lanes = self.lanes.borrow_mut();
                let lane = lanes.entry(target.pool).or_default();
                if let Some(seat) = lane.seat(worker.alarms.now_ms()) {
                    return Ok(seat);
                }
                let joined = lane.opening.iter().find(|opening| opening.waiting.get() < lane.places).cloned();
                joined.unwrap_or_else(|| lane.begin(worker, target))
            };
            opening.wait().await?;
        }
    }

    /// Closes what has been idle for too long, or goes away; what has had its time, as soon as its calls have ended.
    pub fn sweep(&self, now_ms: u64) {
        let mut lanes = self.lanes.borrow_mut();
        lanes.retain(|_, lane| {
            lane.open.retain(|open| open.is_open(now_ms) && !open.is_idle_for(IDLE_MS, now_ms));
            !lane.open.is_empty() || !lane.opening.is_empty()
        });
    }

    fn opened(&self, pool: u32, opening: &Rc<Opening>, outcome: Result<Connection, Failure>) {
        let mut lanes = self.lanes.borrow_mut();
        let lane = lanes.entry(pool).or_default();
        lane.opening.retain(|other| !Rc::ptr_eq(other, opening));
        opening.outcome.set(Some(match outcome {
            Ok(connection) => {
                lane.places = connection.most_calls().max(1);
                lane.open.push(Rc::new(connection));
                Ok(())
            }
            Err(failure) => Err(failure),
        }));
        opening.done.notify_waiters();
    }
}

impl Lane {
    fn seat(&self, now_ms: u64) -> Option<Seat> {
        self.open.iter().find_map(|open| open.seat(now_ms))
    }

    fn begin(&mut self, worker: &Rc<Worker>, target: &Target) -> Rc<Opening> {
        let opening = Rc::<Opening>::default();
        self.opening.push(Rc::clone(&opening));
        let (worker, target, begun) = (Rc::clone(worker), target.clone(), Rc::clone(&opening));
        // bounded by the time to connect, and gone with the thread
        drop(tokio::task::spawn_local(async move {
            let outcome = Connection::open(&worker, &target).await;
            worker.http2.opened(target.pool, &begun, outcome);
        }));
        opening
    }
}

impl Opening {
    async fn wait(self: Rc<Self>) -> Result<(), Failure> {
        let waiting = Waiting(self);
        waiting.0.waiting.set(waiting.0.waiting.get() + 1);
        loop {
            if let Some(outcome) = waiting.0.outcome.get() {
                return outcome;
            }
            waiting.0.done.notified().await;
        }
    }
}

/// Somebody who waits, and may leave.
struct Waiting(Rc<Opening>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.set(self.0.waiting.get().saturating_sub(1));
    }
}
