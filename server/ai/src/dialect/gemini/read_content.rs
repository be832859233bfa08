//! A caller's conversation.

use super::media::read_media;
use super::part::read_part;
use super::signature::{self, Signature};
use super::spelling::many;
use crate::chat::{Block, Content, Message, Role, ToolResult};
use crate::dropped::Dropped;
use crate::json::{Invalid, Item, Object};
use serde_json::Value;

/// The texts of a `systemInstruction`.
pub(super) fn read_system(mut system: Object, dropped: &mut Dropped) -> Result<Message, Invalid> {
    // whatever it says
    system.value("role");
    let mut content = Vec::new();
    for item in many(&mut system, "parts")? {
        let mut part = item.object()?;
        content.extend(part.text("text")?.map(Block::text));
        part.drop_rest(dropped);
    }
    system.drop_rest(dropped);
    Ok(Message::new(Role::System, content))
}

/// Reads `contents` in their order.
#[derive(Debug, Default)]
pub(super) struct Contents {
    calls: Vec<Call>,
}

/// A call of a function that stands in the conversation.
#[derive(Debug)]
struct Call {
    id: String,
    name: String,
    answered: bool,
}

impl Contents {
    pub(super) fn read(&mut self, item: Item, dropped: &mut Dropped) -> Result<Message, Invalid> {
        let mut turn = item.object()?;
        let role = match turn.text("role")?.as_deref() {
            None | Some("" | "user" | "function") => Role::User,
            Some("model") => Role::Assistant,
            Some(_) => return Err(turn.invalid("role", "expected one of user, model")),
        };
        let mut content = Vec::new();
        for item in many(&mut turn, "parts")? {
            self.part(item, &mut content, dropped)?;
        }
        turn.drop_rest(dropped);
        Ok(Message::new(role, content))
    }

    fn part(&mut self, item: Item, blocks: &mut Vec<Block>, dropped: &mut Dropped) -> Result<(), Invalid> {
        let mut part = item.object()?;
        if let Some(response) = part.object("functionResponse")? {
            blocks.push(Content::ToolResult(self.result(response, dropped)?).into());
        }
        for content in read_part(&mut part, dropped)? {
            blocks.push(self.said(content).into());
        }
        part.drop_rest(dropped);
        Ok(())
    }

    /// Gives a call its id, and undoes what an SDK did to a signature.
    fn said(&mut self, content: Content) -> Content {
        match content {
            Content::ToolUse(mut tool) => {
                if tool.id.is_empty() {
                    tool.id = format!("call_{}", self.calls.len());
                }
                let (id, name) = (tool.id.clone(), tool.name.clone());
                self.calls.push(Call { id, name, answered: false });
                tool.signature = tool.signature.and_then(signed);
                Content::ToolUse(tool)
            }
            Content::Thinking { text, signature: Some(signature) } => match signature::read(signature) {
                Signature::Signed(signature) => Content::Thinking { text, signature: Some(signature) },
                Signature::Sealed(data) => Content::SealedThinking(data),
            },
            other => other,
        }
    }

    fn result(&mut self, mut response: Object, dropped: &mut Dropped) -> Result<ToolResult, Invalid> {
        let name = response.need("name")?.text()?;
        let id = response.text("id")?.filter(|id| !id.is_empty());
        let id = match self.answer(id.as_deref(), &name).or(id) {
            Some(id) => id,
            None => {
                let expected = "expected the name of a functionCall before it, without a response yet";
                return Err(response.invalid("name", expected));
            }
        };
        let (mut content, is_error) = match response.object("response")? {
            Some(object) => read_response(object),
            None => (Vec::new(), false),
        };
        for item in many(&mut response, "parts")? {
            let mut part = item.object()?;
            content.extend(read_media(&mut part, dropped)?.map(Block::from));
            part.drop_rest(dropped);
        }
        response.drop_rest(dropped);
        Ok(ToolResult { id, name: Some(name), content, is_error })
    }

    /// The id of the call that a result is for: the one with its id, else the first of its name without a result.
    fn answer(&mut self, id: Option<&str>, name: &str) -> Option<String> {
        let by_id = self.calls.iter().position(|call| Some(call.id.as_str()) == id);
        let by_name = self.calls.iter().position(|call| call.name == name && !call.answered);
        let call = self.calls.get_mut(by_id.or(by_name)?)?;
        call.answered = true;
        Some(call.id.clone())
    }
}

/// A call's signature is never a sealed thought.
fn signed(text: String) -> Option<String> {
    match signature::read(text) {
        Signature::Signed(signature) => Some(signature),
        Signature::Sealed(_) => None,
    }
}

/// `output` alone is what a function gave, `error` alone that it failed; else the object is what it gave.
fn read_response(object: Object) -> (Vec<Block>, bool) {
    let mut fields = object.rest();
    let only = |field: &str| fields.len() == 1 && fields.contains_key(field);
    let (value, is_error) = match (only("output"), only("error")) {
        (true, _) => (fields.remove("output").unwrap_or_default(), false),
        (_, true) => (fields.remove("error").unwrap_or_default(), true),
        _ => (Value::Object(fields), false),
    };
    let text = match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    (vec![Block::text(text)], is_error)
}

#[cfg(test)]
mod tests;
