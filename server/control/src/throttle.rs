//! Slowing down those who guess passwords: per account and per address, kept in the database so that a restart
//! does not reset it. Never a permanent lock, so that nobody is locked out by somebody else's guesses.

use crate::error::{Error, Result};
use chrono::Duration;
use domain::Time;
use domain::problem::{Problem, ProblemKind};
use store::throttle::Attempts;
use store::{Conn, Tx};

/// Failures that cost nothing; an address may be shared by many people, an account is not.
const FREE_PER_ACCOUNT: u32 = 5;
const FREE_PER_ADDRESS: u32 = 30;

/// Failures are forgotten after so long without another.
const MEMORY: Duration = Duration::hours(1);
const LONGEST: Duration = Duration::minutes(15);

fn free(subject: &str) -> u32 {
    if subject.starts_with("address:") { FREE_PER_ADDRESS } else { FREE_PER_ACCOUNT }
}

/// 1 s after the first failure that is not free, then doubled each time, up to 15 minutes.
fn delay(failures: u32, free: u32) -> Option<Duration> {
    let over = failures.checked_sub(free)?;
    let seconds = 1_i64.checked_shl(over).filter(|s| *s > 0).unwrap_or(i64::MAX);
    Some(Duration::try_seconds(seconds).map_or(LONGEST, |delay| delay.min(LONGEST)))
}

/// Refuses while one of the subjects has to wait.
pub async fn check(conn: &mut Conn, subjects: &[String], now: Time) -> Result<()> {
    for subject in subjects {
        let Some(until) =
            store::throttle::get(conn, subject).await?.and_then(|attempts| attempts.blocked_until)
        else {
            continue;
        };
        let seconds = ((until - now).num_milliseconds() + 999).div_euclid(1_000);
        if seconds > 0 {
            let mut problem = Problem::new(
                ProblemKind::TooManyRequests,
                format!("too many failed attempts; try again in {seconds} s"),
            );
            problem.retry_after_s = u32::try_from(seconds).ok();
            return Err(Error::Refused(problem));
        }
    }
    Ok(())
}

/// Counts a failure against each subject.
pub async fn failed(tx: &mut Tx, subjects: &[String], now: Time) -> Result<()> {
    for subject in subjects {
        let before = store::throttle::get(tx, subject).await?.filter(|old| now - old.last_failed_at < MEMORY);
        let failures = before.map_or(0, |old| old.failures).saturating_add(1);
        let blocked_until = delay(failures, free(subject)).map(|delay| now + delay);
        store::throttle::put(tx, subject, &Attempts { failures, last_failed_at: now, blocked_until }).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_are_free_then_the_wait_doubles_to_a_quarter_of_an_hour() {
        let seconds = |failures| delay(failures, FREE_PER_ACCOUNT).map(|delay| delay.num_seconds());
        assert_eq!(seconds(4), None);
        assert_eq!((seconds(5), seconds(6), seconds(7)), (Some(1), Some(2), Some(4)));
        assert_eq!((seconds(15), seconds(70), seconds(u32::MAX)), (Some(900), Some(900), Some(900)));
    }
}
