//! The models that there are: those of the catalogue by vendor, and those of connections with what their operators say.

mod imports;
mod known;
mod said;

pub use imports::{check_import, import, import_upload, imports, undo_import, upload, uploaded};
pub use known::{Catalogue, Shelves};
pub use said::{create, delete, delete_price, set_price, update};

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::services::Control;
use domain::check::Invalid;
use domain::ids::ProviderId;
use domain::models::entries::{
    Model, ModelDetail, ModelFacts, ModelFilter, ModelShelf, PriceFrom, PriceOrigin, PriceOverride,
    ProviderModels, ShownOverride, ShownPrice,
};
use domain::paging::{Page, PageOf};
use domain::problem::{Problem, ProblemKind};
use domain::roles::Permission;
use known::Known;
use std::collections::{BTreeMap, BTreeSet};
use store::Conn;
use store::models::Connection;

/// What a person may see: all, or what can be called.
struct Sight {
    everything: bool,
    /// By id.
    connections: Vec<Connection>,
    /// Of those connections.
    vendors: BTreeSet<String>,
}

impl Sight {
    /// Whoever may read connections sees all vendors and all connections; others those that are switched on.
    async fn of(actor: &Actor, conn: &mut Conn) -> Result<Self> {
        let everything = actor.may_on_platform(Permission::ProvidersRead);
        let mut connections = store::models::connections(conn).await?;
        connections.retain(|connection| everything || connection.enabled);
        let vendors = connections.iter().map(|connection| connection.vendor.clone()).collect();
        Ok(Self { everything, connections, vendors })
    }

    fn connection(&self, provider: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.id.as_str() == provider)
    }

    fn sees(&self, vendor: &str) -> bool {
        self.everything || self.vendors.contains(vendor)
    }
}

/// A model where it stands: at a vendor, or at a connection.
#[derive(Clone, Copy)]
struct Standing<'a> {
    facts: &'a ModelFacts,
    from: PriceFrom,
    own: bool,
    connection: Option<(&'a Connection, &'a ProviderModels)>,
}

impl Standing<'_> {
    fn shown(&self, control: &Control, named: bool) -> Model {
        let model = Model { own: self.own, ..Model::of_vendor(self.facts, self.from) };
        match self.connection {
            Some((connection, said)) => model.at(&connection.id, said, control.now(), named),
            None => model,
        }
    }
}

/// All models of a vendor, by id.
fn of_vendor<'a>(known: &'a Known, vendor: &str) -> BTreeMap<&'a str, Standing<'a>> {
    let (from, models) = known.vendor(vendor);
    let standing =
        |facts: &'a ModelFacts| (facts.id.as_str(), Standing { facts, from, own: false, connection: None });
    models.iter().map(standing).collect()
}

/// The models of a connection by id: those that its operators made, and those of its vendor if all are asked for.
fn of_connection<'a>(
    known: &'a Known,
    (connection, said): (&'a Connection, &'a ProviderModels),
    all: bool,
) -> BTreeMap<&'a str, Standing<'a>> {
    let mut found = if all { of_vendor(known, &connection.vendor) } else { BTreeMap::new() };
    let own = |facts: &'a ModelFacts| {
        let standing = Standing { facts, from: PriceFrom::Operator, own: true, connection: None };
        (facts.id.as_str(), standing)
    };
    found.extend(said.own.iter().map(own));
    found.values_mut().for_each(|standing| standing.connection = Some((connection, said)));
    found
}

fn said_of<'a>(
    connection: &Connection,
    said: &'a BTreeMap<ProviderId, ProviderModels>,
    none: &'a ProviderModels,
) -> &'a ProviderModels {
    said.get(&connection.id).unwrap_or(none)
}

/// Whether there is none, or none for this person, is not told.
fn not_seen() -> Error {
    let expected = "expected a vendor or a connection whose models you may see";
    let mut problem = Problem::new(ProblemKind::InvalidInput, expected);
    problem.fields = Invalid::one("provider", expected).0;
    Error::Refused(problem)
}

/// The models that are looked for and that the person may see, by provider and id. Without a provider they are those of
/// all vendors, and those that operators made; with a connection they are all that it offers.
pub async fn list(
    control: &Control,
    actor: &Actor,
    filter: &ModelFilter,
    page: &PageOf,
) -> Result<Page<Model>> {
    let after = place(page)?;
    let mut conn = control.store().read().await?;
    let sight = Sight::of(actor, &mut conn).await?;
    let known = known::known(control, &mut conn).await?;
    let said = store::models::said(&mut conn, None).await?;
    let none = ProviderModels::default();
    let mut shelves: BTreeMap<&str, BTreeMap<&str, Standing<'_>>> = BTreeMap::new();
    match filter.provider.as_deref() {
        Some(provider) => {
            let shelf = match sight.connection(provider) {
                Some(connection) => {
                    of_connection(&known, (connection, said_of(connection, &said, &none)), true)
                }
                None if sight.sees(provider) && known.has(provider) => of_vendor(&known, provider),
                None => return Err(not_seen()),
            };
            shelves.insert(provider, shelf);
        }
        None => {
            let seen = known.vendors().filter(|vendor| sight.sees(vendor));
            shelves.extend(seen.map(|vendor| (vendor, of_vendor(&known, vendor))));
            for connection in &sight.connections {
                let own = of_connection(&known, (connection, said_of(connection, &said, &none)), false);
                shelves.insert(connection.id.as_str(), own);
            }
        }
    }
    let all =
        shelves.iter().flat_map(|(provider, shelf)| shelf.values().map(move |found| (*provider, found)));
    let rest = all.filter(|(provider, found)| {
        after.is_none_or(|(last, id)| (*provider, found.facts.id.as_str()) > (last, id))
    });
    let shown = rest.map(|(_, found)| found.shown(control, sight.everything));
    Ok(cut(shown.filter(|model| filter.matches(model)), page))
}

/// The provider and the id that the page begins after.
fn place(page: &PageOf) -> Result<Option<(&str, &str)>> {
    let Some(cursor) = page.cursor.as_deref() else { return Ok(None) };
    cursor.split_once('/').map(Some).ok_or(Error::Store(store::Error::Cursor))
}

fn cut(models: impl Iterator<Item = Model>, page: &PageOf) -> Page<Model> {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut items: Vec<Model> = models.take(limit.saturating_add(1)).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| format!("{}/{}", last.provider, last.id));
    Page { items, next }
}

/// All that is known of a model of a vendor, or of a connection.
pub async fn get(control: &Control, actor: &Actor, provider: &str, id: &str) -> Result<ModelDetail> {
    let mut conn = control.store().read().await?;
    let sight = Sight::of(actor, &mut conn).await?;
    let known = known::known(control, &mut conn).await?;
    let missing = || Error::not_found("model");
    let Some(connection) = sight.connection(provider) else {
        let found = if sight.sees(provider) { of_vendor(&known, provider) } else { BTreeMap::new() };
        let found = found.get(id).ok_or_else(missing)?;
        return Ok(detail(control, found, &sight));
    };
    let said = store::models::said(&mut conn, Some(&connection.id)).await?.remove(&connection.id);
    let said = said.unwrap_or_default();
    let found = of_connection(&known, (connection, &said), true);
    Ok(detail(control, found.get(id).ok_or_else(missing)?, &sight))
}

fn detail(control: &Control, found: &Standing<'_>, sight: &Sight) -> ModelDetail {
    let facts = found.facts;
    let now = control.now();
    let set: Vec<&PriceOverride> = match found.connection {
        Some((_, said)) => said.overrides.iter().filter(|price| price.model == facts.id).collect(),
        None => Vec::new(),
    };
    let current = found.connection.and_then(|(_, said)| said.price(&facts.id, now));
    let shown = |price: &PriceOverride| ShownOverride {
        prices: price.prices.iter().map(ShownPrice::from).collect(),
        origin: PriceOrigin::of_operators(price, sight.everything),
        current: current == Some(price),
    };
    ModelDetail {
        model: found.shown(control, sight.everything),
        aliases: facts.aliases.clone(),
        catalogue_prices: facts.prices.iter().map(ShownPrice::from).collect(),
        catalogue_origin: PriceOrigin::of_catalogue(facts, found.from),
        overrides: set.into_iter().map(shown).collect(),
    }
}

/// Whose models the person may see: connections by name, then vendors by name.
pub async fn shelves(control: &Control, actor: &Actor) -> Result<Vec<ModelShelf>> {
    let mut conn = control.store().read().await?;
    let sight = Sight::of(actor, &mut conn).await?;
    let known = known::known(control, &mut conn).await?;
    let connected = sight.connections.iter().map(|connection| ModelShelf {
        provider: connection.id.to_string(),
        name: connection.name.clone(),
        vendor: connection.vendor.clone(),
        connected: true,
    });
    let named = |vendor: &str| {
        let form = control.vendors().iter().find(|form| form.id == vendor);
        form.map_or_else(|| vendor.to_owned(), |form| form.name.clone())
    };
    let vendors = known.vendors().filter(|vendor| sight.sees(vendor)).map(|vendor| ModelShelf {
        provider: vendor.to_owned(),
        name: named(vendor),
        vendor: vendor.to_owned(),
        connected: false,
    });
    let mut shelves: Vec<ModelShelf> = connected.chain(vendors).collect();
    shelves.sort_by_key(|shelf| (!shelf.connected, shelf.name.to_lowercase()));
    Ok(shelves)
}
