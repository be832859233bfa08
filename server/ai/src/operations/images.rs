//! Pictures that a model made.

use super::{sold, tokens};
use crate::json::Object;
use crate::price::Figure;
use crate::usage::{Usage, split};

/// Of an answer as OpenAI gives it: so many pictures, and tokens where the vendor counts them.
pub(super) fn usage(body: &mut Object) -> Usage {
    let count = body.list("data").unwrap_or_default().len() as u64;
    match body.object("usage") {
        Ok(Some(usage)) => sold(Figure::Image, count, read(usage)),
        _ => sold(Figure::Image, count, Usage { estimated: true, ..Usage::default() }),
    }
}

/// `{"input_tokens", "output_tokens", "input_tokens_details": {"image_tokens"}, "output_tokens_details": {"text_tokens"}}`:
/// what comes out is a picture but for what is said to be text.
pub(super) fn read(mut usage: Object) -> Usage {
    let mut read =
        Usage { input: tokens(&mut usage, "input_tokens").unwrap_or_default(), ..Usage::default() };
    read.output_image = tokens(&mut usage, "output_tokens").unwrap_or_default();
    if let Ok(Some(mut details)) = usage.object("input_tokens_details") {
        let mut part = |field: &str| tokens(&mut details, field).unwrap_or_default();
        let (pictures, cached) = (part("image_tokens"), part("cached_tokens"));
        read.input_image = split(&mut read.input, pictures);
        read.cache_read = split(&mut read.input, cached);
    }
    if let Ok(Some(mut details)) = usage.object("output_tokens_details") {
        let text = tokens(&mut details, "text_tokens").unwrap_or_default();
        read.output = split(&mut read.output_image, text);
    }
    read
}
