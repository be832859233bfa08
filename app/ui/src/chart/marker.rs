//! The signs of series: one shape for each, so that colour is not needed to tell them apart.

use leptos::prelude::*;

/// Outlines around 0: disc, square, diamond, triangle up, triangle down, cross.
const OUTLINES: [&str; 6] = [
    "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
    "M-2.7-2.7h5.4v5.4h-5.4z",
    "M0-3.8L3.8 0L0 3.8L-3.8 0z",
    "M0-3.6L3.6 2.8h-7.2z",
    "M0 3.6L3.6-2.8h-7.2z",
    "M-3.4-1.2h2.2v-2.2h2.4v2.2h2.2v2.4h-2.2v2.2h-2.4v-2.2h-2.2z",
];

/// The sign of a line.
pub(super) fn outline(index: usize) -> &'static str {
    OUTLINES.get(index % OUTLINES.len()).copied().unwrap_or_default()
}

/// The sign of a bar: bars are told apart by their order, which the legend repeats.
pub(super) fn block(_index: usize) -> &'static str {
    "M-4-4h8v8h-8z"
}

/// A sign in a legend.
pub(super) fn key(outline: &'static str) -> AnyView {
    view! {
        <svg class="chart-marker" viewBox="-5 -5 10 10" width="10" height="10" aria-hidden="true">
            <path d=outline></path>
        </svg>
    }
    .into_any()
}
