//! Single calls, as the gateway recorded them: many in a block, found by what they are about and by their ids, which
//! begin with the time. In the database of calls.

mod block;
mod blocks;
mod gather;
#[cfg(test)]
mod plans;
mod recent;
mod wanted;

use std::collections::HashSet;

use domain::Time;
use domain::calls::record::CallRecord;
use domain::calls::{Call, CallFilter, ID_SKEW, least_id};
use domain::paging::{Page, PageOf};

pub(crate) use self::blocks::{Blocks, Span};
pub use self::gather::gather;
pub use self::recent::{Wanted as RecentCalls, recent};
use self::wanted::Wanted;
use crate::error::Result;
use crate::exec::{Conn, Tx, sql};
use crate::page;
use crate::scope::Scope;

/// Adds calls that are not there yet.
pub async fn add(tx: &mut Tx, records: &[CallRecord<'_>]) -> Result<()> {
    block::write(tx, records).await
}

/// Adds those of the calls that are not there yet, by their ids, each once; answers which. Costs more than [`add`]:
/// all blocks are read that may hold one of them.
pub async fn insert<'a>(tx: &mut Tx, records: &[CallRecord<'a>]) -> Result<Vec<CallRecord<'a>>> {
    let Some((first, last)) = block::ends(records) else { return Ok(Vec::new()) };
    let text = |record: &CallRecord<'_>| Some(record.id().to_string());
    let mut blocks = Blocks::new(Span { from: text(first), to: text(last), ..Span::default() });
    let asked: HashSet<[u8; 16]> = records.iter().map(|record| record.id).collect();
    let mut seen = HashSet::new();
    while let Some(block) = blocks.next(tx).await? {
        for record in block.records() {
            let id = record?.id;
            if asked.contains(&id) {
                seen.insert(id);
            }
        }
    }
    let new: Vec<_> = records.iter().filter(|record| seen.insert(record.id)).cloned().collect();
    add(tx, &new).await?;
    Ok(new)
}

/// The call of that id.
pub async fn get(conn: &mut Conn, id: &str) -> Result<Option<Call>> {
    let filter = CallFilter { id: id.to_owned(), ..CallFilter::default() };
    let first = PageOf { limit: 1, cursor: None };
    let found = list(conn, &filter, &Scope::Everything, &first).await?;
    Ok(found.items.into_iter().find(|call| call.id == id))
}

/// Calls, newest first by their ids. To be asked in a snapshot: blocks change while they are read.
pub async fn list(conn: &mut Conn, filter: &CallFilter, scope: &Scope, page: &PageOf) -> Result<Page<Call>> {
    let place = page::place::<1>(page)?.map(|[id]| id);
    let wanted = Wanted::new(filter, scope, place.as_deref());
    let most = usize::try_from(page::one_more(page)).unwrap_or(usize::MAX);
    let mut blocks = Blocks::new(span(filter, scope, place.as_deref()));
    let mut found: Vec<Call> = Vec::new();
    while let Some(block) = blocks.next(conn).await? {
        // the id of a block begins with that of its last call
        if found.len() == most && found.last().is_some_and(|least| block.id < least.id) {
            break;
        }
        for record in block.records() {
            let record = record?;
            if !wanted.takes(&record) {
                continue;
            }
            match record.call() {
                Ok(call) => found.push(call),
                // one that cannot be shown must not hide the others
                Err(error) => tracing::error!(%error, id = %record.id(), "a call cannot be shown"),
            }
        }
        found.sort_unstable_by(|one, other| other.id.cmp(&one.id));
        found.truncate(most);
    }
    Ok(page::cut(found, page, |call| [call.id.clone()]))
}

/// Where the calls of a list are, those after `place`.
fn span(filter: &CallFilter, scope: &Scope, place: Option<&str>) -> Span {
    let given = Some(filter.id.clone()).filter(|id| !id.is_empty());
    let since = filter.since.map(|since| least_id(since - ID_SKEW));
    let until = filter.until.map(|until| least_id(until + ID_SKEW));
    // ids compare byte by byte, and `~` comes after all that they are made of
    let last = given.as_ref().map(|id| format!("{id}~"));
    let to = [last, until, place.map(str::to_owned)].into_iter().flatten().min();
    Span { from: given.max(since), to, ..Span::of(filter, scope) }
}

/// Removes calls whose ids are from before `before`, and answers how many blocks it went through: at most `limit`, the
/// oldest first.
pub async fn delete_before(tx: &mut Tx, before: Time, limit: u32) -> Result<u64> {
    let least = least_id(before);
    let whole = sql("DELETE FROM call_blocks WHERE id IN
        (SELECT id FROM call_blocks WHERE id < $1 ORDER BY id LIMIT $2)");
    let gone = tx.execute(whole.bind(&least).bind(limit)).await?;
    if gone == u64::from(limit) {
        return Ok(gone);
    }
    Ok(gone + gather::cut_before(tx, &least).await?)
}
