//! Signatures of thoughts are bytes in Gemini, that is base64 in its JSON, and a caller's SDK decodes and encodes them
//! on their way. What another vendor signed has to come back letter by letter all the same: it travels as the bytes of
//! its letters, with what it is in front.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const SIGNED: &str = "gatehouse-signed:";
/// Before thoughts that only their vendor can read.
const SEALED: &str = "gatehouse-sealed:";

/// What a `thoughtSignature` of a caller holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Signature {
    Signed(String),
    Sealed(String),
}

/// A signature as a caller gets it.
pub(super) fn write(signature: String) -> String {
    let travels = signature.len().is_multiple_of(4)
        && signature.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    if travels { signature } else { STANDARD.encode(format!("{SIGNED}{signature}")) }
}

/// Sealed thoughts in a signature's place.
pub(super) fn write_sealed(data: &str) -> String {
    STANDARD.encode(format!("{SEALED}{data}"))
}

pub(super) fn read(text: String) -> Signature {
    let text = standard(text);
    let letters = STANDARD.decode(&text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let letters = letters.as_deref().unwrap_or_default();
    match (letters.strip_prefix(SIGNED), letters.strip_prefix(SEALED)) {
        (Some(signature), _) => Signature::Signed(signature.to_owned()),
        (_, Some(data)) => Signature::Sealed(data.to_owned()),
        _ => Signature::Signed(text),
    }
}

/// Base64 as all but Google want it, of what may have url-safe letters and no `=` at its end.
pub(super) fn standard(text: String) -> String {
    let mut text = if text.contains(['-', '_']) { text.replace('-', "+").replace('_', "/") } else { text };
    match text.len() % 4 {
        2 => text.push_str("=="),
        3 => text.push('='),
        _ => {}
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

    #[test]
    fn signatures_come_back_letter_by_letter() {
        for signature in ["abc+/w==", "gAAA-_w=", "abcd", "anthropic:abc+/w==", "YQ"] {
            for (sent, expected) in [
                (write(signature.to_owned()), Signature::Signed(signature.to_owned())),
                (write_sealed(signature), Signature::Sealed(signature.to_owned())),
            ] {
                let bytes = STANDARD.decode(&sent).unwrap();
                assert_eq!(read(sent), expected);
                assert_eq!(read(URL_SAFE.encode(&bytes)), expected, "as SDKs encode them");
                assert_eq!(read(URL_SAFE_NO_PAD.encode(&bytes)), expected);
            }
        }
        assert_eq!(write("abc+/w==".to_owned()), "abc+/w==", "Gemini's own are as they were");
    }

    #[test]
    fn base64_takes_its_standard_form() {
        for (written, expected) in [("-_8", "+/8="), ("YQ", "YQ=="), ("YWJj", "YWJj"), ("YWI=", "YWI=")] {
            assert_eq!(standard(written.to_owned()), expected);
        }
    }
}
