//! What a colour means. Colour never stands alone: a word or an icon always says the same.

use crate::Glyph;

/// How something is to be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Neutral,
    Accent,
    Good,
    Warning,
    Danger,
    Info,
}

impl Tone {
    /// The class that sets the tone's colours.
    pub fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Accent => "tone-accent",
            Self::Good => "tone-good",
            Self::Warning => "tone-warning",
            Self::Danger => "tone-danger",
            Self::Info => "tone-info",
        }
    }

    /// The icon that says the tone without colour.
    pub fn glyph(self) -> Glyph {
        match self {
            Self::Good => Glyph::CheckCircle,
            Self::Warning => Glyph::Warning,
            Self::Danger => Glyph::Problem,
            Self::Neutral | Self::Accent | Self::Info => Glyph::Info,
        }
    }
}
