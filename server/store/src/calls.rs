//! Single calls, as the gateway recorded them. In the database of calls.

mod ai;
#[cfg(test)]
mod plans;

use std::borrow::Cow;
use std::collections::HashSet;

use domain::Time;
use domain::calls::{Call, CallFilter, ID_SKEW, least_id};
use domain::paging::{Page, PageOf};

use crate::error::Result;
use crate::exec::{Conn, Row, Rows, Sql, Tx, Value, sql};
use crate::page;
use crate::scope::Scope;

const COLUMNS: usize = 20;

macro_rules! select {
    ($join:literal) => {
        concat!(
            "SELECT id, at, api, version, route, application, credential, subscription, plan, method, path, status,
                outcome, duration_us, upstream_us, request_bytes, response_bytes, client_address, user_agent,
                attempts, provider, vendor, model, asked, input_tokens, output_tokens, cache_read_tokens,
                cache_write_tokens, reasoning_tokens, estimated, cost_nano, price, finish, first_token_us, dropped
            FROM calls ",
            $join,
            " ai_calls USING (id)"
        )
    };
}

const SELECT: &str = select!("LEFT JOIN");
/// Those to models.
const SELECT_OF_MODELS: &str = select!("JOIN");

macro_rules! insert {
    ($after:literal) => {
        Rows::new(
            Cow::Borrowed(
                "INSERT INTO calls (id, at, api, version, route, application, credential, subscription, plan, method,
            path, status, outcome, duration_us, upstream_us, request_bytes, response_bytes, client_address,
            user_agent, attempts) VALUES ",
            ),
            COLUMNS,
            Cow::Borrowed($after),
        )
    };
}

static INSERT_NEW: Rows = insert!(" ON CONFLICT (id) DO NOTHING");
static INSERT: Rows = insert!(" ON CONFLICT (id) DO NOTHING RETURNING id");

/// Adds calls of which none should be there yet; false when one is, by its id: then the transaction is to be given up,
/// and [`insert`] tells them apart. That costs more, and is needed only after a crash.
pub async fn insert_new(tx: &mut Tx, mut calls: Vec<Call>) -> Result<bool> {
    let uses = calls.iter_mut().filter_map(|call| Some((call.id.clone(), call.ai.take()?))).collect();
    for (insert, count) in INSERT_NEW.statements(calls.into_iter(), values) {
        if tx.execute(insert).await? != count as u64 {
            return Ok(false);
        }
    }
    ai::insert(tx, uses).await?;
    Ok(true)
}

/// Adds calls; those that are there already, by id, are left alone. Answers those that are new.
pub async fn insert<'a>(tx: &mut Tx, calls: &'a [Call]) -> Result<Vec<&'a Call>> {
    let mut new = Vec::with_capacity(calls.len());
    let mut rest = calls.iter();
    for (insert, count) in INSERT.statements(calls.iter().cloned(), values) {
        let added = tx.all(insert, |row| row.get::<String>("id")).await?;
        let mut added: HashSet<String> = added.into_iter().collect();
        // each id once, also when a batch brings it twice
        new.extend(rest.by_ref().take(count).filter(|call| added.remove(&call.id)));
    }
    let uses = new.iter().filter_map(|call| Some((call.id.clone(), call.ai.clone()?))).collect();
    ai::insert(tx, uses).await?;
    Ok(new)
}

fn values(call: Call) -> [Value; COLUMNS] {
    [
        call.id.into(),
        call.at.into(),
        call.api.into(),
        call.version.into(),
        call.route.into(),
        call.application.into(),
        call.credential.into(),
        call.subscription.into(),
        call.plan.into(),
        call.method.into(),
        call.path.into(),
        call.status.into(),
        call.outcome.into(),
        call.duration_us.into(),
        call.upstream_us.into(),
        call.request_bytes.into(),
        call.response_bytes.into(),
        call.client_address.into(),
        call.user_agent.into(),
        call.attempts.into(),
    ]
}

pub async fn get(conn: &mut Conn, id: &str) -> Result<Option<Call>> {
    conn.optional(sql(SELECT).filter("id =", id), call).await
}

/// Calls, newest first by their ids.
pub async fn list(conn: &mut Conn, filter: &CallFilter, scope: &Scope, page: &PageOf) -> Result<Page<Call>> {
    let rows = conn.all(listed("", filter, scope, page)?, call).await?;
    Ok(page::cut(rows, page, |call| [call.id.clone()]))
}

/// The statement of a list, which begins with `before`.
fn listed(before: &'static str, filter: &CallFilter, scope: &Scope, page: &PageOf) -> Result<Sql> {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let of_models = !filter.model.is_empty() || !filter.provider.is_empty();
    let of_calls = filter.api.is_some() || filter.application.is_some();
    let select = if of_models { SELECT_OF_MODELS } else { SELECT };
    // the order is that of the table whose index is looked through first: else all that is found would be sorted
    let order = if of_models && !of_calls { "ai_calls.id DESC" } else { "id DESC" };
    let mut select = scope
        .narrow(sql(before).push(select))
        .after("(id) <", page::place::<1>(page)?)
        .filter_some("api =", filter.api.as_ref())
        .filter_some("application =", filter.application.as_ref())
        .filter_some("route =", given(&filter.route))
        .filter_some("outcome =", given(&filter.outcome))
        .filter_some("model =", given(&filter.model))
        .filter_some("provider =", given(&filter.provider))
        .filter_some("client_address =", given(&filter.client_address))
        .filter_some("duration_us >=", filter.slower_than_ms.map(|millis| i64::from(millis) * 1_000))
        .filter_some("at >=", filter.since)
        .filter_some("id >=", filter.since.map(|since| least_id(since - ID_SKEW)))
        .filter_some("at <", filter.until)
        .filter_some("id <", filter.until.map(|until| least_id(until + ID_SKEW)));
    if let Some(status) = filter.status {
        let (lowest, highest) = status.range();
        select = select.filter("status >=", lowest).filter("status <=", highest);
    }
    if !filter.path.is_empty() {
        select = select.contains("lower(path) LIKE", &filter.path);
    }
    if !filter.id.is_empty() {
        // ids compare byte by byte, and `~` comes after all that they are made of
        select = select.filter("id >=", &filter.id).filter("id <", format!("{}~", filter.id));
    }
    Ok(select.page(order, page::one_more(page)))
}

/// Removes at most `limit` calls whose ids are from before `before`, the oldest first, and with them what models did
/// in them; answers how many calls.
pub async fn delete_before(tx: &mut Tx, before: Time, limit: u32) -> Result<u64> {
    let delete =
        sql("DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE id < $1 ORDER BY id LIMIT $2)");
    tx.execute(delete.bind(least_id(before)).bind(limit)).await
}

fn call(row: &Row) -> Result<Call> {
    Ok(Call {
        id: row.get("id")?,
        at: row.get("at")?,
        api: row.get("api")?,
        version: row.get("version")?,
        route: row.get("route")?,
        application: row.get("application")?,
        credential: row.get("credential")?,
        subscription: row.get("subscription")?,
        plan: row.get("plan")?,
        method: row.get("method")?,
        path: row.get("path")?,
        status: row.get("status")?,
        outcome: row.get("outcome")?,
        duration_us: row.get("duration_us")?,
        upstream_us: row.get("upstream_us")?,
        request_bytes: row.get("request_bytes")?,
        response_bytes: row.get("response_bytes")?,
        client_address: row.get("client_address")?,
        user_agent: row.get("user_agent")?,
        attempts: row.get("attempts")?,
        ai: ai::read(row)?,
    })
}
