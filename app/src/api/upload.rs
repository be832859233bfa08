//! Forms with a file in them, read whole. Their size was limited before (see [`crate::access::Endpoint::upload`]).

use crate::error::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::problem::{Problem, ProblemKind};
use server_fn::Bytes;
use server_fn::codec::MultipartData;

/// The fields of a form by name; a file is its text.
pub struct Fields(Vec<Sent>);

struct Sent {
    name: String,
    media_type: String,
    bytes: Bytes,
}

impl Fields {
    pub async fn read(form: MultipartData) -> Result<Self> {
        let malformed = || Problem::new(ProblemKind::MalformedInput, "the form could not be read");
        let mut form = form.into_inner().ok_or_else(malformed)?;
        let mut fields = Vec::new();
        while let Some(field) = form.next_field().await.map_err(|_| malformed())? {
            let name = field.name().unwrap_or_default().to_owned();
            let media_type = field.content_type().map(ToString::to_string).unwrap_or_default();
            fields.push(Sent { name, media_type, bytes: field.bytes().await.map_err(|_| malformed())? });
        }
        Ok(Self(fields))
    }

    fn sent(&self, name: &str) -> Option<&Sent> {
        self.0.iter().find(|field| field.name == name)
    }

    /// Empty where it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        let text = self.sent(name).map(|field| String::from_utf8_lossy(&field.bytes));
        // editors put the mark of byte order at the beginning of files
        text.map(|text| text.trim_start_matches('\u{feff}').to_owned()).unwrap_or_default()
    }

    /// A file as a data URL (RFC 2397); `None` where none was chosen.
    #[must_use]
    pub fn data_url(&self, name: &str) -> Option<String> {
        let file = self.sent(name).filter(|file| !file.bytes.is_empty())?;
        Some(format!("data:{};base64,{}", file.media_type, STANDARD.encode(&file.bytes)))
    }

    /// A document that was given as a file or, without one, pasted.
    #[must_use]
    pub fn document(&self) -> Option<String> {
        [self.text("file"), self.text("openapi")].into_iter().find(|text| !text.trim().is_empty())
    }
}

/// Words between commas.
#[must_use]
pub fn list(text: &str) -> Vec<String> {
    let parts = text.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}
