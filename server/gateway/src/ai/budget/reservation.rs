//! What a call has set aside, in each of the budgets that it counts against: all of them, or none.

use crate::limits::spend::{Periods, Short, SpendCell, SpendRule};
use domain::budgets::Amount;
use std::sync::Arc;

/// Others may take what was just seen to be left: so often it is looked at anew.
const TRIES: u32 = 16;

/// Whose budget it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The subscription's, from its plan.
    Plan,
    Application,
    Team,
    Api,
    Provider,
}

/// What is counted of somebody's calls, and how much it may be.
#[derive(Debug)]
pub struct Account {
    pub whose: Whose,
    pub cell: Arc<SpendCell>,
    pub rules: Box<[SpendRule]>,
}

/// An amount that is set aside in one place; dropped, it is put back.
#[derive(Debug)]
pub struct Held {
    cell: Arc<SpendCell>,
    periods: Periods,
    amount: Amount,
    settled: bool,
}

impl Held {
    fn settle(&mut self, spent: Amount) {
        if !std::mem::replace(&mut self.settled, true) {
            self.cell.settle(self.periods, self.amount, spent);
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.settle(Amount::default());
    }
}

/// All that a call has set aside.
#[derive(Debug, Default)]
pub struct Reservation {
    pub payers: Vec<Held>,
    /// Of the provider that is asked at the moment.
    pub provider: Vec<Held>,
}

impl Reservation {
    /// Puts what was really spent in the place of what was set aside.
    pub fn settle(&mut self, spent: Amount) {
        for mut held in self.payers.drain(..).chain(self.provider.drain(..)) {
            held.settle(spent);
        }
    }
}

/// What is to be set aside.
pub struct Asked<'a> {
    /// By how much the model may say. Never less for more.
    pub most: &'a dyn Fn(u64) -> Amount,
    /// How much it may say.
    pub output: u64,
    /// That is the caller's word, and nobody may make it less.
    pub given: bool,
    pub unix_ms: u64,
}

/// What was set aside, for so much to be said.
pub struct Taken {
    pub held: Vec<Held>,
    pub output: u64,
}

/// A budget that has not so much left.
#[derive(Debug)]
pub struct NotLeft {
    pub whose: Whose,
    pub rule: SpendRule,
    pub wanted: u64,
    pub short: Short,
}

/// Sets aside in all the accounts, or in none. Where the caller set no bound, less is set aside if no more is left.
pub fn take(accounts: &[Account], asked: &Asked<'_>) -> Result<Taken, NotLeft> {
    let mut output = asked.output;
    let mut tries = 0;
    loop {
        let refused = match take_once(accounts, (asked.most)(output), asked.unix_ms) {
            Ok(held) => return Ok(Taken { held, output }),
            Err(refused) => refused,
        };
        tries += 1;
        if asked.given || tries > TRIES {
            return Err(refused);
        }
        match affordable(accounts, asked, output) {
            Some(less) => output = less,
            None => return Err(refused),
        }
    }
}

fn take_once(accounts: &[Account], amount: Amount, unix_ms: u64) -> Result<Vec<Held>, NotLeft> {
    let mut all = Vec::with_capacity(accounts.len());
    for Account { whose, cell, rules } in accounts {
        match cell.reserve(rules, amount, unix_ms) {
            Ok(periods) => all.push(Held { cell: Arc::clone(cell), periods, amount, settled: false }),
            // what was set aside so far is put back as it is dropped
            Err(short) => {
                let rule = rules.get(short.place).copied();
                let Some(rule) = rule else { continue };
                return Err(NotLeft { whose: *whose, rule, wanted: amount.of(rule.unit), short });
            }
        }
    }
    Ok(all)
}

/// The most that the model may say with what is left at the moment; `None` when that is not a single token.
fn affordable(accounts: &[Account], asked: &Asked<'_>, most: u64) -> Option<u64> {
    let rules =
        accounts.iter().flat_map(|account| account.rules.iter().map(move |rule| (&account.cell, rule)));
    let left: Vec<_> = rules.map(|(cell, rule)| (rule.unit, cell.left(rule, asked.unix_ms))).collect();
    let fits = |output: u64| {
        let amount = (asked.most)(output);
        left.iter().all(|(unit, left)| amount.of(*unit) <= *left)
    };
    let (mut fitting, mut above) = (0, most);
    while fitting + 1 < above {
        let middle = fitting + (above - fitting) / 2;
        if fits(middle) {
            fitting = middle;
        } else {
            above = middle;
        }
    }
    (fitting > 0).then_some(fitting)
}

/// Sets nothing aside where nothing limits, so that the truth is counted all the same.
pub fn unlimited(accounts: Vec<Account>, unix_ms: u64) -> Vec<Held> {
    let amount = Amount::default();
    let hold = |Account { cell, .. }: Account| {
        // without a rule nothing is refused
        let periods = cell.reserve(&[], amount, unix_ms).ok()?;
        Some(Held { cell, periods, amount, settled: false })
    };
    accounts.into_iter().filter_map(hold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::budgets::{Spending, Unit};
    use domain::plans::Period;

    const NOW: u64 = 1_772_323_199_500;

    fn account(whose: Whose, most: u64) -> Account {
        let rules = Box::new([SpendRule { unit: Unit::Tokens, most, period: Period::Day }]);
        Account { whose, cell: Arc::default(), rules }
    }

    fn spending(account: &Account) -> Spending {
        account.cell.spending(Unit::Tokens, Period::Day, NOW)
    }

    fn most(output: u64) -> Amount {
        Amount { tokens: 10 + output, nano: 0 }
    }

    fn asked(output: u64, given: bool) -> Asked<'static> {
        Asked { most: &most, output, given, unix_ms: NOW }
    }

    #[test]
    fn a_budget_without_enough_leaves_the_others_as_they_were() {
        let accounts = [account(Whose::Plan, 1_000), account(Whose::Team, 50)];
        let refused = take(&accounts, &asked(100, true)).err().unwrap();
        assert_eq!((refused.whose, refused.wanted, refused.short.left), (Whose::Team, 110, 50));
        assert_eq!(spending(&accounts[0]), Spending::default());
    }

    #[test]
    fn who_sets_no_bound_gets_what_is_left() {
        let accounts = [account(Whose::Plan, 1_000), account(Whose::Team, 50)];
        let taken = take(&accounts, &asked(100, false)).unwrap();
        assert_eq!(taken.output, 40);
        assert_eq!(spending(&accounts[0]).reserved, 50);
        assert!(take(&accounts, &asked(100, false)).is_err(), "not a single token is left");
        drop(taken);
        assert_eq!(spending(&accounts[1]), Spending::default());
    }

    #[test]
    fn the_truth_is_settled_once_everywhere() {
        let accounts = [account(Whose::Plan, 1_000), account(Whose::Api, 1_000)];
        let mut reservation =
            Reservation { payers: take(&accounts, &asked(100, true)).unwrap().held, provider: Vec::new() };
        reservation.settle(Amount { tokens: 60, nano: 0 });
        reservation.settle(Amount { tokens: 60, nano: 0 });
        drop(reservation);
        assert_eq!(accounts.each_ref().map(spending), [Spending { spent: 60, reserved: 0 }; 2]);
    }
}
