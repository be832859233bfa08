//! A rate and a quota that stand together, and the cells that they draw on.

use super::Left;
use super::quota::{QuotaCell, QuotaRule};
use super::rate::{RateCell, RateRule};
use crate::reject::{Reject, RejectKind};
use domain::plans::{Quota, Rate};

/// Rates of a shorter time are full again soon after the process has started.
const LASTING_S: u32 = 10;

/// What has been used so far; lives on through snapshots.
#[derive(Debug, Default)]
pub struct Cells {
    pub rate: RateCell,
    pub quota: QuotaCell,
}

/// The moment of a call: monotonic nanoseconds, and unix milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now_ns: u64,
    pub unix_ms: u64,
}

/// What a call found, for the headers of its answer and for giving back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    pub rate: Option<Left>,
    pub quota: Option<Left>,
    /// See [`super::rate::Taken`].
    full_ns: u64,
}

/// Either may be absent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules {
    pub rate: Option<RateRule>,
    pub quota: Option<QuotaRule>,
}

/// A limit that is used up.
#[derive(Debug)]
pub struct Exceeded {
    kind: RejectKind,
    limit: String,
    retry_s: u64,
}

impl Exceeded {
    /// The refusal; `whose` says which limit it is: `the plan allows`.
    #[must_use]
    pub fn reject(self, whose: &str) -> Reject {
        let Self { kind, limit, retry_s } = self;
        let detail = format!("{whose} {limit}; try again in {} s", retry_s.max(1));
        Reject::new(kind, detail).retry_after(retry_s)
    }
}

impl Rules {
    #[must_use]
    pub fn new(rate: Option<Rate>, quota: Option<Quota>) -> Self {
        Self { rate: rate.map(RateRule::new), quota: quota.map(QuotaRule::new) }
    }

    /// Takes one call from both, or from neither.
    pub fn take(&self, cells: &Cells, at: Moment, found: &mut Found) -> Result<(), Exceeded> {
        if let Some(rate) = &self.rate {
            match rate.take(&cells.rate, at.now_ns) {
                Ok(taken) => {
                    found.rate = Some(taken.left);
                    found.full_ns = taken.full_ns;
                }
                Err(left) => {
                    found.rate = Some(left);
                    found.quota = self.quota.map(|quota| quota.peek(&cells.quota, at.unix_ms));
                    return Err(exceeded(RejectKind::RateLimited, rate.describe(), left));
                }
            }
        }
        if let Some(quota) = &self.quota {
            match quota.take(&cells.quota, at.unix_ms) {
                Ok(left) => found.quota = Some(left),
                Err(left) => {
                    found.quota = Some(left);
                    self.give_back_rate(cells, at, found);
                    return Err(exceeded(RejectKind::QuotaExceeded, quota.describe(), left));
                }
            }
        }
        Ok(())
    }

    /// Puts back what [`Rules::take`] took. `at` has the time of now, and the unix time of then.
    pub fn give_back(&self, cells: &Cells, at: Moment, found: &mut Found) {
        self.give_back_rate(cells, at, found);
        if let Some(quota) = &self.quota {
            cells.quota.give_back(at.unix_ms);
            found.quota = Some(quota.peek(&cells.quota, at.unix_ms));
        }
    }

    fn give_back_rate(&self, cells: &Cells, at: Moment, found: &mut Found) {
        if let Some(rate) = &self.rate {
            rate.give_back(&cells.rate, found.full_ns, at.now_ns);
            found.rate = Some(rate.peek(&cells.rate, at.now_ns));
        }
    }

    /// Takes calls from the rate that earlier processes let through at `then_ns`. Of a rate that is full again before
    /// anybody could call after a restart, nothing is to be remembered.
    pub fn recall(&self, cells: &Cells, then_ns: u64, calls: u64, now_ns: u64) {
        if let Some(rate) = self.lasting_rate() {
            rate.recall(&cells.rate, then_ns, calls, now_ns);
        }
    }

    /// The rate, if what was taken from it outlives a restart.
    #[must_use]
    pub fn lasting_rate(&self) -> Option<&RateRule> {
        self.rate.as_ref().filter(|rate| rate.seconds() >= LASTING_S)
    }

    /// How much there is to remember: calls that count against the quota, and nanoseconds until the rate is full again.
    #[must_use]
    pub fn used(&self, cells: &Cells, at: Moment) -> (u64, u64) {
        let counted = self.quota.map_or(0, |quota| quota.counted(&cells.quota, at.unix_ms));
        (counted, self.rate.map_or(0, |_| cells.rate.full_ns().saturating_sub(at.now_ns)))
    }

    /// What is left, without taking.
    #[must_use]
    pub fn peek(&self, cells: &Cells, at: Moment) -> Found {
        Found {
            rate: self.rate.map(|rate| rate.peek(&cells.rate, at.now_ns)),
            quota: self.quota.map(|quota| quota.peek(&cells.quota, at.unix_ms)),
            full_ns: 0,
        }
    }
}

fn exceeded(kind: RejectKind, limit: String, left: Left) -> Exceeded {
    Exceeded { kind, limit, retry_s: left.reset_s }
}
