//! The model of a prompt: as behind one name of an ai api.

use crate::check::{Check, Invalid};
use crate::models::{AliasStrategy, ModelAlias, ModelAliases, ModelTarget};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::{Value, json};

/// The models of providers that are asked. A single target, or a list of them, may stand in its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PromptModel {
    /// 1 to 10.
    pub targets: Vec<ModelTarget>,
    /// Which of those of the same priority is asked first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub strategy: AliasStrategy,
}

fn is_default(strategy: &AliasStrategy) -> bool {
    *strategy == AliasStrategy::default()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    targets: Vec<ModelTarget>,
    #[serde(default)]
    strategy: AliasStrategy,
}

impl<'de> Deserialize<'de> for PromptModel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let whole = match Value::deserialize(deserializer)? {
            list @ Value::Array(_) => json!({ "targets": list }),
            Value::Object(target) if target.contains_key("provider") => json!({ "targets": [target] }),
            other => other,
        };
        let Whole { targets, strategy } = Whole::deserialize(whole).map_err(D::Error::custom)?;
        Ok(Self { targets, strategy })
    }
}

impl PromptModel {
    /// Fields are named from the model: `targets[1].weight`.
    pub fn check(&self) -> Result<(), Invalid> {
        let named = ModelAlias {
            name: super::ALIAS.to_owned(),
            targets: self.targets.clone(),
            strategy: self.strategy,
        };
        let offer = ModelAliases { aliases: vec![named], ..ModelAliases::default() };
        let Err(Invalid(errors)) = offer.check() else { return Ok(()) };
        let mut check = Check::new();
        for error in errors {
            check.error(error.field.strip_prefix("models[0].").unwrap_or(&error.field), error.message);
        }
        check.finish()
    }
}
