//! One version of an api as the pipeline needs it.

use super::compile::{Claim, LeftOut};
use super::lookup::name_hash;
use super::router::Router;
use super::shards::Keyed;
use crate::ai::alias::Models;
use crate::ai::policies::Policies;
use crate::ai::prompt::Prompt;
use crate::cors::CorsPolicy;
use crate::limits::scoped::ScopedLimit;
use crate::metrics::series::VersionSeries;
use crate::upstream::cluster::Cluster;
use compact_str::CompactString;
use domain::ids::ApiId;
use domain::lifecycle::VersionState;
use domain::text::VersionName;
use domain::versions::Lifecycle;
use http::{HeaderName, HeaderValue, header};
use smallvec::SmallVec;
use std::sync::Arc;

const DAYS_OF_410_MS: u64 = 30 * 86_400_000;

/// An api and its versions. What every call reads stands first, in one cache line.
#[derive(Debug)]
#[repr(C, align(64))]
pub struct Api {
    /// By which it is found.
    pub slug: CompactString,
    /// Few, most often one: looked through one by one.
    pub versions: SmallVec<[Arc<Version>; 1]>,
    /// Position of the default one.
    pub default_version: Option<usize>,
    pub id: ApiId,
    /// Versions that there are and that are not served: drafts, and what does not compile. Nothing else answers at
    /// their addresses.
    pub absent: Vec<VersionName>,
    /// The hosts that its versions ask for.
    pub claims: Vec<Claim>,
    /// The hosts of versions whose new configuration is not known.
    pub kept_hosts: Vec<(Box<str>, Arc<Version>)>,
    /// What of its versions is not served.
    pub left_out: Vec<LeftOut>,
}

impl Keyed for Api {
    type Key = str;

    fn key(&self) -> &str {
        &self.slug
    }

    fn hash(slug: &str) -> u64 {
        name_hash(slug)
    }
}

impl Api {
    /// Without versions that are served.
    #[must_use]
    pub fn new(id: ApiId, slug: &str, absent: Vec<VersionName>) -> Self {
        Self {
            id,
            slug: slug.into(),
            versions: SmallVec::new(),
            default_version: None,
            absent,
            claims: Vec::new(),
            kept_hosts: Vec::new(),
            left_out: Vec::new(),
        }
    }

    #[must_use]
    pub fn version(&self, name: &str) -> Option<&Arc<Version>> {
        self.versions.iter().find(|version| version.name == name)
    }

    /// Whether the name is that of a version, served or not.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        self.version(name).is_some() || self.absent.iter().any(|absent| absent.as_str() == name)
    }

    #[must_use]
    pub fn default_version(&self) -> Option<&Arc<Version>> {
        self.default_version.and_then(|at| self.versions.get(at))
    }
}

/// Whether calls go through.
#[derive(Clone, Debug)]
pub enum Standing {
    Served,
    Blocked { reason: String, until_ms: Option<u64> },
    Retired { at_ms: u64 },
}

/// What finding a call's route and subscription reads stands first, in one cache line.
#[derive(Clone, Debug)]
#[repr(C, align(64))]
pub struct Version {
    pub name: CompactString,
    pub router: Router,
    /// Stands for the api where subscriptions are looked up.
    pub api_number: u32,
    /// By the numbers that the router answers with.
    pub labels: Vec<Box<str>>,
    pub standing: Standing,
    pub api: ApiId,
    /// The api's.
    pub slug: Box<str>,
    /// Where its calls are counted.
    pub series: VersionSeries,
    pub cluster: Arc<Cluster>,
    /// Of an ai api: what it offers, in the place of the cluster.
    pub models: Option<Arc<Models>>,
    /// Of a prompt api: what is put to its model.
    pub prompt: Option<Arc<Prompt>>,
    /// What is done to calls of models, and to bodies.
    pub policies: Policies,
    pub cors: Option<CorsPolicy>,
    /// Whether answers tell what took how long.
    pub server_timing: bool,
    /// For all callers, beside what each plan allows.
    pub limits: Arc<[ScopedLimit]>,
    /// `Deprecation`, `Sunset` and `Link`, which go onto every answer.
    pub notices: Vec<(HeaderName, HeaderValue)>,
    /// `Link` to what takes over.
    pub successor: Option<HeaderValue>,
}

impl Version {
    /// Whether the version still answers 410 rather than 404.
    #[must_use]
    pub fn is_remembered(&self, now_ms: u64) -> bool {
        match self.standing {
            Standing::Retired { at_ms } => now_ms < at_ms.saturating_add(DAYS_OF_410_MS),
            Standing::Served | Standing::Blocked { .. } => true,
        }
    }

    #[must_use]
    pub fn label(&self, route: u32) -> Option<&str> {
        self.labels.get(usize::try_from(route).ok()?).map(AsRef::as_ref)
    }
}

/// The standing of a version; `None` for a draft, which the gateway does not know.
#[must_use]
pub fn standing(state: VersionState, lifecycle: &Lifecycle) -> Option<Standing> {
    match state {
        VersionState::Draft => None,
        VersionState::Published | VersionState::Deprecated => Some(Standing::Served),
        VersionState::Blocked => Some(Standing::Blocked {
            reason: lifecycle.blocked_reason.clone().unwrap_or_default(),
            until_ms: lifecycle.blocked_until.map(unix_ms),
        }),
        VersionState::Retired => Some(Standing::Retired { at_ms: lifecycle.retired_at.map_or(0, unix_ms) }),
    }
}

/// Unix milliseconds; 0 for times before the epoch.
#[must_use]
pub fn unix_ms(at: domain::Time) -> u64 {
    u64::try_from(at.timestamp_millis()).unwrap_or(0)
}

/// `Link` to the version that takes over, given as `slug/version`.
#[must_use]
pub fn successor(lifecycle: &Lifecycle) -> Option<HeaderValue> {
    let successor = lifecycle.successor.as_deref()?;
    HeaderValue::try_from(format!("</{successor}/>; rel=\"successor-version\"")).ok()
}

/// What the answers of a deprecated version carry (RFC 9745, RFC 8594).
#[must_use]
pub fn notices(state: VersionState, lifecycle: &Lifecycle, about: &str) -> Vec<(HeaderName, HeaderValue)> {
    if state != VersionState::Deprecated {
        return Vec::new();
    }
    let since = lifecycle.deprecated_at.map_or_else(|| "?1".to_owned(), |at| format!("@{}", at.timestamp()));
    let mut notices = vec![("deprecation", since)];
    // RFC 8594: not before the deprecation
    let sunset =
        lifecycle.sunset_at.filter(|sunset| lifecycle.deprecated_at.is_none_or(|since| *sunset >= since));
    if let Some(sunset) = sunset {
        notices.push(("sunset", sunset.format("%a, %d %b %Y %H:%M:%S GMT").to_string()));
        notices.push(("link", format!("<{about}>; rel=\"sunset\"")));
    }
    notices.push(("link", format!("<{about}>; rel=\"deprecation\"")));
    let mut headers: Vec<(HeaderName, HeaderValue)> = notices
        .into_iter()
        .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::try_from(value).ok()?)))
        .collect();
    headers.extend(successor(lifecycle).map(|link| (header::LINK, link)));
    headers
}
