//! What callers fill into a prompt, each with a type.

use super::values;
use crate::check::{Check, Invalid};
use crate::wire_enum::wire_enum;
use serde::{Deserialize, Serialize};
use serde_json::Value;

const LONGEST_NAME: usize = 40;
const MOST_VALUES: usize = 100;
/// Bytes of a file or picture, as long as its variable says nothing else.
pub const FILE_BYTES: u32 = 5 << 20;
/// The most that a variable may say.
pub const LARGEST_FILE: u32 = 20 << 20;

wire_enum! {
    /// What a variable holds.
    #[derive(Default)]
    VariableKind {
        #[default]
        String = "string",
        Number = "number",
        Boolean = "boolean",
        /// One of the variable's `values`.
        Enum = "enum",
        /// `2026-03-14`.
        Date = "date",
        /// PNG, JPEG, GIF or WebP: a data URL, or an object with `media_type` and `data` in base64.
        Image = "image",
        /// PDF or plain text, given as an image is.
        File = "file",
    }
}

impl VariableKind {
    /// Whether it is more than text and figures.
    #[must_use]
    pub const fn is_media(self) -> bool {
        matches!(self, Self::Image | Self::File)
    }
}

/// One variable of a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// 1 to 40 letters, digits and underscores, with a letter first.
    pub name: String,
    #[serde(rename = "type", default)]
    pub kind: VariableKind,
    /// Absent: it is. One that is not is `none` in templates when it is left out, and reads as nothing.
    #[serde(default = "yes")]
    pub required: bool,
    /// What stands for it when it is left out, required or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Of an enum: 1 to 100.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// Of an image or file: at most so many bytes, 5 MiB if absent, 20 MiB at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<u32>,
}

fn yes() -> bool {
    true
}

impl Variable {
    /// At most so many bytes of a file or picture.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.max_bytes.unwrap_or(FILE_BYTES)
    }

    /// Fields are named from the variable: `values[1]`.
    pub fn check(&self) -> Result<(), Invalid> {
        let mut check = Check::new();
        if let Err(why) = check_name(&self.name) {
            check.error("name", why);
        }
        check.line("description", &self.description, 0, 500);
        if self.kind == VariableKind::Enum {
            self.check_values(&mut check);
        } else {
            check.require(self.values.is_empty(), "values", "expected of the type enum alone");
        }
        match self.max_bytes {
            Some(bytes) if self.kind.is_media() => check.within("max_bytes", bytes, 1, LARGEST_FILE),
            given => {
                check.require(given.is_none(), "max_bytes", "expected of the types image and file alone")
            }
        }
        if let Some(default) = &self.default {
            let media = self.kind.is_media();
            check.require(!media, "default", "expected of none: an image or file comes from the caller");
            if let (false, false, Err(why)) = (media, check.has_errors(), values::read(self, default.clone()))
            {
                check.error("default", why);
            }
        }
        check.finish()
    }

    fn check_values(&self, check: &mut Check) {
        let many = (1..=MOST_VALUES).contains(&self.values.len());
        check.require(many, "values", "expected 1 to 100 values of an enum");
        for (at, value) in self.values.iter().take(MOST_VALUES).enumerate() {
            check.line(&format!("values[{at}]"), value, 1, 200);
        }
    }
}

/// Words that a template reads as its own.
const RESERVED: [&str; 20] = [
    "and", "block", "elif", "else", "extends", "false", "for", "if", "import", "in", "is", "loop", "macro",
    "none", "not", "or", "self", "set", "true", "with",
];

fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("is required".to_owned());
    }
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    if !(letters && begins && name.len() <= LONGEST_NAME) {
        return Err("expected 1 to 40 letters, digits and underscores, with a letter first".to_owned());
    }
    if RESERVED.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(format!("expected another name: {name} is a word of the template language"));
    }
    Ok(())
}
