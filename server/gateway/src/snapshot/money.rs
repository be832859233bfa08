//! Budgets as calls look them up, and what was used of them.

use crate::limits::ledger::Ledger;
use crate::limits::spend::SpendRule;
use domain::budgets::{Budget, Spending};
use domain::gateway_config::GatewayBudget;
use domain::ids::BudgetId;
use domain::settings::UnknownPrice;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

#[derive(Clone, Debug, Default)]
pub struct Money {
    pub ledger: Arc<Ledger>,
    pub unknown_price: UnknownPrice,
    budgets: BTreeMap<BudgetId, GatewayBudget>,
    /// By the id of what they are set on.
    rules: HashMap<Box<str>, Box<[SpendRule]>>,
}

impl Money {
    #[must_use]
    pub fn new(ledger: Arc<Ledger>, unknown_price: UnknownPrice) -> Self {
        Self { ledger, unknown_price, ..Self::default() }
    }

    /// The budgets that are set on something.
    #[must_use]
    pub fn rules(&self, id: &str) -> &[SpendRule] {
        self.rules.get(id).map(|rules| &**rules).unwrap_or_default()
    }

    /// Sets a budget, in the place of what it was.
    pub fn put(&mut self, budget: GatewayBudget) {
        let subject = budget.subject.id().to_owned();
        self.remove(&budget.id);
        self.budgets.insert(budget.id.clone(), budget);
        self.gather(&subject);
    }

    pub fn remove(&mut self, id: &BudgetId) {
        if let Some(gone) = self.budgets.remove(id) {
            self.gather(gone.subject.id());
        }
    }

    fn gather(&mut self, subject: &str) {
        let of = self.budgets.values().filter(|budget| budget.subject.id() == subject);
        let rules =
            of.map(|budget| SpendRule { unit: budget.unit, most: budget.amount, period: budget.period });
        let rules: Box<[SpendRule]> = rules.collect();
        if rules.is_empty() {
            self.rules.remove(subject);
        } else {
            self.rules.insert(subject.into(), rules);
        }
    }

    /// What has become of a budget in the period of now.
    #[must_use]
    pub fn spending(&self, budget: &Budget, unix_ms: u64) -> Spending {
        self.ledger.cell(budget.subject.id()).spending(budget.unit, budget.period, unix_ms)
    }
}
