//! The providers behind the names of an ai api, or behind a prompt.

use crate::error::Result;
use domain::check::Check;
use domain::ids::ProviderId;
use domain::versions::VersionConfig;
use std::collections::BTreeSet;
use store::Tx;

/// Refuses targets whose provider there is not, or that is switched off. Until the transaction ends, nobody deletes
/// the others.
pub(crate) async fn check_targets(tx: &mut Tx, config: &VersionConfig) -> Result<()> {
    let Some(models) = &config.models else { return Ok(()) };
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
        // the one name of a prompt is not the editor's
        let field = match (&config.prompt, field.strip_prefix("models[0].")) {
            (Some(_), Some(rest)) => format!("prompt.model.{rest}"),
            _ => field,
        };
        match known.get(&target.provider) {
            Some(true) => {}
            Some(false) => check.error(&format!("{field}.provider"), "is switched off"),
            None => check.error(&format!("{field}.provider"), "there is no such provider"),
        }
    }
    Ok(check.finish()?)
}
