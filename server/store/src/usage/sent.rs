//! What was sent on so far in the day and in the month of a time: what quotas count.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{Datelike as _, NaiveTime};
use domain::Time;
use domain::calls::record::{CallRecord, whole};
use domain::calls::{ID_SKEW, least_id};
use domain::plans::Period;
use domain::policies::limits::By;
use domain::usage::quota_scope::{QuotaScope, SentBy};
use domain::usage::recent::{Flow, Recent};
use domain::usage::{Grain, Sent};

use crate::calls::{Blocks, Span};
use crate::error::Result;
use crate::exec::{self, Conn, Sql, sql};

/// Apis that a question names; of more, all are read.
const MOST_NAMED: usize = 100;

/// When the day and the month of a time began.
struct Since {
    day: i64,
    month: i64,
}

impl Since {
    fn of(at: Time) -> Self {
        let day = Grain::Day.start(at.timestamp_millis());
        let first = at.date_naive().with_day(1);
        let month = first.map_or(day, |first| first.and_time(NaiveTime::MIN).and_utc().timestamp_millis());
        Self { day, month }
    }

    fn of_period(&self, period: Period) -> i64 {
        match period {
            Period::Day => self.day,
            Period::Month => self.month,
        }
    }
}

/// By application and api; no rows of nothing.
pub async fn sent(conn: &mut Conn, at: Time) -> Result<Vec<Sent>> {
    let since = Since::of(at);
    let select = sql("SELECT application, api,
            CAST(sum(CASE WHEN at = $1 THEN sent ELSE 0 END) AS BIGINT) AS in_day,
            CAST(sum(sent) AS BIGINT) AS in_month
        FROM usage WHERE grain = $2 AND at >= $3 AND at <= $4 AND application <> '' AND api <> ''
        GROUP BY application, api HAVING sum(sent) > 0");
    let select = select.bind(since.day).bind(Grain::Day).bind(since.month).bind(since.day);
    conn.all(select, |row| {
        Ok(Sent {
            application: row.get("application")?,
            api: row.get("api")?,
            at,
            in_day: row.get("in_day")?,
            in_month: row.get("in_month")?,
        })
    })
    .await
}

/// By what the quota tells apart: at most so many, those that used most of its period first. What is older than the
/// quota's longest period is not looked at.
pub async fn sent_by(conn: &mut Conn, scope: &QuotaScope, at: Time, most: u32) -> Result<Vec<SentBy>> {
    let since = Since::of(at);
    if scope.by == By::Address {
        return calls(conn, scope, &since, most).await;
    }
    let select = roll_ups(scope, &since).push(" GROUP BY 1 ORDER BY in_month DESC LIMIT ").value(most).once();
    let read = |row: &exec::Row| {
        Ok(SentBy { key: row.get("whose")?, in_day: row.get("in_day")?, in_month: row.get("in_month")? })
    };
    conn.all(select, read).await
}

/// Adds calls to these apis that were sent on in minutes from `from` on and `before` another (unix milliseconds), each
/// as if it had been at the end of its minute; at most so many minutes of so many flows, the latest.
pub async fn recent(
    conn: &mut Conn,
    apis: &[String],
    from: i64,
    before: i64,
    most: u32,
    into: &mut Recent,
) -> Result<()> {
    let mut select =
        sql("SELECT at, api, version, route, application, CAST(sum(sent) AS BIGINT) AS sent FROM usage");
    select = select.filter("grain =", Grain::Minute).filter("at >=", Grain::Minute.start(from));
    select = select.filter("at <", before).condition("sent > 0");
    if apis.len() <= MOST_NAMED {
        select = select.filter_in("api", apis.iter().map(String::as_str));
    }
    let select = select.push(" GROUP BY at, api, version, route, application ORDER BY at DESC LIMIT ");
    let rows = conn.all(select.value(most).once(), |row| {
        let flow = Flow {
            api: row.get("api")?,
            version: row.get("version")?,
            route: row.get("route")?,
            application: row.get("application")?,
            client: None,
        };
        Ok((flow, row.get::<i64>("at")?, row.get::<u64>("sent")?))
    });
    for (flow, at, sent) in rows.await? {
        let end = at + Grain::Minute.millis() - 1;
        into.add(flow, u64::try_from(end).unwrap_or_default(), sent);
    }
    Ok(())
}

/// Addresses are not rolled up: they are counted call by call.
async fn calls(conn: &mut Conn, scope: &QuotaScope, since: &Since, most: u32) -> Result<Vec<SentBy>> {
    let from = since.of_period(scope.period);
    let least = Time::from_timestamp_millis(from).map(|at| least_id(at - ID_SKEW));
    let about = Some(scope.api.as_str().to_owned());
    let mut blocks = Blocks::new(Span { about, from: least, ..Span::default() });
    let mut sent: HashMap<IpAddr, (u64, u64)> = HashMap::new();
    while let Some(block) = blocks.next(conn).await? {
        for record in block.records() {
            let record = record?;
            let at = whole(record.at_ms);
            if record.ending().was_sent() && at >= from && is_counted(&record, scope) {
                let (in_day, in_period) = sent.entry(record.client).or_default();
                *in_day += u64::from(at >= since.day);
                *in_period += 1;
            }
        }
    }
    let by = |(client, (in_day, in_month)): (IpAddr, (u64, u64))| SentBy {
        key: client.to_string(),
        in_day,
        in_month,
    };
    let mut sent: Vec<SentBy> = sent.into_iter().map(by).collect();
    sent.sort_unstable_by_key(|sent| std::cmp::Reverse(sent.in_month));
    sent.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(sent)
}

/// Whether the call was to one of the versions that have the quota, and of the routes that it is for.
fn is_counted(record: &CallRecord<'_>, scope: &QuotaScope) -> bool {
    record.api == Some(scope.api.as_str())
        && scope.of.iter().any(|of| {
            record.version == Some(of.version.as_str())
                && (of.routes.is_empty()
                    || of.routes.iter().any(|route| record.route == Some(route.as_str())))
        })
}

fn roll_ups(scope: &QuotaScope, since: &Since) -> Sql {
    let key = match scope.by {
        By::Route => "SELECT route",
        By::Application => "SELECT application",
        By::Api | By::Address => "SELECT ''",
    };
    let select = sql(key).push(
        " AS whose, CAST(sum(CASE WHEN at = $1 THEN sent ELSE 0 END) AS BIGINT) AS in_day,
            CAST(sum(sent) AS BIGINT) AS in_month
        FROM usage",
    );
    let select = select.bind(since.day).filter("grain =", Grain::Day).filter("api =", &scope.api);
    counted(select.filter("at >=", since.of_period(scope.period)).condition("sent > 0"), scope)
}

/// Of the versions that have the quota, the routes that it is for.
fn counted(mut select: Sql, scope: &QuotaScope) -> Sql {
    select = select.condition("(FALSE");
    for of in &scope.of {
        select = select.push(" OR (version = ").value(of.version.as_str());
        if !of.routes.is_empty() {
            select = select.push(" AND ").within("route", &of.routes);
        }
        select = select.push(")");
    }
    select.push(")")
}
