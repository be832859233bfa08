//! The most of something: names with bars, the longest first as given.

use super::scale::{Scale, percent};
use super::unit::Unit;
use crate::text::OptionalText;
use crate::words::words;
use crate::{EmptyState, Glyph};
use leptos::prelude::*;

/// A name with its value.
#[derive(Clone, Debug)]
pub struct BarItem {
    label: String,
    value: f64,
    href: Option<String>,
}

impl BarItem {
    pub fn new(label: impl Into<String>, value: f64) -> Self {
        Self { label: label.into(), value: if value.is_finite() { value } else { 0.0 }, href: None }
    }

    /// What is behind it.
    pub fn href(self, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..self }
    }
}

/// Names with bars.
#[component]
pub fn BarList(
    #[prop(into)] title: String,
    items: Vec<BarItem>,
    #[prop(optional)] unit: Unit,
    #[prop(optional, into)] note: OptionalText,
) -> AnyView {
    let highest = items.iter().map(|item| item.value).fold(0.0, f64::max);
    let scale = Scale::new(0.0, if highest > 0.0 { highest } else { 1.0 });
    let empty = items
        .is_empty()
        .then(|| view! { <EmptyState glyph=Glyph::Analytics title=words().nothing_in_period/> });
    let rows = items.into_iter().map(|item| row(item, scale, unit)).collect_view();
    view! {
        <figure class="chart">
            <div class="chart-head"><h3>{title}</h3></div>
            {empty}
            <ol class="bar-list" role="list">{rows}</ol>
            {note.get().map(|note| view! { <figcaption class="chart-caption">{note}</figcaption> })}
        </figure>
    }
    .into_any()
}

fn row(item: BarItem, scale: Scale, unit: Unit) -> AnyView {
    let width = percent(scale.place(item.value));
    let label = match item.href {
        Some(href) => view! { <a class="bar-label truncate" href=href>{item.label}</a> }.into_any(),
        None => view! { <span class="bar-label truncate">{item.label}</span> }.into_any(),
    };
    view! {
        <li class="bar-row">
            <svg class="bar-track" width="100%" height="100%" aria-hidden="true">
                <rect width=width height="100%" rx="4"></rect>
            </svg>
            {label}
            <span class="bar-value">{unit.format(item.value)}</span>
        </li>
    }
    .into_any()
}
