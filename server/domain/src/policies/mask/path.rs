//! Places in a JSON document: the part of JSONPath (RFC 9535) that names places by names and numbers, without filters.

use std::str::FromStr;

/// `$.customer.name`, `$['first name']`, `$.items[*].note`, `$.items[0]`, `$..iban`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(Vec<Segment>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// At any depth below.
    Below(Selector),
    Child(Selector),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Selector {
    Name(String),
    Index(usize),
    Any,
}

/// One step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Name(String),
    Index(usize),
}

/// What is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a path like $.customer.name, $.items[*].note or $..iban, got {0:?}")]
pub struct NoPath(String);

impl Path {
    /// Whether the value at these steps is the one, or one of those, that the path names, or lies within one.
    #[must_use]
    pub fn covers(&self, steps: &[Step]) -> bool {
        covers(&self.0, steps)
    }
}

fn covers(segments: &[Segment], steps: &[Step]) -> bool {
    let Some((segment, rest)) = segments.split_first() else { return true };
    let Some((step, below)) = steps.split_first() else { return false };
    match segment {
        Segment::Child(selector) => selector.selects(step) && covers(rest, below),
        Segment::Below(selector) => selector.selects(step) && covers(rest, below) || covers(segments, below),
    }
}

impl Selector {
    fn selects(&self, step: &Step) -> bool {
        match (self, step) {
            (Self::Any, _) => true,
            (Self::Name(name), Step::Name(step)) => name == step,
            (Self::Index(index), Step::Index(step)) => index == step,
            _ => false,
        }
    }
}

impl FromStr for Path {
    type Err = NoPath;

    fn from_str(text: &str) -> Result<Self, NoPath> {
        let no_path = || NoPath(text.chars().take(80).collect());
        let mut rest = text.trim().strip_prefix('$').ok_or_else(no_path)?;
        let mut segments = Vec::new();
        while !rest.is_empty() {
            let (below, from) = match rest.strip_prefix("..") {
                Some(from) => (true, from),
                None => (false, rest),
            };
            let (selector, after) = if let Some(inner) = from.strip_prefix('[') {
                bracket(inner)
            } else if below {
                word(from)
            } else {
                from.strip_prefix('.').and_then(word)
            }
            .ok_or_else(no_path)?;
            segments.push(if below { Segment::Below(selector) } else { Segment::Child(selector) });
            rest = after;
        }
        // more would let a small document cost much
        if (1..=20).contains(&segments.len()) { Ok(Self(segments)) } else { Err(no_path()) }
    }
}

/// A name or a star, and what follows it.
fn word(text: &str) -> Option<(Selector, &str)> {
    if let Some(rest) = text.strip_prefix('*') {
        return Some((Selector::Any, rest));
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty()).then(|| (Selector::Name(name.to_owned()), rest))
}

/// What stands between brackets, and what follows them.
fn bracket(text: &str) -> Option<(Selector, &str)> {
    for quote in ['\'', '"'] {
        if let Some(quoted) = text.strip_prefix(quote) {
            let (name, rest) = quoted.split_once(quote)?;
            let named = !name.is_empty() && !name.contains('\\');
            return named.then_some((Selector::Name(name.to_owned()), rest.strip_prefix(']')?));
        }
    }
    let (inner, rest) = text.split_once(']')?;
    let selector = if inner == "*" { Selector::Any } else { Selector::Index(inner.parse().ok()?) };
    Some((selector, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(text: &str) -> Vec<Step> {
        let step = |word: &str| match word.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Name(word.to_owned()),
        };
        text.split('/').map(step).collect()
    }

    #[test]
    fn paths_name_places_and_what_lies_within() {
        for (path, place, covered) in [
            ("$.a.b", "a/b", true),
            ("$.a.b", "a/b/0/c", true),
            ("$.a.b", "a", false),
            ("$.a.b", "a/bb", false),
            ("$['a b'][\"c\"]", "a b/c", true),
            ("$.items[*].note", "items/7/note", true),
            ("$.items[1]", "items/1", true),
            ("$.items[1]", "items/0", false),
            ("$.*.x", "y/x", true),
            ("$..iban", "a/3/iban", true),
            ("$..iban", "iban", true),
            ("$..a.b", "a/a/b", true),
            ("$..a.b", "a/c/b", false),
        ] {
            assert_eq!(path.parse::<Path>().unwrap().covers(&steps(place)), covered, "{path} {place}");
        }
    }

    #[test]
    fn anything_else_is_no_path() {
        for text in
            ["", "$", "a.b", "$.", "$a", "$.a[", "$.a[x]", "$.a[?@.b]", "$['a]", "$..", "$.a b", "$[-1]"]
        {
            assert!(text.parse::<Path>().is_err(), "{text}");
        }
        assert!(
            ".a".repeat(21).parse::<Path>().is_err()
                && format!("${}", ".a".repeat(21)).parse::<Path>().is_err()
        );
    }
}
