//! One spelling for every path (RFC 3986 section 6.2.2): what is matched is what is authorised, logged and sent on.

use std::borrow::Cow;

/// Normalises a path: percent-encoded unreserved characters are decoded, other escapes written in upper case, dot
/// segments resolved, runs of slashes made one. The error says what is refused: escapes that are none, hide a
/// separator or a control, spell a dot segment or no UTF-8, and dots that lead above the root.
pub fn normalise(path: &str) -> Result<Cow<'_, str>, &'static str> {
    if is_plain(path.as_bytes()) {
        return Ok(Cow::Borrowed(path));
    }
    let decoded = decode(path)?;
    let mut segments: Vec<&str> = Vec::new();
    let mut trailing = false;
    for (segment, raw) in decoded.split('/').skip(1).zip(path.split('/').skip(1)) {
        if matches!(segment, "." | "..") && raw != segment {
            return Err("an escaped dot segment");
        }
        trailing = matches!(segment, "" | "." | "..");
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop().ok_or("a path that leads above the root")?),
            segment => segments.push(segment),
        }
    }
    let mut normal = String::with_capacity(decoded.len());
    for segment in &segments {
        normal.push('/');
        normal.push_str(segment);
    }
    if trailing || segments.is_empty() {
        normal.push('/');
    }
    Ok(Cow::Owned(normal))
}

/// Whether nothing has to be done: by far most paths.
fn is_plain(path: &[u8]) -> bool {
    let mut before = 0;
    for byte in path {
        let byte = *byte;
        // a dot or a slash after a slash may be a segment to resolve
        if !(0x21..=0x7e).contains(&byte)
            || matches!(byte, b'%' | b'\\')
            || (before == b'/' && matches!(byte, b'/' | b'.'))
        {
            return false;
        }
        before = byte;
    }
    path.first() == Some(&b'/')
}

fn decode(path: &str) -> Result<String, &'static str> {
    let mut decoded = String::with_capacity(path.len());
    let mut octets = Vec::new();
    let mut bytes = path.bytes();
    if !path.starts_with('/') {
        return Err("a path that does not begin with a slash");
    }
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let octet =
                    escape(bytes.next(), bytes.next()).ok_or("a percent sign without two hex digits")?;
                octets.push(octet);
                decode_octet(octet, &mut decoded)?;
            }
            b'\\' => return Err("a backslash"),
            0x21..=0x7e => {
                decoded.push(char::from(byte));
                octets.push(byte);
            }
            _ => return Err("a character that is not printable ASCII"),
        }
    }
    // over-long and broken encodings are no UTF-8
    std::str::from_utf8(&octets).map_err(|_| "an escape sequence that is no UTF-8")?;
    Ok(decoded)
}

fn decode_octet(octet: u8, decoded: &mut String) -> Result<(), &'static str> {
    match octet {
        b'/' | b'\\' => return Err("an escaped separator"),
        0..=0x1f | 0x7f => return Err("an escaped control character"),
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            decoded.push(char::from(octet))
        }
        _ => {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            decoded.push('%');
            for digit in [octet >> 4, octet & 15] {
                decoded.extend(HEX.get(usize::from(digit)).copied().map(char::from));
            }
        }
    }
    Ok(())
}

fn escape(high: Option<u8>, low: Option<u8>) -> Option<u8> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_one_spelling() {
        for (path, expected) in [
            ("/", "/"),
            ("/a/b", "/a/b"),
            ("/a/b/", "/a/b/"),
            ("/a//b", "/a/b"),
            ("//a", "/a"),
            ("/a/./b", "/a/b"),
            ("/a/../b", "/b"),
            ("/a/b/..", "/a/"),
            ("/a/.", "/a/"),
            ("/%61%7E", "/a~"),
            ("/a%20b", "/a%20b"),
            ("/%c3%a9", "/%C3%A9"),
            ("/a%2fb", "!"),
            ("/a%5Cb", "!"),
            ("/a\\b", "!"),
            ("/%00", "!"),
            ("/%0d%0a", "!"),
            ("/%7f", "!"),
            ("/%", "!"),
            ("/%4", "!"),
            ("/%zz", "!"),
            ("/..", "!"),
            ("/a/../../b", "!"),
            ("/a/%2e%2e/b", "!"),
            ("/a/%2E/b", "!"),
            ("/a/.%2e", "!"),
            ("/%ff", "!"),
            ("/%c0%af", "!"),
            ("/é", "!"),
            ("/.well-known/x", "/.well-known/x"),
            ("/a/...", "/a/..."),
            ("/%252e", "/%252e"),
            ("a", "!"),
            ("", "!"),
            ("*", "!"),
            ("/a%3fb", "/a%3Fb"),
            ("/a;v=1/b@c:d", "/a;v=1/b@c:d"),
            ("/%2561", "/%2561"),
        ] {
            let got = normalise(path).unwrap_or(Cow::Borrowed("!"));
            assert_eq!(got, expected, "{path}");
            if got != "!" {
                assert_eq!(normalise(&got).unwrap(), got, "once is enough: {path}");
            }
        }
    }
}
