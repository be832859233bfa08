//! Names of functions that a vendor does not take (too long, or with letters of their own) get another one on the way
//! there, and theirs on the way back.

use super::ids::fingerprint;
use crate::chat::{Answer, Begun, ChatRequest, Content, Event, ToolChoice};
use std::collections::BTreeMap;

/// What a vendor takes: `[a-zA-Z0-9_-]`, at most so many bytes.
const LONGEST: usize = 64;

/// The caller's names by those that the vendor was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Renames what does not fit.
    #[must_use]
    pub fn fit(request: &mut ChatRequest) -> Self {
        let mut names = Self::default();
        for tool in &mut request.tools {
            names.fit_one(&mut tool.name);
        }
        if let Some(ToolChoice::Named(name)) = &mut request.tool_choice {
            names.fit_one(name);
        }
        for block in request.messages.iter_mut().flat_map(|message| &mut message.content) {
            match &mut block.content {
                Content::ToolUse(tool) => names.fit_one(&mut tool.name),
                Content::ToolResult(result) => {
                    if let Some(name) = &mut result.name {
                        names.fit_one(name);
                    }
                }
                _ => {}
            }
        }
        names
    }

    fn fit_one(&mut self, name: &mut String) {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if name.len() <= LONGEST && name.bytes().all(fits) {
            return;
        }
        let start: String =
            name.chars().filter(|letter| u8::try_from(*letter).is_ok_and(fits)).take(40).collect();
        let fitting = format!("{start}_{:016x}", fingerprint(name.as_bytes()));
        self.0.insert(fitting.clone(), std::mem::replace(name, fitting));
    }

    fn restore(&self, name: &mut String) {
        if let Some(callers) = self.0.get(name.as_str()) {
            name.clone_from(callers);
        }
    }

    /// Gives the functions of an answer the caller's names.
    pub fn restore_answer(&self, answer: &mut Answer) {
        for block in &mut answer.content {
            if let Content::ToolUse(tool) = &mut block.content {
                self.restore(&mut tool.name);
            }
        }
    }

    /// The same of a piece of an answer.
    pub fn restore_event(&self, event: &mut Event) {
        if let Event::Begin { block: Begun::ToolUse { name, .. }, .. } = event {
            self.restore(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Finish, Tool, ToolUse};
    use serde_json::json;

    #[test]
    fn names_come_back_as_they_were() {
        let long = "x".repeat(65);
        let tool = |name: &str| Tool {
            name: name.to_owned(),
            description: None,
            schema: json!({}),
            strict: None,
            cache: None,
        };
        let tools = vec![tool("fits"), tool("a.b c"), tool(&long)];
        let mut request = ChatRequest { tools, ..ChatRequest::default() };
        let names = Names::fit(&mut request);
        let given: Vec<_> = request.tools.iter().map(|tool| tool.name.clone()).collect();
        assert_eq!(given[0], "fits");
        assert!(given[1].starts_with("abc_") && given[2].len() <= LONGEST, "{given:?}");
        let call = |name: &String| {
            let (id, name, arguments) = (String::new(), name.clone(), String::new());
            Content::ToolUse(ToolUse { id, name, arguments, signature: None }).into()
        };
        let mut answer = Answer {
            id: String::new(),
            model: String::new(),
            content: given.iter().map(call).collect(),
            finish: Finish::ToolUse,
            stop_sequence: None,
            usage: None,
        };
        names.restore_answer(&mut answer);
        let restored = answer.content.iter().map(|block| match &block.content {
            Content::ToolUse(tool) => tool.name.as_str(),
            _ => "",
        });
        assert_eq!(restored.collect::<Vec<_>>(), ["fits", "a.b c", &long]);
    }
}
