//! A line without axes, the size of a word: only the shape.

use super::scale::Scale;
use crate::text::OptionalText;
use leptos::prelude::*;

/// The course of a figure. Decoration beside the figure, unless it has a `label`.
#[component]
pub fn Sparkline(
    /// At equal distances in time.
    values: Vec<f64>,
    #[prop(optional, into)] label: OptionalText,
) -> AnyView {
    let (line, fill) = shapes(&values);
    let label = label.get();
    let role = label.is_some().then_some("img");
    let hidden = label.is_none().then_some("true");
    view! {
        <svg
            class="sparkline"
            viewBox="0 0 100 32"
            preserveAspectRatio="none"
            role=role
            aria-label=label
            aria-hidden=hidden
        >
            <path class="chart-fill series-1" d=fill></path>
            <path class="chart-stroke series-1" d=line></path>
        </svg>
    }
    .into_any()
}

/// Paths of the line and of the ground below it; empty for fewer than two values.
fn shapes(values: &[f64]) -> (String, String) {
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    if known.len() < 2 {
        return (String::new(), String::new());
    }
    let highest = known.iter().copied().fold(0.0, f64::max);
    let up = Scale::new(0.0, if highest > 0.0 { highest } else { 1.0 });
    let along = Scale::new(0.0, (known.len() - 1) as f64);
    let places: Vec<String> = known
        .iter()
        .enumerate()
        .map(|(index, value)| {
            format!("{:.1} {:.1}", along.place(index as f64), 30.0 - up.place(*value) * 0.28)
        })
        .collect();
    let line = format!("M{}", places.join("L"));
    (line.clone(), format!("{line}L100 32L0 32Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_too_little_are_empty() {
        for values in [vec![], vec![1.0], vec![1.0, f64::NAN]] {
            assert_eq!(shapes(&values), (String::new(), String::new()));
        }
    }

    #[test]
    fn shapes_span_the_box() {
        assert_eq!(shapes(&[0.0, 4.0, 2.0]).0, "M0.0 30.0L50.0 2.0L100.0 16.0");
        assert_eq!(shapes(&[0.0, 0.0]).0, "M0.0 30.0L100.0 30.0", "nothing happened is a flat line");
    }
}
