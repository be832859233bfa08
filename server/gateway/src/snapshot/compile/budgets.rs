//! Budgets of models, which draw on what the process has counted so far.

use super::Compiler;
use crate::snapshot::money::Money;
use domain::gateway_config::GatewayBudget;
use domain::ids::BudgetId;
use domain::settings::UnknownPrice;
use std::sync::Arc;

impl Compiler<'_> {
    /// Nothing but these.
    pub(super) fn budgets(&mut self, budgets: &[GatewayBudget], unknown_price: UnknownPrice) {
        let mut money = Money::new(Arc::clone(&self.interned.ledger), unknown_price);
        budgets.iter().cloned().for_each(|budget| money.put(budget));
        self.next.money = Arc::new(money);
    }

    /// In the place of what it was.
    pub(super) fn budget(&mut self, budget: &GatewayBudget) {
        Arc::make_mut(&mut self.next.money).put(budget.clone());
    }

    pub(super) fn no_budget(&mut self, id: &BudgetId) {
        Arc::make_mut(&mut self.next.money).remove(id);
    }

    pub(super) fn unknown_price(&mut self, unknown_price: UnknownPrice) {
        Arc::make_mut(&mut self.next.money).unknown_price = unknown_price;
    }
}
