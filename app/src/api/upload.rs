//! Forms with a file in them, read whole. Their size was limited before (see [`crate::access::Endpoint::upload`]).

use crate::error::Result;
use domain::problem::{Problem, ProblemKind};
use server_fn::codec::MultipartData;

/// The fields of a form by name; a file is its text.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    pub async fn read(form: MultipartData) -> Result<Self> {
        let malformed = || Problem::new(ProblemKind::MalformedInput, "the form could not be read");
        let mut form = form.into_inner().ok_or_else(malformed)?;
        let mut fields = Vec::new();
        while let Some(field) = form.next_field().await.map_err(|_| malformed())? {
            let name = field.name().unwrap_or_default().to_owned();
            fields.push((name, field.text().await.map_err(|_| malformed())?));
        }
        Ok(Self(fields))
    }

    /// Empty where it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        let field = self.0.iter().find(|(field, _)| field == name);
        field.map(|(_, text)| text.clone()).unwrap_or_default()
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
