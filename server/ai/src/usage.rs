//! What a model was given and gave, in one convention for all vendors: every token is counted in exactly one field.

use crate::price::Figure;
use std::collections::BTreeMap;

/// Tokens of one answer. Vendors count differently (OpenAI's prompt includes what came from the cache, Anthropic's does
/// not; Gemini's output is without its thoughts): edges convert, sums are made here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Text that was neither read from nor written to a cache.
    pub input: u64,
    pub input_audio: u64,
    pub input_image: u64,
    pub cache_read: u64,
    /// Written to a cache that holds for minutes.
    pub cache_write: u64,
    /// Written to a cache that holds for an hour.
    pub cache_write_1h: u64,
    /// What the vendor's own tools put into the prompt.
    pub tool_prompt: u64,
    /// What was said, without thoughts and audio.
    pub output: u64,
    pub reasoning: u64,
    pub output_audio: u64,
    /// Pictures that were made, where they are counted in tokens.
    pub output_image: u64,
    /// What is sold by the piece: pictures, seconds, characters, questions to a reranker. A model that has a price for it
    /// is not billed by the token.
    pub pieces: Option<(Figure, u64)>,
    /// Calls of tools that the vendor runs, by name: `web_search_requests`.
    pub server_tools: BTreeMap<String, u64>,
    /// The tier that the vendor says it served on, where that has a price of its own: `flex`, `priority`, `batch`.
    pub tier: Option<String>,
    /// Nobody said: counted by us.
    pub estimated: bool,
}

impl Usage {
    /// All that went in.
    #[must_use]
    pub fn total_input(&self) -> u64 {
        [
            self.input,
            self.input_audio,
            self.input_image,
            self.cache_read,
            self.cache_write,
            self.cache_write_1h,
            self.tool_prompt,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }

    /// All that came out.
    #[must_use]
    pub fn total_output(&self) -> u64 {
        let made = self.output_audio.saturating_add(self.output_image);
        self.output.saturating_add(self.reasoning).saturating_add(made)
    }

    #[must_use]
    pub fn total(&self) -> u64 {
        self.total_input().saturating_add(self.total_output())
    }
}

/// Takes `part` out of `whole` and gives it back: what a vendor says is part of a sum, as far as the sum goes. So no
/// figure is below 0, and parts are never more than their whole.
#[must_use]
pub fn split(whole: &mut u64, part: u64) -> u64 {
    let part = part.min(*whole);
    *whole -= part;
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_never_more_than_their_whole() {
        let mut whole = 10;
        assert_eq!(split(&mut whole, 7), 7);
        assert_eq!(split(&mut whole, 7), 3);
        assert_eq!(whole, 0);
        let usage = Usage { input: u64::MAX, cache_read: 5, output: 1, reasoning: 2, ..Usage::default() };
        assert_eq!((usage.total_input(), usage.total_output()), (u64::MAX, 3));
    }
}
