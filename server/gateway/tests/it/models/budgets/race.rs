//! Two hundred callers at once, at the edge of a budget.

use super::{budget, chat, of_application, spending, team, with};
use domain::budgets::{Subject, Unit};
use faultlab::vendor::Vendor;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const CALLERS: usize = 200;

/// Calls until the budget has nothing left for one, whatever others need less than they set aside.
fn call_on(lab: &crate::lab::Lab, answered: &AtomicU64) {
    for _ in 0..400 {
        let answer = chat(lab, "what is the matter with you today", 8);
        match answer.status {
            200 => drop(answered.fetch_add(1, Ordering::Relaxed)),
            429 => {
                let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
                if wait > 2 {
                    return;
                }
                // others are at it
                std::thread::sleep(Duration::from_millis(10));
            }
            status => panic!("{status}: {}", answer.text()),
        }
    }
}

fn race(subject: &Subject, unit: Unit, amount: u64) {
    let vendor = Vendor::start().unwrap();
    let lab = with(&vendor, vec![budget(subject.clone(), unit, amount)]);
    let (barrier, answered) = (Barrier::new(CALLERS), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                barrier.wait();
                call_on(&lab, &answered);
            });
        }
    });
    let answered = answered.into_inner();
    let mut records = Vec::new();
    crate::lab::eventually("all that was answered is on record", || {
        records.extend(lab.records());
        records.iter().filter(|call| call.outcome == "ok").count() as u64 == answered
    });
    let uses = records.iter().filter_map(|call| call.ai.as_ref());
    let settled: i64 = match unit {
        Unit::Tokens => uses.map(|ai| ai.tokens()).sum(),
        Unit::Nano => uses.filter_map(|ai| ai.cost_nano).sum(),
    };
    let settled = u64::try_from(settled).unwrap();
    assert!(settled <= amount, "{settled} of {amount} by {answered} calls");
    assert!(settled * 10 >= amount * 9, "only {settled} of {amount} by {answered} calls");
    let seen = spending(&lab, subject.clone(), unit);
    assert_eq!((seen.spent, seen.reserved), (settled, 0));
}

#[test]
fn money_is_never_passed_and_nearly_all_of_it_can_be_used() {
    // of 97,500 for each call, and a little more that is set aside
    race(&of_application(), Unit::Nano, 15_000_000);
}

#[test]
fn tokens_are_never_passed_and_nearly_all_of_them_can_be_used() {
    race(&Subject::Team(team()), Unit::Tokens, 2_000);
}
