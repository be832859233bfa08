//! Sound: text that was heard, and text that was spoken.

use super::{sold, tokens};
use crate::json::Object;
use crate::price::Figure;
use crate::usage::{Usage, split};

/// Of a transcription, which says how long it was or how many tokens it took, unless it is bare text.
pub(super) fn heard(body: Option<Object>) -> Usage {
    let unknown = || sold(Figure::Second, 0, Usage { estimated: true, ..Usage::default() });
    let Some(mut body) = body else { return unknown() };
    if let Ok(Some(usage)) = body.object("usage") {
        return read(usage);
    }
    // what the verbose form says, and those who are compatible with it
    body.take("duration")
        .and_then(seconds)
        .map_or_else(unknown, |count| sold(Figure::Second, count, Usage::default()))
}

/// `{"type": "duration", "seconds"}`, or `{"type": "tokens", "input_tokens", "output_tokens", "input_token_details"}`;
/// Mistral's `{"prompt_audio_seconds", "prompt_tokens", "completion_tokens"}`.
pub(super) fn read(mut usage: Object) -> Usage {
    let count = usage.take("seconds").or_else(|| usage.take("prompt_audio_seconds")).and_then(seconds);
    let mut either = |one: &str, other: &str| {
        tokens(&mut usage, one).or_else(|| tokens(&mut usage, other)).unwrap_or_default()
    };
    let mut read = Usage {
        input: either("input_tokens", "prompt_tokens"),
        output: either("output_tokens", "completion_tokens"),
        ..Usage::default()
    };
    let details = ["input_token_details", "input_tokens_details"];
    if let Some(mut details) = details.into_iter().find_map(|field| usage.object(field).ok().flatten()) {
        let sound = tokens(&mut details, "audio_tokens").unwrap_or_default();
        read.input_audio = split(&mut read.input, sound);
    }
    match count {
        Some(count) => sold(Figure::Second, count, read),
        None => read,
    }
}

/// Whole ones, a part of one for all of it.
fn seconds(item: crate::json::Item) -> Option<u64> {
    let seconds = match &item.value {
        // of those who write numbers as text
        serde_json::Value::String(text) => text.parse().ok(),
        value => value.as_f64(),
    };
    // a cast of a float keeps to the range
    seconds.filter(|seconds| (0.0..1e9).contains(seconds)).map(|seconds| seconds.ceil() as u64)
}

/// So many characters were to be spoken: the answer is nothing but sound.
pub(super) fn spoken(characters: u64) -> Usage {
    // about as many tokens as elsewhere; how long the sound is, nobody says
    let input = characters.div_ceil(4);
    sold(Figure::Character, characters, Usage { input, estimated: true, ..Usage::default() })
}
