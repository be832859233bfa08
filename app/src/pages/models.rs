//! The models that there are: what each can, and what it costs.

pub mod import;
pub mod list;
pub mod model;
pub mod new;

mod facts;
mod prices;

use crate::link;
use domain::models::entries::{Model, PriceFrom, PriceOrigin, ShownPrice};
use domain::models::words::Figure;
use leptos::prelude::*;
use ui::{Badge, Glyph, Tone};

/// Where the page of a model is. Names of models have slashes in them, so it stands in the query.
fn href(provider: &str, id: &str) -> String {
    format!("/models/model{}", link::query(&[("provider", provider), ("id", id)]))
}

/// What it costs is not known.
#[component]
fn Unpriced() -> AnyView {
    view! { <Badge label="Price unknown" tone=Tone::Warning glyph=Glyph::Warning/> }.into_any()
}

/// A model that is not called.
#[component]
fn Switch(enabled: bool) -> AnyView {
    let off = (!enabled).then(|| view! { <Badge label="Switched off" glyph=Glyph::Pause/> });
    view! { {off} }.into_any()
}

/// In a word, who says what a model costs.
fn source(origin: &PriceOrigin) -> &'static str {
    match origin.from {
        PriceFrom::Unknown => "unknown",
        PriceFrom::BuiltIn => "built-in catalogue",
        PriceFrom::Imported => "imported catalogue",
        PriceFrom::Operator => "set here",
    }
}

/// Words as people read them: `json_schema` is "json schema".
fn plain(word: &str) -> String {
    word.replace('_', " ")
}

/// The standard prices in short: `$2.5 in, $10 out`.
fn short(model: &Model) -> Option<String> {
    let standard =
        |price: &&ShownPrice| price.region.is_empty() && price.service.is_empty() && price.above == 0;
    let price = model.prices.iter().find(standard).or_else(|| model.prices.first())?;
    let figure = |figure, word| price.dollars.get(&figure).map(|dollars| format!("${dollars} {word}"));
    let both: Vec<String> =
        [figure(Figure::Input, "in"), figure(Figure::Output, "out")].into_iter().flatten().collect();
    if !both.is_empty() {
        return Some(both.join(", "));
    }
    let (other, dollars) = price.dollars.first_key_value()?;
    Some(format!("${dollars} {}", prices::unit(*other)))
}
