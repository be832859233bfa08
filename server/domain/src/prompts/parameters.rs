//! How a model is asked, beside what it is told.

use crate::check::{Check, Invalid};
use serde::{Deserialize, Serialize};
use serde_json::Number;

const MOST_TOKENS: u32 = 1_000_000;
const MOST_STOPS: usize = 4;

/// What is absent is left to the vendor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Parameters {
    /// 0 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<Number>,
    /// 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<Number>,
    /// Tokens of the answer, 1 to 1000000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// At most 4 texts, at which the model stops.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<Number>,
    /// -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<Number>,
}

impl Parameters {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        for (field, given, least, most) in [
            ("temperature", &self.temperature, 0.0, 2.0),
            ("top_p", &self.top_p, 0.0, 1.0),
            ("presence_penalty", &self.presence_penalty, -2.0, 2.0),
            ("frequency_penalty", &self.frequency_penalty, -2.0, 2.0),
        ] {
            let Some(number) = given else { continue };
            if !number.as_f64().is_some_and(|number| (least..=most).contains(&number)) {
                check.error(field, format!("expected {least} to {most}, got {number}"));
            }
        }
        if let Some(tokens) = self.max_tokens {
            check.within("max_tokens", tokens, 1, MOST_TOKENS);
        }
        check.require(self.stop.len() <= MOST_STOPS, "stop", "expected at most 4 texts");
        for (at, stop) in self.stop.iter().take(MOST_STOPS).enumerate() {
            let fits = (1..=100).contains(&stop.chars().count());
            check.require(fits, &format!("stop[{at}]"), "expected 1 to 100 characters");
        }
        check.finish()
    }
}
