//! Changes to the draft of a version.

use super::VersionConfig;
use crate::check::{Check, Invalid};
use crate::models::{self, ModelAlias, ModelRetries};
use crate::policies::{Policies, limits};
use crate::prompts::{self, Prompt};
use crate::routes::{Route, check_routes};
use crate::text::HostName;
use crate::upstream::UpstreamInput;
use serde::{Deserialize, Serialize};

/// Changes a draft; an absent field stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UpdateDraft {
    pub upstream: Option<UpstreamInput>,
    pub routes: Option<Vec<Route>>,
    pub hosts: Option<Vec<String>>,
    pub policies: Option<Policies>,
    pub docs: Option<String>,
    /// An OpenAPI document (JSON or YAML text); it replaces the routes unless routes are given as well.
    pub openapi: Option<String>,
    /// What an ai api offers, as a whole.
    pub models: Option<Vec<ModelAlias>>,
    /// Of an ai api: a request is refused when it says what the model's vendor cannot be told.
    pub strict_models: Option<bool>,
    /// Of an api that calls models, as a whole: how often they are asked for one call, and for how long.
    pub model_retries: Option<ModelRetries>,
    /// Of a prompt api, as a whole.
    pub prompt: Option<Prompt>,
}

impl UpdateDraft {
    /// Whether nothing is changed that an api of the draft's kind has not.
    pub fn fits(&self, draft: &VersionConfig) -> Result<(), Invalid> {
        let mut check = Check::new();
        let (ai, prompt) = (draft.models.is_some(), draft.prompt.is_some());
        if ai || prompt {
            let kind = if prompt { "a prompt api" } else { "an ai api" };
            let mut absent = |given: bool, field: &str, why: &str| {
                if given {
                    check.error(field, format!("stays absent: {why}"));
                }
            };
            absent(self.upstream.is_some(), "upstream", &format!("{kind} calls providers"));
            absent(self.routes.is_some(), "routes", &format!("the routes of {kind} are fixed"));
            absent(self.openapi.is_some(), "openapi", &format!("the routes of {kind} are fixed"));
        }
        if !ai || prompt {
            check.require(self.models.is_none(), "models", "expected of an ai api alone");
            check.require(self.strict_models.is_none(), "strict_models", "expected of an ai api alone");
        }
        if !ai && !prompt {
            let none = self.model_retries.is_none();
            check.require(none, "model_retries", "expected of an api that calls models alone");
        }
        if !prompt {
            check.require(self.prompt.is_none(), "prompt", "expected of a prompt api alone");
        }
        check.finish()
    }

    /// The draft with the changes applied. The OpenAPI document is read in `control`.
    pub fn apply(self, draft: &VersionConfig) -> Result<VersionConfig, Invalid> {
        self.fits(draft)?;
        let mut check = Check::new();
        let mut config = draft.clone();
        let retries = draft.models.as_ref().map(|models| models.retries);
        if let Some(prompt) = self.prompt {
            check.part("prompt", prompt.check());
            config = VersionConfig { models: Some(prompt.offers()), prompt: Some(prompt), ..config };
            config.routes = prompts::routes();
        } else if let (Some(models), None) = (&mut config.models, &config.prompt) {
            models.aliases = self.models.unwrap_or_else(|| std::mem::take(&mut models.aliases));
            models.strict = self.strict_models.unwrap_or(models.strict);
            check.all(models.check());
            // as this release has them
            config.routes = models::routes();
        }
        if let Some(models) = &mut config.models {
            models.retries = self.model_retries.or(retries).unwrap_or_default();
            models.retries.check(&mut check);
        }
        if let Some(upstream) = self.upstream.and_then(|input| check.part("upstream", input.check())) {
            config.upstream = upstream;
        }
        if let Some(routes) = self.routes {
            check.all(check_routes(&routes));
            config.routes = routes;
        }
        if let Some(hosts) = self.hosts {
            check.require(hosts.len() <= 20, "hosts", "expected at most 20 host names");
            config.hosts = each_once(hosts.iter().filter_map(|host| check.parse("hosts", host)));
        }
        if let Some(policies) = self.policies.and_then(|policies| check.part("policies", policies.check())) {
            config.policies = policies;
        }
        if let Some(docs) = self.docs {
            config.docs = check.text("docs", &docs, 100_000);
        }
        check.part("policies", config.policies.check_kind(config.models.is_some()));
        check.part("policies", limits::check_routes(&config.policies.limits, &config.routes));
        check.done(|| Some(config))
    }
}

/// In their order; a host that was typed twice stands once.
fn each_once(hosts: impl Iterator<Item = HostName>) -> Vec<HostName> {
    let mut once = Vec::new();
    for host in hosts {
        if !once.contains(&host) {
            once.push(host);
        }
    }
    once
}
