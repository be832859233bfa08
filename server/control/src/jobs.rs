//! What happens by the clock: subscriptions end, old rows go, uses of keys are noted. Run by the server's timer; on
//! several nodes at once it does no harm.

use crate::error::Result;
use crate::idempotency;
use crate::services::Control;
use crate::settings;
use crate::subscriptions;
use chrono::Duration;
use domain::Time;
use domain::ids::CredentialId;
use domain::prompts::playground::RUNS_KEPT_DAYS;
use domain::usage::Grain;

/// Subscriptions that end in one transaction.
const EXPIRED_AT_ONCE: u32 = 100;

/// Rows that go in one transaction, so that none is long.
const SWEPT_AT_ONCE: u32 = 1_000;

/// Failed sign-ins count for an hour; after a day nobody asks any more.
const ATTEMPTS_KEPT: Duration = Duration::days(1);

const RUNS_KEPT: Duration = Duration::days(RUNS_KEPT_DAYS as i64);

/// The finer the roll-up, the sooner it goes; days stay.
const USAGE_KEPT: [(Grain, Duration); 2] =
    [(Grain::Minute, Duration::days(7)), (Grain::Hour, Duration::days(90))];

/// How long roll-ups of a grain are kept; `None`: they stay.
#[must_use]
pub fn usage_kept(grain: Grain) -> Option<Duration> {
    USAGE_KEPT.iter().find(|(kept, _)| *kept == grain).map(|(_, kept)| *kept)
}

/// Ends the subscriptions whose end date has come; answers how many.
pub async fn expire_subscriptions(control: &Control) -> Result<u64> {
    let mut expired = 0;
    loop {
        let mut tx = control.store().begin().await?;
        let due = store::subscriptions::due(&mut tx, control.now(), EXPIRED_AT_ONCE).await?;
        if due.is_empty() {
            return Ok(expired);
        }
        for subscription in &due {
            subscriptions::expire(control, &mut tx, &subscription.id).await?;
            expired += 1;
        }
        control.commit(tx).await?;
    }
}

/// Notes when keys were used last.
pub async fn record_used(control: &Control, used: &[(CredentialId, Time)]) -> Result<()> {
    if used.is_empty() {
        return Ok(());
    }
    let mut tx = control.store().begin().await?;
    store::credentials::set_used(&mut tx, used).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes what is over: sessions, invitations, remembered failures and keys, calls and fine roll-ups past their time.
pub async fn sweep(control: &Control) -> Result<()> {
    let now = control.now();
    let keep_days = settings::get(control).await?.keep_calls_days;
    for table in TABLES {
        sweep_table(control, table, now).await?;
    }
    sweep_calls(control, Rolled::Not, now - Duration::days(keep_days.into())).await?;
    for (grain, kept) in USAGE_KEPT {
        sweep_calls(control, Rolled::By(grain), now - kept).await?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Table {
    Sessions,
    Invitations,
    Attempts,
    IdempotencyKeys,
    PromptRuns,
}

const TABLES: [Table; 5] =
    [Table::Sessions, Table::Invitations, Table::Attempts, Table::IdempotencyKeys, Table::PromptRuns];

async fn sweep_table(control: &Control, table: Table, now: Time) -> Result<()> {
    loop {
        let mut tx = control.store().begin().await?;
        let gone = match table {
            Table::Sessions => store::sessions::delete_expired(&mut tx, now, SWEPT_AT_ONCE).await?,
            Table::Attempts => {
                store::throttle::delete_before(&mut tx, now - ATTEMPTS_KEPT, SWEPT_AT_ONCE).await?
            }
            Table::IdempotencyKeys => {
                store::idempotency::delete_before(&mut tx, now - idempotency::KEPT, SWEPT_AT_ONCE).await?
            }
            Table::PromptRuns => {
                store::prompt_runs::delete_before(&mut tx, now - RUNS_KEPT, SWEPT_AT_ONCE).await?
            }
            // people invite few: all at once
            Table::Invitations => store::invitations::delete_expired(&mut tx, now).await.map(|_| 0)?,
        };
        tx.commit().await?;
        if gone < u64::from(SWEPT_AT_ONCE) {
            return Ok(());
        }
    }
}

/// Single calls, or calls rolled up.
#[derive(Clone, Copy)]
enum Rolled {
    Not,
    By(Grain),
}

async fn sweep_calls(control: &Control, rolled: Rolled, before: Time) -> Result<()> {
    loop {
        let mut tx = control.store().calls_begin().await?;
        let gone = match rolled {
            Rolled::Not => store::calls::delete_before(&mut tx, before, SWEPT_AT_ONCE).await?,
            Rolled::By(grain) => store::usage::delete_before(&mut tx, grain, before, SWEPT_AT_ONCE).await?,
        };
        tx.commit().await?;
        if gone < u64::from(SWEPT_AT_ONCE) {
            return Ok(());
        }
    }
}
