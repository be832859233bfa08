//! Reads the file of models. See [`Catalogue::parse`] for its form.

use super::row::{FACTS, KEYS, Row};
use super::{Catalogue, CatalogueError, Model, Origin};
use crate::price::{Figure, Price};
use std::collections::BTreeMap;

/// A region whose prices are a percentage of the model's, which are only whole at the end of the file.
struct Share {
    line: u64,
    vendor: String,
    model: String,
    region: String,
    percent: u64,
}

pub(super) fn read(text: &str, origin: Origin) -> Result<Catalogue, CatalogueError> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = columns(text, &mut reader)?;
    let mut catalogue = Catalogue::default();
    let mut shares = Vec::new();
    for cells in reader.records() {
        let cells = cells.map_err(|error| broken(text, &error))?;
        let line = cells.position().map_or(0, |position| line(text, position));
        let row = Row { line, columns: &columns, cells: &cells };
        if ["region", "service", "above", "percent"].iter().all(|column| row.text(column).is_empty()) {
            let taken = catalogue.insert(model(&row, origin)?);
            taken.map_err(|name| {
                row.wrong("model", format!("expected names of one model only, not {name:?} again"))
            })?;
        } else {
            shares.extend(prices(&row, &mut catalogue)?);
        }
    }
    for share in shares {
        apply(&mut catalogue, share)?;
    }
    Ok(catalogue)
}

/// The columns of prices.
fn figures() -> impl Iterator<Item = &'static str> {
    Figure::ALL.iter().map(|figure| figure.name())
}

/// The names of the columns: each known, and there once.
fn columns(text: &str, reader: &mut csv::Reader<&[u8]>) -> Result<Vec<String>, CatalogueError> {
    let mut columns: Vec<String> = Vec::new();
    let wrong = |column: &str, expected: String| {
        let (column, got) = (column.to_owned(), column.to_owned());
        Err(CatalogueError { line: 1, column, expected, got })
    };
    for column in reader.headers().map_err(|error| broken(text, &error))? {
        let column = column.trim();
        let mut known = KEYS.into_iter().chain(FACTS).chain(figures());
        if !known.any(|name| name == column) {
            let all: Vec<_> = KEYS.into_iter().chain(FACTS).chain(figures()).collect();
            return wrong(column, format!("expected a column out of {}", all.join(", ")));
        }
        if columns.iter().any(|other| other == column) {
            return wrong(column, "expected each column once".to_owned());
        }
        columns.push(column.to_owned());
    }
    for needed in ["vendor", "model", "mode"] {
        if !columns.iter().any(|column| column == needed) {
            return wrong("", format!("expected a column {needed}"));
        }
    }
    Ok(columns)
}

/// The line that a row begins on: its position is that of the empty lines before it.
fn line(text: &str, position: &csv::Position) -> u64 {
    let from = usize::try_from(position.byte()).ok().and_then(|byte| text.get(byte..));
    let empty = from.unwrap_or_default().bytes().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    empty.filter(|byte| *byte == b'\n').fold(position.line(), |line, _| line + 1)
}

fn broken(text: &str, error: &csv::Error) -> CatalogueError {
    let line = error.position().map_or(1, |position| line(text, position));
    let (expected, got) = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            (format!("expected {expected_len} cells"), format!("{len} cells"))
        }
        _ => ("expected comma-separated values".to_owned(), error.to_string()),
    };
    CatalogueError { line, column: String::new(), expected, got }
}

fn model(row: &Row<'_>, origin: Origin) -> Result<Model, CatalogueError> {
    Ok(Model {
        vendor: row.name("vendor")?,
        id: row.name("model")?,
        aliases: row.text("aliases").split_whitespace().map(str::to_owned).collect(),
        mode: row.mode()?,
        context: row.number("context")?,
        max_output: row.number("max_output")?,
        dimensions: row.number("dimensions")?,
        reads: row.words("reads")?,
        writes: row.words("writes")?,
        features: row.words("features")?,
        prices: BTreeMap::from([(String::new(), Price::flat(row.rates()?))]),
        deprecated: row.day("deprecated")?,
        source: row.optional("source"),
        as_of: row.day("as_of")?,
        origin,
    })
}

/// A further row of a model.
fn prices(row: &Row<'_>, catalogue: &mut Catalogue) -> Result<Option<Share>, CatalogueError> {
    row.empty(&FACTS, "expected nothing in a row that is only for prices")?;
    let (vendor, id, region) = (row.name("vendor")?, row.name("model")?, row.text("region"));
    let shelf = catalogue.vendors.get_mut(&vendor);
    let Some(model) = shelf.and_then(|shelf| shelf.models.get_mut(&id)) else {
        return Err(row.wrong("model", "expected a model that has a row before this one"));
    };
    if let Some(percent) = row.number("percent")? {
        if region.is_empty() || model.prices.contains_key(region) {
            return Err(row.wrong("region", "expected a region that has no other prices"));
        }
        row.empty(&["service", "above"], "expected nothing beside a percentage")?;
        row.empty(&figures().collect::<Vec<_>>(), "expected nothing beside a percentage")?;
        // so that another row for the region is found out
        model.prices.insert(region.to_owned(), Price::default());
        return Ok(Some(Share { line: row.line, vendor, model: id, region: region.to_owned(), percent }));
    }
    let (service, above, rates) = (row.text("service"), row.number("above")?, row.rates()?);
    if rates.is_empty() {
        return Err(row.wrong("", "expected a price"));
    }
    let share = model.prices.get(region).is_some_and(|price| price.all().next().is_none());
    let price = model.prices.entry(region.to_owned()).or_default();
    if share || price.set(service, above.unwrap_or_default(), rates).is_some() {
        return Err(row.wrong("region", "expected one row for a region, a service and a length of input"));
    }
    Ok(None)
}

fn apply(catalogue: &mut Catalogue, share: Share) -> Result<(), CatalogueError> {
    let Share { line, vendor, model, region, percent } = share;
    let shelf = catalogue.vendors.get_mut(&vendor);
    let Some(model) = shelf.and_then(|shelf| shelf.models.get_mut(&model)) else { return Ok(()) };
    let price = model.prices.get("").and_then(|price| price.times(percent));
    let (column, expected) =
        ("percent".to_owned(), "expected a percentage that leaves prices a number".to_owned());
    let price = price.ok_or_else(|| CatalogueError { line, column, expected, got: percent.to_string() })?;
    model.prices.insert(region, price);
    Ok(())
}
