//! What charts draw: named rows of points in time.

/// A value at a time.
#[derive(Clone, Debug)]
pub struct Point {
    pub(super) at_ms: i64,
    pub(super) value: Option<f64>,
    pub(super) href: Option<String>,
}

impl Point {
    /// `at_ms`: unix milliseconds, the start of the bucket. `None`: nothing known, a gap in the line.
    pub fn new(at_ms: i64, value: impl Into<Option<f64>>) -> Self {
        Self { at_ms, value: value.into().filter(|value| value.is_finite()), href: None }
    }

    /// The calls behind the point.
    pub fn href(self, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..self }
    }
}

/// What a series means, where it has a meaning that colour should show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeriesRole {
    /// One of several equals: takes the next colour.
    #[default]
    Plain,
    Good,
    Warning,
    Bad,
    /// Everything else, or the previous period.
    Rest,
}

/// A named row of points, in order of time.
#[derive(Clone, Debug)]
pub struct Series {
    pub(super) name: String,
    pub(super) points: Vec<Point>,
    role: SeriesRole,
}

impl Series {
    pub fn new(name: impl Into<String>, points: Vec<Point>) -> Self {
        Self { name: name.into(), points, role: SeriesRole::Plain }
    }

    pub fn role(self, role: SeriesRole) -> Self {
        Self { role, ..self }
    }

    /// The class of its colour; `index` is its place among the series.
    pub(super) fn class(&self, index: usize) -> &'static str {
        const PLAIN: [&str; 6] = ["series-1", "series-2", "series-3", "series-4", "series-5", "series-6"];
        match self.role {
            SeriesRole::Plain => PLAIN.get(index % PLAIN.len()).copied().unwrap_or("series-rest"),
            SeriesRole::Good => "series-good",
            SeriesRole::Warning => "series-warning",
            SeriesRole::Bad => "series-bad",
            SeriesRole::Rest => "series-rest",
        }
    }

    /// The values that are known.
    pub(super) fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().filter_map(|point| point.value)
    }

    pub(super) fn at(&self, at_ms: i64) -> Option<&Point> {
        self.points
            .binary_search_by_key(&at_ms, |point| point.at_ms)
            .ok()
            .and_then(|index| self.points.get(index))
    }

    /// The same series with its points in order of time, one for each time.
    pub(super) fn in_order(mut self) -> Self {
        self.points.sort_by_key(|point| point.at_ms);
        self.points.dedup_by_key(|point| point.at_ms);
        self
    }

    pub(super) fn summary(&self) -> Option<Summary> {
        let known = || self.points.iter().filter_map(|point| Some((point.at_ms, point.value?)));
        let (_, last) = known().next_back()?;
        Some(Summary {
            total: known().map(|(_, value)| value).sum(),
            highest: known().max_by(|a, b| a.1.total_cmp(&b.1))?,
            lowest: known().min_by(|a, b| a.1.total_cmp(&b.1))?,
            last,
        })
    }
}

/// What a series says in a sentence. Extremes come with their time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Summary {
    pub total: f64,
    pub highest: (i64, f64),
    pub lowest: (i64, f64),
    pub last: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_skips_gaps_and_what_is_no_number() {
        let points =
            vec![Point::new(3, 2.0), Point::new(1, f64::NAN), Point::new(2, 5.0), Point::new(4, None)];
        let summary = Series::new("calls", points).in_order().summary();
        let expected = Summary { total: 7.0, highest: (2, 5.0), lowest: (3, 2.0), last: 2.0 };
        assert_eq!(summary, Some(expected));
    }

    #[test]
    fn summary_of_nothing_is_none() {
        assert_eq!(Series::new("calls", vec![Point::new(1, None)]).summary(), None);
    }
}
