//! What became different since a change mark: the changes that were noted with the marks, and what they name as it is
//! now.

use std::collections::BTreeSet;

use domain::gateway_config::{Change, GatewayUpdate, Part};

use super::consumers::{self, Whose};
use super::{apis, budgets, providers};
use crate::certificates;
use crate::changes::{self, last_change};
use crate::error::Result;
use crate::exec::Conn;

/// Reads what is different now from what was live at the mark `since`. `None` when that is not known any more, or is
/// so much that all had better be loaded. `conn` must be a snapshot, so that the parts go together.
pub async fn load_update(conn: &mut Conn, since: i64) -> Result<Option<GatewayUpdate>> {
    let sequence = last_change(conn).await?;
    let Some(changes) = changes::between(conn, since, sequence).await? else { return Ok(None) };
    let parts = parts(conn, &changes).await?;
    Ok(Some(GatewayUpdate { sequence, parts }))
}

async fn parts(conn: &mut Conn, changes: &BTreeSet<Change>) -> Result<Vec<Part>> {
    let (mut ids, mut credentials) = (BTreeSet::new(), Vec::new());
    let mut parts = Vec::new();
    // in the order of the kinds: what is gone goes before what is new
    for change in changes {
        match change {
            Change::Api(id) => drop(ids.insert(id.clone())),
            Change::Application(id) => parts.push(Part::NoApplication(id.clone())),
            Change::Budget(id) => {
                let found = budgets::load(conn, Some(id)).await?.pop();
                parts.push(found.map_or_else(|| Part::NoBudget(id.clone()), Part::Budget));
            }
            Change::Certificate(id) => ids.extend(certificates::apis_showing(conn, id).await?),
            Change::Credential(id) => credentials.push(id),
            Change::Plan(id) => {
                let subscriptions = consumers::subscriptions(conn, Whose::Plan(id)).await?;
                parts.extend(subscriptions.into_iter().map(Part::Subscription));
            }
            Change::Provider(id) => {
                let found = providers::load(conn, Some(id)).await?.pop();
                parts.push(found.map_or_else(|| Part::NoProvider(id.clone()), Part::Provider));
            }
            Change::Settings => parts.push(Part::UnknownPrice(budgets::unknown_price(conn).await?)),
            Change::Subscription(application, api) => {
                let found = consumers::subscriptions(conn, Whose::One(application, api)).await?.pop();
                let none = || Part::NoSubscription(application.clone(), api.clone());
                parts.push(found.map_or_else(none, Part::Subscription));
            }
        }
    }
    if !ids.is_empty() {
        let live = apis::load(conn, Some(&ids.iter().collect::<Vec<_>>())).await?;
        let gone = ids.iter().filter(|id| live.iter().all(|api| api.id != **id));
        parts.extend(gone.map(|id| Part::NoApi(id.clone())));
        parts.extend(live.into_iter().map(Part::Api));
    }
    if !credentials.is_empty() {
        let found = consumers::credentials_of(conn, &credentials).await?;
        parts.extend(found.into_iter().map(|(credential, revoked)| {
            if revoked { Part::NoCredential(credential.hash) } else { Part::Credential(credential) }
        }));
    }
    Ok(parts)
}
