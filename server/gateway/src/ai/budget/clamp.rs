//! Writes into a request how much the model may say, where the caller did not. The rest of the body stays byte by byte
//! as it is.

use crate::ai::peek::members;
use crate::ai::splice::Edit;
use ai::dialect::VendorDialect;

/// The field that bounds an answer, from the top of the body.
#[must_use]
pub fn field(dialect: VendorDialect, completion: bool) -> &'static [&'static str] {
    match dialect {
        VendorDialect::OpenAiChat if completion => &["max_completion_tokens"],
        VendorDialect::OpenAiChat
        | VendorDialect::Mistral
        | VendorDialect::Cohere
        | VendorDialect::Anthropic => &["max_tokens"],
        VendorDialect::Gemini => &["generationConfig", "maxOutputTokens"],
        VendorDialect::Bedrock => &["inferenceConfig", "maxTokens"],
        VendorDialect::Ollama => &["options", "num_predict"],
    }
}

/// What sets the field to a number, in the place of what stands there. `None`, if the body is no JSON object.
#[must_use]
pub fn edit(body: &[u8], path: &[&str], number: u64) -> Option<Edit> {
    let (name, deeper) = path.split_first()?;
    let (mut old, mut is_empty) = (None, true);
    let told = members(body, |member| {
        is_empty = false;
        if member.name == *name {
            old = Some(member.value);
        }
    });
    let start = told.ok()?;
    let inner = deeper.iter().rev().fold(number.to_string(), |inner, name| format!("{{\"{name}\":{inner}}}"));
    let Some(old) = old else {
        let comma = if is_empty { "" } else { "," };
        return Some(Edit::new(start..start, format!("\"{name}\":{inner}{comma}")));
    };
    let within = body.get(old.clone()).and_then(|old| edit(old, deeper, number));
    Some(within.map(|edit| edit.after(old.start)).unwrap_or_else(|| Edit::new(old, inner)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::peek::Peek;
    use crate::ai::splice::Spliced;
    use bytes::Bytes;

    #[test]
    fn only_the_bound_is_written() {
        for (body, path, expected) in [
            (r#"{ "a" : [1, 2.50] }"#, &["m"][..], r#"{"m":7, "a" : [1, 2.50] }"#),
            (r#"{"m":null,"a":1}"#, &["m"], r#"{"m":7,"a":1}"#),
            (r#" {"a":1,"m" : 90 }"#, &["m"], r#" {"a":1,"m" : 7 }"#),
            ("{}", &["m"], r#"{"m":7}"#),
            (r#"{"a":1}"#, &["g", "m"], r#"{"g":{"m":7},"a":1}"#),
            (r#"{"g":{"t":0.5},"a":1}"#, &["g", "m"], r#"{"g":{"m":7,"t":0.5},"a":1}"#),
            (r#"{"g":null}"#, &["g", "m"], r#"{"g":{"m":7}}"#),
            ("no object", &["m"], "no object"),
        ] {
            let edits = edit(body.as_bytes(), path, 7).into_iter().collect();
            let written = Spliced::new(body.into(), edits).whole().into_owned();
            assert_eq!(String::from_utf8(written).unwrap(), expected, "{body}");
        }
    }

    #[test]
    fn a_large_body_is_there_once_until_it_is_written() {
        let text = "word ".repeat(40_000);
        let body = Bytes::from(format!(
            r#"{{"messages":["{text}"],"stream":true,"model":"alias","max_tokens":null}}"#
        ));
        let peek = Peek::of(&body).unwrap();
        let mut spliced = Spliced::new(body.clone(), peek.edits("model", true));
        spliced.edit(edit(spliced.base(), &["max_tokens"], 7).unwrap());
        assert_eq!((spliced.base().as_ptr(), spliced.base().len()), (body.as_ptr(), body.len()));
        let (length, mut out) = (spliced.len(), Vec::with_capacity(spliced.len()));
        let place = out.as_ptr();
        spliced.write(&mut out);
        assert_eq!((out.len(), out.as_ptr()), (length, place), "it is written where it goes out from");
        let expected = format!(
            r#"{{"stream_options":{{"include_usage":true}},"messages":["{text}"],"stream":true,"model":"model","max_tokens":7}}"#
        );
        assert!(out == expected.as_bytes());
    }
}
