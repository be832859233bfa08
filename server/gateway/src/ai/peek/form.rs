//! What the gateway must know of a form with files (`multipart/form-data`, RFC 7578) that it forwards as it is.
//!
//! A form that two readers might read differently is refused: the vendor must not see another model than the gateway.

use super::{Edit, Failure, invalid};
use memchr::memmem;
use std::ops::Range;

/// Bytes of a boundary (RFC 2046 section 5.1.1).
const LONGEST_BOUNDARY: usize = 70;
/// Of the value of a field that is read here.
const LONGEST_VALUE: usize = 1_024;

/// What a form says.
#[derive(Debug)]
pub struct Form {
    pub model: String,
    pub stream: bool,
    model_at: Range<usize>,
    file_at: Option<Range<usize>>,
}

impl Form {
    /// Reads a form, in which the model must be named.
    pub fn of(content_type: &str, body: &[u8]) -> Result<Self, Failure> {
        let between = [b"\r\n--", boundary(content_type)?.as_bytes()].concat();
        let delimiter = between.get(2..).unwrap_or_default();
        let (mut model, mut stream, mut file) = (None, None, None);
        // nothing may stand before the first one: who finds another one there, nobody knows
        if !body.starts_with(delimiter) {
            return Err(invalid("expected a form, whose first boundary is missing"));
        }
        let mut at = delimiter.len();
        loop {
            let rest = body.get(at..).unwrap_or_default();
            if rest.starts_with(b"--") {
                break;
            }
            if !rest.starts_with(b"\r\n") {
                return Err(invalid("expected a line end after a boundary of the form"));
            }
            let length = memmem::find(rest, &between).ok_or_else(|| invalid("the form ends in a field"))?;
            let part = rest.get(..length).unwrap_or_default();
            let head =
                memmem::find(part, b"\r\n\r\n").ok_or_else(|| invalid("a field of the form has no head"))?;
            let value = at + head + 4..at + length;
            match name(part.get(2..head).unwrap_or_default())?.as_str() {
                "model" => once(&mut model, value, "model")?,
                "stream" => once(&mut stream, value, "stream")?,
                "file" => once(&mut file, value, "file")?,
                _ => {}
            }
            at += length + between.len();
        }
        let model_at = model.ok_or_else(|| invalid("model: expected a field of the form, got none"))?;
        Ok(Self {
            model: text(body, &model_at, "model")?.to_owned(),
            stream: match stream {
                Some(at) => matches!(text(body, &at, "stream")?, "true" | "True" | "1"),
                None => false,
            },
            model_at,
            file_at: file,
        })
    }

    /// The file in the form, as it is sent.
    #[must_use]
    pub fn file<'b>(&self, body: &'b [u8]) -> Option<&'b [u8]> {
        self.file_at.clone().and_then(|at| body.get(at))
    }

    /// What makes another model of it.
    #[must_use]
    pub fn edits(&self, model: &str) -> Vec<Edit> {
        vec![Edit::new(self.model_at.clone(), model)]
    }
}

fn once(place: &mut Option<Range<usize>>, value: Range<usize>, field: &str) -> Result<(), Failure> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(invalid(format!("{field}: expected once in the form"))),
    }
}

fn text<'b>(body: &'b [u8], at: &Range<usize>, field: &str) -> Result<&'b str, Failure> {
    let bytes = body.get(at.clone()).unwrap_or_default();
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST_VALUE);
    let text = text.filter(|text| !text.contains(['\r', '\n']));
    text.ok_or_else(|| invalid(format!("{field}: expected a line of at most {LONGEST_VALUE} bytes")))
}

fn boundary(content_type: &str) -> Result<String, Failure> {
    let expected = || invalid("content-type: expected multipart/form-data with a boundary");
    let (kind, rest) = content_type.split_once(';').ok_or_else(expected)?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return Err(expected());
    }
    let boundary = parameter(rest, "boundary")?.ok_or_else(expected)?;
    let fits = (1..=LONGEST_BOUNDARY).contains(&boundary.len()) && boundary.is_ascii();
    if fits { Ok(boundary) } else { Err(expected()) }
}

/// The name in the head of a field; empty where it has none.
fn name(head: &[u8]) -> Result<String, Failure> {
    let head =
        std::str::from_utf8(head).map_err(|_| invalid("expected UTF-8 in the head of a form's field"))?;
    let mut found = None;
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            return Err(invalid("expected no folded line in the head of a form's field"));
        }
        let Some((field, value)) = line.split_once(':') else { continue };
        if !field.trim().eq_ignore_ascii_case("content-disposition") {
            continue;
        }
        let (_, parameters) = value.split_once(';').unwrap_or_default();
        if found.replace(parameter(parameters, "name")?.unwrap_or_default()).is_some() {
            return Err(invalid("expected one content-disposition in the head of a form's field"));
        }
    }
    Ok(found.unwrap_or_default())
}

/// A parameter of a header field, quoted or not.
fn parameter(text: &str, wanted: &str) -> Result<Option<String>, Failure> {
    let unclear = || invalid(format!("expected {wanted} once and without escapes in the form's head"));
    let (mut found, mut rest) = (None, text);
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', '\t', ';']);
        let value;
        (value, rest) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or_else(unclear)?,
            None => after.split_once(';').unwrap_or((after, "")),
        };
        // where a quote that is escaped ends, readers do not agree
        let escaped = after.starts_with('"') && value.ends_with('\\');
        let extended = name.strip_suffix('*').is_some_and(|name| name.eq_ignore_ascii_case(wanted));
        if escaped || extended || name.contains(['"', ';', ' ']) {
            return Err(unclear());
        }
        if name.eq_ignore_ascii_case(wanted) && found.replace(value.trim().to_owned()).is_some() {
            return Err(unclear());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::super::splice::Spliced;
    use super::*;
    use ai::failure::FailureKind;

    const TYPE: &str = "multipart/form-data; boundary=\"xx\"";

    fn part(head: &str, value: &str) -> String {
        format!("--xx\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n")
    }

    fn form(parts: &[(&str, &str)]) -> String {
        let parts: String = parts.iter().map(|(head, value)| part(head, value)).collect();
        format!("{parts}--xx--\r\n")
    }

    #[test]
    fn only_the_model_is_changed() {
        let file = ("name=\"file\"; filename=\"a; b=c.mp3\"", "\r\n--x \r\n\r\nmodel");
        let body = form(&[file, ("name=\"model\"", "alias"), ("name=stream", "true")]);
        let read = Form::of(TYPE, body.as_bytes()).unwrap();
        assert_eq!((read.model.as_str(), read.stream), ("alias", true));
        assert_eq!(read.file(body.as_bytes()), Some(file.1.as_bytes()));
        let spliced = Spliced::new(body.into(), read.edits("whisper-1"));
        let expected = form(&[file, ("name=\"model\"", "whisper-1"), ("name=stream", "true")]);
        assert_eq!(String::from_utf8(spliced.whole().into_owned()).unwrap(), expected);
    }

    #[test]
    fn what_is_not_clear_is_refused() {
        let model = ("name=\"model\"", "a");
        for (kind, body, says) in [
            ("application/json", form(&[model]), "content-type"),
            ("multipart/form-data", form(&[model]), "content-type"),
            (TYPE, form(&[("name=\"file\"", "a")]), "model: expected a field"),
            (TYPE, form(&[model, model]), "model: expected once"),
            (TYPE, form(&[model, ("name=file", "a"), ("name=file", "b")]), "file: expected once"),
            (TYPE, form(&[("name=\"model\"", "a\r\nb")]), "model: expected a line"),
            (TYPE, form(&[("name=\"x\"; name=\"model\"", "a")]), "expected name once"),
            (TYPE, form(&[("name=\"x\\\"; name=\"model\"", "a")]), "expected name once"),
            (TYPE, form(&[("name*=utf-8''model", "a"), model]), "expected name once"),
            (TYPE, form(&[("name=\"model", "a")]), "expected name once"),
            (TYPE, part("name=\"model\"", "a"), "ends in a field"),
            (TYPE, String::new(), "first boundary"),
            (TYPE, "--xx\r\nno head\r\n--xx--".to_owned(), "no head"),
        ] {
            let failure = Form::of(kind, body.as_bytes()).unwrap_err();
            assert!(failure.message.contains(says), "{body}: {}", failure.message);
            assert_eq!(failure.kind, FailureKind::InvalidRequest);
        }
    }
}
