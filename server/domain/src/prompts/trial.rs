//! Trials: a prompt is run once for somebody who edits it, as a real call that nobody's application makes.

use super::values;
use super::{Prompt, PromptModel};
use crate::calls::AiUse;
use crate::check::{Check, Invalid};
use crate::gateway_config::GatewayVersion;
use crate::ids::{ApiId, ProviderId, TeamId};
use crate::models::{AliasStrategy, ModelTarget};
use crate::text::Slug;
use crate::versions::VersionConfig;
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

wire_enum! {
    /// Which prompt of a version.
    #[derive(Default)]
    TriedPrompt {
        /// What is worked on.
        #[default]
        Draft = "draft",
        /// What callers get.
        Live = "live",
    }
}

/// What is tried: a prompt of the version, or another one, with its values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TryPrompt {
    /// Whose policies hold, and whose prompt is run where none is given here.
    pub of: TriedPrompt,
    /// In the place of the version's prompt.
    pub prompt: Option<Prompt>,
    /// In the place of the prompt's models.
    pub target: Option<TrialTarget>,
    /// By the names of the prompt's variables.
    pub variables: Map<String, Value>,
}

/// A model of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TrialTarget {
    pub provider: ProviderId,
    /// As the vendor calls it: 1 to 200 characters.
    pub model: String,
}

impl TryPrompt {
    /// The configuration of the version with what is asked for in the place of its own. Refuses values that do not fit
    /// the prompt; `None` where there is no prompt.
    pub fn over(&self, config: &VersionConfig) -> Result<Option<VersionConfig>, Invalid> {
        let Some(own) = &config.prompt else { return Ok(None) };
        let mut check = Check::new();
        let mut prompt = own.clone();
        if let Some(given) = &self.prompt {
            check.part("prompt", given.check());
            prompt.clone_from(given);
        }
        if let Some(target) = &self.target {
            let target = target.alone();
            target.check(&mut check, "target");
            prompt.model = PromptModel { targets: vec![target], strategy: AliasStrategy::default() };
        }
        // of a prompt that is wrong, nobody can say which values fit
        if !check.has_errors() {
            check.all(values::read_all(&prompt.variables, self.variables.clone()).map(drop));
        }
        check.finish()?;
        Ok(Some(VersionConfig { models: Some(prompt.offers()), prompt: Some(prompt), ..config.clone() }))
    }
}

impl TrialTarget {
    fn alone(&self) -> ModelTarget {
        ModelTarget { provider: self.provider.clone(), model: self.model.clone(), weight: 1, priority: 0 }
    }
}

/// A trial as the gateway is given it.
#[derive(Clone, Debug)]
pub struct PromptCall {
    pub api: ApiId,
    pub slug: Slug,
    /// The api's: its budgets pay.
    pub team: TeamId,
    pub version: GatewayVersion,
    pub variables: Map<String, Value>,
}

/// What a trial came to. It is among the calls of the api, without an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Trial {
    /// The id of the call.
    pub call: String,
    /// From its beginning to the whole answer.
    pub ms: u64,
    /// What callers would be given: a text, or an object where the prompt has a schema. Absent where there is a problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Value>,
    /// The model's words, where it says that it will not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// Why the model ended: `stop`, `length` or `content_filter`. Absent where there is a problem.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<String>,
    /// Which model answered, what it read, wrote and cost, and every attempt; absent where none was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ai: Option<AiUse>,
    /// Why there is no output: what callers would be refused with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<TrialProblem>,
}

/// A refusal of the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TrialProblem {
    pub status: u16,
    /// `upstream-unavailable`, `budget-exceeded` and the like: the last part of the problem's `type`.
    pub name: String,
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config() -> VersionConfig {
        VersionConfig::of_prompt(serde_json::from_value(prompt("text")).unwrap())
    }

    fn prompt(variable: &str) -> Value {
        json!({
            "messages": [{ "role": "user", "template": format!("{{{{ {variable} }}}}") }],
            "variables": [{ "name": variable, "type": "string" }],
            "model": { "provider": ProviderId::from_parts(1, 1), "model": "large" },
        })
    }

    fn over(asked: Value) -> Result<Option<VersionConfig>, Invalid> {
        let asked: TryPrompt = serde_json::from_value(asked).unwrap();
        asked.over(&config())
    }

    fn fields(asked: Value) -> Vec<String> {
        over(asked).unwrap_err().0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn what_is_asked_for_stands_in_the_place_of_the_versions_own() {
        let other = ProviderId::from_parts(1, 2);
        let tried = over(json!({ "variables": { "text": "a" } })).unwrap().unwrap();
        assert_eq!(tried, config());
        let asked = json!({
            "prompt": prompt("word"), "variables": { "word": "a" },
            "target": { "provider": other, "model": "small" },
        });
        let tried = over(asked).unwrap().unwrap();
        assert_eq!(tried.prompt.as_ref().unwrap().messages[0].template, "{{ word }}");
        let models = tried.models.unwrap();
        let asked: Vec<_> = models.targets().map(|(_, to)| (&to.provider, to.model.as_str())).collect();
        assert_eq!(asked, [(&other, "small")]);
        let without = VersionConfig { prompt: None, ..config() };
        assert_eq!(TryPrompt::default().over(&without), Ok(None), "there is no prompt");
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        assert_eq!(fields(json!({})), ["variables.text"]);
        assert_eq!(
            fields(json!({ "variables": { "text": 1, "more": 2 } })),
            ["variables.text", "variables.more"]
        );
        let mut wrong = prompt("word");
        wrong["messages"][0]["template"] = "{{ other }}".into();
        let target = json!({ "provider": ProviderId::from_parts(1, 1), "model": "" });
        let asked = json!({ "prompt": wrong, "target": target, "variables": {} });
        assert_eq!(fields(asked), ["prompt.messages[0].template", "target.model"]);
    }
}
