//! What an earlier process left behind: each segment is scanned once, so that its end is known and its torn tail cut.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use crate::OpenError;
use crate::folder::{Folder, SegmentName};
use crate::frame::{self, Frame};
use crate::lane::Lane;
use crate::mark::{Mark, Position};
use crate::segment::{MAGIC, START, Segment, VERSION};

pub(crate) struct Recovered {
    pub(crate) lanes: Vec<Arc<Lane>>,
    /// Tails that were cut.
    pub(crate) torn: u64,
}

/// What one writer left.
#[derive(Default)]
struct Row {
    acknowledged: Position,
    last_sequence: u64,
    segments: Vec<Arc<Segment>>,
}

enum Found {
    Segment {
        segment: Segment,
        torn: bool,
    },
    /// Created, but nothing was written to it.
    Unused,
    /// Has no header of ours.
    Foreign,
}

/// Takes up what is not acknowledged, deletes the rest, and gives every writer that ever was a lane. A lane's next
/// sequence is above all that the cursor file and the folder name: a position is never read as one in a later segment.
pub(crate) fn recover(folder: &Folder, cursor: BTreeMap<String, Position>) -> Result<Recovered, OpenError> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for (writer, acknowledged) in cursor {
        rows.insert(writer, Row { acknowledged, last_sequence: acknowledged.sequence, segments: Vec::new() });
    }
    let mut torn_tails = 0;
    for name in folder.segments()? {
        let row = rows.entry(name.writer.clone()).or_default();
        row.last_sequence = row.last_sequence.max(name.sequence);
        let at = OpenError::io(folder.path_of(&name));
        let done = match look(folder, &name, row.acknowledged)? {
            Found::Segment { segment, torn } => {
                torn_tails += u64::from(torn);
                if segment.is_spent() {
                    folder.remove(&name)
                } else {
                    folder.budget.count(segment.bytes);
                    row.segments.push(Arc::new(segment));
                    Ok(())
                }
            }
            Found::Unused => folder.remove(&name),
            Found::Foreign => folder.set_aside(&name),
        };
        done.map_err(at)?;
    }
    let lane = |(writer, row): (String, Row)| {
        Arc::new(Lane::new(writer, row.last_sequence, row.acknowledged, row.segments.into()))
    };
    Ok(Recovered { lanes: rows.into_iter().map(lane).collect(), torn: torn_tails })
}

fn look(folder: &Folder, name: &SegmentName, acknowledged: Position) -> Result<Found, OpenError> {
    let (file, bytes) = load(folder, name).map_err(OpenError::io(folder.path_of(name)))?;
    let Some(([magic @ .., low, high], frames)) = bytes.split_first_chunk::<8>() else {
        return Ok(Found::Unused);
    };
    match (*magic, u16::from_le_bytes([*low, *high])) {
        (begun, 0) if is_begun(begun) => Ok(Found::Unused),
        (MAGIC, VERSION) => {
            let (from, end, torn) = walk(frames, acknowledged.within(name.sequence));
            let segment = Segment::closed(name.clone(), file, bytes.len() as u64, from, end);
            Ok(Found::Segment { segment, torn })
        }
        (MAGIC, found) => Err(OpenError::Version { path: folder.path_of(name), found, known: VERSION }),
        _ => Ok(Found::Foreign),
    }
}

/// Whether this is the first part of a segment's first bytes, and the rest never reached the disk: then nor did what
/// follows them there.
fn is_begun(magic: [u8; 6]) -> bool {
    let zeros = magic.iter().rev().take_while(|byte| **byte == 0).count();
    magic.iter().zip(MAGIC).take(magic.len() - zeros).all(|(byte, ours)| *byte == ours)
}

fn load(folder: &Folder, name: &SegmentName) -> io::Result<(File, Vec<u8>)> {
    let file = folder.open_segment(name)?;
    let mut bytes = vec![0; usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, 0)?;
    Ok((file, bytes))
}

/// The first mark at or after the offset `acknowledged`, the mark after the last whole frame, and whether more than
/// zeros follows that.
fn walk(frames: &[u8], acknowledged: u64) -> (Mark, Mark, bool) {
    let (mut rest, mut at, mut from) = (frames, START, START);
    loop {
        match frame::parse(rest) {
            Frame::Whole { size, .. } => {
                at = Mark { offset: at.offset + size as u64, records: at.records + 1 };
                rest = rest.get(size..).unwrap_or_default();
                if from.offset < acknowledged {
                    from = at;
                }
            }
            Frame::End => return (from, at, false),
            Frame::Partial { .. } if rest.is_empty() => return (from, at, false),
            Frame::Partial { .. } | Frame::Damaged => return (from, at, true),
        }
    }
}
