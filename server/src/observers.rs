//! What watches the data plane from outside of it, off its threads.

use crate::access_log;
use crate::commands::Failure;
use crate::config::Observation;
use crate::spans;
use gateway::Watchers;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;
use tokio::runtime::Handle;

/// Those that run.
#[derive(Default)]
pub struct Observers {
    running: Vec<Observer>,
    spans: spans::Figures,
}

impl Observers {
    /// Starts those that were asked for, and answers whom the gateway tells. Within a runtime.
    pub fn start(asked: &Observation) -> Result<(Watchers, Self), Failure> {
        let (mut watchers, mut observers) = (Watchers::default(), Self::default());
        if let Some(target) = &asked.access_log {
            let (sink, log) = access_log::start(target)?;
            watchers.access_log = Some(sink);
            observers.running.push(log);
        }
        if let Some(collector) = &asked.collector {
            let (sink, spans) = spans::start(collector, observers.spans.clone(), Handle::current())?;
            watchers.spans = Some(sink);
            observers.running.push(spans);
        }
        Ok((watchers, observers))
    }

    /// How spans fare.
    #[must_use]
    pub fn spans(&self) -> &spans::Figures {
        &self.spans
    }

    /// Waits until they are through with what they were told, each at most for `patience`. To be called when the
    /// gateway has ended.
    pub async fn end(self, patience: Duration) -> Result<(), Failure> {
        let wait = move || self.running.into_iter().for_each(|observer| observer.end(patience));
        let waited = tokio::task::spawn_blocking(wait).await;
        waited.map_err(|error| Failure::new(format!("observers: {error}")))
    }
}

/// A thread that is told of calls, and ends by itself when nobody can tell it any more.
pub struct Observer {
    name: &'static str,
    ended: Receiver<()>,
}

impl Observer {
    pub fn spawn(name: &'static str, work: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (end, ended) = sync_channel::<()>(0);
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            // when this goes, whoever waits for the end hears of it
            let _end = end;
            work();
        })?;
        Ok(Self { name, ended })
    }

    /// Waits for its end, but not for ever: it may hang on somebody else.
    pub fn end(self, patience: Duration) {
        if self.ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
            tracing::warn!(observer = self.name, "did not end in time");
        }
    }
}
