//! What catalogues say of models: the one that comes with the gateway, and of some vendors one that was imported.

use crate::error::{Error, Result};
use crate::services::Control;
use domain::ids::ModelImportId;
use domain::models::entries::{ModelFacts, PriceFrom};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::Conn;

/// How catalogues are read: handed over by the assembler.
#[derive(Clone)]
pub struct Catalogue {
    /// What comes with the gateway.
    pub built_in: Arc<[ModelFacts]>,
    /// Reads a file whole; an error says where it is wrong, and what was expected there.
    pub read: fn(&str) -> Result<Vec<ModelFacts>, String>,
}

/// The catalogue of this installation, kept from one question to the next.
pub struct Shelves {
    catalogue: Catalogue,
    /// With the last import that it is true for.
    last: Mutex<Option<(Option<ModelImportId>, Arc<Known>)>>,
}

/// All models that catalogues have.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<String, (PriceFrom, Vec<ModelFacts>)>);

impl Shelves {
    #[must_use]
    pub fn new(catalogue: Catalogue) -> Self {
        Self { catalogue, last: Mutex::new(None) }
    }

    /// The models in a file.
    pub(super) fn read(&self, file: &str) -> Result<Vec<ModelFacts>, String> {
        (self.catalogue.read)(file)
    }

    /// Whether a catalogue may have models of the vendor.
    pub(super) fn comes_with(&self, vendor: &str) -> bool {
        self.catalogue.built_in.iter().any(|model| model.vendor == vendor)
    }

    fn kept(&self, import: Option<&ModelImportId>) -> Option<Arc<Known>> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.as_ref().filter(|(id, _)| id.as_ref() == import).map(|(_, known)| Arc::clone(known))
    }

    fn keep(&self, import: Option<ModelImportId>, known: &Arc<Known>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((import, Arc::clone(known)));
    }
}

impl Known {
    fn of(built_in: &[ModelFacts], imported: BTreeMap<String, Vec<ModelFacts>>) -> Self {
        let mut known: BTreeMap<String, (PriceFrom, Vec<ModelFacts>)> = BTreeMap::new();
        for model in built_in.iter().filter(|model| !imported.contains_key(&model.vendor)) {
            let empty = || (PriceFrom::BuiltIn, Vec::new());
            known.entry(model.vendor.clone()).or_insert_with(empty).1.push(model.clone());
        }
        known.extend(imported.into_iter().map(|(vendor, models)| (vendor, (PriceFrom::Imported, models))));
        Self(known)
    }

    /// By id.
    pub fn vendors(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn has(&self, vendor: &str) -> bool {
        self.0.contains_key(vendor)
    }

    /// The models of a vendor, and whose catalogue has them.
    pub fn vendor(&self, vendor: &str) -> (PriceFrom, &[ModelFacts]) {
        self.0.get(vendor).map_or((PriceFrom::BuiltIn, &[]), |(from, models)| (*from, models))
    }

    /// All models.
    pub fn all(&self) -> impl Iterator<Item = &ModelFacts> {
        self.0.values().flat_map(|(_, models)| models)
    }

    /// A model of a vendor by its very name, or an alias.
    pub fn named(&self, vendor: &str, name: &str) -> Option<&ModelFacts> {
        let (_, models) = self.vendor(vendor);
        let has = |model: &&ModelFacts| model.id == name || model.aliases.iter().any(|alias| alias == name);
        models.iter().find(has)
    }
}

/// What catalogues say at the moment.
pub(super) async fn known(control: &Control, conn: &mut Conn) -> Result<Arc<Known>, Error> {
    let shelves = control.models();
    let last = store::models::imports::last(conn).await?;
    if let Some(known) = shelves.kept(last.as_ref()) {
        return Ok(known);
    }
    let imported = store::models::imports::in_effect(conn).await?;
    let known = Arc::new(Known::of(&shelves.catalogue.built_in, imported));
    shelves.keep(last, &known);
    Ok(known)
}
