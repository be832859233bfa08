//! Images, sound and documents: `inlineData`, and `fileData` for what Google can fetch.

use super::signature::standard;
use crate::chat::{Content, Document, Media, Source};
use crate::dropped::Dropped;
use crate::json::{Fields, Invalid, Object};
use serde_json::{Value, json};

/// Reads an `inlineData` or `fileData` of a part, or of a function's response.
pub(super) fn read_media(part: &mut Object, dropped: &mut Dropped) -> Result<Option<Content>, Invalid> {
    if let Some(mut blob) = part.object("inlineData")? {
        let media_type = blob.need("mimeType")?.text()?;
        let data = standard(blob.need("data")?.text()?);
        let name = blob.text("displayName")?;
        let at = blob.place().to_owned();
        blob.drop_rest(dropped);
        if media_type.starts_with("video/") {
            // only one other vendor sees films
            dropped.field(at);
            return Ok(None);
        }
        return Ok(Some(content(&media_type.clone(), Source::Inline { media_type, data }, name)));
    }
    let Some(mut file) = part.object("fileData")? else { return Ok(None) };
    let url = file.need("fileUri")?.text()?;
    let media_type = file.text("mimeType")?;
    let name = file.text("displayName")?;
    file.drop_rest(dropped);
    let kind = media_type.clone().unwrap_or_default();
    Ok(Some(content(&kind, Source::Url { url, media_type }, name)))
}

fn content(media_type: &str, source: Source, name: Option<String>) -> Content {
    match media_type.split('/').next() {
        Some("image") => Content::Image(Media { source, detail: None }),
        Some("audio") => Content::Audio(Media { source, detail: None }),
        _ => Content::Document(Document { source, name }),
    }
}

/// Writes what is not text into a part. What Google cannot fetch is dropped: a function without I/O cannot fetch it
/// either.
pub(super) fn write_media(content: Content, dropped: &mut Dropped) -> Option<Value> {
    let (source, name) = match content {
        Content::Image(Media { source, detail }) => {
            if detail.is_some_and(|detail| detail != "auto") {
                dropped.field("messages.content.image_url.detail");
            }
            (source, "messages.content.image_url")
        }
        Content::Audio(Media { source, .. }) => (source, "messages.content.audio"),
        Content::Document(Document { source, name }) => {
            if name.is_some() {
                dropped.field("messages.content.document.name");
            }
            (source, "messages.content.document")
        }
        _ => {
            dropped.field("messages.content");
            return None;
        }
    };
    let part = write_source(source);
    if part.is_none() {
        dropped.field(name);
    }
    part
}

fn write_source(source: Source) -> Option<Value> {
    let (uri, media_type) = match source {
        Source::Inline { media_type, data } => {
            return Some(json!({ "inlineData": { "mimeType": media_type, "data": data } }));
        }
        Source::Url { url, media_type } => (url, media_type),
        Source::File(id) => (id, None),
    };
    let file = Fields::new().some("mimeType", media_type);
    is_googles(&uri).then(|| json!({ "fileData": Value::from(file.with("fileUri", uri)) }))
}

/// Whether Google fetches it: its own storage, uploaded files, films on YouTube.
fn is_googles(uri: &str) -> bool {
    const STARTS: [&str; 6] = [
        "gs://",
        "https://generativelanguage.googleapis.com/",
        "https://storage.googleapis.com/",
        "https://www.youtube.com/",
        "https://youtube.com/",
        "https://youtu.be/",
    ];
    STARTS.iter().any(|start| uri.starts_with(start))
}
