//! The providers behind the names of an ai api.

use crate::error::Result;
use domain::check::Check;
use domain::ids::ProviderId;
use domain::models::ModelAliases;
use std::collections::BTreeSet;
use store::Tx;

/// Refuses targets whose provider there is not, or that is switched off. Until the transaction ends, nobody deletes
/// the others.
pub(crate) async fn check_targets(tx: &mut Tx, models: Option<&ModelAliases>) -> Result<()> {
    let Some(models) = models else { return Ok(()) };
    // in their order, so that two who hold several do not wait for each other
    let asked: BTreeSet<&ProviderId> = models.targets().map(|(_, target)| &target.provider).collect();
    let mut known = store::providers::states(tx, asked.iter().copied()).await?;
    for id in asked {
        if known.contains_key(id) && !store::providers::hold(tx, id).await? {
            known.remove(id);
        }
    }
    let mut check = Check::new();
    for (field, target) in models.targets() {
        match known.get(&target.provider) {
            Some(true) => {}
            Some(false) => check.error(&format!("{field}.provider"), "is switched off"),
            None => check.error(&format!("{field}.provider"), "there is no such provider"),
        }
    }
    Ok(check.finish()?)
}
