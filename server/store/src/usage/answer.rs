//! Answers to questions about usage, out of one table of roll-ups.

use std::collections::HashMap;

use domain::Time;
use domain::usage::{Dimension, Figures, Point, Series, Usage, UsageQuery};

use crate::error::Result;
use crate::exec::{Conn, Row, Sql, Value, sql};
use crate::scope::Scope;

/// How many series an answer has at most.
const MAX_SERIES: u32 = 50;

/// The values of a group, in the order of the question's dimensions.
pub(super) type Group = Vec<String>;

/// Sums of roll-ups of one table, which has a column for each dimension of its own.
pub(super) trait Rolled: Sized {
    /// ` FROM usage`
    const FROM: &'static str;
    /// What the largest series have most of: `sum(calls)`.
    const LARGEST: &'static str;

    /// Every count added up, as columns.
    fn sums() -> &'static str;
    /// From those columns.
    fn read(row: &Row) -> Result<Self>;
    fn figures(&self) -> Figures;
}

/// The largest series, each with the buckets in which something happened.
pub(super) async fn answer<T: Rolled>(conn: &mut Conn, query: &UsageQuery, scope: &Scope) -> Result<Usage> {
    let totals = totals::<T>(conn, query, scope).await?;
    if totals.calls == 0 {
        return Ok(Usage::default());
    }
    let mut series = Vec::new();
    let mut place = HashMap::new();
    for (values, totals) in groups::<T>(conn, query, scope, None).await? {
        place.insert(values.clone(), series.len());
        series.push(Series {
            label: values.join(" · "),
            group: query.group_by.iter().copied().zip(values).collect(),
            points: Vec::new(),
            totals,
        });
    }
    for (values, point) in points::<T>(conn, query, scope, &place).await? {
        if let Some(series) = place.get(&values).and_then(|at| series.get_mut(*at)) {
            series.points.push(point);
        }
    }
    Ok(Usage { series, totals })
}

/// Adds to an answer what another table knows of the same calls, or of some of them: `add` takes its figures over.
pub(super) async fn merge<T: Rolled>(
    conn: &mut Conn,
    query: &UsageQuery,
    scope: &Scope,
    usage: &mut Usage,
    add: impl Fn(&mut Figures, Figures),
) -> Result<()> {
    let totals = totals::<T>(conn, query, scope).await?;
    if totals.calls == 0 {
        return Ok(());
    }
    add(&mut usage.totals, totals);
    let values = |series: &Series| series.group.iter().map(|(_, value)| value.clone()).collect();
    let place: HashMap<Group, usize> =
        usage.series.iter().enumerate().map(|(at, series)| (values(series), at)).collect();
    for (values, totals) in groups::<T>(conn, query, scope, Some(&place)).await? {
        if let Some(series) = place.get(&values).and_then(|at| usage.series.get_mut(*at)) {
            add(&mut series.totals, totals);
        }
    }
    for (values, point) in points::<T>(conn, query, scope, &place).await? {
        if let Some(series) = place.get(&values).and_then(|at| usage.series.get_mut(*at))
            // in the order of time, as they were read
            && let Ok(at) = series.points.binary_search_by_key(&point.at, |point| point.at)
            && let Some(known) = series.points.get_mut(at)
        {
            add(&mut known.figures, point.figures);
        }
    }
    Ok(())
}

async fn totals<T: Rolled>(conn: &mut Conn, query: &UsageQuery, scope: &Scope) -> Result<Figures> {
    let select = narrowed(sql("SELECT ").push(T::sums()).push(T::FROM), query, scope);
    Ok(conn.one(select, T::read).await?.figures())
}

/// The largest groups, or those asked for.
async fn groups<T: Rolled>(
    conn: &mut Conn,
    query: &UsageQuery,
    scope: &Scope,
    of: Option<&HashMap<Group, usize>>,
) -> Result<Vec<(Group, Figures)>> {
    let select = columns(sql("SELECT "), query, ", ").push(T::sums()).push(T::FROM);
    let mut select = narrowed(select, query, scope);
    if let Some(of) = of {
        select = within(select, query, of);
    }
    if !query.group_by.is_empty() {
        select = columns(select.push(" GROUP BY "), query, "");
        select = columns(select.push(" ORDER BY ").push(T::LARGEST).push(" DESC, "), query, "");
    }
    let select = select.push(" LIMIT ").value(MAX_SERIES);
    conn.all(select, |row| Ok((group(row, query)?, T::read(row)?.figures()))).await
}

/// Of these groups, in the order of time.
async fn points<T: Rolled>(
    conn: &mut Conn,
    query: &UsageQuery,
    scope: &Scope,
    of: &HashMap<Group, usize>,
) -> Result<Vec<(Group, Point)>> {
    let select = columns(sql("SELECT at, "), query, ", ").push(T::sums()).push(T::FROM);
    let select = within(narrowed(select, query, scope), query, of);
    let by = if query.group_by.is_empty() { " GROUP BY at" } else { " GROUP BY at, " };
    let select = columns(select.push(by), query, "");
    conn.all(select.push(" ORDER BY at"), |row| {
        let at: Time = row.get("at")?;
        Ok((group(row, query)?, Point { at, figures: T::read(row)?.figures() }))
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

/// Only these groups; nothing is told apart in a question without dimensions.
fn within(select: Sql, query: &UsageQuery, of: &HashMap<Group, usize>) -> Sql {
    if query.group_by.is_empty() {
        return select;
    }
    if of.is_empty() {
        return select.condition("FALSE");
    }
    let rows = of.keys().map(|values| values.iter().map(Value::from).collect());
    columns(select.condition("("), query, "").push(") IN (VALUES ").rows(rows).push(")")
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
        Dimension::Model => "model",
        Dimension::Provider => "provider",
    }
}

fn group(row: &Row, query: &UsageQuery) -> Result<Group> {
    query.group_by.iter().map(|dimension| row.get(column(*dimension))).collect()
}
