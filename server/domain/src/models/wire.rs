//! Models among the other members of a configuration: `models`, a list as it is given, `strict_models` and
//! `model_retries`.

use super::{ModelAlias, ModelAliases, ModelRetries};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The members.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Members {
    /// What an ai api offers, instead of an upstream: it calls providers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<ModelAlias>>"))]
    models: Option<Kept>,
    /// Of an ai api: a request is refused when it says what the model's vendor cannot be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    strict_models: Option<bool>,
    /// Of an api that calls models: how often they are asked for one call, and for how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model_retries: Option<ModelRetries>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    List(Vec<ModelAlias>),
    /// As configurations were kept that are older than this form.
    Whole(ModelAliases),
}

pub fn serialize<S: Serializer>(models: &Option<ModelAliases>, out: S) -> Result<S::Ok, S::Error> {
    let strict_models = models.as_ref().map(|models| models.strict);
    let model_retries = models.as_ref().map(|models| models.retries).filter(|retries| !retries.is_none());
    let models = models.as_ref().map(|models| Kept::List(models.aliases.clone()));
    Members { models, strict_models, model_retries }.serialize(out)
}

pub fn deserialize<'de, D: Deserializer<'de>>(source: D) -> Result<Option<ModelAliases>, D::Error> {
    let Members { models, strict_models, model_retries } = Members::deserialize(source)?;
    Ok(models.map(|models| match models {
        Kept::List(aliases) => ModelAliases {
            aliases,
            strict: strict_models.unwrap_or_default(),
            retries: model_retries.unwrap_or_default(),
        },
        Kept::Whole(models) => models,
    }))
}

#[cfg(test)]
mod tests {
    use crate::versions::VersionConfig;
    use serde_json::json;

    #[test]
    fn models_are_told_as_they_are_given() {
        let target = json!({ "provider": "prov_00000000000000000000000000", "model": "m", "weight": 1, "priority": 0 });
        let list = json!([{ "alias": "fast", "targets": [target] }]);
        let now = json!({ "routes": [], "models": list, "strict_models": true });
        let config: VersionConfig = serde_json::from_value(now).unwrap();
        let told = serde_json::to_value(&config).unwrap();
        assert_eq!((&told["models"], &told["strict_models"]), (&list, &json!(true)));
        let before = json!({ "routes": [], "models": { "aliases": list, "strict": true } });
        assert_eq!(serde_json::from_value::<VersionConfig>(before).unwrap(), config);
        let rest: VersionConfig = serde_json::from_value(json!({ "routes": [] })).unwrap();
        assert_eq!(rest.models, None);
        assert!(serde_json::from_value::<VersionConfig>(json!({ "routes": [], "models": 7 })).is_err());
        assert!(serde_json::to_value(&rest).unwrap().get("strict_models").is_none());
        assert!(told.get("model_retries").is_none());
        let mut bounded = told;
        bounded["model_retries"] = json!({ "attempts": 2, "within_s": 30 });
        let config: VersionConfig = serde_json::from_value(bounded.clone()).unwrap();
        assert_eq!(serde_json::to_value(&config).unwrap(), bounded);
    }
}
