//! The draft's OpenAPI document as an editor looks at it.

use crate::actor::Actor;
use crate::error::{Error, Result};
use crate::openapi::{self, Finding, Format, Limits};
use crate::services::Control;
use domain::ids::ApiId;
use domain::text::VersionName;
use serde::{Deserialize, Serialize};

/// A document, and what was remarked about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Design {
    pub format: Format,
    pub title: String,
    /// The author's version, `info.version`; empty if missing.
    pub version: String,
    pub operations: u64,
    /// Indented JSON.
    pub text: String,
    /// Warnings and hints, with their places in `text`.
    pub findings: Vec<Finding>,
}

/// The document of the draft, if there is one.
pub async fn design(
    control: &Control,
    actor: &Actor,
    api: &ApiId,
    name: &VersionName,
) -> Result<Option<Design>> {
    let Some(text) = super::document(control, actor, api, name).await? else { return Ok(None) };
    let read = tokio::task::spawn_blocking(move || read(&text)).await;
    read.map_err(|error| Error::Internal(format!("openapi: {error}")))?
        .map(Some)
        .map_err(|_| Error::Internal("a kept OpenAPI document is not readable any more".to_owned()))
}

/// Read twice: places are told in the text that is shown.
fn read(text: &str) -> Result<Design, Vec<Finding>> {
    let shown = openapi::read(text, &Limits::KEPT)?.pretty();
    let document = openapi::read(&shown, &Limits::KEPT)?;
    Ok(Design {
        format: document.format,
        title: document.title,
        version: document.version,
        operations: u64::try_from(document.operations.len()).unwrap_or(u64::MAX),
        findings: document.findings,
        text: shown,
    })
}
