//! As much of HPACK (RFC 7541) as requests that are written by hand need: fields go out as they are given, sound or
//! not, and of what comes back the status can be read.

/// Fields as literals that nobody keeps, neither indexed nor compressed (section 6.2.2).
#[must_use]
pub fn literals<N: AsRef<[u8]>, V: AsRef<[u8]>>(fields: &[(N, V)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        string(&mut block, name.as_ref());
        string(&mut block, value.as_ref());
    }
    block
}

/// Section 5.2, with a length as in section 5.1.
fn string(block: &mut Vec<u8>, bytes: &[u8]) {
    match u8::try_from(bytes.len()) {
        Ok(short) if short < 127 => block.push(short),
        _ => {
            block.push(127);
            let mut left = bytes.len() - 127;
            while left >= 128 {
                block.extend(u8::try_from(left % 128 + 128));
                left /= 128;
            }
            block.extend(u8::try_from(left));
        }
    }
    block.extend(bytes);
}

/// The status that the block of an answer begins with, when the peer was told to keep no table.
#[must_use]
pub fn status(block: &[u8]) -> Option<u16> {
    // the table is made empty (section 6.3)
    let start = block.iter().position(|byte| byte & 0xe0 != 0x20)?;
    match block.get(start..)? {
        [indexed, ..] if (0x88..=0x8e).contains(indexed) => {
            [200, 204, 206, 304, 400, 404, 500].get(usize::from(indexed - 0x88)).copied()
        }
        // a literal with the name of the status, in any of its three forms
        [0x48 | 0x08 | 0x18, length, rest @ ..] => {
            let text = rest.get(..usize::from(length & 0x7f))?;
            if length & 0x80 == 0 { std::str::from_utf8(text).ok()?.parse().ok() } else { digits(text) }
        }
        _ => None,
    }
}

/// Digits in the code of appendix B: 0, 1 and 2 have five bits and begin with 000, the others six.
fn digits(text: &[u8]) -> Option<u16> {
    let bits: Vec<u8> = text.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let mut left = bits.as_slice();
    let mut number = 0;
    for _ in 0..3 {
        let length = if left.starts_with(&[0, 0, 0]) { 5 } else { 6 };
        let (code, rest) = left.split_at_checked(length)?;
        let code = code.iter().fold(0_u16, |code, bit| code << 1 | u16::from(*bit));
        number = number * 10 + if length == 5 { code } else { code.checked_sub(0x19)? + 3 };
        left = rest;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_go_out_as_they_are() {
        assert_eq!(literals(&[("a", "bc"), ("X\n", "")]), b"\0\x01a\x02bc\0\x02X\n\0");
        let long = literals(&[("a", "b".repeat(1_337))]);
        // 1337 is 127 and 1210, which is 58 and 9 times 128
        assert_eq!(long.get(..7), Some(&b"\0\x01a\x7f\xba\x09b"[..]));
        assert_eq!(long.len(), 6 + 1_337);
    }

    #[test]
    fn the_status_is_read_in_every_form() {
        assert_eq!(status(&[0x88]), Some(200));
        assert_eq!(status(&[0x20, 0x8c, 0x0f]), Some(400));
        // 302, as in appendix C.6
        assert_eq!(status(&[0x48, 0x82, 0x64, 0x02]), Some(302));
        assert_eq!(status(b"\x08\x03431"), Some(431));
        assert_eq!(status(&[0x0f]), None);
    }
}
