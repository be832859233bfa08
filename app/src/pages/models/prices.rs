//! What a model costs: each price with its unit, and where it is from.

use super::{Unpriced, source};
use domain::models::entries::{ModelDetail, PriceFrom, PriceOrigin, ShownOverride, ShownPrice};
use domain::models::words::Figure;
use leptos::prelude::*;
use ui::{Badge, Card, Column, DefinitionList, KeyValue, Notice, Row, Show, Table, Time, Tone};

/// What the price of a figure is for.
pub fn unit(figure: Figure) -> &'static str {
    match figure {
        Figure::Image => "a picture",
        Figure::Second => "a second",
        Figure::Search => "for 1,000 searches",
        Figure::Query => "for 1,000 queries",
        Figure::Character => "for a million characters",
        _ => "for a million tokens",
    }
}

fn name(figure: Figure) -> &'static str {
    match figure {
        Figure::Input => "Input",
        Figure::Output => "Output",
        Figure::CacheRead => "Read from the cache",
        Figure::CacheWrite => "Written to the cache",
        Figure::CacheWrite1h => "Written to the cache for an hour",
        Figure::Reasoning => "Thinking",
        Figure::InputAudio => "Sound heard",
        Figure::OutputAudio => "Sound spoken",
        Figure::InputImage => "Pictures read",
        Figure::OutputImage => "Pictures written, in tokens",
        Figure::Image => "Picture",
        Figure::Second => "Sound",
        Figure::Character => "Speech",
        Figure::Search => "Web searches",
        Figure::Query => "Queries",
    }
}

/// Which calls a price is for: `batch, eu, inputs above 200,000 tokens`.
fn whose(price: &ShownPrice) -> String {
    let service = if price.service.is_empty() { "standard".to_owned() } else { price.service.clone() };
    let mut words = vec![service];
    if !price.region.is_empty() {
        words.push(price.region.clone());
    }
    if price.above > 0 {
        words.push(format!("inputs above {} tokens", ui::format::whole(price.above)));
    }
    words.join(", ")
}

/// All prices in one table.
#[component]
fn PriceTable(#[prop(into)] caption: String, prices: Vec<ShownPrice>) -> AnyView {
    let columns =
        vec![Column::new("What"), Column::new("For"), Column::number("Dollars"), Column::new("Unit")];
    let rows = prices.iter().flat_map(|price| {
        let whose = whose(price);
        price.dollars.iter().map(move |(figure, dollars)| {
            Row::new().cell(name(*figure)).cell(whose.clone()).cell(format!("${dollars}")).cell(unit(*figure))
        })
    });
    view! { <Table caption columns rows=rows.collect()/> }.into_any()
}

/// Where a price is from.
#[component]
fn Origin(origin: PriceOrigin) -> AnyView {
    let said = source(&origin);
    let as_of = origin.as_of.map(|day| view! { <KeyValue label="True on">{day}</KeyValue> });
    let since = origin.starts_at.map(|at| {
        view! { <KeyValue label="Holds from"><Time at=at.timestamp_millis() show=Show::Minute/></KeyValue> }
    });
    let by = origin.set_by.map(|name| view! { <KeyValue label="Set by">{name}</KeyValue> });
    let at = origin.set_at.map(|at| {
        view! { <KeyValue label="Set on"><Time at=at.timestamp_millis() show=Show::Minute/></KeyValue> }
    });
    let label = if origin.from == PriceFrom::Operator { "Note" } else { "Source" };
    let text =
        origin.source.map(|text| view! { <KeyValue label><span class="break">{text}</span></KeyValue> });
    view! {
        <DefinitionList>
            <KeyValue label="From">{said}</KeyValue>
            {as_of} {since} {by} {at} {text}
        </DefinitionList>
    }
    .into_any()
}

/// What the model costs now, what it is to cost, and what the catalogue says.
#[component]
pub fn Prices(detail: ModelDetail) -> AnyView {
    let ModelDetail { model, catalogue_prices, catalogue_origin, overrides, .. } = detail;
    let set = model.price_origin.from == PriceFrom::Operator;
    let now = if model.prices.is_empty() {
        view! {
            <Notice tone=Tone::Warning title="The price is not known">
                "Calls to it are counted, and their cost is told as unknown rather than as nothing."
            </Notice>
        }
        .into_any()
    } else {
        view! { <PriceTable caption="Prices" prices=model.prices/> }.into_any()
    };
    let to_come = overrides.into_iter().filter(|price| !price.current);
    let to_come = to_come.map(|price| view! { <ToCome price/> }).collect_view();
    let beneath = set.then(|| {
        let shown = if catalogue_prices.is_empty() {
            view! { <Unpriced/> }.into_any()
        } else {
            view! { <PriceTable caption="Prices of the catalogue" prices=catalogue_prices/> }.into_any()
        };
        view! {
            <Card title="What the catalogue says" lead="It holds again when the prices that were set here are taken away.">
                {shown}
                <Origin origin=catalogue_origin/>
            </Card>
        }
    });
    view! {
        <Card title="What it costs">
            {now}
            <Origin origin=model.price_origin/>
        </Card>
        {to_come}
        {beneath}
    }
    .into_any()
}

#[component]
fn ToCome(price: ShownOverride) -> AnyView {
    view! {
        <Card title="What it is to cost">
            <Badge label="Still to come" tone=Tone::Info/>
            <PriceTable caption="Prices to come" prices=price.prices/>
            <Origin origin=price.origin/>
        </Card>
    }
    .into_any()
}
