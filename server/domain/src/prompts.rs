//! Prompts that answer as REST APIs: messages with places for variables, the model that is asked, and what its answer
//! must look like.
//!
//! What a caller sends is only ever filled in: it is never read as a template.

#[cfg(feature = "prompts")]
pub mod compiled;
mod media;
mod model;
pub mod parameters;
pub mod playground;
#[cfg(feature = "prompts")]
pub mod schema;
pub mod trial;
pub mod values;
pub mod variables;

pub use media::Media;
pub use model::PromptModel;

use crate::check::{Check, Invalid};
use crate::models::{ModelAlias, ModelAliases};
use crate::routes::{Method, Route};
use crate::wire_enum::wire_enum;
use parameters::Parameters;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;
use variables::Variable;

pub const MOST_MESSAGES: usize = 50;
pub const MOST_VARIABLES: usize = 50;
/// Characters of one template.
pub const LONGEST_TEMPLATE: usize = 50_000;
/// Bytes of an output schema as JSON text.
pub const LARGEST_SCHEMA: usize = 65_536;
/// The name under which the gateway knows the one model of a prompt.
pub const ALIAS: &str = "prompt";

/// What a version of a prompt api is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// 1 to 50, in the order in which the model reads them. The last one is not the system's.
    pub messages: Vec<PromptMessage>,
    /// At most 50.
    #[serde(default)]
    pub variables: Vec<Variable>,
    pub model: PromptModel,
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    pub parameters: Parameters,
    /// A JSON schema of an object: then the answer is such an object instead of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<Value>,
}

wire_enum! {
    /// Who says a message.
    #[derive(Default)]
    PromptRole {
        System = "system",
        #[default]
        User = "user",
        Assistant = "assistant",
    }
}

/// One message, with places for variables: `Translate into {{ language }}: {{ text }}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PromptMessage {
    pub role: PromptRole,
    /// At most 50000 characters; Jinja's expressions, conditions, loops and filters, no includes or macros.
    pub template: String,
}

impl Prompt {
    /// What must hold of it. Fields are named from the prompt: `messages[0].template`. That the providers exist is
    /// checked in `control`.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        self.check_messages(&mut check);
        let count = self.variables.len();
        check.require(count <= MOST_VARIABLES, "variables", "expected at most 50 variables");
        let mut seen = HashSet::new();
        for (at, variable) in self.variables.iter().take(MOST_VARIABLES).enumerate() {
            let field = format!("variables[{at}]");
            check.part(&field, variable.check());
            check.require(seen.insert(&variable.name), &format!("{field}.name"), "stands twice");
        }
        check.part("model", self.model.check());
        check.part("parameters", self.parameters.check());
        self.check_schema(&mut check);
        // what does not even have the right form is not looked at more closely
        #[cfg(feature = "prompts")]
        if !check.has_errors() {
            check.all(compiled::CompiledPrompt::new(self).map(drop));
        }
        check.finish()
    }

    fn check_messages(&self, check: &mut Check) {
        let count = self.messages.len();
        check.require((1..=MOST_MESSAGES).contains(&count), "messages", "expected 1 to 50 messages");
        for (at, message) in self.messages.iter().take(MOST_MESSAGES).enumerate() {
            let field = format!("messages[{at}].template");
            if message.template.trim().is_empty() {
                check.error(&field, "is required");
            }
            check.text(&field, &message.template, LONGEST_TEMPLATE);
        }
        if let Some(last) = self.messages.last() {
            let field = format!("messages[{}].role", count.saturating_sub(1));
            check.require(
                last.role == PromptRole::User,
                &field,
                "expected user: the last message is the one that the model answers",
            );
        }
    }

    fn check_schema(&self, check: &mut Check) {
        let Some(schema) = &self.output_schema else { return };
        let is_object = schema.get("type").and_then(Value::as_str) == Some("object");
        check.require(is_object, "output_schema", "expected a JSON schema whose type is \"object\"");
        let size = schema.to_string().len();
        if size > LARGEST_SCHEMA {
            check.error("output_schema", format!("expected at most {LARGEST_SCHEMA} bytes, got {size}"));
        }
    }

    /// What the gateway asks: the prompt's model under a name that callers never say.
    #[must_use]
    pub fn offers(&self) -> ModelAliases {
        let PromptModel { targets, strategy } = self.model.clone();
        let alias = ModelAlias { name: ALIAS.to_owned(), targets, strategy };
        ModelAliases { aliases: vec![alias], ..ModelAliases::default() }
    }

    /// The variables that callers send as files or pictures.
    #[must_use]
    pub fn takes_files(&self) -> bool {
        self.variables.iter().any(|variable| variable.kind.is_media())
    }
}

/// The one route of every prompt api: its own address.
#[must_use]
pub fn routes() -> Vec<Route> {
    let path = "/".parse();
    let route = |path| Route { methods: vec![Method::Post], path, summary: "Runs the prompt".to_owned() };
    path.map(route).into_iter().collect()
}

#[cfg(test)]
mod tests;
