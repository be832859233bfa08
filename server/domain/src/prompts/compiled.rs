//! A prompt ready to be filled in: its templates are read once, and whatever callers send is put into them as it is.

use super::media::Media;
use super::schema::OutputSchema;
use super::values::{Given, Values};
use super::{Prompt, PromptRole};
use crate::check::{Check, Invalid};
use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};
use std::collections::{BTreeSet, HashSet};
use std::io;

/// Of each message: a step, or 64 bytes that are made, cost one. Bounds both the time and the memory of a template.
const FUEL: u64 = 100_000;
/// Bytes of all messages that are filled in.
const LARGEST: usize = 4 << 20;

#[derive(Debug)]
pub struct CompiledPrompt {
    templates: Environment<'static>,
    /// Of each message.
    roles: Vec<PromptRole>,
    pub schema: Option<OutputSchema>,
}

/// A message with its variables filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    pub role: PromptRole,
    pub pieces: Vec<Piece>,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Media(Media),
}

/// Why a message could not be filled in: a sentence for whoever called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfilled(pub String);

impl CompiledPrompt {
    /// Reads templates and schema. Errors are named from the prompt: `messages[1].template`.
    pub fn new(prompt: &Prompt) -> Result<Self, Invalid> {
        let mut check = Check::new();
        let mut templates = environment();
        let globals: HashSet<String> = templates.globals().map(|(name, _)| name.to_owned()).collect();
        let variables = prompt.variables.iter().map(|variable| variable.name.clone());
        let known: HashSet<String> = globals.into_iter().chain(variables).collect();
        for (at, message) in prompt.messages.iter().enumerate() {
            let field = format!("{}.template", name(at));
            if let Err(error) = templates.add_template_owned(name(at), message.template.clone()) {
                check.error(&field, place(&error));
                continue;
            }
            let Ok(template) = templates.get_template(&name(at)) else { continue };
            let used: BTreeSet<String> = template.undeclared_variables(false).into_iter().collect();
            for unknown in used.iter().filter(|used| !known.contains(*used)) {
                let line = line_of(&message.template, unknown);
                check.error(&field, format!("line {line}: there is no variable {unknown:?}"));
            }
        }
        let schema = prompt.output_schema.as_ref().map(OutputSchema::new).transpose();
        let schema = schema.map_err(|why| check.error("output_schema", why)).ok();
        let roles = prompt.messages.iter().map(|message| message.role).collect();
        check.done(|| Some(Self { templates, roles, schema: schema? }))
    }

    /// Fills in every message.
    pub fn fill(&self, values: &Values) -> Result<Vec<Filled>, Unfilled> {
        let mut media = Vec::new();
        let mut shown = Vec::new();
        for (name, given) in values {
            shown.push((name.clone(), shown_as(given, &mut media)));
        }
        let context = Value::from_pairs(shown);
        let mut left = LARGEST;
        let mut filled = Vec::with_capacity(self.roles.len());
        for (at, role) in self.roles.iter().enumerate() {
            let unfilled = |error: Error| Unfilled(format!("message {}: {}", at + 1, place(&error)));
            let template = self.templates.get_template(&name(at)).map_err(unfilled)?;
            let mut written = Limited { bytes: Vec::new(), left };
            template.render_captured_to(context.clone(), &mut written).map_err(unfilled)?;
            left = written.left;
            let text = String::from_utf8(written.bytes)
                .map_err(|_| Unfilled(format!("message {}: it is no text", at + 1)))?;
            filled.push(Filled { role: *role, pieces: pieces(&text, &media) });
        }
        Ok(filled)
    }
}

/// The template language without what reaches beyond the one template.
fn environment() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|_| AutoEscape::None);
    templates.set_fuel(Some(FUEL));
    templates.set_formatter(|out, state, value| match value.kind() {
        // a variable that was left out reads as nothing
        ValueKind::None => Ok(()),
        // as JSON has it, not as Python does
        ValueKind::Bool => {
            let word = if value.is_true() { "true" } else { "false" };
            minijinja::escape_formatter(out, state, &Value::from(word))
        }
        _ => minijinja::escape_formatter(out, state, value),
    });
    for global in ["debug", "range"] {
        templates.remove_global(global);
    }
    templates
}

fn name(at: usize) -> String {
    format!("messages[{at}]")
}

/// What went wrong, with the line of the template.
fn place(error: &Error) -> String {
    let what = match error.kind() {
        ErrorKind::OutOfFuel => "the template takes too many steps".to_owned(),
        ErrorKind::WriteFailure => format!("it becomes longer than {LARGEST} bytes"),
        kind => error.detail().map_or_else(|| kind.to_string(), str::to_owned),
    };
    match error.line() {
        Some(line) => format!("line {line}: {what}"),
        None => what,
    }
}

/// The line on which a name stands first, from 1.
fn line_of(template: &str, name: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let here = |line: &str| line.split(|c| !is_word(c)).any(|word| word == name);
    template.lines().position(here).map_or(1, |at| at + 1)
}

/// Media stand in the text as marks, which no text of a caller can hold.
fn shown_as(given: &Given, media: &mut Vec<Media>) -> Value {
    match given {
        Given::Nothing => Value::from(()),
        Given::Text(text) => Value::from(text.as_str()),
        Given::Flag(flag) => Value::from(*flag),
        Given::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => Value::from(number),
            (_, Some(number), _) => Value::from(number),
            (_, _, number) => Value::from(number.unwrap_or_default()),
        },
        Given::Media(one) => {
            media.push(one.clone());
            Value::from(format!("\0{}\0", media.len() - 1))
        }
    }
}

/// Text and media in the order in which the template puts them.
fn pieces(text: &str, media: &[Media]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (at, part) in text.split('\0').enumerate() {
        let marked = (at % 2 == 1).then(|| part.parse::<usize>().ok().and_then(|index| media.get(index)));
        match marked {
            Some(Some(media)) => pieces.push(Piece::Media(media.clone())),
            // a mark that a filter has spoilt
            Some(None) => {}
            None if part.is_empty() => {}
            None => pieces.push(Piece::Text(part.to_owned())),
        }
    }
    if pieces.is_empty() {
        pieces.push(Piece::Text(String::new()));
    }
    pieces
}

/// Takes so many bytes and no more.
struct Limited {
    bytes: Vec<u8>,
    left: usize,
}

impl io::Write for Limited {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(piece.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
