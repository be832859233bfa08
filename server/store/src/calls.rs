//! Single calls, as the gateway recorded them: many in a block, found by what they are about and by their ids, which
//! begin with the time. In the database of calls.

mod block;
mod blocks;
mod gather;
#[cfg(test)]
mod plans;
mod row;
mod wanted;

use std::collections::HashSet;

use domain::Time;
use domain::calls::{Call, CallFilter, ID_SKEW, least_id};
use domain::paging::{Page, PageOf};

pub use self::gather::gather;
use self::wanted::Wanted;
pub(crate) use self::{
    blocks::{Blocks, Span},
    row::Row,
};
use crate::error::Result;
use crate::exec::{Conn, Tx, sql};
use crate::page;
use crate::scope::Scope;

/// Adds calls that are not there yet.
pub async fn add(tx: &mut Tx, calls: impl IntoIterator<Item = &Call>) -> Result<()> {
    block::write(tx, &block::rows(calls)?).await
}

/// Adds those of the calls that are not there yet, by their ids, each once; answers which. Costs more than [`add`]:
/// all blocks are read that may hold one of them.
pub async fn insert<'a>(tx: &mut Tx, calls: &'a [Call]) -> Result<Vec<&'a Call>> {
    let rows = block::rows(calls)?;
    let ids = || rows.iter().map(|row| row.id);
    let Some((first, last)) = block::ends(&rows) else { return Ok(Vec::new()) };
    let text = |row: &Row<'_>| Some(row.id().to_string());
    let mut blocks = Blocks::new(Span { from: text(first), to: text(last), ..Span::default() });
    let asked: HashSet<[u8; 16]> = ids().collect();
    let mut seen = HashSet::new();
    while let Some(block) = blocks.next(tx).await? {
        for row in block.rows() {
            let id = row?.id;
            if asked.contains(&id) {
                seen.insert(id);
            }
        }
    }
    let new: Vec<_> =
        calls.iter().zip(ids()).filter(|(_, id)| seen.insert(*id)).map(|(call, _)| call).collect();
    add(tx, new.iter().copied()).await?;
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
        for row in block.rows() {
            let row = row?;
            if wanted.takes(&row) {
                found.push(row.call()?);
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
