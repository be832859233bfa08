//! The attempts of a call: which models were asked, and how that went.

use super::facts::{Facts, SharedFacts};
use super::pace::{Pace, Trial};
use super::provider::Provider;
use crate::clock::Clock;
use domain::calls::record::AttemptRecord;
use std::rc::Rc;
use std::sync::Arc;

/// One that is over.
#[derive(Debug)]
pub struct Tried {
    provider: Arc<Provider>,
    model: Box<str>,
    status: Option<u16>,
    failure: &'static str,
    us: u64,
}

/// One that is under way. Dropped before it is over, it is one that the caller did not wait for.
pub struct Attempt {
    provider: Arc<Provider>,
    model: Box<str>,
    pace: Arc<Pace>,
    trial: Trial,
    stream: bool,
    clock: Clock,
    facts: SharedFacts,
    began_us: u64,
    over: bool,
}

impl Attempt {
    /// `stream`: the answer is to come in pieces.
    #[must_use]
    pub fn begin(
        provider: &Arc<Provider>,
        model: &str,
        stream: bool,
        clock: &Clock,
        facts: &SharedFacts,
    ) -> Self {
        let (pace, began_us) = (provider.paces.of(model), clock.monotonic_us());
        Self {
            provider: Arc::clone(provider),
            model: model.into(),
            trial: Trial::begin(&pace, began_us),
            pace,
            stream,
            began_us,
            clock: clock.clone(),
            facts: Rc::clone(facts),
            over: false,
        }
    }

    /// The key is ready: the model is asked now.
    pub fn sent(&mut self) {
        self.began_us = self.clock.monotonic_us();
    }

    /// The vendor answered, with that status.
    pub fn answered(mut self, status: u16) {
        let (us, now_us) = self.took();
        match status {
            200..=299 => self.pace.began(self.stream, us, now_us),
            408 | 429 | 500.. => self.pace.failed(self.stream, us, now_us),
            // what the caller, or the key, does wrong says nothing of the model
            _ => {}
        }
        match status {
            401..=403 | 429 => {}
            status => self.tell(status == 408 || status >= 500, now_us),
        }
        self.end(Some(status), "", us);
    }

    /// There was no answer.
    pub fn failed(mut self, word: &'static str) {
        let (us, now_us) = self.took();
        self.pace.failed(self.stream, us, now_us);
        self.tell(true, now_us);
        self.end(None, word, us);
    }

    fn tell(&mut self, failed: bool, now_us: u64) {
        if self.trial.tell(failed, now_us) {
            let (provider, model) = (&*self.provider.id, &*self.model);
            tracing::warn!(provider, model, "too many calls failed: the model rests");
        }
    }

    /// It was not sent: the key could not be shown.
    pub fn unsent(mut self, word: &'static str) {
        let (us, _) = self.took();
        self.end(None, word, us);
    }

    /// How long it took until now, and now.
    fn took(&self) -> (u64, u64) {
        let now_us = self.clock.monotonic_us();
        (now_us.saturating_sub(self.began_us), now_us)
    }

    fn end(&mut self, status: Option<u16>, failure: &'static str, us: u64) {
        self.over = true;
        let (provider, model) = (Arc::clone(&self.provider), self.model.clone());
        self.facts.borrow_mut().tried.push(Tried { provider, model, status, failure, us });
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if !self.over {
            let (us, _) = self.took();
            self.end(None, "client_gone", us);
        }
    }
}

impl Facts {
    /// The answer of the last attempt was of no use, although it came.
    pub fn spoiled(&mut self, word: &'static str) {
        if let Some(last) = self.tried.last_mut() {
            last.failure = word;
        }
    }

    /// The attempts, for the journal.
    #[must_use]
    pub fn attempts(&self) -> Vec<AttemptRecord<'_>> {
        let tried = self.tried.iter().map(|tried| AttemptRecord {
            provider: &tried.provider.id,
            model: &tried.model,
            status: tried.status,
            failure: tried.failure,
            ms: u32::try_from(tried.us / 1_000).unwrap_or(u32::MAX),
        });
        tried.collect()
    }
}
