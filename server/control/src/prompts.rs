//! Prompt apis: the OpenAPI document that is written from a prompt, the prompt as text that reads well line by line,
//! trials of it, and the playground, which runs several side by side.

mod document;
mod playground;
mod trials;

pub use playground::{offered, run, runs, start_run};
pub use trials::try_prompt;

pub(crate) use document::document;

use crate::apis::import::Imported;
use domain::prompts::{self, Prompt};

/// What an api is made with in the place of a document that somebody gave.
pub(crate) fn imported(title: &str, prompt: &Prompt) -> Imported {
    Imported { text: document(title, prompt), routes: prompts::routes(), server: None }
}

/// Each part of the prompt with its name in front. The model is told where models are.
pub(crate) fn lines(prompt: &Prompt) -> Vec<String> {
    let mut lines = Vec::new();
    for message in &prompt.messages {
        lines.extend(message.template.lines().map(|line| format!("{} {line}", message.role)));
    }
    for variable in &prompt.variables {
        lines.push(format!("variable {}", serde_json::to_string(variable).unwrap_or_default()));
    }
    if !prompt.parameters.is_empty() {
        lines.push(format!("parameters {}", serde_json::to_string(&prompt.parameters).unwrap_or_default()));
    }
    if let Some(schema) = &prompt.output_schema {
        let text = serde_json::to_string_pretty(schema).unwrap_or_default();
        lines.extend(text.lines().map(|line| format!("output {line}")));
    }
    lines
}
