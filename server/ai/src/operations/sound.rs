//! How long a sound is at most, by its bytes.
//!
//! WAV with plain samples says how many bytes a second has; the frames of MP3 say it each. Of everything else only the
//! size is known: it is taken for speech at 4 kbit/s, which is less than what recorders write. Nothing but silence can
//! be packed closer; such a sound is longer than is thought here, and what it was is settled when the vendor has said.

/// Bytes of a second of what is not known.
const FEWEST_BYTES: u64 = 500;
/// The same of MP3: 8 kbit/s is its lowest rate.
const FEWEST_BYTES_OF_MP3: u64 = 1_000;
/// kbit/s of layer III, by index: of MPEG 1, and of MPEG 2 and 2.5 (ISO 11172-3 section 2.4.2.3, ISO 13818-3).
const RATES: [u64; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const LOWER_RATES: [u64; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
/// Samples of a second of MPEG 1, by index; half of it of MPEG 2, a quarter of MPEG 2.5.
const SAMPLES: [u64; 3] = [44_100, 48_000, 32_000];

/// Whole seconds.
pub(super) fn seconds(sound: &[u8]) -> u64 {
    let known = wav(sound).or_else(|| mp3(sound));
    known.unwrap_or_else(|| (sound.len() as u64).div_ceil(FEWEST_BYTES))
}

/// All its bytes as samples, in the format that its `fmt ` chunk says; `None` where that is no plain one.
fn wav(sound: &[u8]) -> Option<u64> {
    if sound.get(8..12)? != b"WAVE" || !sound.starts_with(b"RIFF") {
        return None;
    }
    let mut at: usize = 12;
    let format = loop {
        let length = number(sound, at.checked_add(4)?, 4)?;
        let start = at.checked_add(8)?;
        if sound.get(at..)?.starts_with(b"fmt ") {
            break start;
        }
        // chunks begin at even places
        at = start.checked_add(usize::try_from(length + length % 2).ok()?)?;
    };
    let field = |offset: usize, bytes| number(sound, format.checked_add(offset)?, bytes);
    let kind = match field(0, 2)? {
        // the format stands further below
        0xfffe => field(24, 2)?,
        kind => kind,
    };
    let (channels, rate, of_second, bits) = (field(2, 2)?, field(4, 4)?, field(8, 4)?, field(14, 2)?);
    let reckoned = rate.saturating_mul(channels).saturating_mul(bits) / 8;
    // whole numbers and floats; readers go by either of what it says twice
    let bytes = Some(reckoned.min(of_second)).filter(|bytes| matches!(kind, 1 | 3) && *bytes > 0)?;
    Some((sound.len() as u64).div_ceil(bytes))
}

/// One frame after the other, from the tag at its beginning on. What follows bytes that are no frame is taken for the
/// lowest rate.
fn mp3(sound: &[u8]) -> Option<u64> {
    let mut at = if sound.starts_with(b"ID3") { tag(sound)? } else { 0 };
    let mut micros: u64 = 0;
    while let Some((bytes, us)) = sound.get(at..).and_then(frame) {
        micros = micros.saturating_add(us);
        at = at.saturating_add(bytes);
    }
    let rest = sound.len().saturating_sub(at) as u64;
    (micros > 0).then(|| micros.div_ceil(1_000_000) + rest.div_ceil(FEWEST_BYTES_OF_MP3))
}

/// Bytes of an ID3v2 tag: seven bits of each of four bytes say it (ID3v2.4 section 3.1).
fn tag(sound: &[u8]) -> Option<usize> {
    let size = sound.get(6..10)?.iter().fold(0, |size, byte| (size << 7) | usize::from(byte & 0x7f));
    Some(10 + size)
}

/// Bytes and microseconds of a frame of layer III.
fn frame(bytes: &[u8]) -> Option<(usize, u64)> {
    let [first, second, third] = *bytes.first_chunk::<3>()?;
    let (version, layer) = ((second >> 3) & 3, (second >> 1) & 3);
    if first != 0xff || second >> 5 != 7 || version == 1 || layer != 1 {
        return None;
    }
    let (rates, samples) = if version == 3 { (RATES, 1_152_u64) } else { (LOWER_RATES, 576) };
    let kbit = *rates.get(usize::from(third >> 4).checked_sub(1)?)?;
    let full = SAMPLES.get(usize::from((third >> 2) & 3))?;
    let rate = match version {
        3 => *full,
        2 => full / 2,
        _ => full / 4,
    };
    let padding = u64::from((third >> 1) & 1);
    let length = samples / 8 * kbit * 1_000 / rate + padding;
    Some((usize::try_from(length).ok()?, (samples * 1_000_000).div_ceil(rate)))
}

/// A number of so many bytes, the least one first.
fn number(sound: &[u8], at: usize, bytes: usize) -> Option<u64> {
    let bytes = sound.get(at..at.checked_add(bytes)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(kind: u16, channels: u16, rate: u32, bits: u16, of_second: u32, samples: usize) -> Vec<u8> {
        let mut sound = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
        for field in [kind.to_le_bytes(), channels.to_le_bytes()] {
            sound.extend(field);
        }
        sound.extend(rate.to_le_bytes());
        sound.extend(of_second.to_le_bytes());
        sound.extend([channels * bits / 8, bits].iter().flat_map(|field| field.to_le_bytes()));
        sound.extend(b"data\0\0\0\0");
        sound.resize(sound.len() + samples, 0);
        sound
    }

    #[test]
    fn wav_is_as_long_as_its_samples() {
        assert_eq!(seconds(&wave(1, 1, 16_000, 16, 32_000, 32_000 * 9)), 10);
        assert_eq!(seconds(&wave(3, 2, 48_000, 32, 384_000, 384_000)), 2);
        // what it says twice differs: as long as either makes it
        assert_eq!(seconds(&wave(1, 1, 16_000, 16, 3_200_000, 32_000 * 9)), 10);
        assert_eq!(seconds(&wave(1, 1, 1_600_000, 16, 32_000, 32_000 * 9)), 10);
        // packed, or of no sense: by its size
        for (kind, rate) in [(2, 16_000), (1, 0)] {
            let sound = wave(kind, 1, rate, 16, 32_000, 5_000);
            assert_eq!(seconds(&sound), (sound.len() as u64).div_ceil(500), "{kind} {rate}");
        }
        assert_eq!(seconds(b"RIFF\0\0\0\0WAVEfmt "), 1);
    }

    #[test]
    fn mp3_is_as_long_as_its_frames() {
        // MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes for 26.122 ms
        let mut fast = [0; 417];
        fast[..3].copy_from_slice(&[0xff, 0xfb, 0x90]);
        // MPEG 2.5 layer III, 8 kbit/s, 8 kHz: 72 bytes for 72 ms
        let mut slow = [0; 72];
        slow[..3].copy_from_slice(&[0xff, 0xe3, 0x18]);
        assert_eq!(seconds(&fast.repeat(383)), 11);
        assert_eq!(seconds(&slow.repeat(139)), 11);
        assert_eq!(seconds(&[fast.repeat(100), slow.repeat(100)].concat()), 10);
        let tagged = [b"ID3\x04\0\0\0\0\x01\x02".as_slice(), &[7; 130], &fast.repeat(383)].concat();
        assert_eq!(seconds(&tagged), 11);
        let broken = [fast.repeat(38), vec![0; 5_000], fast.repeat(38)].concat();
        assert_eq!(seconds(&broken), 1 + (5_000_u64 + 417 * 38).div_ceil(1_000));
    }

    #[test]
    fn everything_else_is_as_long_as_speech_of_its_size() {
        for sound in [b"OggS".as_slice(), b"ID3", b"\xff", b"", b"fLaC"] {
            assert_eq!(seconds(&[sound, &[0; 1_001]].concat()), 3, "{sound:?}");
            assert!(seconds(sound) <= 1);
        }
    }
}
