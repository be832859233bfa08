//! What has been spent on models, by whoever it counts against. Made when the first call comes, and kept as long as the
//! process: what was used does not go with a budget that is deleted.

use super::spend::SpendCell;
use crate::snapshot::version::unix_ms;
use domain::budgets::Used;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

#[derive(Debug, Default)]
pub struct Ledger(RwLock<HashMap<Box<str>, Arc<SpendCell>>>);

impl Ledger {
    /// The cell of an application, a team, an api or a provider.
    #[must_use]
    pub fn cell(&self, id: &str) -> Arc<SpendCell> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        known.unwrap_or_else(|| {
            let mut cells = self.0.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(id.into()).or_default())
        })
    }

    /// The cell of an application's calls to one api: what plans limit. Cancelling and asking again is no way to a fresh
    /// one.
    #[must_use]
    pub fn pair(&self, application: &str, api: &str) -> Arc<SpendCell> {
        self.cell(&format!("{application} {api}"))
    }

    /// Counts what was used in earlier processes.
    pub fn count(&self, used: &Used) {
        let unix_ms = unix_ms(used.at);
        let count = |cell: &SpendCell| cell.count(unix_ms, used.day, used.month);
        if !used.application.is_empty() && !used.api.is_empty() {
            count(&self.pair(&used.application, &used.api));
        }
        let team = used.team.as_ref().map_or("", |team| team.as_str());
        for id in [used.application.as_str(), team, &used.api, &used.provider] {
            if !id.is_empty() {
                count(&self.cell(id));
            }
        }
    }
}
