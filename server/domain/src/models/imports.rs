//! Catalogues that are imported over the one that comes with the gateway, and what becomes different by one.

use super::entries::{ModelFacts, PriceRow};
use crate::Time;
use crate::ids::{ModelImportId, ModelUploadId};
use crate::models::amounts;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of a catalogue; the one that comes with the gateway has about 400,000.
pub const LARGEST_FILE: usize = 4 << 20;
/// Catalogues of a vendor that are kept, so that the newest can be undone.
pub const MOST_IMPORTS: u32 = 10;
/// Catalogues that are kept to be looked at.
pub const MOST_UPLOADS: u32 = 5;
/// Changes that an answer tells one by one.
pub const MOST_TOLD: usize = 200;

/// A catalogue as a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ImportCatalogue {
    /// Comma-separated values, at most 4 MiB. Of the vendors that it names it says all: their models that are not in
    /// it are gone. Other vendors' stay.
    pub file: String,
}

wire_enum! {
    /// What becomes of a model.
    Became {
        New = "new",
        Changed = "changed",
        Gone = "gone",
    }
}

/// One thing that is said otherwise of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FactChange {
    /// `context`, `features`, `input`, `batch above 200000 input`
    pub field: String,
    /// Empty: nothing was said.
    pub before: String,
    pub after: String,
}

/// A model of which something else is said than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelChange {
    pub vendor: String,
    pub id: String,
    pub became: Became,
    /// Of one that is changed.
    pub facts: Vec<FactChange>,
}

/// What an import does, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportOutcome {
    /// Absent: nothing was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub import: Option<ModelImportId>,
    /// Whose models the file has.
    pub vendors: Vec<String>,
    /// Models in the file.
    pub models: u32,
    pub new: u32,
    /// Those of which more is different than the date and the source.
    pub changed: u32,
    /// Models of those vendors that are not in the file.
    pub gone: u32,
    /// The first 200, by vendor and id.
    pub changes: Vec<ModelChange>,
}

/// A catalogue that was imported. Of each vendor the newest is in effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModelImport {
    pub id: ModelImportId,
    pub at: Time,
    /// The name of whoever imported it.
    pub by: String,
    /// Whose models it has.
    pub vendors: Vec<String>,
    pub new: u32,
    pub changed: u32,
    pub gone: u32,
}

/// A catalogue that was given to be looked at; nothing of it is in effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUpload {
    pub id: ModelUploadId,
    pub at: Time,
    /// The name of whoever gave it.
    pub by: String,
}

/// The vendors of these models.
#[must_use]
pub fn vendors(models: &[ModelFacts]) -> BTreeSet<&str> {
    models.iter().map(|model| model.vendor.as_str()).collect()
}

/// What becomes different when `over` is laid over `before`.
#[must_use]
pub fn difference(before: &[ModelFacts], over: &[ModelFacts]) -> ImportOutcome {
    let said = vendors(over);
    let place = |model: &ModelFacts| (model.vendor.clone(), model.id.clone());
    let old: BTreeMap<_, _> = before
        .iter()
        .filter(|model| said.contains(model.vendor.as_str()))
        .map(|model| (place(model), model))
        .collect();
    let new: BTreeMap<_, _> = over.iter().map(|model| (place(model), model)).collect();
    let places: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let mut outcome = ImportOutcome {
        import: None,
        vendors: said.iter().map(|vendor| (*vendor).to_owned()).collect(),
        models: u32::try_from(over.len()).unwrap_or(u32::MAX),
        new: 0,
        changed: 0,
        gone: 0,
        changes: Vec::new(),
    };
    for place in places {
        let (became, facts) = match (old.get(place), new.get(place)) {
            (None, _) => (Became::New, Vec::new()),
            (_, None) => (Became::Gone, Vec::new()),
            (Some(old), Some(new)) => (Became::Changed, fact_changes(old, new)),
        };
        match became {
            Became::New => outcome.new += 1,
            Became::Gone => outcome.gone += 1,
            Became::Changed if facts.is_empty() => continue,
            Became::Changed => outcome.changed += 1,
        }
        if outcome.changes.len() < MOST_TOLD {
            let (vendor, id) = place.clone();
            outcome.changes.push(ModelChange { vendor, id, became, facts });
        }
    }
    outcome
}

fn fact_changes(before: &ModelFacts, after: &ModelFacts) -> Vec<FactChange> {
    let (before, after) = (said(before), said(after));
    let fields: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let text =
        |facts: &BTreeMap<String, String>, field: &String| facts.get(field).cloned().unwrap_or_default();
    let change = |field: &String| FactChange {
        field: field.clone(),
        before: text(&before, field),
        after: text(&after, field),
    };
    fields.into_iter().map(change).filter(|change| change.before != change.after).collect()
}

/// All that is said of a model, but for the date and the source.
fn said(model: &ModelFacts) -> BTreeMap<String, String> {
    fn list(words: impl IntoIterator<Item = impl ToString>) -> String {
        words.into_iter().map(|word| word.to_string()).collect::<Vec<_>>().join(" ")
    }
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let plain = [
        ("mode", model.mode.to_string()),
        ("aliases", model.aliases.join(" ")),
        ("context", number(model.context)),
        ("max_output", number(model.max_output)),
        ("dimensions", number(model.dimensions)),
        ("reads", list(&model.reads)),
        ("writes", list(&model.writes)),
        ("features", list(&model.features)),
        ("deprecated", model.deprecated.clone().unwrap_or_default()),
    ];
    let plain = plain.into_iter().map(|(name, text)| (name.to_owned(), text));
    plain.chain(model.prices.iter().flat_map(said_prices)).collect()
}

fn said_prices(row: &PriceRow) -> impl Iterator<Item = (String, String)> {
    let above = if row.above == 0 { String::new() } else { format!("above {}", row.above) };
    let whose = [row.region.clone(), row.service.clone(), above];
    let whose: Vec<String> = whose.into_iter().filter(|word| !word.is_empty()).collect();
    row.nano.iter().map(move |(figure, nano)| {
        let mut words = whose.clone();
        words.push(figure.to_string());
        (words.join(" "), amounts::dollars(*nano, *figure))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::words::{Figure, Mode};

    fn model(vendor: &str, id: &str, input: u64) -> ModelFacts {
        let row = PriceRow { nano: [(Figure::Input, input)].into(), ..PriceRow::default() };
        ModelFacts {
            vendor: vendor.to_owned(),
            id: id.to_owned(),
            aliases: Vec::new(),
            mode: Mode::Chat,
            context: Some(8_000),
            max_output: None,
            dimensions: None,
            reads: BTreeSet::new(),
            writes: BTreeSet::new(),
            features: BTreeSet::new(),
            prices: vec![row],
            deprecated: None,
            source: None,
            as_of: Some("2026-11-27".to_owned()),
        }
    }

    #[test]
    fn an_import_is_compared_with_the_vendors_that_it_names() {
        let before = [model("a", "one", 1), model("a", "two", 2_000_000_000), model("b", "one", 1)];
        let dated = ModelFacts { as_of: Some("2026-12-01".to_owned()), ..model("a", "one", 1) };
        let over = [dated.clone(), model("a", "three", 3)];
        let outcome = difference(&before, &over);
        assert_eq!((outcome.models, outcome.new, outcome.changed, outcome.gone), (2, 1, 0, 1));
        assert_eq!(outcome.vendors, ["a"]);

        let mut dearer = model("a", "two", 2_500_000_000);
        dearer.context = None;
        let outcome = difference(&before, &[dated, dearer]);
        assert_eq!((outcome.new, outcome.changed, outcome.gone), (0, 1, 0));
        let told: Vec<_> = outcome.changes[0].facts.iter().collect();
        let words: Vec<_> = told
            .iter()
            .map(|change| (change.field.as_str(), change.before.as_str(), change.after.as_str()))
            .collect();
        assert_eq!(words, [("context", "8000", ""), ("input", "2", "2.5")]);
    }

    #[test]
    fn so_many_changes_are_told_and_all_are_counted() {
        let over: Vec<_> = (0..300).map(|number| model("a", &format!("m{number}"), 1)).collect();
        let outcome = difference(&[], &over);
        assert_eq!((outcome.new, outcome.changes.len()), (300, MOST_TOLD));
    }
}
