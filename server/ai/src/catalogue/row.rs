//! The cells of a row, each read as what its column holds.

use super::words::Word;
use super::{CatalogueError, Mode};
use crate::price::{self, Figure, Rates};
use std::collections::BTreeSet;

/// What is said of a model, besides its prices.
pub(super) const FACTS: [&str; 11] = [
    "aliases",
    "mode",
    "context",
    "max_output",
    "dimensions",
    "reads",
    "writes",
    "features",
    "deprecated",
    "source",
    "as_of",
];
/// Whose prices they are.
pub(super) const KEYS: [&str; 6] = ["vendor", "model", "region", "service", "above", "percent"];

/// A row of the file under the names of its columns.
pub(super) struct Row<'a> {
    pub line: u64,
    pub columns: &'a [String],
    pub cells: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    /// What stands in a column; empty when the file has no such column.
    pub fn text(&self, column: &str) -> &'a str {
        let index = self.columns.iter().position(|name| name == column);
        index.and_then(|index| self.cells.get(index)).unwrap_or_default().trim()
    }

    pub fn wrong(&self, column: &str, expected: impl Into<String>) -> CatalogueError {
        let (column, got) = (column.to_owned(), self.text(column).to_owned());
        CatalogueError { line: self.line, column, expected: expected.into(), got }
    }

    fn some(&self, column: &str) -> Option<&'a str> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    pub fn optional(&self, column: &str) -> Option<String> {
        self.some(column).map(str::to_owned)
    }

    /// Something without spaces, as ids and names of models are.
    pub fn name(&self, column: &str) -> Result<String, CatalogueError> {
        let name = self.text(column);
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(self.wrong(column, "expected a name without spaces"));
        }
        Ok(name.to_owned())
    }

    pub fn number(&self, column: &str) -> Result<Option<u64>, CatalogueError> {
        let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
        match self.some(column) {
            Some(text) => {
                number(text).map(Some).ok_or_else(|| self.wrong(column, "expected a whole number above 0"))
            }
            None => Ok(None),
        }
    }

    pub fn mode(&self) -> Result<Mode, CatalogueError> {
        Mode::read(self.text("mode")).ok_or_else(|| self.wrong("mode", Mode::expected()))
    }

    pub fn words<W: Word + Ord>(&self, column: &str) -> Result<BTreeSet<W>, CatalogueError> {
        let read = |word| W::read(word).ok_or_else(|| self.wrong(column, W::expected()));
        self.text(column).split_whitespace().map(read).collect()
    }

    /// `2026-11-27`.
    pub fn day(&self, column: &str) -> Result<Option<String>, CatalogueError> {
        match self.some(column) {
            Some(day) if is_day(day) => Ok(Some(day.to_owned())),
            Some(_) => Err(self.wrong(column, "expected a day such as 2026-11-27")),
            None => Ok(None),
        }
    }

    pub fn rates(&self) -> Result<Rates, CatalogueError> {
        let mut rates = Rates::default();
        for figure in Figure::ALL.iter().copied() {
            if let Some(dollars) = self.some(figure.name()) {
                let nano = price::parse(dollars, figure);
                rates.set(figure, nano.map_err(|error| self.wrong(figure.name(), error.to_string()))?);
            }
        }
        Ok(rates)
    }

    /// Refuses what does not belong into this kind of row.
    pub fn empty(&self, columns: &[&str], why: &str) -> Result<(), CatalogueError> {
        match columns.iter().find(|column| !self.text(column).is_empty()) {
            Some(column) => Err(self.wrong(column, why)),
            None => Ok(()),
        }
    }
}

/// Whether it is a day of the calendar in the form `YYYY-MM-DD`.
fn is_day(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut part = |digits: usize| {
        let part = parts
            .next()
            .filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<u32>().ok()
    };
    let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for day in ["2026-11-27", "2024-02-29", "2000-02-29", "2026-12-31"] {
            assert!(is_day(day), "{day}");
        }
        for day in
            ["2026-02-29", "2100-02-29", "2026-04-31", "2026-13-01", "2026-00-01", "2026-01-00", "26-01-01"]
        {
            assert!(!is_day(day), "{day}");
        }
        for day in ["2026-1-1", "2026-11-27T00:00:00Z", "2026-11", "", "2026/11/27", "+026-01-01"] {
            assert!(!is_day(day), "{day}");
        }
    }
}
