//! Blocks: many calls in one row of the database. To write a call costs a fraction of a row of its own, and takes a
//! fraction of the space; to read one costs reading those beside it, some milliseconds.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher};

use domain::calls::record::{CallRecord, RecordError};

use crate::error::{Error, Result};
use crate::exec::{self, Rows, Tx, Value, sql};

/// Calls of one block: a page of calls reads at least one.
pub(super) const MOST: usize = 2_048;
/// LZ4 of records, one after the other. Those before, of rows of their own, are not there any more.
const LAYOUT: u8 = 3;
/// More than [`MOST`] of the longest rows take: what says that it unpacks to more is damaged.
const MOST_BYTES: usize = 1 << 25;

/// What is wrong with a block.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Damage {
    #[error("a block of a layout that this program does not know")]
    Layout,
    #[error("a block does not unpack")]
    Packed,
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl From<Damage> for Error {
    fn from(damage: Damage) -> Self {
        Self::bad_column("data", damage).in_statement("call_blocks")
    }
}

/// A block as it was read.
pub(crate) struct Block {
    pub id: String,
    records: Vec<u8>,
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
        match data.split_first() {
            Some((&LAYOUT, packed)) => Ok(Self { id, records: unpacked(packed)? }),
            _ => Err(Damage::Layout),
        }
    }

    /// The calls, in no order.
    pub fn records(&self) -> impl Iterator<Item = Result<CallRecord<'_>>> {
        let mut rest = self.records.as_slice();
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let taken = CallRecord::take(rest);
            rest = taken.as_ref().map_or(&[], |(_, after)| after);
            Some(taken.map(|(record, _)| record).map_err(|error| Damage::from(error).into()))
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
pub(super) async fn write(tx: &mut Tx, records: &[CallRecord<'_>]) -> Result<()> {
    for records in records.chunks(MOST) {
        write_one(tx, records).await?;
    }
    Ok(())
}

async fn write_one(tx: &mut Tx, records: &[CallRecord<'_>]) -> Result<()> {
    let Some((first, last)) = ends(records) else { return Ok(()) };
    let data = packed(records)?;
    let id = format!("{}-{:016x}", last.id(), fingerprint(&data));
    // the same calls again are the same block
    let insert = sql("INSERT INTO call_blocks (id, first_id, records, data) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO NOTHING");
    let insert = insert.bind(&id).bind(first.id().to_string()).bind(records.len() as u64).bind(data);
    tx.execute(insert).await?;
    let about: BTreeSet<&str> = records.iter().flat_map(about).filter(|about| !about.is_empty()).collect();
    for (insert, _) in
        INSERT_KEYS.statements(about.into_iter(), |about| [Value::from(about), Value::from(&id)])
    {
        tx.execute(insert).await?;
    }
    Ok(())
}

/// What a block that holds the call is found by.
fn about<'a>(record: &CallRecord<'a>) -> impl Iterator<Item = &'a str> {
    let ai = record.ai.as_ref();
    [record.api, record.application, ai.map(|ai| ai.provider), ai.map(|ai| ai.model)].into_iter().flatten()
}

fn packed(records: &[CallRecord<'_>]) -> Result<Vec<u8>, Damage> {
    let mut plain = Vec::with_capacity(records.len() * 256);
    for record in records {
        plain = record.encode(plain)?;
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

/// Those of the least and the greatest id; `None` of no records.
pub(super) fn ends<'r, 'a>(
    records: &'r [CallRecord<'a>],
) -> Option<(&'r CallRecord<'a>, &'r CallRecord<'a>)> {
    let id = |record: &&CallRecord<'_>| record.id;
    Some((records.iter().min_by_key(id)?, records.iter().max_by_key(id)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calls::{AiUse, Attempt, Call};

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
        block.records().map(|record| Ok(record?.call().map_err(Damage::from)?)).collect()
    }

    #[test]
    fn calls_come_out_of_a_block_as_they_went_in_and_take_little_space() {
        let calls: Vec<Call> = (0..100).map(call).collect();
        let data = packed(&CallRecord::of_all(&calls).unwrap()).unwrap();
        assert_eq!(calls_in(&data).unwrap(), calls);
        assert!(data.len() < 60 * calls.len(), "{}", data.len());
    }

    #[test]
    fn a_damaged_block_is_an_error() {
        let data = packed(&CallRecord::of_all(&[call(1), call(2)]).unwrap()).unwrap();
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
