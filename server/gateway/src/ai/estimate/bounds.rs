//! What a request says of how much it wants, read without a look at what it is about.

use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// Fields of that name, of any dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The most tokens that the caller wants to hear; absent where it does not say.
    pub max_output: Option<u64>,
    /// How many answers it wants, at least 1.
    pub choices: u64,
    /// The service tier that it asks for.
    pub tier: Option<String>,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { max_output: None, choices: 1, tier: None }
    }
}

impl Bounds {
    /// Of a body in the dialect of any caller. What is no JSON, a form say, says nothing.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let Ok(said) = serde_json::from_slice::<Said>(body) else { return Self::default() };
        let first = |given: &[Option<Value>]| given.iter().flatten().find_map(whole);
        let (max_output, choices) = (first(&said.most), first(&said.choices).unwrap_or(1).max(1));
        let tier = said.tier.and_then(|tier| tier.as_str().map(str::to_owned));
        Self { max_output, choices, tier }
    }
}

/// Of a field that stands more than once, the last counts.
#[derive(Default)]
struct Said {
    /// By the name that comes first where several are given.
    most: [Option<Value>; 4],
    choices: [Option<Value>; 2],
    tier: Option<Value>,
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Said;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Said, A::Error> {
        let mut said = Said::default();
        let [newest, plain, longer, most_of_gemini] = &mut said.most;
        let [choices, choices_of_gemini] = &mut said.choices;
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            match &*name {
                "max_completion_tokens" => *newest = members.next_value()?,
                "max_tokens" => *plain = members.next_value()?,
                "max_output_tokens" => *longer = members.next_value()?,
                "n" => *choices = members.next_value()?,
                "service_tier" => said.tier = members.next_value()?,
                "generationConfig" | "generation_config" => {
                    let config: Value = members.next_value()?;
                    let field =
                        |one: &str, other: &str| config.get(one).or_else(|| config.get(other)).cloned();
                    *most_of_gemini = field("maxOutputTokens", "max_output_tokens");
                    *choices_of_gemini = field("candidateCount", "candidate_count");
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(said)
    }
}

/// A whole number, however it is written.
fn whole(value: &Value) -> Option<u64> {
    // a cast of a float keeps to the range
    value
        .as_u64()
        .or_else(|| value.as_f64().filter(|number| *number >= 0.0).map(|number| number.ceil() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_dialect_says_how_much_it_wants() {
        for (body, max_output, choices) in [
            (json!({ "max_tokens": 7 }), Some(7), 1),
            (json!({ "max_tokens": 7, "max_completion_tokens": 9, "n": 3 }), Some(9), 3),
            (json!({ "max_output_tokens": 11.0 }), Some(11), 1),
            (json!({ "generationConfig": { "maxOutputTokens": 13, "candidateCount": 2 } }), Some(13), 2),
            (json!({ "generation_config": { "max_output_tokens": 13 }, "n": 2 }), Some(13), 2),
            (json!({ "max_tokens": null, "n": 0 }), None, 1),
            (json!({ "max_tokens": "many", "messages": [{ "max_tokens": 3 }] }), None, 1),
        ] {
            let bounds = Bounds::of(body.to_string().as_bytes());
            assert_eq!((bounds.max_output, bounds.choices), (max_output, choices), "{body}");
        }
        assert_eq!(Bounds::of(br#"{"max_tokens":1,"max_tokens":8}"#).max_output, Some(8));
        assert_eq!(Bounds::of(br#"{"service_tier":"flex"}"#).tier.as_deref(), Some("flex"));
        assert_eq!(Bounds::of(b"--form"), Bounds::default());
    }
}
