//! The providers behind the names of an ai api, or behind a prompt.

use crate::error::Result;
use domain::check::Check;
use domain::ids::ProviderId;
use domain::versions::VersionConfig;
use std::collections::{BTreeSet, HashMap};
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
    judge(&known, &named(config))
}

/// The providers that are asked, each with the name of its field.
pub(crate) fn named(config: &VersionConfig) -> Vec<(String, &ProviderId)> {
    let targets = config.models.iter().flat_map(|models| models.targets());
    let named = targets.map(|(field, target)| {
        // the one name of a prompt is not the editor's
        let field = match (&config.prompt, field.strip_prefix("models[0].")) {
            (Some(_), Some(rest)) => format!("prompt.model.{rest}"),
            _ => field,
        };
        (format!("{field}.provider"), &target.provider)
    });
    named.collect()
}

/// Refuses providers that there are not, or that are switched off. `known` says of each whether it is switched on.
pub(crate) fn judge<'a>(
    known: &HashMap<ProviderId, bool>,
    named: impl IntoIterator<Item = &'a (String, &'a ProviderId)>,
) -> Result<()> {
    let mut check = Check::new();
    for (field, provider) in named {
        match known.get(*provider) {
            Some(true) => {}
            Some(false) => check.error(field, "is switched off"),
            None => check.error(field, "there is no such provider"),
        }
    }
    Ok(check.finish()?)
}
