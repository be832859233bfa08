//! A small catalogue of models, and a reader of lines: vendor, model, dollars for a million tokens of input.

use control::models::Catalogue;
use domain::models::amounts;
use domain::models::entries::{ModelFacts, PriceRow};
use domain::models::words::{Feature, Figure, Mode};

const BUILT_IN: &str = "openai,gpt-small,0.15\nopenai,gpt-large,2.5\nopenai,gpt-free,\nollama,llama,\n";

pub fn catalogue() -> Catalogue {
    Catalogue { built_in: read(BUILT_IN).unwrap().into(), read }
}

fn read(file: &str) -> Result<Vec<ModelFacts>, String> {
    let line =
        |(at, line): (usize, &str)| model(line).map_err(|message| format!("line {}, {message}", at + 1));
    file.lines().enumerate().map(line).collect()
}

fn model(line: &str) -> Result<ModelFacts, String> {
    let mut cells = line.split(',');
    let mut cell = |name: &str| cells.next().ok_or_else(|| format!("column {name:?}: is missing"));
    let (vendor, id, input) = (cell("vendor")?.to_owned(), cell("model")?.to_owned(), cell("input")?);
    let mut prices = Vec::new();
    if !input.is_empty() {
        let nano = amounts::parse(input, Figure::Input)
            .map_err(|error| format!("column \"input\": {error}, got {input:?}"))?;
        prices.push(PriceRow { nano: [(Figure::Input, nano)].into(), ..PriceRow::default() });
    }
    Ok(ModelFacts {
        aliases: vec![format!("{id}-latest")],
        mode: Mode::Chat,
        context: Some(128_000),
        max_output: None,
        dimensions: None,
        reads: Default::default(),
        writes: Default::default(),
        features: if id.contains("large") { [Feature::Tools].into() } else { Default::default() },
        prices,
        deprecated: None,
        source: Some("https://example.com/prices".to_owned()),
        as_of: Some("2026-11-27".to_owned()),
        vendor,
        id,
    })
}
