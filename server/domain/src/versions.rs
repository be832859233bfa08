//! Versions of an api: a working draft, numbered revisions, and which of them is live.

mod draft;

pub use draft::UpdateDraft;

use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{ApiId, VersionId};
use crate::lifecycle::VersionState;
use crate::models::{self, ModelAliases};
use crate::policies::{Policies, limits};
use crate::prompts::{self, Prompt};
use crate::routes::{Route, check_routes};
use crate::text::{HostName, VersionName};
use crate::upstream::Upstream;
use serde::{Deserialize, Serialize};

/// What a revision fixes for the gateway. The OpenAPI document is kept beside it, as it can be large.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionConfig {
    /// Absent of an ai api.
    #[serde(default = "Upstream::nowhere", skip_serializing_if = "Upstream::is_nowhere")]
    pub upstream: Upstream,
    /// What an ai api offers, instead of an upstream: it calls providers.
    #[serde(flatten, with = "models::wire")]
    #[cfg_attr(feature = "schema", schemars(with = "models::wire::Members"))]
    pub models: Option<ModelAliases>,
    /// Of a prompt api; then `models` is what it asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Prompt>,
    pub routes: Vec<Route>,
    /// Host names at whose root the version answers as well, besides `/{slug}/{version}`.
    #[serde(default)]
    pub hosts: Vec<HostName>,
    #[serde(default)]
    pub policies: Policies,
    /// A guide in Markdown.
    #[serde(default)]
    pub docs: String,
}

/// A version as its editors see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Version {
    pub id: VersionId,
    pub api: ApiId,
    pub name: VersionName,
    pub state: VersionState,
    /// The number of the live revision; absent until the first publication.
    #[serde(default)]
    pub live_revision: Option<i64>,
    pub draft: VersionConfig,
    /// Whether an OpenAPI document belongs to the draft.
    pub has_document: bool,
    #[serde(default)]
    pub lifecycle: Lifecycle,
    pub created_at: Time,
    pub updated_at: Time,
}

/// Dates and words that go with a state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Lifecycle {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sunset_at: Option<Time>,
    /// The slug and version that take over: `petstore/v2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked_until: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Time>,
}

/// A version in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionSummary {
    pub id: VersionId,
    pub name: VersionName,
    pub state: VersionState,
    #[serde(default)]
    pub live_revision: Option<i64>,
}

/// An immutable, numbered state of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Revision {
    /// 1, 2, 3, … within the version.
    pub number: i64,
    pub note: String,
    pub published_by: String,
    pub published_at: Time,
    pub live: bool,
}

/// A revision with what it fixed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RevisionDetail {
    #[serde(flatten)]
    pub revision: Revision,
    pub config: VersionConfig,
    /// The OpenAPI document as JSON text.
    #[serde(default)]
    pub document: Option<String>,
}

impl VersionConfig {
    /// Of an ai api, at its beginning.
    #[must_use]
    pub fn of_models(models: ModelAliases) -> Self {
        Self {
            upstream: Upstream::nowhere(),
            models: Some(models),
            prompt: None,
            routes: models::routes(),
            hosts: Vec::new(),
            policies: Policies::default(),
            docs: String::new(),
        }
    }

    /// Of a prompt api, at its beginning.
    #[must_use]
    pub fn of_prompt(prompt: Prompt) -> Self {
        let offers = prompt.offers();
        Self { prompt: Some(prompt), routes: prompts::routes(), ..Self::of_models(offers) }
    }

    /// What must hold of a configuration before it goes live. It was checked when it was saved, but perhaps before a
    /// rule was made.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        if let Some(prompt) = &self.prompt {
            check.part("prompt", prompt.check());
            let offers = prompt.offers();
            let same = self.models.as_ref().is_some_and(|models| models.aliases == offers.aliases);
            check.require(same, "prompt.model", "expected the models of the version");
        }
        match &self.models {
            Some(models) => {
                check.all(models.check());
                check.require(self.upstream.is_nowhere(), "models", "expected either models or an upstream");
            }
            None => {
                check.part("upstream", self.upstream.check());
            }
        }
        check.all(check_routes(&self.routes));
        for host in &self.hosts {
            check.parse::<HostName>("hosts", host.as_str());
        }
        check.part("policies", self.policies.clone().check());
        check.part("policies", self.policies.check_kind(self.models.is_some()));
        check.part("policies", limits::check_routes(&self.policies.limits, &self.routes));
        check.finish()
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Publish {
    /// What changed, for those who read the history; at most 500 characters.
    pub note: String,
}

impl Publish {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let note = check.text("note", &self.note, 500);
        check.done(|| Some(Self { note }))
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Rollback {
    /// The number of the revision to make live again.
    pub revision: i64,
}

/// What a publication or a rollback answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Published {
    pub revision: i64,
    pub state: VersionState,
}

/// Deprecates a version.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Deprecate {
    /// When it stops being served; not before now.
    pub sunset_at: Option<Time>,
    /// `slug/version` of what takes over.
    pub successor: Option<String>,
}

impl Deprecate {
    pub fn check(self, now: Time) -> Result<Self, Invalid> {
        let mut check = Check::new();
        check.require(
            self.sunset_at.is_none_or(|at| at > now),
            "sunset_at",
            "expected a time that is still to come",
        );
        check_successor(&mut check, self.successor.as_deref());
        check.done(|| Some(self))
    }
}

fn check_successor(check: &mut Check, successor: Option<&str>) {
    let good = successor.is_none_or(|text| {
        text.split_once('/').is_some_and(|(slug, version)| {
            slug.parse::<crate::text::Slug>().is_ok() && version.parse::<VersionName>().is_ok()
        })
    });
    check.require(good, "successor", "expected an api and version like petstore/v2");
}

/// Blocks a version until it is unblocked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Block {
    pub reason: String,
    /// When callers may try again, told in `Retry-After`.
    pub until: Option<Time>,
}

impl Block {
    pub fn check(self) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let reason = check.line("reason", &self.reason, 1, 200);
        check.done(|| Some(Self { reason, until: self.until }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(upstream: &str, hosts: &[&str]) -> VersionConfig {
        let kept = |text: &str| serde_json::Value::from(text);
        VersionConfig {
            upstream: Upstream::at(serde_json::from_value(kept(upstream)).unwrap()),
            models: None,
            prompt: None,
            routes: vec![Route::everything()],
            hosts: hosts.iter().map(|host| serde_json::from_value(kept(host)).unwrap()).collect(),
            policies: Policies::default(),
            docs: String::new(),
        }
    }

    #[test]
    fn a_host_that_is_typed_twice_stands_once() {
        let hosts = ["b.test", "a.test", " A.test", "b.TEST"].map(str::to_owned);
        let input = UpdateDraft { hosts: Some(hosts.into()), ..UpdateDraft::default() };
        let draft = input.apply(&config("http://a.test", &[])).unwrap();
        let hosts: Vec<&str> = draft.hosts.iter().map(HostName::as_str).collect();
        assert_eq!(hosts, ["b.test", "a.test"]);
    }

    #[test]
    fn what_was_kept_since_before_a_rule_does_not_go_live() {
        assert_eq!(config("https://a.test", &["b.test"]).check(), Ok(()));
        let Invalid(errors) = config("https://bad-.test", &["127.0.0.1"]).check().unwrap_err();
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["upstream.url", "hosts"]);
        let Invalid(errors) =
            VersionConfig { routes: Vec::new(), ..config("http://a", &[]) }.check().unwrap_err();
        assert_eq!(errors[0].field, "routes");
    }
}
