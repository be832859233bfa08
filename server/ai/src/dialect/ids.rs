//! Ids of calls of tools. Callers send them back, and whoever is asked then may want them in another form.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Between an id and the signature that travels in it.
const MARK: &str = "__sig_";

/// An id that carries a signature, so that it comes back with the caller's next request. In letters that every dialect
/// allows in an id.
#[must_use]
pub fn with_signature(id: &str, signature: Option<&str>) -> String {
    signature
        .map_or_else(|| id.to_owned(), |signature| format!("{id}{MARK}{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The id, and the signature that it carries.
#[must_use]
pub fn split_signature(whole: &str) -> (String, Option<String>) {
    let split = whole.split_once(MARK).and_then(|(id, encoded)| {
        let signature = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        Some((id.to_owned(), Some(String::from_utf8(signature).ok()?)))
    });
    split.unwrap_or_else(|| (whole.to_owned(), None))
}

/// An id for the `index`th block of an answer whose vendor gives none: `call_{reply}_{index}`.
#[must_use]
pub fn mint(reply: &str, index: usize) -> String {
    format!("call_{reply}_{index}")
}

/// The id where only `[a-zA-Z0-9_-]` and `longest` bytes are allowed; always the same for the same id.
#[must_use]
pub fn safe(id: &str, longest: usize) -> String {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !id.is_empty() && id.len() <= longest && id.bytes().all(fits) {
        return id.to_owned();
    }
    format!("call_{:016x}", fingerprint(id.as_bytes()))
}

/// The id where exactly nine letters and digits are allowed (Mistral); always the same for the same id.
#[must_use]
pub fn of_nine(id: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    if id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return id.to_owned();
    }
    let mut rest = fingerprint(id.as_bytes());
    let mut digit = || {
        let digit = DIGITS.get((rest % 62) as usize).copied().unwrap_or(b'0');
        rest /= 62;
        char::from(digit)
    };
    (0..9).map(|_| digit()).collect()
}

/// FNV-1a, 64 bits: short, and the same in every version, since ids made with it are kept in callers' histories.
pub(super) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_travel_in_ids() {
        for signature in ["gemini:CiQB/+8=", "abcd", "YQ==", "any text: ä"] {
            let whole = with_signature("call_1", Some(signature));
            assert_eq!(safe(&whole, 10_000), whole, "letters that all allow");
            assert_eq!(split_signature(&whole), ("call_1".to_owned(), Some(signature.to_owned())));
        }
        assert_eq!(split_signature("call_1__sig_?"), ("call_1__sig_?".to_owned(), None), "somebody else's");
        assert_eq!(split_signature(&with_signature("toolu_1", None)), ("toolu_1".to_owned(), None));
    }

    #[test]
    fn ids_take_the_form_that_is_wanted() {
        assert_eq!(safe("toolu_01-A", 64), "toolu_01-A");
        assert_eq!(safe("a.b:c", 64), safe("a.b:c", 64));
        assert_ne!(safe("a.b:c", 64), safe("a.b:d", 64));
        assert_eq!(safe(&"x".repeat(65), 64).len(), 21);
        assert_eq!(of_nine("abcDEF123"), "abcDEF123");
        let made = of_nine("call_abc");
        assert!(made.len() == 9 && made.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{made}");
        assert_eq!(made, of_nine("call_abc"));
        assert_ne!(made, of_nine("call_abd"));
    }
}
