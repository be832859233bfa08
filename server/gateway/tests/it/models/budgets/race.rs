//! Two hundred callers at once, at the edge of a budget.

use super::{PRICED, budget, chat, of_application, selling, spending, team};
use crate::lab::Lab;
use crate::models::post;
use domain::budgets::{Subject, Unit};
use faultlab::raw::Answer;
use faultlab::vendor::Vendor;
use serde_json::json;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const CALLERS: usize = 200;

type Call = fn(&Lab) -> Answer;

fn talk(lab: &Lab) -> Answer {
    chat(lab, "what is the matter with you today", 8)
}

/// Calls until the budget has nothing left for one, whatever others need less than they set aside.
fn call_on(lab: &Lab, answered: &AtomicU64, call: Call) {
    for _ in 0..400 {
        let answer = call(lab);
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

/// Races for a budget with calls to a model of OpenAI's.
fn race(subject: &Subject, unit: Unit, amount: u64, (model, call): (&str, Call)) {
    let vendor = Vendor::start().unwrap();
    let lab = selling(&vendor, model, vec![budget(subject.clone(), unit, amount)]);
    let (barrier, answered) = (Barrier::new(CALLERS), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                barrier.wait();
                call_on(&lab, &answered, call);
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
    race(&of_application(), Unit::Nano, 15_000_000, (PRICED, talk));
}

#[test]
fn tokens_are_never_passed_and_nearly_all_of_them_can_be_used() {
    race(&Subject::Team(team()), Unit::Tokens, 2_000, (PRICED, talk));
}

#[test]
fn money_for_pictures_is_never_passed() {
    let picture = |lab: &Lab| {
        let body = json!({ "model": "m", "prompt": "a cat", "size": "1024x1024", "quality": "low" });
        post(lab, "/ai/v1/images/generations", &body)
    };
    // of about 3,200,000 for each call, and up to 12,000,000 that is set aside
    race(&of_application(), Unit::Nano, 150_000_000, ("gpt-image-1.5", picture));
}

#[test]
fn money_for_speech_is_never_passed() {
    let speech = |lab: &Lab| {
        let body = json!({ "model": "m", "voice": "v", "input": "what is the matter with you today" });
        post(lab, "/ai/v1/audio/speech", &body)
    };
    // of 495,000 for each call, which is what is set aside
    race(&Subject::Team(team()), Unit::Nano, 20_000_000, ("tts-1", speech));
}
