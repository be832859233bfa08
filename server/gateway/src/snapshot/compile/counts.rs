//! What the limits of versions draw on: by api, name and `by`, so that it lives on when a revision is published and
//! is one for all versions of an api.

use super::Compiler;
use crate::limits::keyed::KeyedCells;
use crate::limits::rules::Cells;
use crate::limits::scoped::{Counts, ScopedLimit};
use domain::ids::ApiId;
use domain::policies::limits::{self, By};
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Debug, Default)]
pub struct AllCounts {
    plain: HashMap<String, Arc<Cells>>,
    keyed: HashMap<String, Arc<KeyedCells>>,
}

impl AllCounts {
    /// Those that no snapshot draws on, and no call under way.
    pub fn forget_unused(&mut self) {
        self.plain.retain(|_, cells| Arc::strong_count(cells) > 1);
        self.keyed.retain(|_, cells| Arc::strong_count(cells) > 1);
    }

    fn of(&mut self, api: &ApiId, limit: &limits::ScopedLimit, labels: &[Box<str>]) -> Counts {
        let name = format!("{api} {} {}", limit.by, limit.name);
        match limit.by {
            By::Api => Counts::One(self.plain(name)),
            By::Route => {
                Counts::Routes(labels.iter().map(|label| self.plain(format!("{name} {label}"))).collect())
            }
            By::Address | By::Application => Counts::Keyed(Arc::clone(self.keyed.entry(name).or_default())),
        }
    }

    fn plain(&mut self, name: String) -> Arc<Cells> {
        Arc::clone(self.plain.entry(name).or_default())
    }
}

impl Compiler<'_> {
    pub(super) fn limits(
        &mut self,
        api: &ApiId,
        limits: &[limits::ScopedLimit],
        labels: &[Box<str>],
    ) -> Arc<[ScopedLimit]> {
        let counts = &mut self.interned.counts;
        limits.iter().map(|limit| ScopedLimit::new(limit, counts.of(api, limit, labels), labels)).collect()
    }
}
