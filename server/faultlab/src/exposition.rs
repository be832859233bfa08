//! A strict reader of the Prometheus text exposition format, version 0.0.4: what a scraper would take in good faith
//! is an error here. (<https://prometheus.io/docs/instrumenting/exposition_formats/>)

mod line;

use line::{Sample, sample};
use std::collections::{BTreeMap, BTreeSet};

/// All samples of one page: `name{label="value",…}` with labels in order of their names, and the value.
#[derive(Debug, Default)]
pub struct Exposition {
    pub samples: BTreeMap<String, f64>,
    /// By metric: `counter`, `gauge` or `histogram`.
    pub kinds: BTreeMap<String, String>,
}

/// Labels and their values.
type Labels = BTreeMap<String, String>;

/// The metric whose samples are being read.
#[derive(Default)]
struct Metric {
    name: String,
    kind: String,
    samples: Vec<Sample>,
}

impl Exposition {
    /// Reads a page, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        if !text.ends_with('\n') {
            return Err("the last line has no end".to_owned());
        }
        let mut page = Self::default();
        let mut metric = Metric::default();
        for line in text.lines() {
            page.line(line, &mut metric).map_err(|error| format!("{error}: {line}"))?;
        }
        page.close(&metric)?;
        Ok(page)
    }

    /// The sample of exactly these labels, which are given in order of their names.
    #[must_use]
    pub fn value(&self, series: &str) -> Option<f64> {
        self.samples.get(series).copied()
    }

    /// Whether the samples only ever grow.
    #[must_use]
    pub fn is_cumulative(&self, series: &str) -> bool {
        let name = series.split('{').next().unwrap_or_default();
        self.kinds.get(name).is_some_and(|kind| kind == "counter")
            || ["_bucket", "_sum", "_count"].iter().any(|suffix| {
                let metric = name.strip_suffix(suffix).and_then(|metric| self.kinds.get(metric));
                metric.is_some_and(|kind| kind == "histogram")
            })
    }

    fn line(&mut self, line: &str, metric: &mut Metric) -> Result<(), String> {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').ok_or("no help")?;
            self.close(metric)?;
            if help.trim().is_empty() || self.kinds.contains_key(name) {
                return Err("help that is empty, or there twice".to_owned());
            }
            *metric = Metric { name: name.to_owned(), ..Metric::default() };
            return Ok(());
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').ok_or("no type")?;
            if name != metric.name || !metric.kind.is_empty() {
                return Err("a type that does not follow its help".to_owned());
            }
            if !["counter", "gauge", "histogram"].contains(&kind) {
                return Err("an unknown type".to_owned());
            }
            if (kind == "counter") != name.ends_with("_total") {
                return Err("counters, and they alone, end with _total".to_owned());
            }
            kind.clone_into(&mut metric.kind);
            self.kinds.insert(name.to_owned(), kind.to_owned());
            return Ok(());
        }
        let sample = sample(line)?;
        if metric.kind.is_empty() || !metric.owns(&sample.name) {
            return Err("a sample that is not with its metric".to_owned());
        }
        if self.samples.insert(sample.series(), sample.value).is_some() {
            return Err("a series twice".to_owned());
        }
        metric.samples.push(sample);
        Ok(())
    }

    fn close(&self, metric: &Metric) -> Result<(), String> {
        if !metric.name.is_empty() && metric.kind.is_empty() {
            return Err(format!("{} has no type", metric.name));
        }
        let wrong = |error| format!("{}: {error}", metric.name);
        if metric.kind == "histogram" { metric.check_buckets().map_err(wrong) } else { Ok(()) }
    }
}

impl Metric {
    fn owns(&self, sample: &str) -> bool {
        if self.kind == "histogram" {
            let suffix = sample.strip_prefix(self.name.as_str());
            return matches!(suffix, Some("_bucket" | "_sum" | "_count"));
        }
        sample == self.name
    }

    /// Buckets grow, the last is for everything, and sum and count are there.
    fn check_buckets(&self) -> Result<(), String> {
        let mut sets: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
        let (mut counts, mut sums) = (BTreeMap::new(), BTreeSet::new());
        for Sample { name, labels, value } in &self.samples {
            let mut labels = labels.clone();
            if name.ends_with("_bucket") {
                let bound = labels.remove("le").ok_or("a bucket without a bound")?;
                let bound = bound.replace("+Inf", "inf").parse().map_err(|_| "a bound that is no number")?;
                sets.entry(labels).or_default().push((bound, *value));
            } else if name.ends_with("_count") {
                counts.insert(labels, *value);
            } else {
                sums.insert(labels);
            }
        }
        for (labels, buckets) in &sets {
            let grow = buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1);
            let whole = buckets.last().is_some_and(|(bound, count)| {
                bound.is_infinite() && counts.get(labels).is_some_and(|all| all == count)
            });
            if !grow || !whole || !sums.contains(labels) {
                return Err(format!("a histogram that does not add up: {labels:?}"));
            }
        }
        if sets.len() == counts.len() && sets.len() == sums.len() {
            Ok(())
        } else {
            Err("buckets, sums and counts of different label sets".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# HELP a_total A.\n# TYPE a_total counter\na_total{y=\"1\",x=\"\\\"\\\\\\n\"} 3\n\
        # HELP d D.\n# TYPE d histogram\nd_bucket{le=\"1\"} 1\nd_bucket{le=\"+Inf\"} 2\nd_sum 3.5\nd_count 2\n";

    #[test]
    fn what_is_right_is_read() {
        let page = Exposition::parse(GOOD).unwrap();
        assert_eq!(page.value("a_total{x=\"\\\"\\\\\\n\",y=\"1\"}"), Some(3.0));
        assert_eq!(page.value("d_sum"), Some(3.5));
        assert!(page.is_cumulative("a_total{x=\"\"}") && page.is_cumulative("d_bucket{le=\"1\"}"));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for (right, wrong) in [
            ("d_count 2\n", "d_count 2"),
            ("d_count 2", "d_count 3"),
            ("d_count 2\n", ""),
            ("d_sum 3.5\n", ""),
            ("d_bucket{le=\"+Inf\"} 2\n", ""),
            ("le=\"1\"} 1", "le=\"1\"} 3"),
            ("le=\"1\"", "le=\"one\""),
            ("# HELP d D.\n", ""),
            ("# TYPE d histogram\n", ""),
            ("# TYPE d histogram", "# TYPE d gauge"),
            ("# TYPE a_total counter", "# TYPE a_total gauge"),
            ("# HELP d D.", "# HELP a_total D."),
            ("y=\"1\"", "x=\"1\""),
            ("y=\"1\"", "y=1"),
            ("y=\"1\",", "y=\"1\" "),
            ("y=\"1\"", "1y=\"1\""),
            ("\\\\\\n", "\\t"),
            ("} 3\n", "} 3 \n"),
            ("} 3\n", "} three\n"),
            ("} 3\n", "} -1\n"),
            ("} 3\n", "} 3\na_total{x=\"\\\"\\\\\\n\",y=\"1\"} 4\n"),
            ("d_sum 3.5", "e_sum 3.5"),
        ] {
            let text = GOOD.replacen(right, wrong, 1);
            assert_ne!(text, GOOD, "{right}");
            assert!(Exposition::parse(&text).is_err(), "{text}");
        }
    }
}
