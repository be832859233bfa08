//! Slowing down those who guess passwords: per account and per address, kept in the database so that a restart
//! does not reset it. Never a permanent lock, so that nobody is locked out by somebody else's guesses.
//!
//! An attempt is counted before its password is looked at, and given back when that was the right one: of a thousand
//! that come at once, each sees those before it.

use crate::error::{Error, Result};
use crate::services::Control;
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

/// Whom an attempt is counted against.
pub struct Subjects {
    account: String,
    address: String,
}

impl Subjects {
    /// The account is named by what was typed, whether there is one or not.
    pub fn of(email: &str, address: &str) -> Self {
        let email: String = email.chars().take(254).collect();
        Self { account: format!("account:{email}"), address: format!("address:{address}") }
    }

    fn each(&self) -> [(&str, u32); 2] {
        [(&self.account, FREE_PER_ACCOUNT), (&self.address, FREE_PER_ADDRESS)]
    }
}

/// An attempt that was counted as a failure, until it is known to be none.
pub struct Attempt {
    subjects: Subjects,
    /// What was known of the address before this attempt, and with it.
    before: Option<Attempts>,
    counted: Attempts,
}

/// 1 s after the first failure that is not free, then doubled each time, up to 15 minutes.
fn delay(failures: u32, free: u32) -> Option<Duration> {
    let over = failures.checked_sub(free)?;
    let seconds = 1_i64.checked_shl(over).filter(|s| *s > 0).unwrap_or(i64::MAX);
    Some(Duration::try_seconds(seconds).map_or(LONGEST, |delay| delay.min(LONGEST)))
}

/// Refuses while one of the subjects has to wait. Takes no lock, so that a flood of refused attempts keeps nobody
/// from writing.
pub async fn check(conn: &mut Conn, subjects: &Subjects, now: Time) -> Result<()> {
    for (subject, _) in subjects.each() {
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

/// Counts an attempt that is about to be made, unless one of its subjects has to wait.
pub async fn count(control: &Control, subjects: Subjects) -> Result<Attempt> {
    let now = control.now();
    let mut tx = control.store().begin().await?;
    check(&mut tx, &subjects, now).await?;
    fail(&mut tx, &subjects.account, FREE_PER_ACCOUNT, now).await?;
    let (before, counted) = fail(&mut tx, &subjects.address, FREE_PER_ADDRESS, now).await?;
    tx.commit().await?;
    Ok(Attempt { subjects, before, counted })
}

/// One failure more; what was known of the subject before, and what is now.
async fn fail(tx: &mut Tx, subject: &str, free: u32, now: Time) -> Result<(Option<Attempts>, Attempts)> {
    let before = store::throttle::get(tx, subject).await?;
    let failures =
        before.as_ref().filter(|old| now - old.last_failed_at < MEMORY).map_or(0, |old| old.failures);
    let failures = failures.saturating_add(1);
    let blocked_until = delay(failures, free).map(|delay| now + delay);
    let counted = Attempts { failures, last_failed_at: now, blocked_until };
    store::throttle::put(tx, subject, &counted).await?;
    Ok((before, counted))
}

/// The password was right: the account begins anew. The address does not, or who has one account could guess at the
/// others for ever; only this attempt is given back to it.
pub async fn succeeded(tx: &mut Tx, attempt: Attempt) -> Result<()> {
    store::throttle::delete(tx, &attempt.subjects.account).await?;
    let address = &attempt.subjects.address;
    let left = match store::throttle::get(tx, address).await? {
        Some(current) if current == attempt.counted => attempt.before,
        current => current.map(one_less),
    };
    match left {
        Some(left) if left.failures > 0 => store::throttle::put(tx, address, &left).await?,
        _ => store::throttle::delete(tx, address).await?,
    }
    Ok(())
}

/// [`succeeded`], where nothing else is to be written with it.
pub async fn take_back(control: &Control, attempt: Attempt) -> Result<()> {
    let mut tx = control.store().begin().await?;
    succeeded(&mut tx, attempt).await?;
    tx.commit().await?;
    Ok(())
}

/// Others have failed at the address since the attempt was counted.
fn one_less(current: Attempts) -> Attempts {
    let failures = current.failures.saturating_sub(1);
    let blocked_until = delay(failures, FREE_PER_ADDRESS).map(|delay| current.last_failed_at + delay);
    Attempts { failures, blocked_until, ..current }
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
