//! A connection to a vendor, prepared once per snapshot.

use super::keys::KeyPool;
use super::offer::{Offer, Priced};
use super::pace::Paces;
use super::passed::{self, Passed};
use crate::upstream::cluster::Cluster;
use ai::catalogue::{KeyIn, Model};
use ai::dialect::VendorDialect;
use http::HeaderName;
use std::sync::Arc;

#[derive(Debug)]
pub struct Provider {
    pub id: Box<str>,
    /// The vendor's id in the catalogue.
    pub vendor: Box<str>,
    /// The last one is spoken to all models that the others are not for.
    pub faces: Vec<Face>,
    pub key_in: KeyIn,
    pub keys: KeyPool,
    /// See [`ai::dialect::Target`].
    pub max_completion_tokens: bool,
    /// Part of what a price is for.
    pub region: Option<Box<str>>,
    /// Anthropic's dialect is told its version in the body, and the model in the path.
    pub anthropic_version_in_body: bool,
    /// Of Azure's API, where it is to be said.
    pub api_version: Option<Box<str>>,
    pub offer: Offer,
    pub paces: Arc<Paces>,
}

/// How models of some names are spoken to.
#[derive(Debug)]
pub struct Face {
    /// What the names begin with.
    pub prefix: Box<str>,
    pub dialect: VendorDialect,
    /// One node: the base of the vendor's URLs.
    pub cluster: Arc<Cluster>,
}

/// What is said to Anthropic of the version of its dialect.
const ANTHROPIC_VERSION: &str = "2023-06-01";

impl Provider {
    /// How the model is spoken to; `None` where the operators do not let it be called.
    #[must_use]
    pub fn face(&self, model: &str) -> Option<&Face> {
        if !self.offer.is_enabled(model) {
            return None;
        }
        self.faces.iter().find(|face| model.starts_with(&*face.prefix))
    }

    #[must_use]
    pub fn model(&self, model: &str) -> Option<&Model> {
        self.offer.model(model)
    }

    /// What a call costs that begins at a time (Unix milliseconds); `None` when that is not known.
    #[must_use]
    pub fn price(&self, model: &str, at_ms: u64) -> Option<Priced<'_>> {
        self.offer.price(model, self.region.as_deref(), at_ms)
    }

    /// The field that shows the key, and what stands before it.
    pub(super) fn key_field(&self) -> Option<(&'static [u8], &'static [u8])> {
        match self.key_in {
            KeyIn::Bearer => Some((b"authorization", b"Bearer ")),
            KeyIn::XApiKey => Some((b"x-api-key", b"")),
            KeyIn::ApiKey => Some((b"api-key", b"")),
            KeyIn::XGoogApiKey => Some((b"x-goog-api-key", b"")),
            KeyIn::Sigv4 | KeyIn::ServiceAccount | KeyIn::None => None,
        }
    }

    /// What the dialect wants to hear besides the key. `passed`: of the caller, where it speaks the same one.
    pub fn put_fields(&self, dialect: VendorDialect, passed: Option<&Passed>, head: &mut Vec<u8>) {
        let says = passed.is_some_and(|passed| passed.has(&passed::ANTHROPIC_VERSION));
        if dialect == VendorDialect::Anthropic && !self.anthropic_version_in_body && !says {
            put(head, b"anthropic-version", ANTHROPIC_VERSION.as_bytes());
        }
        let keeps = |name: &HeaderName| self.anthropic_version_in_body && *name == passed::ANTHROPIC_VERSION;
        if let Some(passed) = passed {
            passed.put(keeps, head);
        }
    }
}

/// The path below the base at which a model answers.
#[must_use]
pub fn path(dialect: VendorDialect, model: &str, stream: bool) -> String {
    match dialect {
        VendorDialect::OpenAiChat | VendorDialect::Mistral => "/chat/completions".to_owned(),
        VendorDialect::Anthropic => "/messages".to_owned(),
        VendorDialect::Cohere | VendorDialect::Ollama => "/chat".to_owned(),
        VendorDialect::Gemini if stream => format!("/models/{model}:streamGenerateContent?alt=sse"),
        VendorDialect::Gemini => format!("/models/{model}:generateContent"),
        VendorDialect::Bedrock => ai::dialect::bedrock::path(model, stream),
    }
}

pub(super) fn put(head: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    for piece in [name, b": ", value, b"\r\n"] {
        head.extend_from_slice(piece);
    }
}
