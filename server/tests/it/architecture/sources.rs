//! The Rust files of the checkout, and what counts in them. Never judges.

use std::fs;
use std::path::Path;

pub struct Source {
    /// Relative to the checkout, with `/`.
    pub path: String,
    pub text: String,
}

impl Source {
    /// `path:line`, where the first line is 1.
    pub fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path)
    }

    /// The lines that are code, with their numbers: no comments, and nothing after the in-file tests begin.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().take(self.production_lines()).enumerate();
        lines.map(|(index, line)| (index + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// How many lines there are before the tests of the file.
    pub fn production_lines(&self) -> usize {
        let in_file_tests = self.text.lines().position(|line| line.trim() == "#[cfg(test)]");
        in_file_tests.unwrap_or_else(|| self.text.lines().count())
    }

    /// True for a file that holds nothing but tests, or what only tests use.
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.contains("/examples/") || self.path.ends_with("tests.rs")
    }

    /// True when the file is `module` or below it: `server/src/portal` has `portal.rs` and `portal/..`.
    pub fn is_in(&self, module: &str) -> bool {
        self.path.strip_prefix(module).is_some_and(|rest| rest.starts_with('/') || rest == ".rs")
    }
}

/// Every Rust file of the crates, except the samples of the rules.
pub fn rust(checkout: &Path) -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in ["app", "frontend", "server"] {
        read_below(checkout, folder, &mut sources);
    }
    sources
}

fn read_below(checkout: &Path, folder: &str, sources: &mut Vec<Source>) {
    let entries =
        fs::read_dir(checkout.join(folder)).unwrap_or_else(|error| panic!("cannot list {folder}: {error}"));
    for entry in entries.flatten() {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if path.contains("tests/it/architecture") || path.ends_with("/target") {
            continue;
        }
        if entry.path().is_dir() {
            read_below(checkout, &path, sources);
        } else if path.ends_with(".rs") {
            let text = fs::read_to_string(entry.path())
                .unwrap_or_else(|error| panic!("cannot read {path}: {error}"));
            sources.push(Source { path, text });
        }
    }
}

/// True when `line` has `word` as a whole identifier.
pub fn mentions(line: &str, word: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    line.match_indices(word).any(|(start, _)| {
        let before = start.checked_sub(1).and_then(|index| line.as_bytes().get(index));
        !is_part(before) && !is_part(line.as_bytes().get(start + word.len()))
    })
}

#[test]
fn a_word_is_found_only_as_a_whole() {
    assert!(mentions("use sqlx::Row;", "sqlx"));
    assert!(!mentions("use sqlx_macros::Row;", "sqlx"));
    assert!(!mentions("let my_sqlx = 1;", "sqlx"));
}

#[test]
fn comments_and_in_file_tests_are_no_code() {
    let source = Source {
        path: "a.rs".to_owned(),
        text: "//! doc\nfn a() {}\n#[cfg(test)]\nmod tests {}\n".to_owned(),
    };
    assert_eq!(source.code().collect::<Vec<_>>(), [(2, "fn a() {}")]);
    assert_eq!(source.production_lines(), 2);
}
