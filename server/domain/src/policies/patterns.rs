//! Patterns that people write: regular expressions without look-around and back references, so that a search costs no
//! more than the text is long, and of bounded size.

use regex::{Regex, RegexBuilder};
use regex_automata::dfa::{StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;

/// Bytes of a pattern as it is written.
pub const LONGEST_PATTERN: usize = 1_000;
/// Bytes of a compiled one.
const LARGEST: usize = 1 << 20;
/// Bytes of a table that tells at every byte whether a match can still follow.
const LARGEST_TABLE: usize = 4 << 20;

/// Such a table: it begins at one place of a text and ends as soon as no match can follow.
pub type Table = dense::DFA<Vec<u32>>;

/// Compiles a pattern that is looked for anywhere in a text. The error says what is wrong with it.
pub fn search(pattern: &str) -> Result<Regex, String> {
    within(pattern)?;
    let built = RegexBuilder::new(pattern).size_limit(LARGEST).dfa_size_limit(LARGEST).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => too_large(),
        other => last_line(&other),
    })
}

/// Compiles a pattern whose matches are taken out of a text. `\b` is meant in ASCII's sense, and nothing is not a match.
pub fn table(pattern: &str) -> Result<Table, String> {
    within(pattern)?;
    build(&ascii_boundaries(pattern))
}

/// Compiles words that are looked for as they are, whatever their case, and not within longer words.
pub fn words(words: &[String]) -> Result<Table, String> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let edge = |c: Option<char>| if c.is_some_and(is_word) { r"(?-u:\b)" } else { "" };
    let bounded = |word: &String| {
        let (before, after) = (edge(word.chars().next()), edge(word.chars().next_back()));
        format!("{before}{}{after}", regex::escape(word))
    };
    let words: Vec<String> = words.iter().map(bounded).collect();
    build(&format!("(?i:{})", words.join("|")))
}

fn build(pattern: &str) -> Result<Table, String> {
    // first what is wrong with it as it is written: the larger tables' errors say nothing of that
    RegexBuilder::new(pattern).size_limit(LARGEST).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => too_large(),
        other => last_line(&other),
    })?;
    let config = dense::Config::new()
        .start_kind(StartKind::Anchored)
        .dfa_size_limit(Some(LARGEST_TABLE))
        .determinize_size_limit(Some(4 * LARGEST_TABLE));
    dense::Builder::new()
        .configure(config)
        .syntax(syntax::Config::new())
        .thompson(thompson::Config::new().nfa_size_limit(Some(LARGEST)))
        .build(pattern)
        .map_err(|_| too_large())
}

fn within(pattern: &str) -> Result<(), String> {
    if pattern.is_empty() {
        return Err("expected a regular expression, got nothing".to_owned());
    }
    if pattern.len() > LONGEST_PATTERN {
        return Err(format!("expected at most {LONGEST_PATTERN} bytes, got {}", pattern.len()));
    }
    Ok(())
}

fn too_large() -> String {
    r"is too large when compiled; smaller counts help, and (?-u:\w) or [a-z] instead of \w".to_owned()
}

/// The words of the error without the picture of the pattern above them.
fn last_line(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let last = text.lines().next_back().unwrap_or_default();
    format!("expected a regular expression: {}", last.trim_start_matches("error: "))
}

/// The pattern with its word boundaries in ASCII's sense, which a table can tell.
fn ascii_boundaries(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        written.push_str(before);
        let escaped = from.chars().nth(1);
        let length = 1 + escaped.map_or(0, char::len_utf8);
        let (mut escape, mut after) = from.split_at(length);
        if let Some('b' | 'B') = escaped {
            // \b{start}
            if let (true, Some(end)) = (after.starts_with('{'), after.find('}')) {
                (escape, after) = from.split_at(length + end + 1);
            }
            written.push_str(&format!("(?-u:{escape})"));
        } else {
            written.push_str(escape);
        }
        rest = after;
    }
    written.push_str(rest);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_in_a_line() {
        for (pattern, said) in [
            ("", "got nothing"),
            ("(a", "unclosed group"),
            (r"(a)\1", "backreferences"),
            ("(?=a)", "look-around"),
            ("(?:(?:a{1,100}){1,100}){1,100}", "too large"),
        ] {
            for error in [search(pattern).unwrap_err(), table(pattern).unwrap_err()] {
                assert!(error.contains(said) && !error.contains('\n'), "{pattern}: {error}");
            }
        }
        assert!(search(&"a".repeat(1_001)).unwrap_err().contains("at most 1000 bytes"));
        assert!(table(r"\w{1,200}\d{1,200}").unwrap_err().contains("too large"));
    }

    #[test]
    fn word_boundaries_of_tables_are_those_of_ascii() {
        assert_eq!(ascii_boundaries(r"\bab\\b\B\d"), r"(?-u:\b)ab\\b(?-u:\B)\d");
        assert_eq!(ascii_boundaries(r"\b{start}x{2}\"), r"(?-u:\b{start})x{2}\");
        assert!(table(r"\bproject-[a-z]+\b").is_ok());
        assert!(words(&["C++".to_owned(), "Müller".to_owned(), "a|b".to_owned()]).is_ok());
    }
}
