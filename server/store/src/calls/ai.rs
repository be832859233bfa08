//! What models did in calls: rows beside those of the calls, and gone with them.

use std::borrow::Cow;

use domain::calls::AiUse;

use crate::error::Result;
use crate::exec::{Row, Rows, Tx, Value};

const COLUMNS: usize = 16;

static INSERT: Rows = Rows::new(
    Cow::Borrowed(
        "INSERT INTO ai_calls (id, provider, vendor, model, asked, input_tokens, output_tokens, cache_read_tokens,
            cache_write_tokens, reasoning_tokens, estimated, cost_nano, price, finish, first_token_us, dropped)
        VALUES ",
    ),
    COLUMNS,
    Cow::Borrowed(" ON CONFLICT (id) DO NOTHING"),
);

/// Adds what models did in calls that were added in the same transaction, each with the id of its call.
pub(super) async fn insert(tx: &mut Tx, uses: Vec<(String, AiUse)>) -> Result<()> {
    for (insert, _) in INSERT.statements(uses.into_iter(), values) {
        tx.execute(insert).await?;
    }
    Ok(())
}

fn values((id, ai): (String, AiUse)) -> [Value; COLUMNS] {
    [
        id.into(),
        ai.provider.into(),
        ai.vendor.into(),
        ai.model.into(),
        ai.asked.into(),
        ai.input_tokens.into(),
        ai.output_tokens.into(),
        ai.cache_read_tokens.into(),
        ai.cache_write_tokens.into(),
        ai.reasoning_tokens.into(),
        ai.estimated.into(),
        ai.cost_nano.into(),
        ai.price.into(),
        ai.finish.into(),
        ai.first_token_us.into(),
        ai.dropped.into(),
    ]
}

/// From a row of a call; nothing where no model was asked.
pub(super) fn read(row: &Row) -> Result<Option<AiUse>> {
    if row.is_null("model")? {
        return Ok(None);
    }
    Ok(Some(AiUse {
        provider: row.get("provider")?,
        vendor: row.get("vendor")?,
        model: row.get("model")?,
        asked: row.get("asked")?,
        input_tokens: row.get("input_tokens")?,
        output_tokens: row.get("output_tokens")?,
        cache_read_tokens: row.get("cache_read_tokens")?,
        cache_write_tokens: row.get("cache_write_tokens")?,
        reasoning_tokens: row.get("reasoning_tokens")?,
        estimated: row.get("estimated")?,
        cost_nano: row.get("cost_nano")?,
        price: row.get("price")?,
        finish: row.get("finish")?,
        first_token_us: row.get("first_token_us")?,
        dropped: row.get("dropped")?,
    }))
}
