use super::*;
use std::sync::Arc;

fn rule(requests: u32, seconds: u32) -> RateRule {
    RateRule::new(Rate { requests, seconds })
}

const SECOND: u64 = 1_000_000_000;

#[test]
fn a_burst_passes_and_then_one_call_at_a_time() {
    let (rule, cell) = (rule(4, 2), RateCell::default());
    let start = 77 * SECOND;
    let left: Vec<u64> = (0..4).map(|_| rule.take(&cell, start).unwrap().left.calls).collect();
    assert_eq!(left, [3, 2, 1, 0]);
    assert_eq!(rule.take(&cell, start), Err(Left { calls: 0, reset_s: 1 }));
    assert!(rule.take(&cell, start + SECOND / 2 - 1).is_err());
    assert!(rule.take(&cell, start + SECOND / 2).is_ok());
    assert!(rule.take(&cell, start + SECOND / 2).is_err());
    let later = start + 10 * SECOND;
    assert_eq!(rule.peek(&cell, later), Left { calls: 4, reset_s: 0 });
    assert_eq!(rule.take(&cell, later).unwrap().left, Left { calls: 3, reset_s: 1 });
    assert_eq!(rule.peek(&cell, later), Left { calls: 3, reset_s: 1 });
}

#[test]
fn what_a_refusal_promises_is_true() {
    for (requests, per) in [(1, 1), (3, 7), (1_000_000, 1), (7, 86_400)] {
        let (rule, cell) = (rule(requests, per), RateCell::default());
        let mut now = 5 * SECOND;
        for _ in 0..50 {
            match rule.take(&cell, now) {
                Ok(_) => {}
                Err(left) => {
                    now += left.reset_s * SECOND;
                    assert!(rule.take(&cell, now).is_ok(), "{requests} in {per}");
                }
            }
        }
    }
}

/// xorshift64: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// A schedule that offers a hundred times what is allowed. Of the calls that pass, one of `given_back` (0: none) is
/// given back some time later. Checks every window; answers which share of the rate was made use of.
fn usable(random: &mut Random, given_back: u64) -> f64 {
    let (requests, per) = (1 + random.below(50), 1 + random.below(5));
    let rule = rule(u32::try_from(requests).unwrap(), u32::try_from(per).unwrap());
    let (cell, mut now) = (RateCell::default(), random.below(SECOND));
    let (mut made, mut waiting) = (Vec::new(), Vec::<(u64, Taken)>::new());
    for _ in 0..(1_000 * requests) {
        now += random.below(per * SECOND / requests / 50);
        waiting.retain(|(until, taken)| {
            let due = *until <= now;
            if due {
                rule.give_back(&cell, taken.full_ns, now);
            }
            !due
        });
        let Ok(taken) = rule.take(&cell, now) else { continue };
        if given_back > 0 && random.below(given_back) == 0 {
            waiting.push((now + random.below(2 * per * SECOND), taken));
        } else {
            made.push(now);
        }
    }
    for (at, first) in made.iter().enumerate() {
        for (count, last) in made[at..].iter().enumerate() {
            let allowed = requests as f64 + requests as f64 * (last - first) as f64 / (per * SECOND) as f64;
            assert!(count as f64 + 1.0 <= allowed + 1e-6, "{} in {} ns", count + 1, last - first);
        }
    }
    let span = (made.last().unwrap() - made[0]) as f64 / (per * SECOND) as f64;
    made.len() as f64 / (requests as f64 * span)
}

#[test]
fn no_window_admits_more_than_allowed_and_nearly_all_of_that_is_usable() {
    let mut random = Random(88_172_645_463_325_252);
    for _ in 0..60 {
        let used = usable(&mut random, 0);
        assert!(used >= 0.97, "{used}");
    }
}

#[test]
fn no_window_admits_more_when_calls_are_given_back_late() {
    let mut random = Random(1_181_783_497_276_652_981);
    for given_back in [2, 3, 5, 10, 2, 3, 5, 10, 2, 3, 5, 10, 2, 3, 5, 10] {
        usable(&mut random, given_back);
    }
}

#[test]
fn a_raised_rate_does_not_wait_for_the_old_one() {
    let cell = RateCell::default();
    assert!(rule(1, 86_400).take(&cell, SECOND).is_ok());
    let raised = rule(100, 1);
    assert_eq!(
        raised.take(&cell, SECOND),
        Err(Left { calls: 0, reset_s: 1 }),
        "what was taken is not given back"
    );
    assert!(raised.take(&cell, SECOND + SECOND / 100).is_ok());
}

#[test]
fn many_threads_take_exactly_the_burst() {
    let (rule, cell) = (rule(1_000, 1), Arc::new(RateCell::default()));
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let cell = Arc::clone(&cell);
            std::thread::spawn(move || (0..5_000).filter(|_| rule.take(&cell, SECOND).is_ok()).count())
        })
        .collect();
    assert_eq!(threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>(), 1_000);
}

#[test]
fn a_call_given_back_can_be_taken_again_but_not_twice() {
    let (rule, cell) = (rule(2, 1), RateCell::default());
    let taken = [rule.take(&cell, SECOND).unwrap(), rule.take(&cell, SECOND).unwrap()];
    rule.give_back(&cell, taken[1].full_ns, SECOND);
    assert_eq!(rule.peek(&cell, SECOND).calls, 1);
    assert!(rule.take(&cell, SECOND).is_ok());
    assert!(rule.take(&cell, SECOND).is_err());
}

#[test]
fn what_time_has_put_back_is_not_put_back_again() {
    let (rule, cell) = (rule(2, 1), RateCell::default());
    let early = rule.take(&cell, SECOND).unwrap();
    let later = 10 * SECOND;
    assert!(rule.take(&cell, later).is_ok() && rule.take(&cell, later).is_ok());
    rule.give_back(&cell, early.full_ns, later);
    assert!(rule.take(&cell, later).is_err(), "a third call at once");
}

/// What one process let through, the next one recalls: from a trickle of calls to a flood.
#[test]
fn a_cell_that_recalls_is_never_fuller_and_as_full_when_little_was_used() {
    let mut random = Random(2_685_821_657_736_338_717);
    let mut as_full = 0;
    for _ in 0..2_000 {
        let (requests, per) = (1 + random.below(20), 10 + random.below(100));
        let rule = rule(u32::try_from(requests).unwrap(), u32::try_from(per).unwrap());
        let (cell, mut now) = (RateCell::default(), 1_000 * per * SECOND);
        let pace = 1 + random.below(12 * per * SECOND / requests);
        let mut made = Vec::new();
        for _ in 0..(10 * requests) {
            now += random.below(pace);
            made.extend(rule.take(&cell, now).is_ok().then_some(now));
        }
        now += random.below(2 * per * SECOND);
        let (next, backwards) = (RateCell::default(), RateCell::default());
        made.iter().for_each(|then| rule.recall(&next, *then, 1, now));
        made.iter().rev().for_each(|then| rule.recall(&backwards, *then, 1, now));
        let full = |cell: &RateCell| cell.full_ns().max(now);
        assert!(full(&next) >= full(&cell) && full(&backwards) >= full(&next), "{requests} in {per}");
        let looked_at = made.iter().filter(|then| **then + 2 * rule.burst_ns > now).count();
        if looked_at as u64 <= requests {
            assert_eq!(full(&next), full(&cell), "{requests} in {per}, {looked_at} made");
            as_full += u32::from(full(&cell) > now);
        }
        assert!(rule.take(&next, full(&next)).is_ok());
    }
    assert!(as_full > 100, "{as_full} cases to mean anything");
}
