//! The shape of one record on disk; pure. The crate's documentation draws it.

/// Bytes before the record: length and checksum.
pub(crate) const HEAD: usize = 8;

/// What stands at a place in a segment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame<'a> {
    Whole {
        record: &'a [u8],
        /// Bytes to the next frame.
        size: usize,
    },
    /// The bytes at hand end before the frame does; this many are needed.
    Partial {
        size: usize,
    },
    /// Never written.
    End,
    Damaged,
}

/// Bytes that a record of this length takes in a segment.
pub(crate) fn size(record: usize) -> usize {
    record.saturating_add(HEAD).checked_next_multiple_of(8).unwrap_or(usize::MAX)
}

/// The head as one little-endian word, so that it can be published in one store. `None`: longer than a u32 can say.
pub(crate) fn head(record: &[u8]) -> Option<u64> {
    let length = u32::try_from(record.len().checked_add(HEAD)?).ok()?;
    Some(u64::from(length) | u64::from(checksum(length, record)) << 32)
}

/// Reads the frame at the start of `bytes`.
pub(crate) fn parse(bytes: &[u8]) -> Frame<'_> {
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD>() else {
        return Frame::Partial { size: HEAD };
    };
    let word = u64::from_le_bytes(*head);
    let (length, sum) = (word as u32, (word >> 32) as u32);
    if length == 0 {
        return Frame::End;
    }
    let Some(record) = (length as usize).checked_sub(HEAD) else {
        return Frame::Damaged;
    };
    let size = size(record);
    if bytes.len() < size {
        return Frame::Partial { size };
    }
    match rest.get(..record) {
        Some(record) if checksum(length, record) == sum => Frame::Whole { record, size },
        _ => Frame::Damaged,
    }
}

fn checksum(length: u32, record: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&length.to_le_bytes());
    sum.update(record);
    sum.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(record: &[u8]) -> Vec<u8> {
        let mut bytes = head(record).unwrap().to_le_bytes().to_vec();
        bytes.extend_from_slice(record);
        bytes.resize(size(record.len()), 0);
        bytes
    }

    #[test]
    fn parse_returns_what_was_written() {
        for length in [0, 1, 7, 8, 9, 200, 5000] {
            let record = vec![7; length];
            let mut bytes = written(&record);
            let size = bytes.len();
            assert!(size.is_multiple_of(8));
            bytes.extend_from_slice(&[1, 2, 3]);
            assert_eq!(parse(&bytes), Frame::Whole { record: &record, size });
        }
    }

    #[test]
    fn parse_tells_an_end_from_a_frame_that_is_cut_short() {
        assert_eq!(parse(&[0; 16]), Frame::End);
        assert_eq!(parse(&[]), Frame::Partial { size: HEAD });
        let bytes = written(&[1; 20]);
        for end in HEAD..bytes.len() {
            assert_eq!(parse(&bytes[..end]), Frame::Partial { size: 32 });
        }
    }

    #[test]
    fn parse_refuses_every_single_bit_error() {
        let record = [0x5a; 16];
        let good = written(&record);
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(!matches!(parse(&bad), Frame::Whole { .. } | Frame::End), "bit {bit}");
        }
    }
}
