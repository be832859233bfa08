//! One data-plane thread: a runtime of its own, its accept loop, and a ticker for alarms and idle connections.

use crate::alarm::TICK_MS;
use crate::intake::accept::accept;
use crate::trial::{self, Job};
use crate::upstream::checks;
use crate::worker::{Parts, Worker};
use std::io;
use std::rc::Rc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, LocalOptions, LocalRuntime};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsAcceptor;

/// Idle upstream connections are looked through every so many ticks.
const SWEEP_TICKS: u64 = 10;

/// Where a thread takes connections, and trials.
pub struct Doors<L> {
    pub plain: L,
    pub tls: Option<(L, TlsAcceptor)>,
    pub trials: Option<mpsc::Receiver<Job>>,
}

/// What the threads are asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    Serve,
    /// Accept no more, finish what has begun, and stop after that time whatever is left.
    Drain(Duration),
}

/// A runtime whose tasks all run on the thread that drives it.
pub fn runtime() -> io::Result<LocalRuntime> {
    Builder::new_current_thread().enable_all().build_local(LocalOptions::default())
}

/// Serves until told to drain. Runs on the thread that calls it.
pub fn run(
    runtime: &LocalRuntime,
    doors: Doors<std::net::TcpListener>,
    parts: Parts,
    commands: watch::Receiver<Command>,
) -> io::Result<()> {
    runtime.block_on(async move {
        // one thread checks the nodes of upstreams, for all
        let checks = parts.thread.number == 0;
        let worker = Worker::new(parts);
        let mut accepting = tokio::task::JoinSet::new();
        let plain = TcpListener::from_std(doors.plain)?;
        accepting.spawn_local(accept(Rc::clone(&worker), plain, None));
        if let Some((listener, acceptor)) = doors.tls {
            let listener = TcpListener::from_std(listener)?;
            accepting.spawn_local(accept(Rc::clone(&worker), listener, Some(acceptor)));
        }
        let trials = doors.trials.map(|jobs| trial::take(Rc::clone(&worker), jobs, commands.clone()));
        let trials = trials.map(tokio::task::spawn_local);
        let ticking = tokio::task::spawn_local(tick(Rc::clone(&worker)));
        let checking = checks.then(|| tokio::task::spawn_local(checks::run(Rc::clone(&worker))));
        let patience = drain_asked(commands).await;
        // the listeners go with their tasks
        accepting.abort_all();
        if let Some(checking) = checking {
            checking.abort();
        }
        worker.draining.set(true);
        worker.alarms.wake_all();
        let all_ended = async {
            all_closed(&worker).await;
            if let Some(trials) = trials {
                trials.await.unwrap_or_else(|error| tracing::error!(%error, "trials have failed"));
            }
        };
        if tokio::time::timeout(patience, all_ended).await.is_err() {
            tracing::warn!(
                connections = worker.counters.open_connections.get(),
                "stopped before all calls had ended"
            );
        }
        ticking.abort();
        Ok(())
    })
}

/// Waits until the thread is to drain; answers how long that may take.
pub async fn drain_asked(mut commands: watch::Receiver<Command>) -> Duration {
    loop {
        let command = *commands.borrow_and_update();
        if let Command::Drain(patience) = command {
            return patience;
        }
        // whoever could have asked is gone: stop at once
        if commands.changed().await.is_err() {
            return Duration::ZERO;
        }
    }
}

async fn all_closed(worker: &Worker) {
    while worker.counters.open_connections.get() > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn tick(worker: Rc<Worker>) {
    let mut ticks = tokio::time::interval(Duration::from_millis(TICK_MS));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let mut count: u64 = 0;
    loop {
        ticks.tick().await;
        count += 1;
        worker.alarms.tick(worker.now_ms());
        if count.is_multiple_of(SWEEP_TICKS) {
            worker.pool.sweep(worker.now_ms());
            // a thread without calls lets go of what is no longer served, too
            drop(worker.snapshots.get());
            worker.http2.sweep(worker.now_ms());
            worker.resolver.refresh();
        }
    }
}
