//! What differs between a draft and what is live, or between two revisions.

use super::open;
use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::openapi::{self, Change, Limits};
use crate::prompts;
use crate::services::Control;
use domain::ids::ApiId;
use domain::models::ModelAliases;
use domain::policies::Policies;
use domain::roles::Permission;
use domain::text::VersionName;
use domain::upstream::Upstream;
use domain::versions::VersionConfig;
use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum DiffKind {
    Kept,
    Added,
    Removed,
}

/// One line of a configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DiffLine {
    pub kind: DiffKind,
    pub text: String,
}

/// The differences between two states of a version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DraftChanges {
    /// The configuration as readable text, changed lines with three lines around them.
    pub lines: Vec<DiffLine>,
    /// How many lines were added or removed.
    pub count: i64,
    /// What callers notice, from the OpenAPI documents.
    pub operations: Vec<Change>,
    /// Whether the OpenAPI document is another one, be it in its words alone.
    pub document: bool,
}

impl DraftChanges {
    /// Whether the two states are the same.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.count == 0 && !self.document
    }
}

/// A configuration and its document.
type State = (VersionConfig, Option<String>);

/// The draft against the live revision; against nothing before the first publication.
pub async fn changes(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
) -> Result<DraftChanges> {
    let mut conn = control.store().read().await?;
    let (_, version) = open(&mut conn, actor, api, name, Permission::ApisRead).await?;
    let document = store::versions::document(&mut conn, &version.id).await?;
    let live = match version.live_revision {
        Some(number) => store::versions::revision(&mut conn, &version.id, number).await?,
        None => None,
    };
    drop(conn);
    between(live.map(|live| (live.config, live.document)), (version.draft, document)).await
}

/// One revision against another.
pub async fn compare(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
    from: i64,
    to: i64,
) -> Result<DraftChanges> {
    let mut conn = control.store().read().await?;
    let (_, version) = open(&mut conn, actor, api, name, Permission::ApisRead).await?;
    let mut states = Vec::new();
    for number in [from, to] {
        let revision = store::versions::revision(&mut conn, &version.id, number).await?;
        let revision = revision.ok_or_else(|| Error::not_found("revision"))?;
        states.push((revision.config, revision.document));
    }
    drop(conn);
    let newer = states.pop().ok_or_else(|| Error::not_found("revision"))?;
    between(states.pop(), newer).await
}

async fn between(old: Option<State>, new: State) -> Result<DraftChanges> {
    let compared = tokio::task::spawn_blocking(move || compare_states(old, new)).await;
    compared.map_err(|error| Error::Internal(format!("comparison: {error}")))
}

fn compare_states(old: Option<State>, new: State) -> DraftChanges {
    let before = old.as_ref().map(|(config, _)| text_of(config)).unwrap_or_default();
    let after = text_of(&new.0);
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let mut changes = DraftChanges::default();
    for group in diff.grouped_ops(3) {
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let kind = match change.tag() {
                ChangeTag::Equal => DiffKind::Kept,
                ChangeTag::Insert => DiffKind::Added,
                ChangeTag::Delete => DiffKind::Removed,
            };
            changes.count += i64::from(kind != DiffKind::Kept);
            changes.lines.push(DiffLine { kind, text: change.value().trim_end_matches('\n').to_owned() });
        }
    }
    let old_document = old.and_then(|(_, document)| document);
    changes.document = old_document != new.1;
    if let (Some(old), Some(new)) = (old_document, new.1)
        && old != new
        && let (Ok(old), Ok(new)) = (openapi::read(&old, &Limits::KEPT), openapi::read(&new, &Limits::KEPT))
    {
        changes.operations = openapi::diff(&old, &new);
    }
    changes
}

/// Its nodes, and what is said of how they are used.
fn upstream_lines(upstream: &Upstream) -> Vec<String> {
    let node = |node: &domain::upstream::Node| match node.weight {
        1 => format!("upstream {}", node.url),
        weight => format!("upstream {} weight {weight}", node.url),
    };
    let mut lines: Vec<String> = upstream.nodes.iter().map(node).collect();
    let written = serde_json::to_value(upstream).unwrap_or_default();
    for part in ["protocol", "balance", "host", "retries", "health", "ejection", "breaker"] {
        lines.extend(written.get(part).map(|set| format!("{part} {set}")));
    }
    lines
}

/// Its nodes with how long they may take, or the models that are in their place.
fn backend_lines(config: &VersionConfig) -> Vec<String> {
    if let Some(models) = &config.models {
        return model_lines(models);
    }
    let mut lines = upstream_lines(&config.upstream);
    let timeouts = config.upstream.timeouts;
    lines.push(format!(
        "timeouts connect {} ms, first byte {} ms, idle {} ms, total {} ms",
        timeouts.connect_ms, timeouts.first_byte_ms, timeouts.idle_ms, timeouts.total_ms
    ));
    lines
}

/// Every name with what stands behind it.
fn model_lines(models: &ModelAliases) -> Vec<String> {
    let mut lines = Vec::new();
    for alias in &models.aliases {
        lines.extend(alias.targets.iter().map(|target| {
            format!(
                "model {} at {} as {}, priority {}, weight {}",
                alias.name, target.provider, target.model, target.priority, target.weight
            )
        }));
    }
    if models.strict {
        lines.push("models strict".to_owned());
    }
    let retries = models.retries;
    lines.extend(retries.attempts.map(|attempts| format!("models attempts {attempts}")));
    lines.extend(retries.within_s.map(|seconds| format!("models begin to answer within {seconds} s")));
    lines
}

/// What is done to calls of models.
fn model_policies(policies: &Policies) -> Vec<String> {
    fn shown(name: &str, policy: Option<&impl Serialize>) -> Vec<String> {
        let shown = policy.and_then(|policy| serde_json::to_string_pretty(policy).ok()).unwrap_or_default();
        shown.lines().map(|line| format!("{name} {line}")).collect()
    }
    let mut lines = shown("guard", policies.guard.as_ref());
    lines.extend(shown("mask", policies.mask.as_ref()));
    lines.extend(shown("cache", policies.cache.as_ref()));
    lines
}

/// A configuration as text that reads well line by line.
fn text_of(config: &VersionConfig) -> String {
    let mut lines = backend_lines(config);
    lines.extend(config.prompt.iter().flat_map(prompts::lines));
    lines.extend(config.hosts.iter().map(|host| format!("host {host}")));
    if let Some(cors) = &config.policies.cors {
        let shown = serde_json::to_string_pretty(cors).unwrap_or_default();
        lines.extend(shown.lines().map(|line| format!("cors {line}")));
    }
    for limit in &config.policies.limits {
        lines.push(format!("limit {}", serde_json::to_string(limit).unwrap_or_default()));
    }
    lines.extend(model_policies(&config.policies));
    if config.policies.server_timing {
        lines.push("server timing".to_owned());
    }
    lines.extend(config.routes.iter().map(|route| format!("route {}", route.label())));
    lines.extend(config.docs.lines().map(|line| format!("docs {line}")));
    lines.push(String::new());
    lines.join("\n")
}
