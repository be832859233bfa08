//! Changes values within a JSON document, and no byte beside them.

use domain::policies::mask::path::Step;
use serde_json::Value;
use std::borrow::Cow;

/// A value that holds no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf<'a> {
    /// Of a text without quotes and escapes, of all else as it stands there.
    pub value: Cow<'a, str>,
    /// Whether it is a text rather than a number, `true`, `false` or `null`.
    pub is_text: bool,
}

/// A document that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

/// Shows each leaf with the steps that lead to it; where a value comes back, it takes the leaf's place. `None` where none
/// did.
pub fn rewrite<E: From<Malformed>>(
    document: &[u8],
    mut change: impl FnMut(&[Step], Leaf<'_>) -> Result<Option<Value>, E>,
) -> Result<Option<Vec<u8>>, E> {
    // all that follows may rely on it being JSON, nested no deeper than serde_json reads
    let checked = serde_json::from_slice::<serde::de::IgnoredAny>(document);
    checked.map_err(|error| Malformed(error.to_string()))?;
    let mut walk = Walk { document, at: 0, steps: Vec::new(), wants_name: false };
    let (mut written, mut copied) = (Vec::new(), 0);
    while let Some((start, leaf)) = walk.next()? {
        let Some(value) = change(&walk.steps, leaf)? else { continue };
        written.extend_from_slice(document.get(copied..start).unwrap_or_default());
        written.extend_from_slice(value.to_string().as_bytes());
        copied = walk.at;
    }
    if copied == 0 {
        return Ok(None);
    }
    written.extend_from_slice(document.get(copied..).unwrap_or_default());
    Ok(Some(written))
}

struct Walk<'a> {
    document: &'a [u8],
    at: usize,
    /// One for each value that is open; a name is empty before its first.
    steps: Vec<Step>,
    wants_name: bool,
}

impl<'a> Walk<'a> {
    /// The next leaf and where it begins; it ends where the walk stands then.
    fn next(&mut self) -> Result<Option<(usize, Leaf<'a>)>, Malformed> {
        while let Some(byte) = self.document.get(self.at).copied() {
            let start = self.at;
            match byte {
                b'"' => {
                    let text = self.text()?;
                    if !std::mem::take(&mut self.wants_name) {
                        return Ok(Some((start, Leaf { value: text, is_text: true })));
                    }
                    if let Some(Step::Name(name)) = self.steps.last_mut() {
                        *name = text.into_owned();
                    }
                }
                b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                    let rest = self.document.get(start..).unwrap_or_default();
                    let is_end = |byte: &u8| matches!(byte, b',' | b']' | b'}') || byte.is_ascii_whitespace();
                    self.at += rest.iter().position(is_end).unwrap_or(rest.len());
                    let value =
                        String::from_utf8_lossy(self.document.get(start..self.at).unwrap_or_default());
                    return Ok(Some((start, Leaf { value, is_text: false })));
                }
                _ => self.mark(byte),
            }
        }
        Ok(None)
    }

    /// Passes a byte of the structure, or a space.
    fn mark(&mut self, byte: u8) {
        self.at += 1;
        match byte {
            b'{' => {
                self.steps.push(Step::Name(String::new()));
                self.wants_name = true;
            }
            b'[' => self.steps.push(Step::Index(0)),
            b'}' | b']' => {
                self.steps.pop();
                self.wants_name = false;
            }
            b',' => match self.steps.last_mut() {
                Some(Step::Index(index)) => *index += 1,
                Some(Step::Name(_)) => self.wants_name = true,
                None => {}
            },
            _ => {}
        }
    }

    /// Reads the text that begins here.
    fn text(&mut self) -> Result<Cow<'a, str>, Malformed> {
        let start = self.at;
        let mut escaped = false;
        let rest = self.document.get(start + 1..).unwrap_or_default();
        let mut end = None;
        let mut at = 0;
        while let Some(found) = rest.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
            at += found;
            if rest.get(at) == Some(&b'"') {
                end = Some(at);
                break;
            }
            escaped = true;
            at += 2;
        }
        let end = end.ok_or_else(|| Malformed("a text that does not end".to_owned()))?;
        self.at = start + end + 2;
        let malformed = |error: &dyn std::fmt::Display| Malformed(format!("a text that is none: {error}"));
        if escaped {
            let quoted = self.document.get(start..self.at).unwrap_or_default();
            return serde_json::from_slice::<String>(quoted)
                .map(Cow::Owned)
                .map_err(|error| malformed(&error));
        }
        let plain = rest.get(..end).unwrap_or_default();
        std::str::from_utf8(plain).map(Cow::Borrowed).map_err(|error| malformed(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upper(document: &str) -> Result<Option<String>, Malformed> {
        let changed = rewrite(document.as_bytes(), |steps, leaf| {
            let named = matches!(steps.last(), Some(Step::Name(name)) if name == "up");
            Ok::<_, Malformed>((named && leaf.is_text).then(|| leaf.value.to_uppercase().into()))
        })?;
        Ok(changed.map(|changed| String::from_utf8(changed).unwrap()))
    }

    #[test]
    fn only_what_is_changed_is_touched() {
        let document = r#" { "up" : "a\"b\u00e9" , "x":[ 1.50, {"up":true,"\u0075p":"c"} ,"up" ],"y":{"up":"é","z":null} }"#;
        let expected =
            r#" { "up" : "A\"BÉ" , "x":[ 1.50, {"up":true,"\u0075p":"C"} ,"up" ],"y":{"up":"É","z":null} }"#;
        assert_eq!(upper(document).unwrap().unwrap(), expected);
        assert_eq!(upper(r#"{"a":[],"b":{},"c":""}"#).unwrap(), None);
        assert_eq!(upper("\"text\"").unwrap(), None);
    }

    #[test]
    fn steps_lead_to_each_leaf() {
        let mut seen = Vec::new();
        let kept = rewrite(br#"{"a":[[],[0,{"b":"x"}],null],"c":{"d":{}},"e":-1}"#, |steps, leaf| {
            let steps: Vec<String> = steps
                .iter()
                .map(|step| match step {
                    Step::Name(name) => name.clone(),
                    Step::Index(index) => index.to_string(),
                })
                .collect();
            seen.push(format!("{}={}", steps.join("/"), leaf.value));
            Ok::<_, Malformed>(None)
        });
        assert_eq!(kept, Ok(None));
        assert_eq!(seen, ["a/1/0=0", "a/1/1/b=x", "a/2=null", "e=-1"]);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for document in ["", "{", r#"{"a":"\ud800"}"#, "[1,]", r#"{"a" "b"}"#, "nonsense"] {
            assert!(upper(document).is_err(), "{document}");
        }
        assert!(upper(&"[".repeat(100_000)).is_err());
        let bytes = rewrite(b"[\"\xff\"]", |_, _| Ok::<_, Malformed>(None));
        assert!(bytes.is_err());
    }
}
