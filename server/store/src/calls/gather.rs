//! Blocks that are written anew: small ones together, old ones without what is too old.

use domain::calls::record::CallRecord;

use super::block::{self, Block};
use crate::error::Result;
use crate::exec::{Conn, Sql, Tx, sql};

/// So many small blocks become one: fewer are not worth it, and more would be much to read at once.
const TOGETHER: u64 = 64;

/// Makes one block, or a few, of many small ones, the oldest first; false where there are not many. When few calls come,
/// each makes a block of its own, as large as a row.
pub async fn gather(tx: &mut Tx) -> Result<bool> {
    // the bound is that of an index
    let small =
        sql("SELECT id, data FROM call_blocks WHERE records < 1024 ORDER BY id LIMIT $1").bind(TOGETHER);
    let small = read(tx, small).await?;
    if (small.len() as u64) < TOGETHER {
        return Ok(false);
    }
    replace(tx, &small, |_| true).await?;
    Ok(true)
}

/// Removes calls with smaller ids from blocks that have greater ones too; answers from how many.
pub(super) async fn cut_before(tx: &mut Tx, least: &str) -> Result<u64> {
    let mut cut = 0;
    loop {
        let select =
            sql("SELECT id, data FROM call_blocks WHERE first_id < $1 AND id >= $1 ORDER BY id LIMIT 1");
        let old = read(tx, select.bind(least)).await?;
        if old.is_empty() {
            return Ok(cut);
        }
        replace(tx, &old, |record| record.id().to_string().as_str() >= least).await?;
        cut += 1;
    }
}

async fn read(conn: &mut Conn, select: Sql) -> Result<Vec<Block>> {
    conn.all(select, Block::read).await
}

/// What is kept of blocks, in others. Another node that has done the same to one of them makes this fail.
async fn replace(tx: &mut Tx, blocks: &[Block], keep: impl Fn(&CallRecord<'_>) -> bool) -> Result<()> {
    for block in blocks {
        let gone = tx.execute(sql("DELETE FROM call_blocks WHERE id = $1").bind(&block.id)).await?;
        if gone == 0 {
            return Err(crate::Error::Aborted);
        }
    }
    let mut kept: Vec<CallRecord<'_>> = blocks.iter().flat_map(Block::records).collect::<Result<_>>()?;
    kept.retain(keep);
    block::write(tx, &kept).await
}
