//! Usage: calls rolled up by minute, hour and day, with a histogram of durations in columns, so that everything
//! is merged by adding. Of calls to models, what these read, wrote and cost is rolled up beside them. In the database
//! of calls.

mod ai;
mod answer;
mod sent;
mod sums;

use std::collections::BTreeMap;

use domain::Time;
use domain::calls::record::{CallRecord, whole};
use domain::usage::{Figures, Grain, Usage, UsageQuery};

use self::ai::AiSums;
pub use self::sent::{recent, sent, sent_by};
use self::sums::{Sums, TEXTS, Texts};
use crate::error::Result;
use crate::exec::{Conn, Tx, Value, sql};
use crate::scope::Scope;

/// Where a call is added up. Sorted, so that several nodes lock rows in the same order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    grain: Grain,
    at: i64,
    api: &'a str,
    version: &'a str,
    route: &'a str,
    application: &'a str,
    subscription: &'a str,
    status: u16,
}

/// Adds calls to the roll-ups of every grain. Each call once: only those that are new in [`crate::calls`], in the same
/// transaction.
pub async fn add(tx: &mut Tx, records: &[CallRecord<'_>]) -> Result<()> {
    let mut minutes: BTreeMap<Key<'_>, Sums> = BTreeMap::new();
    let mut models = Vec::new();
    for record in records {
        minutes.entry(key(record)).or_default().record(record);
        models.extend(record.ai.as_ref().map(|ai| (record, ai)));
    }
    let mut rows: BTreeMap<Key<'_>, Sums> = BTreeMap::new();
    for (key, sums) in minutes {
        for grain in Grain::ALL {
            let key = Key { grain: *grain, at: grain.start(key.at), ..key };
            rows.entry(key).or_default().merge(&sums);
        }
    }
    let texts: &'static Texts = &TEXTS;
    for (upsert, _) in texts.add.statements(rows.into_iter(), |(key, sums)| values(&key, &sums)) {
        tx.execute(upsert).await?;
    }
    ai::add(tx, &models).await
}

/// Of the minute, which the longer grains are made of.
fn key<'a>(record: &CallRecord<'a>) -> Key<'a> {
    Key {
        grain: Grain::Minute,
        at: Grain::Minute.start(whole(record.at_ms)),
        api: record.api.unwrap_or_default(),
        version: record.version.unwrap_or_default(),
        route: record.route.unwrap_or_default(),
        application: record.application.unwrap_or_default(),
        subscription: record.subscription.unwrap_or_default(),
        status: record.status / 100,
    }
}

fn values(key: &Key<'_>, sums: &Sums) -> Vec<Value> {
    let mut values = vec![
        key.grain.into(),
        key.at.into(),
        key.api.into(),
        key.version.into(),
        key.route.into(),
        key.application.into(),
        key.subscription.into(),
        class(key.status).into(),
    ];
    values.extend(sums.values());
    values
}

/// `2xx`
fn class(hundreds: u16) -> String {
    format!("{hundreds}xx")
}

/// Answers a question about usage: the largest series by calls, each with the buckets in which something happened.
/// Of a question about models alone ([`UsageQuery::is_of_models`]) the largest are those that cost most. `label` joins
/// the values of the group; names of apis and applications are known elsewhere. What may be seen is said by `scope`;
/// the question's own `visible` is not read.
pub async fn get(conn: &mut Conn, query: &UsageQuery, scope: &Scope) -> Result<Usage> {
    if query.is_of_models() {
        return answer::answer::<AiSums>(conn, query, scope).await;
    }
    let mut usage = answer::answer::<Sums>(conn, query, scope).await?;
    if usage.totals.calls > 0 {
        // calls to models are among all calls, and so are their groups
        let add = |of: &mut Figures, models: Figures| of.ai = models.ai;
        answer::merge::<AiSums>(conn, query, scope, &mut usage, add).await?;
    }
    Ok(usage)
}

/// Removes at most `limit` roll-ups of a grain from before `before`, and as many of calls to models; answers how many
/// of those of which more went, so that whoever goes on until few are left removes all of both.
pub async fn delete_before(tx: &mut Tx, grain: Grain, before: Time, limit: u32) -> Result<u64> {
    let mut most = 0;
    for delete in [
        sql("DELETE FROM usage WHERE (grain, at, api, version, route, application, subscription, status)
            IN (SELECT grain, at, api, version, route, application, subscription, status FROM usage
                WHERE grain = $1 AND at < $2 ORDER BY at LIMIT $3)"),
        sql("DELETE FROM ai_usage WHERE (grain, at, api, version, route, application, status, provider, model)
            IN (SELECT grain, at, api, version, route, application, status, provider, model FROM ai_usage
                WHERE grain = $1 AND at < $2 ORDER BY at LIMIT $3)"),
    ] {
        most = tx.execute(delete.bind(grain).bind(before).bind(limit)).await?.max(most);
    }
    Ok(most)
}
