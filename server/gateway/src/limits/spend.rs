//! What models have used of a budget in a calendar period (UTC): what was spent, and what is set aside for calls under
//! way. Both change together, under a lock that is held for a few steps: however many calls come at once, what is spent
//! and set aside is never more than the budget.

use crate::clock::{DAY_MS, month_of};
use domain::budgets::{Amount, Spending, Unit};
use domain::plans::Period;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How much of a unit a period may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpendRule {
    pub unit: Unit,
    pub most: u64,
    pub period: Period,
}

impl SpendRule {
    /// Whole seconds until the next period, at least 1.
    #[must_use]
    pub fn reset_s(&self, unix_ms: u64) -> u64 {
        number(self.period, unix_ms).1.saturating_sub(unix_ms).div_ceil(1_000).max(1)
    }
}

/// The number of a period and when it ends, in Unix milliseconds.
fn number(period: Period, unix_ms: u64) -> (u64, u64) {
    match period {
        Period::Day => (unix_ms / DAY_MS, (unix_ms / DAY_MS + 1) * DAY_MS),
        Period::Month => month_of(unix_ms),
    }
}

/// A rule that has not so much left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// Which of the rules.
    pub place: usize,
    /// Of the rule's unit.
    pub left: u64,
    /// Only because of what is set aside for calls under way, which may turn out to need less.
    pub passing: bool,
}

/// The periods that something was set aside in.
#[derive(Clone, Copy, Debug)]
pub struct Periods {
    day: u64,
    month: u64,
}

#[derive(Debug, Default)]
struct Book {
    period: u64,
    spent: Amount,
    reserved: Amount,
}

impl Book {
    /// Begins the period, if it is later than the one that is counted. Another thread may have seen the next one begin
    /// while this one still read the clock. Answers the period that is counted.
    fn turn(&mut self, period: u64) -> u64 {
        if period > self.period {
            *self = Self { period, ..Self::default() };
        }
        self.period
    }

    /// Puts the truth in the place of what was set aside. Of a period that is over nothing is counted any more.
    fn settle(&mut self, period: u64, reserved: Amount, spent: Amount) {
        if period == self.period {
            self.reserved = self.reserved.less(reserved);
            self.spent = self.spent.plus(spent);
        }
    }
}

#[derive(Debug, Default)]
struct Books {
    day: Book,
    month: Book,
}

impl Books {
    fn turn(&mut self, unix_ms: u64) -> Periods {
        Periods {
            day: self.day.turn(number(Period::Day, unix_ms).0),
            month: self.month.turn(number(Period::Month, unix_ms).0),
        }
    }

    fn of(&self, period: Period) -> &Book {
        match period {
            Period::Day => &self.day,
            Period::Month => &self.month,
        }
    }

    fn left(&self, rule: &SpendRule) -> u64 {
        let book = self.of(rule.period);
        rule.most.saturating_sub(book.spent.plus(book.reserved).of(rule.unit))
    }
}

/// What one application, team, api or provider uses, whatever limits it: a budget that is set later counts what was
/// before.
#[derive(Debug, Default)]
pub struct SpendCell(Mutex<Books>);

impl SpendCell {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets an amount aside, if every rule has so much left.
    pub fn reserve(&self, rules: &[SpendRule], amount: Amount, unix_ms: u64) -> Result<Periods, Short> {
        let mut books = self.books();
        let periods = books.turn(unix_ms);
        for (place, rule) in rules.iter().enumerate() {
            let (wanted, left) = (amount.of(rule.unit), books.left(rule));
            // where nothing is left, a call that is thought to need nothing does not go through either
            if wanted > left || left == 0 {
                let unspent = rule.most.saturating_sub(books.of(rule.period).spent.of(rule.unit));
                let passing = unspent > 0 && wanted <= unspent;
                return Err(Short { place, left, passing });
            }
        }
        books.day.reserved = books.day.reserved.plus(amount);
        books.month.reserved = books.month.reserved.plus(amount);
        Ok(periods)
    }

    /// Puts what was really spent in the place of what was set aside in these periods.
    pub fn settle(&self, periods: Periods, reserved: Amount, spent: Amount) {
        let mut books = self.books();
        books.day.settle(periods.day, reserved, spent);
        books.month.settle(periods.month, reserved, spent);
    }

    /// What is left of a rule.
    #[must_use]
    pub fn left(&self, rule: &SpendRule, unix_ms: u64) -> u64 {
        let mut books = self.books();
        books.turn(unix_ms);
        books.left(rule)
    }

    /// What was spent and what is set aside, in the period of now.
    #[must_use]
    pub fn spending(&self, unit: Unit, period: Period, unix_ms: u64) -> Spending {
        let mut books = self.books();
        books.turn(unix_ms);
        let book = books.of(period);
        Spending { spent: book.spent.of(unit), reserved: book.reserved.of(unit) }
    }

    /// Counts what was spent at a time, by earlier processes.
    pub fn count(&self, unix_ms: u64, in_day: Amount, in_month: Amount) {
        let mut books = self.books();
        books.turn(unix_ms);
        books.day.settle(number(Period::Day, unix_ms).0, Amount::default(), in_day);
        books.month.settle(number(Period::Month, unix_ms).0, Amount::default(), in_month);
    }
}

#[cfg(test)]
mod tests;
