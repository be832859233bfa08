//! Images, documents and sounds: inline, or in S3. Bedrock fetches nothing from elsewhere.

use crate::chat::{Document, Media, Source};
use crate::dropped::Dropped;
use serde_json::{Value, json};

/// What a media type, or the end of a file's name, is called here.
type Formats = &'static [(&'static str, &'static str)];

const IMAGES: Formats = &[
    ("image/png", "png"),
    ("image/jpeg", "jpeg"),
    ("image/jpg", "jpeg"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    (".png", "png"),
    (".jpeg", "jpeg"),
    (".jpg", "jpeg"),
    (".gif", "gif"),
    (".webp", "webp"),
];

const DOCUMENTS: Formats = &[
    ("application/pdf", "pdf"),
    ("text/csv", "csv"),
    ("application/msword", "doc"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("text/html", "html"),
    ("text/plain", "txt"),
    ("text/markdown", "md"),
    (".pdf", "pdf"),
    (".csv", "csv"),
    (".doc", "doc"),
    (".docx", "docx"),
    (".xls", "xls"),
    (".xlsx", "xlsx"),
    (".html", "html"),
    (".txt", "txt"),
    (".md", "md"),
];

const SOUNDS: Formats = &[
    ("audio/mp3", "mp3"),
    ("audio/mpeg", "mp3"),
    ("audio/wav", "wav"),
    ("audio/x-wav", "wav"),
    ("audio/flac", "flac"),
    ("audio/ogg", "ogg"),
    ("audio/opus", "opus"),
    ("audio/aac", "aac"),
    ("audio/mp4", "mp4"),
    ("audio/m4a", "m4a"),
    ("audio/webm", "webm"),
    ("audio/pcm", "pcm"),
    (".mp3", "mp3"),
    (".wav", "wav"),
    (".flac", "flac"),
    (".ogg", "ogg"),
];

/// Letters of a document's name at the most.
const LONGEST_NAME: usize = 200;

/// What goes into an `image` block.
pub(super) fn write_image(image: Media, dropped: &mut Dropped) -> Option<Value> {
    if image.detail.is_some_and(|detail| detail != "auto") {
        dropped.field("messages.content.image_url.detail");
    }
    let missing = match &image.source {
        Source::Inline { .. } => "messages.content.image",
        Source::Url { .. } => "messages.content.image_url",
        Source::File(_) => "messages.content.image.file_id",
    };
    let written = located(image.source, IMAGES, "");
    if written.is_none() {
        dropped.field(missing);
    }
    written.map(|(format, source)| json!({ "format": format, "source": source }))
}

/// What goes into an `audio` block.
pub(super) fn write_sound(sound: Media, dropped: &mut Dropped) -> Option<Value> {
    let written = located(sound.source, SOUNDS, "");
    if written.is_none() {
        dropped.field("messages.content.audio");
    }
    written.map(|(format, source)| json!({ "format": format, "source": source }))
}

/// What goes into a `document` block. Names must differ, so those that were used are known.
pub(super) fn write_document(
    document: Document,
    used: &mut Vec<String>,
    dropped: &mut Dropped,
) -> Option<Value> {
    let missing = match &document.source {
        Source::Inline { .. } => "messages.content.document",
        Source::Url { .. } => "messages.content.document.url",
        Source::File(_) => "messages.content.document.file_id",
    };
    let name = document.name.unwrap_or_default();
    let Some((format, source)) = located(document.source, DOCUMENTS, &name) else {
        dropped.field(missing);
        return None;
    };
    let plain = plain_name(&name);
    let mut name = plain.clone();
    let mut copies = 1;
    while used.contains(&name) {
        copies += 1;
        name = format!("{plain} ({copies})");
    }
    used.push(name.clone());
    Some(json!({ "format": format, "name": name, "source": source }))
}

/// The format and the source, if Bedrock takes both.
fn located(source: Source, formats: Formats, name: &str) -> Option<(&'static str, Value)> {
    match source {
        Source::Inline { media_type, data } => {
            let format = by_type(formats, &media_type).or_else(|| by_end(formats, name))?;
            Some((format, json!({ "bytes": data })))
        }
        Source::Url { url, media_type } if url.starts_with("s3://") => {
            let format = media_type.and_then(|media_type| by_type(formats, &media_type));
            let format = format.or_else(|| by_end(formats, &url)).or_else(|| by_end(formats, name))?;
            Some((format, json!({ "s3Location": { "uri": url } })))
        }
        Source::Url { .. } | Source::File(_) => None,
    }
}

fn by_type(formats: Formats, media_type: &str) -> Option<&'static str> {
    // without parameters: `text/plain; charset=utf-8`
    let bare = media_type.split(';').next().unwrap_or_default().trim();
    formats.iter().find(|(word, _)| word.eq_ignore_ascii_case(bare)).map(|(_, format)| *format)
}

fn by_end(formats: Formats, name: &str) -> Option<&'static str> {
    let end = name.get(name.rfind('.')?..)?;
    by_type(formats, end)
}

/// The name with the letters that are allowed: letters and digits, single spaces, hyphens, parentheses, brackets.
fn plain_name(name: &str) -> String {
    let stem = name.rfind('.').filter(|dot| *dot > 0).and_then(|dot| name.get(..dot)).unwrap_or(name);
    let mut plain = String::new();
    for letter in stem.chars() {
        let allowed = letter.is_ascii_alphanumeric() || matches!(letter, '-' | '(' | ')' | '[' | ']');
        match letter {
            _ if allowed => plain.push(letter),
            _ if !plain.ends_with(' ') => plain.push(' '),
            _ => {}
        }
    }
    // room for the number of a copy
    let plain: String = plain.trim().chars().take(LONGEST_NAME - 10).collect();
    if plain.is_empty() { "document".to_owned() } else { plain.trim_end().to_owned() }
}

/// The media type of an image that a model made.
pub(super) fn image_type(format: &str) -> String {
    format!("image/{format}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_documents_keep_what_is_allowed() {
        let cases = [
            ("report.pdf", "report"),
            ("My  résumé_v2.final.docx", "My r sum v2 final"),
            ("a (1) [x]-y", "a (1) [x]-y"),
            (".pdf", "pdf"),
            ("报告.pdf", "document"),
            ("", "document"),
        ];
        for (name, plain) in cases {
            assert_eq!(plain_name(name), plain, "{name}");
        }
        assert_eq!(plain_name(&"x".repeat(300)).len(), 190);
    }

    #[test]
    fn formats_are_found_by_type_or_by_end() {
        assert_eq!(by_type(DOCUMENTS, "text/plain; charset=utf-8"), Some("txt"));
        assert_eq!(by_type(IMAGES, "IMAGE/JPG"), Some("jpeg"));
        assert_eq!(by_type(IMAGES, "image/bmp"), None);
        assert_eq!(by_end(DOCUMENTS, "a.tar.MD"), Some("md"));
        assert_eq!(by_end(DOCUMENTS, "md"), None);
    }
}
