//! What the draft of an ai api does to calls of models: masking, rules for what is asked, answers that are kept.

use super::draft::change_policies;
use crate::api::typed::{number, optional_number};
use crate::api::upload::list;
use crate::done::Done;
use crate::error::AppError;
use domain::check::{Check, Invalid};
use domain::ids::ApiId;
use domain::policies::guard::Rule;
use domain::policies::mask::Kind;
use domain::policies::{cache as caching, guard as guarding, mask as masking};
use domain::text::VersionName;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Kinds are boxes that are named like them; keywords stand between commas or lines, patterns and paths one a line.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MaskFields {
    /// Not empty: calls are masked.
    pub enabled: String,
    pub email: String,
    pub phone: String,
    pub card: String,
    pub iban: String,
    pub us_ssn: String,
    pub uk_nino: String,
    pub de_tax_id: String,
    pub fr_nir: String,
    pub es_dni: String,
    pub keywords: String,
    pub patterns: String,
    pub paths: String,
    pub action: String,
    pub direction: String,
}

impl MaskFields {
    fn ticked(&self, kind: Kind) -> bool {
        let ticked = match kind {
            Kind::Email => &self.email,
            Kind::Phone => &self.phone,
            Kind::Card => &self.card,
            Kind::Iban => &self.iban,
            Kind::UsSsn => &self.us_ssn,
            Kind::UkNino => &self.uk_nino,
            Kind::DeTaxId => &self.de_tax_id,
            Kind::FrNir => &self.fr_nir,
            Kind::EsDni => &self.es_dni,
        };
        !ticked.is_empty()
    }

    fn read(self) -> Result<Option<masking::Mask>, Invalid> {
        if self.enabled.is_empty() {
            return Ok(None);
        }
        let mut check = Check::new();
        let action = check.parse("policies.mask.action", &self.action);
        let direction = check.parse("policies.mask.direction", &self.direction);
        let mask = masking::Mask {
            kinds: Kind::ALL.iter().copied().filter(|kind| self.ticked(*kind)).collect(),
            keywords: list(&self.keywords),
            patterns: lines(&self.patterns),
            paths: lines(&self.paths),
            ..masking::Mask::default()
        };
        check.done(|| Some(Some(masking::Mask { action: action?, direction: direction?, ..mask })))
    }
}

/// Rules stand one a line, `name: pattern`. An empty number does not limit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GuardFields {
    /// Not empty: calls are looked through.
    pub enabled: String,
    pub deny: String,
    pub allow: String,
    pub max_bytes: String,
    pub max_messages: String,
    pub max_tokens: String,
}

impl GuardFields {
    fn read(self) -> Result<Option<guarding::Guard>, Invalid> {
        if self.enabled.is_empty() {
            return Ok(None);
        }
        Ok(Some(guarding::Guard {
            deny: rules(&self.deny),
            allow: rules(&self.allow),
            max_bytes: optional_number("policies.guard.max_bytes", &self.max_bytes)?,
            max_messages: optional_number("policies.guard.max_messages", &self.max_messages)?,
            max_tokens: optional_number("policies.guard.max_tokens", &self.max_tokens)?,
        }))
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CacheFields {
    /// Not empty: answers are kept.
    pub enabled: String,
    pub ttl_s: String,
    pub max_entries: String,
    pub max_bytes: String,
    /// Not empty: applications get each other's.
    pub shared: String,
}

impl CacheFields {
    fn read(self) -> Result<Option<caching::Cache>, Invalid> {
        if self.enabled.is_empty() {
            return Ok(None);
        }
        Ok(Some(caching::Cache {
            ttl_s: number("policies.cache.ttl_s", &self.ttl_s)?,
            max_entries: number("policies.cache.max_entries", &self.max_entries)?,
            max_bytes: number("policies.cache.max_bytes", &self.max_bytes)?,
            shared: !self.shared.is_empty(),
        }))
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A line without a name is a pattern, and its name is what is missing.
fn rules(text: &str) -> Vec<Rule> {
    let rule = |line: String| {
        let (name, pattern) = line.split_once(':').unwrap_or(("", &line));
        Rule { name: name.trim().to_owned(), pattern: pattern.trim().to_owned() }
    };
    lines(text).into_iter().map(rule).collect()
}

#[server(prefix = "/api", endpoint = "versions/mask")]
pub async fn mask(
    api: ApiId,
    version: VersionName,
    #[server(flatten)] fields: MaskFields,
) -> Result<Done, AppError> {
    let mask = fields.read()?;
    change_policies(&api, &version, |policies| policies.mask = mask).await
}

#[server(prefix = "/api", endpoint = "versions/guard")]
pub async fn guard(
    api: ApiId,
    version: VersionName,
    #[server(flatten)] fields: GuardFields,
) -> Result<Done, AppError> {
    let guard = fields.read()?;
    change_policies(&api, &version, |policies| policies.guard = guard).await
}

#[server(prefix = "/api", endpoint = "versions/cache")]
pub async fn cache(
    api: ApiId,
    version: VersionName,
    #[server(flatten)] fields: CacheFields,
) -> Result<Done, AppError> {
    let cache = fields.read()?;
    change_policies(&api, &version, |policies| policies.cache = cache).await
}
