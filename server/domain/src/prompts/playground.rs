//! The playground: the same values put to several prompts, or to several models, side by side. A run is kept for a
//! while, so that it can be looked at again and compared with the next.

use super::Prompt;
use super::trial::{Trial, TrialTarget, TriedPrompt, TryPrompt};
use super::variables::VariableKind;
use crate::Time;
use crate::check::{Check, Invalid};
use crate::ids::{ApiId, RunId};
use crate::text::VersionName;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What may stand side by side.
pub const MOST_SIDES: usize = 4;
/// Days for which a run is kept.
pub const RUNS_KEPT_DAYS: u32 = 7;

/// What is to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct StartRun {
    /// By the names of the prompts' variables: each prompt is given those that it has.
    pub variables: Map<String, Value>,
    /// 1 to 4, at the same time.
    pub sides: Vec<Side>,
}

/// One of what stands side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// The version whose prompt is run.
    pub version: VersionName,
    #[serde(default)]
    pub of: TriedPrompt,
    /// In the place of the prompt's models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TrialTarget>,
}

/// A prompt that can be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    pub version: VersionName,
    pub of: TriedPrompt,
    /// Of what is live.
    pub revision: Option<i64>,
    pub prompt: Prompt,
}

/// A run of the playground, which all editors of its api may look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Run {
    pub id: RunId,
    pub api: ApiId,
    pub created_at: Time,
    /// The name of who started it; absent when the account is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(flatten)]
    pub content: RunContent,
}

/// What was run, and what it came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunContent {
    /// As they were sent, without pictures and files: those are not kept.
    pub variables: Map<String, Value>,
    pub sides: Vec<RunSide>,
}

/// One side of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RunSide {
    pub version: VersionName,
    pub of: TriedPrompt,
    /// The revision that was live, where that one was run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TrialTarget>,
    pub trial: Trial,
}

impl StartRun {
    /// Refuses no sides, and too many.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        if self.sides.is_empty() || self.sides.len() > MOST_SIDES {
            let got = self.sides.len();
            check.error("sides", format!("expected 1 to {MOST_SIDES} of them, got {got}"));
        }
        check.finish()
    }

    /// Refuses variables that none of the prompts has.
    pub fn check_names(&self, prompts: &[&Prompt]) -> Result<(), Invalid> {
        let mut check = Check::new();
        let is_known = |name: &str| prompts.iter().any(|prompt| kind(prompt, name).is_some());
        for name in self.variables.keys().filter(|name| !is_known(name)).take(20) {
            let shown: String = name.chars().take(80).collect();
            check.error(&format!("variables.{shown}"), "there is no such variable in any of these prompts");
        }
        check.finish()
    }

    /// What a side with this prompt is asked for.
    #[must_use]
    pub fn asked(&self, side: &Side, prompt: &Prompt) -> TryPrompt {
        let has = |name: &&String| kind(prompt, name).is_some();
        let values = self.variables.iter().filter(|(name, _)| has(name));
        TryPrompt {
            of: side.of,
            prompt: None,
            target: side.target.clone(),
            variables: values.map(|(name, value)| (name.clone(), value.clone())).collect(),
        }
    }

    /// The values that are kept: what is no file in any of the prompts.
    #[must_use]
    pub fn kept(&self, prompts: &[&Prompt]) -> Map<String, Value> {
        let is_file = |name: &str| {
            let mut kinds = prompts.iter().filter_map(|prompt| kind(prompt, name));
            kinds.any(|kind| matches!(kind, VariableKind::Image | VariableKind::File))
        };
        let values = self.variables.iter().filter(|(name, _)| !is_file(name));
        values.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

fn kind(prompt: &Prompt, name: &str) -> Option<VariableKind> {
    prompt.variables.iter().find(|variable| variable.name == name).map(|variable| variable.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ProviderId;
    use serde_json::json;

    fn prompt(variables: Value) -> Prompt {
        serde_json::from_value(json!({
            "messages": [{ "role": "user", "template": "Hello" }],
            "variables": variables,
            "model": { "provider": ProviderId::from_parts(1, 1), "model": "large" },
        }))
        .unwrap()
    }

    fn run(sides: usize) -> StartRun {
        let side = Side { version: VersionName::first(), of: TriedPrompt::Live, target: None };
        let variables = json!({ "text": "a", "tone": "kind", "photo": "data:image/png;base64,AAAA" });
        let Value::Object(variables) = variables else { panic!("an object") };
        StartRun { variables, sides: vec![side; sides] }
    }

    fn fields(result: Result<(), Invalid>) -> Vec<String> {
        result.unwrap_err().0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn one_to_four_stand_side_by_side() {
        assert_eq!(fields(run(0).check()), ["sides"]);
        assert_eq!(run(1).check(), Ok(()));
        assert_eq!(run(4).check(), Ok(()));
        assert_eq!(fields(run(5).check()), ["sides"]);
    }

    #[test]
    fn each_prompt_is_given_the_variables_that_it_has() {
        let (one, other) = (prompt(json!([{ "name": "text" }])), prompt(json!([{ "name": "tone" }])));
        let run = run(2);
        assert_eq!(fields(run.check_names(&[&one, &other])), ["variables.photo"]);
        let asked = run.asked(&run.sides[0], &one);
        assert_eq!(
            (asked.of, asked.variables),
            (TriedPrompt::Live, json!({ "text": "a" }).as_object().unwrap().clone())
        );
        assert_eq!(Value::from(run.asked(&run.sides[1], &other).variables), json!({ "tone": "kind" }));
    }

    #[test]
    fn files_are_not_kept() {
        let text = prompt(json!([{ "name": "text" }, { "name": "tone" }]));
        let picture = prompt(json!([{ "name": "photo", "type": "image" }]));
        let run = run(2);
        assert_eq!(run.check_names(&[&text, &picture]), Ok(()));
        assert_eq!(Value::from(run.kept(&[&text, &picture])), json!({ "text": "a", "tone": "kind" }));
    }
}
