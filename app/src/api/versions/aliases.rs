//! The names under which the draft of an ai api offers models, one at a time. A name is known by itself.

use super::draft::change;
use super::workspace;
use crate::api::typed::{number_in, optional_number};
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::versions;
use domain::check::{Check, Invalid};
use domain::ids::{ApiId, ProviderId};
use domain::models::{AliasStrategy, ModelAlias, ModelRetries, ModelTarget};
use domain::problem::{Problem, ProblemKind};
use domain::text::VersionName;
use domain::versions::UpdateDraft;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A row of the form: a model, its share and its place in the chain.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetFields {
    pub provider: String,
    /// Empty: the row is left out.
    pub model: String,
    /// Empty: 1.
    pub weight: String,
    /// Empty: 0.
    pub priority: String,
}

impl TargetFields {
    fn read(&self, check: &mut Check, at: usize) -> Option<ModelTarget> {
        let field = |name: &str| format!("targets[{at}].{name}");
        let mut number = |name: &str, typed: &str, otherwise: u32| match typed.trim() {
            "" => Some(otherwise),
            typed => number_in(check, &field(name), typed),
        };
        let (weight, priority) = (number("weight", &self.weight, 1), number("priority", &self.priority, 0));
        let provider = check.parse::<ProviderId>(&field("provider"), &self.provider);
        let model = self.model.trim().to_owned();
        Some(ModelTarget { provider: provider?, model, weight: weight?, priority: priority? })
    }
}

/// The name that the form describes, and the row that each of its models is from.
fn read(alias: &str, strategy: &str, rows: &[TargetFields]) -> Result<(ModelAlias, Vec<usize>), Invalid> {
    let mut check = Check::new();
    let strategy = match strategy {
        "" => Some(AliasStrategy::default()),
        word => check.parse("strategy", word),
    };
    let filled = rows.iter().enumerate().filter(|(_, row)| !row.model.trim().is_empty());
    let read: Vec<(usize, Option<ModelTarget>)> =
        filled.map(|(at, row)| (at, row.read(&mut check, at))).collect();
    let places = read.iter().map(|(at, _)| *at).collect();
    let name = alias.trim().to_owned();
    check.done(|| {
        let targets = read.into_iter().map(|(_, target)| target).collect::<Option<_>>()?;
        Some((ModelAlias { name, targets, strategy: strategy? }, places))
    })
}

#[server(prefix = "/api", endpoint = "aliases/create")]
pub async fn create(
    api: ApiId,
    version: VersionName,
    #[server(default)] alias: String,
    #[server(default)] strategy: String,
    #[server(default)] targets: Vec<TargetFields>,
) -> Result<Done, AppError> {
    let (next, rows) = read(&alias, &strategy, &targets)?;
    save(&api, &version, &rows, |aliases| add(aliases, next)).await
}

/// Changes the name that is `known` so.
#[server(prefix = "/api", endpoint = "aliases/update")]
pub async fn update(
    api: ApiId,
    version: VersionName,
    known: String,
    #[server(default)] alias: String,
    #[server(default)] strategy: String,
    #[server(default)] targets: Vec<TargetFields>,
) -> Result<Done, AppError> {
    let (next, rows) = read(&alias, &strategy, &targets)?;
    save(&api, &version, &rows, |aliases| replace(aliases, &known, next)).await
}

#[server(prefix = "/api", endpoint = "aliases/delete")]
pub async fn delete(api: ApiId, version: VersionName, known: String) -> Result<Done, AppError> {
    save(&api, &version, &[], |aliases| {
        aliases.retain(|alias| alias.name != known);
        Ok(aliases.len())
    })
    .await
}

/// `enabled` not empty: a request is refused when it says what the model's vendor cannot be told.
#[server(prefix = "/api", endpoint = "versions/strict-models")]
pub async fn strict_models(
    api: ApiId,
    version: VersionName,
    #[server(default)] enabled: String,
) -> Result<Done, AppError> {
    let strict_models = Some(!enabled.is_empty());
    change(&api, &version, UpdateDraft { strict_models, ..UpdateDraft::default() }).await
}

/// What is empty is not bounded.
#[server(prefix = "/api", endpoint = "versions/model-retries")]
pub async fn retries(
    api: ApiId,
    version: VersionName,
    #[server(default)] attempts: String,
    #[server(default)] within_s: String,
) -> Result<Done, AppError> {
    let attempts = optional_number("model_retries.attempts", &attempts)?;
    let within_s = optional_number("model_retries.within_s", &within_s)?;
    let model_retries = Some(ModelRetries { attempts, within_s });
    change(&api, &version, UpdateDraft { model_retries, ..UpdateDraft::default() }).await
}

fn add(aliases: &mut Vec<ModelAlias>, next: ModelAlias) -> Result<usize, Problem> {
    aliases.push(next);
    Ok(aliases.len() - 1)
}

fn replace(aliases: &mut [ModelAlias], known: &str, next: ModelAlias) -> Result<usize, Problem> {
    let found = aliases.iter_mut().enumerate().find(|(_, alias)| alias.name == known);
    let (place, alias) = found.ok_or_else(|| {
        Problem::new(ProblemKind::Conflict, "somebody else has changed this model meanwhile; look again")
    })?;
    *alias = next;
    Ok(place)
}

/// Changes the names of the draft. `change_one` answers the place of the one that the form is about.
async fn save(
    api: &ApiId,
    version: &VersionName,
    rows: &[usize],
    change_one: impl FnOnce(&mut Vec<ModelAlias>) -> Result<usize, Problem>,
) -> Result<Done> {
    let models = versions::get(&control(), &actor(), api, version).await?.draft.models;
    let mut aliases = models.unwrap_or_default().aliases;
    let place = change_one(&mut aliases)?;
    let input = UpdateDraft { models: Some(aliases), ..UpdateDraft::default() };
    let done = change(api, version, input).await.map_err(|error| at_the_form(error, place, rows))?;
    Ok(Done { to: workspace(api, "/upstream", version), ..done })
}

/// What is wrong with the name at that place, told at the fields of its form.
fn at_the_form(mut error: AppError, place: usize, rows: &[usize]) -> AppError {
    let prefix = format!("models[{place}].");
    for wrong in &mut error.problem.fields {
        if let Some(field) = wrong.field.strip_prefix(&prefix) {
            wrong.field = at_row(field, rows);
        } else if wrong.field == "models" {
            "alias".clone_into(&mut wrong.field);
        }
    }
    error
}

/// `targets[0].model` of what was sent is `targets[2].model` of the form when that is the row which it is from.
fn at_row(field: &str, rows: &[usize]) -> String {
    let moved = (|| {
        let (number, rest) = field.strip_prefix("targets[")?.split_once(']')?;
        let row = rows.get(number.parse::<usize>().ok()?)?;
        Some(format!("targets[{row}]{rest}"))
    })();
    moved.unwrap_or_else(|| field.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(model: &str, weight: &str) -> TargetFields {
        let provider = "prov_00000000000000000000000001".to_owned();
        TargetFields { provider, model: model.to_owned(), weight: weight.to_owned(), priority: String::new() }
    }

    #[test]
    fn rows_without_a_model_are_left_out_and_the_others_know_where_they_stood() {
        let (alias, rows) = read(" fast ", "", &[row("", "1"), row("a", ""), row("b", "3")]).unwrap();
        assert_eq!((alias.name.as_str(), rows.as_slice()), ("fast", &[1, 2][..]));
        let weights: Vec<u32> = alias.targets.iter().map(|target| target.weight).collect();
        assert_eq!(weights, [1, 3]);
        assert_eq!(at_row("targets[1].weight", &rows), "targets[2].weight");
        assert_eq!(at_row("targets", &rows), "targets");
    }

    #[test]
    fn what_was_typed_wrong_is_told_at_its_row() {
        let Invalid(errors) = read("fast", "sometimes", &[row("", ""), row("a", "much")]).unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["strategy", "targets[1].weight"]);
    }
}
