//! Usage: calls rolled up by minute, hour and day, with a histogram of durations in columns, so that everything
//! is merged by adding. In the database of calls.

mod sent;
mod sums;

use std::collections::{BTreeMap, HashMap};

use domain::Time;
use domain::calls::Call;
use domain::usage::{Dimension, Grain, Point, Series, Usage, UsageQuery};

pub use self::sent::{sent, sent_by};
use self::sums::{Sums, TEXTS, Texts};
use crate::error::Result;
use crate::exec::{Conn, Row, Sql, Tx, Value, sql};
use crate::scope::Scope;

/// How many series an answer has at most.
const MAX_SERIES: u32 = 50;

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
pub async fn add<'a>(tx: &mut Tx, calls: impl IntoIterator<Item = &'a Call>) -> Result<()> {
    let mut minutes: BTreeMap<Key<'_>, Sums> = BTreeMap::new();
    for call in calls {
        minutes.entry(key(call)).or_default().record(call);
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
    Ok(())
}

/// Of the minute, which the longer grains are made of.
fn key(call: &Call) -> Key<'_> {
    Key {
        grain: Grain::Minute,
        at: Grain::Minute.start(call.at.timestamp_millis()),
        api: call.api.as_ref().map_or("", |id| id.as_str()),
        version: call.version.as_deref().unwrap_or_default(),
        route: call.route.as_deref().unwrap_or_default(),
        application: call.application.as_ref().map_or("", |id| id.as_str()),
        subscription: call.subscription.as_ref().map_or("", |id| id.as_str()),
        status: call.status / 100,
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
        format!("{}xx", key.status).into(),
    ];
    values.extend(sums.values());
    values
}

/// Answers a question about usage: the largest series by calls, each with the buckets in which something happened.
/// `label` joins the values of the group; names of apis and applications are known elsewhere. What may be seen is
/// said by `scope`; the question's own `visible` is not read.
pub async fn get(conn: &mut Conn, query: &UsageQuery, scope: &Scope) -> Result<Usage> {
    let totals = narrowed(sql("SELECT ").push(&TEXTS.sums).push(" FROM usage"), query, scope);
    let totals = conn.one(totals, Sums::read).await?;
    if totals.calls == 0 {
        return Ok(Usage::default());
    }
    let mut series = Vec::new();
    let mut place = HashMap::new();
    for (values, sums) in groups(conn, query, scope).await? {
        place.insert(values.clone(), series.len());
        series.push(Series {
            label: values.join(" · "),
            group: query.group_by.iter().copied().zip(values).collect(),
            points: Vec::new(),
            totals: sums.figures(),
        });
    }
    for (values, point) in points(conn, query, scope, place.keys()).await? {
        if let Some(series) = place.get(&values).and_then(|at| series.get_mut(*at)) {
            series.points.push(point);
        }
    }
    Ok(Usage { series, totals: totals.figures() })
}

async fn groups(conn: &mut Conn, query: &UsageQuery, scope: &Scope) -> Result<Vec<(Vec<String>, Sums)>> {
    let select = columns(sql("SELECT "), query, ", ").push(&TEXTS.sums).push(" FROM usage");
    let mut select = narrowed(select, query, scope);
    if !query.group_by.is_empty() {
        select = columns(select.push(" GROUP BY "), query, "");
        select = columns(select.push(" ORDER BY sum(calls) DESC, "), query, "");
    }
    let select = select.push(" LIMIT ").value(MAX_SERIES);
    conn.all(select, |row| Ok((group(row, query)?, Sums::read(row)?))).await
}

async fn points<'a>(
    conn: &mut Conn,
    query: &UsageQuery,
    scope: &Scope,
    of: impl Iterator<Item = &'a Vec<String>>,
) -> Result<Vec<(Vec<String>, Point)>> {
    let select = columns(sql("SELECT at, "), query, ", ").push(&TEXTS.sums).push(" FROM usage");
    let mut select = narrowed(select, query, scope);
    if query.group_by.is_empty() {
        select = select.push(" GROUP BY at");
    } else {
        select = columns(select.condition("("), query, "").push(") IN (VALUES ");
        select = select.rows(of.map(|values| values.iter().map(Value::from).collect())).push(")");
        select = columns(select.push(" GROUP BY at, "), query, "");
    }
    conn.all(select.push(" ORDER BY at"), |row| {
        let at: Time = row.get("at")?;
        Ok((group(row, query)?, Point { at, figures: Sums::read(row)?.figures() }))
    })
    .await
}

fn narrowed(select: Sql, query: &UsageQuery, scope: &Scope) -> Sql {
    let route = Some(query.route.as_str()).filter(|route| !route.is_empty());
    scope
        .narrow(select)
        .filter("grain =", query.step)
        .filter("at >=", query.step.start(query.since.timestamp_millis()))
        .filter("at <", query.until)
        .filter_some("api =", query.api.as_ref())
        .filter_some("application =", query.application.as_ref())
        .filter_some("route =", route)
}

/// The columns that the question groups by, with commas between them and `end` after the last, if there is one.
fn columns(mut select: Sql, query: &UsageQuery, end: &'static str) -> Sql {
    for (index, dimension) in query.group_by.iter().enumerate() {
        select = select.push(if index > 0 { ", " } else { "" }).push(column(*dimension));
    }
    if query.group_by.is_empty() { select } else { select.push(end) }
}

fn column(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Api => "api",
        Dimension::Version => "version",
        Dimension::Route => "route",
        Dimension::Application => "application",
        Dimension::Status => "status",
    }
}

fn group(row: &Row, query: &UsageQuery) -> Result<Vec<String>> {
    query.group_by.iter().map(|dimension| row.get(column(*dimension))).collect()
}

/// Removes at most `limit` roll-ups of a grain from before `before`; answers how many.
pub async fn delete_before(tx: &mut Tx, grain: Grain, before: Time, limit: u32) -> Result<u64> {
    let delete =
        sql("DELETE FROM usage WHERE (grain, at, api, version, route, application, subscription, status)
        IN (SELECT grain, at, api, version, route, application, subscription, status FROM usage
            WHERE grain = $1 AND at < $2 ORDER BY at LIMIT $3)")
        .bind(grain)
        .bind(before)
        .bind(limit);
    tx.execute(delete).await
}
