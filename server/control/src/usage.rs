//! Usage: calls rolled up, for those who read the calls' apis or applications.

use crate::actor::Actor;
use crate::calls::scope;
use crate::error::Result;
use crate::names::Names;
use crate::services::Control;
use domain::roles::Permission;
use domain::usage::{Dimension, Series, Usage, UsageQuery};

/// Answers a question about usage. Labels have names in place of ids; groups keep the ids.
pub async fn get(control: &Control, actor: &Actor, input: UsageQuery) -> Result<Usage> {
    let mut query = input.check()?;
    query.visible = actor.sees(Permission::UsageRead);
    let named = (query.api.as_ref(), query.application.as_ref());
    let scope = scope::of(control, actor, Permission::UsageRead, named).await?;
    let mut usage = store::usage::get(&mut control.store().calls_read().await?, &query, &scope).await?;
    let names = names(control, &usage).await?;
    for series in &mut usage.series {
        series.label = label(series, &names);
    }
    Ok(usage)
}

async fn names(control: &Control, usage: &Usage) -> Result<Names> {
    let (mut apis, mut applications) = (Vec::new(), Vec::new());
    for (dimension, value) in usage.series.iter().flat_map(|series| &series.group) {
        match dimension {
            Dimension::Api => apis.extend(value.parse().ok()),
            Dimension::Application => applications.extend(value.parse().ok()),
            Dimension::Version
            | Dimension::Route
            | Dimension::Status
            | Dimension::Model
            | Dimension::Provider => {}
        }
    }
    Names::load(control, apis, applications).await
}

fn label(series: &Series, names: &Names) -> String {
    if series.group.is_empty() {
        return "all calls".to_owned();
    }
    let parts: Vec<String> =
        series.group.iter().map(|(dimension, value)| part(*dimension, value, names)).collect();
    parts.join(" · ")
}

fn part(dimension: Dimension, value: &str, names: &Names) -> String {
    if value.is_empty() {
        // a call to an unknown address has no api, one without a key no application
        return format!("no {dimension}");
    }
    let name = match dimension {
        Dimension::Api => value.parse().ok().and_then(|id| names.api(&id)),
        Dimension::Application => value.parse().ok().and_then(|id| names.application(&id)),
        Dimension::Version
        | Dimension::Route
        | Dimension::Status
        | Dimension::Model
        | Dimension::Provider => None,
    };
    name.unwrap_or(value).to_owned()
}
