//! What may be used at most of what is beside conversation, as far as a request says: so much is set aside before
//! anybody is asked. What it really was, the answer says.
//!
//! Pictures and texts to be spoken have bounds that follow from what vendors publish of how they count. Where a request
//! does not say what it asks for, the dearest is taken that can be asked for.

use super::{Task, rerank, sound};
use crate::price::{Figure, Price, cost_of, most_of_tokens};
use serde_json::Value;

/// Pictures that OpenAI makes at once.
const MOST_PICTURES: u64 = 10;
/// Pixels of the largest picture that OpenAI makes.
const MOST_PIXELS: u64 = 8_294_400;
/// What each piece of a picture that comes early costs beside it (OpenAI's guide to streams of pictures).
const TOKENS_OF_PART: u64 = 100;
/// Half a second is enough for a character, and a second of speech is about 20 tokens.
const TOKENS_OF_CHARACTER: u64 = 10;
/// Tokens of a second of sound, and of the words in it: vendors count 10 to 17 for the one, and nobody says more.
const TOKENS_OF_SECOND: u64 = 20;
/// Of text that is spoken, where nobody counts: as what was used is told.
const CHARACTERS_OF_TOKEN: u64 = 4;
/// Seconds of a sound that the vendor fetches itself, of which nothing is known: as long as any takes.
const SECONDS_ELSEWHERE: u64 = 4 * 3_600;

/// What a call may use at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Most {
    /// As in [`crate::usage::Usage::pieces`].
    pieces: Option<(Figure, u64)>,
    /// Tokens of the request's words, at least.
    words: u64,
    /// Tokens that go in, at least, where tokens are billed.
    input: u64,
    /// Tokens that come out, where tokens are billed.
    output: u64,
}

impl Task {
    /// What may be used at most. `said` is the request, or the sound that is to be heard; `None` where it is elsewhere.
    #[must_use]
    pub fn most(self, said: Option<&[u8]>) -> Most {
        if self == Self::Transcription {
            return heard(said.map_or(SECONDS_ELSEWHERE, sound::seconds));
        }
        let said = said.unwrap_or_default();
        let body: Value = serde_json::from_slice(said).unwrap_or_default();
        match self {
            Self::Images => pictures(&body),
            Self::Speech => spoken(&body, self.pieces(said)),
            Self::Rerank => rerank::most(&body),
            // texts may be given as tokens, which are no words
            _ => Most { input: body.get("input").map_or(0, numbers), ..Most::default() },
        }
    }
}

impl Most {
    pub(super) fn of(figure: Figure, count: u64) -> Self {
        Self { pieces: Some((figure, count)), ..Self::default() }
    }

    pub(super) fn with_input(self, input: u64) -> Self {
        Self { input, ..self }
    }

    /// Tokens, and nano-dollars, of a request whose words are so many tokens. A model that has a price for the pieces
    /// counts no tokens but those of the words; what has no price at all is taken for free.
    #[must_use]
    pub fn reckoned(&self, words: u64, price: Option<&Price>) -> (u64, u64) {
        let words = words.max(self.words);
        let (input, output) = (words.max(self.input), self.output);
        let sum = |nano: i64| u64::try_from(nano).unwrap_or_default();
        let tokens = sum(price.map_or(0, |price| most_of_tokens(input, output, price)));
        let pieces = price.zip(self.pieces).map(|(price, (figure, count))| cost_of(figure, count, price));
        match pieces.filter(|cost| cost.unknown.is_empty()) {
            // a vendor who has both prices may bill either
            Some(pieces) => (words, sum(pieces.nano).max(tokens)),
            None => (input.saturating_add(output), tokens),
        }
    }
}

/// Pictures: `n` of a size and a quality, and pieces of them that come early.
fn pictures(body: &Value) -> Most {
    let count = body.get("n").map_or(Some(1), whole).unwrap_or(MOST_PICTURES).max(1);
    let early = body.get("partial_images").map_or(Some(0), whole).unwrap_or(MOST_PICTURES);
    let size = body.get("size").and_then(Value::as_str).and_then(pixels).unwrap_or(MOST_PIXELS);
    let of_one = tokens_of_picture(body.get("quality").and_then(Value::as_str), size);
    let each = of_one.saturating_add(early.saturating_mul(TOKENS_OF_PART));
    Most { output: count.saturating_mul(each), ..Most::of(Figure::Image, count) }
}

/// `factor * (2,000,000 + pixels) / 4,000,000` is what gpt-image-2 counts of a square, and less of what is no square.
/// gpt-image-1 counts less of every size but in low quality, for which the factor is 480 rather than 256.
fn tokens_of_picture(quality: Option<&str>, pixels: u64) -> u64 {
    let factor: u64 = match quality {
        Some("low") => 480,
        Some("medium") => 2_304,
        _ => 9_216,
    };
    factor.saturating_mul(pixels.saturating_add(2_000_000)).div_ceil(4_000_000)
}

/// Of `1024x1536`.
fn pixels(size: &str) -> Option<u64> {
    let (width, height) = size.split_once(['x', 'X'])?;
    width.trim().parse::<u64>().ok()?.checked_mul(height.trim().parse().ok()?)
}

/// A text that is spoken, and how slowly.
fn spoken(body: &Value, characters: u64) -> Most {
    let speed = body.get("speed").and_then(Value::as_f64).unwrap_or(1.0).clamp(0.25, 1.0);
    let tokens = characters.saturating_mul(TOKENS_OF_CHARACTER) as f64 / speed;
    // a cast of a float keeps to the range
    let output = tokens.ceil() as u64;
    let words = characters.div_ceil(CHARACTERS_OF_TOKEN);
    Most { words, input: characters, output, ..Most::of(Figure::Character, characters) }
}

fn heard(seconds: u64) -> Most {
    let tokens = seconds.saturating_mul(TOKENS_OF_SECOND);
    Most { input: tokens, output: tokens, ..Most::of(Figure::Second, seconds) }
}

/// How many numbers there are in lists of tokens.
fn numbers(value: &Value) -> u64 {
    match value {
        Value::Number(_) => 1,
        Value::Array(items) => items.iter().map(numbers).sum(),
        _ => 0,
    }
}

/// A number as it may be written: vendors read one in quotes as well. `null` is 1, as if it were absent.
fn whole(value: &Value) -> Option<u64> {
    match value {
        Value::Null => Some(1),
        Value::String(text) => text.trim().parse().ok(),
        // a cast of a float keeps to the range
        _ => value.as_u64().or_else(|| value.as_f64().map(|number| number.ceil() as u64)),
    }
}

#[cfg(test)]
mod tests;
