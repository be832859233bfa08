//! Blocks: many calls in one row of the database. To write a call costs a fraction of a row of its own, and takes a
//! fraction of the space; to read one costs reading those beside it, some milliseconds.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher};

use domain::calls::Call;

use super::row::Row;
use crate::error::{Error, Result};
use crate::exec::{self, Rows, Tx, Value, sql};

/// Calls of one block: a page of calls reads at least one.
pub(super) const MOST: usize = 2_048;
/// Bytes of a layout: LZ4 of the rows, one after the other, without attempts. Not written any more.
const WITHOUT_ATTEMPTS: u8 = 1;
/// The same with attempts.
const LAYOUT: u8 = 2;
/// More than [`MOST`] of the longest rows take: what says that it unpacks to more is damaged.
const MOST_BYTES: usize = 1 << 25;

/// What is wrong with a block, or a call that is to become part of one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Damage {
    #[error("the id of a call is no UUID")]
    Id,
    #[error("a call of a time that is none")]
    Time,
    #[error("a block of a layout that this program does not know")]
    Layout,
    #[error("a block does not unpack")]
    Packed,
    #[error(transparent)]
    Row(#[from] postcard::Error),
    #[error(transparent)]
    Name(#[from] domain::ids::IdError),
}

impl From<Damage> for Error {
    fn from(damage: Damage) -> Self {
        Self::bad_column("data", damage).in_statement("call_blocks")
    }
}

/// A block as it was read.
pub(crate) struct Block {
    pub id: String,
    rows: Vec<u8>,
    /// Whether attempts are kept in it.
    tried: bool,
}

static INSERT_KEYS: Rows = Rows::new(
    Cow::Borrowed("INSERT INTO call_block_keys (about, block) VALUES "),
    2,
    Cow::Borrowed(" ON CONFLICT (about, block) DO NOTHING"),
);

impl Block {
    pub(super) fn read(row: &exec::Row) -> Result<Self> {
        Ok(Self::unpacked(row.get("id")?, &row.get::<Vec<u8>>("data")?)?)
    }

    fn unpacked(id: String, data: &[u8]) -> Result<Self, Damage> {
        let (tried, packed) = match data.split_first() {
            Some((&LAYOUT, packed)) => (true, packed),
            Some((&WITHOUT_ATTEMPTS, packed)) => (false, packed),
            _ => return Err(Damage::Layout),
        };
        Ok(Self { id, rows: unpacked(packed)?, tried })
    }

    /// The calls, in no order.
    pub fn rows(&self) -> impl Iterator<Item = Result<Row<'_>>> {
        let mut rest = self.rows.as_slice();
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            match Row::read(rest, self.tried) {
                Ok((row, after)) => {
                    rest = after;
                    Some(Ok(row))
                }
                Err(error) => {
                    rest = &[];
                    Some(Err(Damage::from(error).into()))
                }
            }
        })
    }
}

fn unpacked(packed: &[u8]) -> Result<Vec<u8>, Damage> {
    let (size, packed) = lz4_flex::block::uncompressed_size(packed).map_err(|_| Damage::Packed)?;
    if size > MOST_BYTES {
        return Err(Damage::Packed);
    }
    let rows = lz4_flex::block::decompress(packed, size).map_err(|_| Damage::Packed)?;
    if rows.len() == size { Ok(rows) } else { Err(Damage::Packed) }
}

/// Adds calls, in as few blocks as they fit into.
pub(super) async fn write(tx: &mut Tx, rows: &[Row<'_>]) -> Result<()> {
    for rows in rows.chunks(MOST) {
        write_one(tx, rows).await?;
    }
    Ok(())
}

async fn write_one(tx: &mut Tx, rows: &[Row<'_>]) -> Result<()> {
    let Some((first, last)) = ends(rows) else { return Ok(()) };
    let data = packed(rows)?;
    let id = format!("{}-{:016x}", last.id(), fingerprint(&data));
    // the same calls again are the same block
    let insert = sql("INSERT INTO call_blocks (id, first_id, records, data) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO NOTHING");
    let insert = insert.bind(&id).bind(first.id().to_string()).bind(rows.len() as u64).bind(data);
    tx.execute(insert).await?;
    let about: BTreeSet<&str> = rows.iter().flat_map(Row::keys).filter(|about| !about.is_empty()).collect();
    for (insert, _) in
        INSERT_KEYS.statements(about.into_iter(), |about| [Value::from(about), Value::from(&id)])
    {
        tx.execute(insert).await?;
    }
    Ok(())
}

fn packed(rows: &[Row<'_>]) -> Result<Vec<u8>, Damage> {
    let mut plain = Vec::with_capacity(rows.len() * 256);
    for row in rows {
        plain = row.write(plain)?;
    }
    let mut data = vec![LAYOUT];
    data.extend(lz4_flex::block::compress_prepend_size(&plain));
    Ok(data)
}

/// Tells blocks apart whose last calls have the same id.
fn fingerprint(data: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(data);
    hasher.finish()
}

/// Those of the least and the greatest id; `None` of no rows.
pub(super) fn ends<'r, 'a>(rows: &'r [Row<'a>]) -> Option<(&'r Row<'a>, &'r Row<'a>)> {
    Some((rows.iter().min_by_key(|row| row.id)?, rows.iter().max_by_key(|row| row.id)?))
}

/// The rows of calls.
pub(super) fn rows<'a>(calls: impl IntoIterator<Item = &'a Call>) -> Result<Vec<Row<'a>>, Damage> {
    calls.into_iter().map(Row::of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calls::{AiUse, Attempt};

    fn call(number: u64) -> Call {
        Call {
            id: format!("0199a4b2-c3d4-7000-8000-{number:012}"),
            at: domain::Time::UNIX_EPOCH,
            api: Some(domain::ids::ApiId::from_parts(1, 1)),
            version: None,
            route: Some("GET /pets/{id}".to_owned()),
            application: None,
            credential: None,
            subscription: None,
            plan: None,
            method: "GET".to_owned(),
            path: format!("/pets/{number}"),
            status: 200,
            outcome: "ok".to_owned(),
            duration_us: 1_000,
            upstream_us: Some(900),
            request_bytes: 0,
            response_bytes: i64::MAX,
            client_address: "2001:db8::1".to_owned(),
            user_agent: "curl".to_owned(),
            attempts: 1,
            ai: Some(AiUse { model: "gpt".to_owned(), tried: vec![tried(), tried()], ..AiUse::default() }),
        }
    }

    fn tried() -> Attempt {
        Attempt { model: "gpt".to_owned(), status: Some(503), ms: 7, ..Attempt::default() }
    }

    fn calls_in(data: &[u8]) -> Result<Vec<Call>> {
        let block = Block::unpacked(String::new(), data)?;
        block.rows().map(|row| Ok(row?.call()?)).collect()
    }

    #[test]
    fn calls_come_out_of_a_block_as_they_went_in_and_take_little_space() {
        let calls: Vec<Call> = (0..100).map(call).collect();
        let data = packed(&rows(&calls).unwrap()).unwrap();
        assert_eq!(calls_in(&data).unwrap(), calls);
        assert!(data.len() < 60 * calls.len(), "{}", data.len());
        assert!(matches!(Row::of(&Call { id: "7".to_owned(), ..call(1) }), Err(Damage::Id)));
    }

    #[test]
    fn a_block_of_before_attempts_were_kept_is_read() {
        let mut calls: Vec<Call> = (0..3).map(call).collect();
        calls[1].ai = None;
        let mut plain = Vec::new();
        for row in rows(&calls).unwrap() {
            plain = postcard::to_extend(&row, plain).unwrap();
        }
        let mut data = vec![WITHOUT_ATTEMPTS];
        data.extend(lz4_flex::block::compress_prepend_size(&plain));
        let read = calls_in(&data).unwrap();
        calls.iter_mut().filter_map(|call| call.ai.as_mut()).for_each(|ai| ai.tried.clear());
        assert_eq!(read, calls);
    }

    #[test]
    fn a_damaged_block_is_an_error() {
        let data = packed(&rows(&[call(1), call(2)]).unwrap()).unwrap();
        for end in 0..data.len() {
            assert!(calls_in(&data[..end]).is_err(), "cut at {end}");
        }
        for place in 0..data.len() {
            for flip in [1, 0x80, 0xff] {
                let mut bad = data.clone();
                bad[place] ^= flip;
                // an error, or other calls where a letter is another, but no panic
                if let Ok(calls) = calls_in(&bad) {
                    assert!(calls.len() < 200, "{place} {flip}");
                }
            }
        }
        let huge = [&[LAYOUT][..], &u32::MAX.to_le_bytes(), &[0; 8]].concat();
        assert!(calls_in(&huge).is_err());
    }
}
