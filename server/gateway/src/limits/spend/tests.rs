use super::*;
use std::sync::Arc;

/// 2026-02-28 23:59:59.500 UTC
const LATE: u64 = 1_772_323_199_500;

fn rule(unit: Unit, most: u64, period: Period) -> SpendRule {
    SpendRule { unit, most, period }
}

fn tokens(tokens: u64) -> Amount {
    Amount { tokens, nano: 0 }
}

#[test]
fn the_truth_takes_the_place_of_what_was_set_aside() {
    let (cell, rules) = (SpendCell::default(), [rule(Unit::Tokens, 100, Period::Day)]);
    let held = cell.reserve(&rules, tokens(80), LATE).unwrap();
    let short = cell.reserve(&rules, tokens(30), LATE).unwrap_err();
    assert_eq!(short, Short { place: 0, left: 20, passing: true });
    cell.settle(held, tokens(80), tokens(10));
    assert_eq!(cell.spending(Unit::Tokens, Period::Day, LATE), Spending { spent: 10, reserved: 0 });
    let held = cell.reserve(&rules, tokens(90), LATE).unwrap();
    cell.settle(held, tokens(90), tokens(95));
    assert_eq!(cell.left(&rules[0], LATE), 0, "it cost more than was thought");
    let short = cell.reserve(&rules, tokens(0), LATE).unwrap_err();
    assert_eq!(short, Short { place: 0, left: 0, passing: false });
}

#[test]
fn a_refusal_by_one_rule_takes_nothing_from_another() {
    let cell = SpendCell::default();
    let rules = [rule(Unit::Nano, 1_000, Period::Month), rule(Unit::Tokens, 5, Period::Day)];
    let amount = Amount { tokens: 6, nano: 10 };
    assert_eq!(cell.reserve(&rules, amount, LATE).unwrap_err().place, 1);
    assert_eq!(cell.spending(Unit::Nano, Period::Month, LATE), Spending::default());
}

#[test]
fn periods_begin_anew_and_what_began_before_does_not_count_in_them() {
    let (cell, rules) = (SpendCell::default(), [rule(Unit::Tokens, 10, Period::Month)]);
    let held = cell.reserve(&rules, tokens(10), LATE).unwrap();
    assert_eq!(rules[0].reset_s(LATE), 1);
    let next = cell.reserve(&rules, tokens(10), LATE + 500).unwrap();
    cell.settle(held, tokens(10), tokens(7));
    assert_eq!(cell.spending(Unit::Tokens, Period::Month, LATE + 500), Spending { spent: 0, reserved: 10 });
    assert!(cell.reserve(&rules, tokens(1), LATE).is_err(), "a clock that is late opens no other month");
    cell.settle(next, tokens(10), tokens(3));
    assert_eq!(cell.left(&rules[0], LATE + 500), 7);
}

#[test]
fn what_was_before_counts_in_its_own_period_only() {
    let cell = SpendCell::default();
    cell.count(LATE, tokens(2), tokens(5));
    cell.count(LATE - DAY_MS, tokens(1), tokens(1));
    let spent = |period| cell.spending(Unit::Tokens, period, LATE).spent;
    assert_eq!((spent(Period::Day), spent(Period::Month)), (2, 6));
}

/// A sequence of calls of many sizes that end in many ways, from a seed.
fn dice(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move |sides| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % sides
    }
}

#[test]
fn spent_and_set_aside_never_pass_the_budget_whatever_comes() {
    for seed in 1..200 {
        let mut roll = dice(seed);
        let cell = SpendCell::default();
        let rules = [
            rule(Unit::Tokens, 500 + roll(500), Period::Day),
            rule(Unit::Nano, 5_000 + roll(5_000), Period::Month),
        ];
        let mut open = Vec::new();
        let mut model = Amount::default();
        for _ in 0..400 {
            if roll(2) == 0 || open.is_empty() {
                let amount = Amount { tokens: roll(120), nano: roll(900) };
                match cell.reserve(&rules, amount, LATE) {
                    Ok(held) => open.push((held, amount)),
                    Err(short) => {
                        let rule = &rules[short.place];
                        let left = cell.left(rule, LATE);
                        assert!(left == 0 || amount.of(rule.unit) > left, "seed {seed}");
                    }
                }
            } else {
                let at = usize::try_from(roll(open.len() as u64)).unwrap();
                let (held, amount) = open.swap_remove(at);
                let spent = Amount { tokens: roll(amount.tokens + 1), nano: roll(amount.nano + 1) };
                cell.settle(held, amount, spent);
                model = model.plus(spent);
            }
            let aside = open.iter().fold(Amount::default(), |sum, (_, amount)| sum.plus(*amount));
            for rule in &rules {
                let seen = cell.spending(rule.unit, rule.period, LATE);
                let expected = Spending { spent: model.of(rule.unit), reserved: aside.of(rule.unit) };
                assert_eq!(seen, expected, "seed {seed}");
                assert!(seen.spent + seen.reserved <= rule.most, "seed {seed}");
            }
        }
    }
}

#[test]
fn many_threads_never_pass_the_budget_and_use_all_of_it() {
    let rules = [rule(Unit::Tokens, 10_000, Period::Day)];
    let cell = Arc::new(SpendCell::default());
    let spent: u64 = std::thread::scope(|scope| {
        let call_often = || {
            let mut spent = 0;
            for _ in 0..5_000 {
                if let Ok(held) = cell.reserve(&rules, tokens(10), LATE) {
                    let seen = cell.spending(Unit::Tokens, Period::Day, LATE);
                    assert!(seen.spent + seen.reserved <= 10_000);
                    cell.settle(held, tokens(10), tokens(3));
                    spent += 3;
                }
            }
            spent
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(call_often)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(cell.spending(Unit::Tokens, Period::Day, LATE), Spending { spent, reserved: 0 });
    assert!((9_900..=10_000).contains(&spent), "{spent}");
}
