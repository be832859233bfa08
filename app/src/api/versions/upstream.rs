//! Where the calls of a version go, as its form says it. What the form does not show stays as it is.

mod choices;
mod failures;
mod nodes;

pub use choices::{balance_word, host_word};
pub use failures::{BreakerFields, EjectionFields, HealthFields, RetryFields};
pub use nodes::lines;

use super::draft::change;
use crate::api::typed::number_in;
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::versions;
use domain::check::{Check, Invalid};
use domain::ids::ApiId;
use domain::text::VersionName;
use domain::upstream::{self, Timeouts, UpstreamInput};
use domain::versions::UpdateDraft;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Waiting times in milliseconds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UpstreamFields {
    /// One node a line: its address, and its weight where that is not 1.
    pub url: String,
    /// Empty: as it is.
    pub protocol: String,
    /// As [`balance_word`] says it; empty: as it is.
    pub balance: String,
    /// The header of `hash_header`.
    pub balance_header: String,
    /// As [`host_word`] says it; empty: as it is.
    pub host: String,
    /// The name of `fixed`.
    pub host_name: String,
    pub connect_ms: String,
    pub first_byte_ms: String,
    pub idle_ms: String,
    pub total_ms: String,
    pub retries: RetryFields,
    pub health: HealthFields,
    pub ejection: EjectionFields,
    pub breaker: BreakerFields,
}

impl UpstreamFields {
    /// Lays the form over what is stored.
    fn over(self, stored: upstream::Upstream) -> Result<UpstreamInput, Invalid> {
        let mut check = Check::new();
        let addresses = nodes::input(&mut check, &self.url);
        // so that all that is wrong is told at once
        check.part("upstream", addresses.clone().check());
        let timeouts = check.part("upstream.timeouts", self.timeouts());
        let protocol = match self.protocol.as_str() {
            "" => Some(stored.protocol),
            word => check.parse("upstream.protocol", word),
        };
        let balance = choices::balance(&mut check, &self.balance, &self.balance_header, stored.balance);
        let host = choices::host(&mut check, &self.host, &self.host_name, stored.host);
        let retries = check.part("upstream.retries", self.retries.read());
        let health = check.part("upstream.health", self.health.read());
        let ejection = check.part("upstream.ejection", self.ejection.read());
        let breaker = check.part("upstream.breaker", self.breaker.read());
        check.done(|| {
            Some(UpstreamInput {
                protocol: Some(protocol?),
                timeouts: Some(timeouts?),
                balance: Some(balance?),
                host: Some(host?),
                retries: retries?,
                health: health?,
                ejection: ejection?,
                breaker: breaker?,
                tls: Some(stored.tls),
                ..addresses
            })
        })
    }

    fn timeouts(&self) -> Result<Timeouts, Invalid> {
        let mut check = Check::new();
        let connect_ms = number_in(&mut check, "connect_ms", &self.connect_ms);
        let first_byte_ms = number_in(&mut check, "first_byte_ms", &self.first_byte_ms);
        let idle_ms = number_in(&mut check, "idle_ms", &self.idle_ms);
        let total_ms = number_in(&mut check, "total_ms", &self.total_ms);
        let timeouts = check.done(|| {
            Some(Timeouts {
                connect_ms: connect_ms?,
                first_byte_ms: first_byte_ms?,
                idle_ms: idle_ms?,
                total_ms: total_ms?,
            })
        })?;
        timeouts.check()
    }
}

#[server(prefix = "/api", endpoint = "versions/upstream")]
pub async fn upstream(
    api: ApiId,
    version: VersionName,
    #[server(flatten)] fields: UpstreamFields,
) -> Result<Done, AppError> {
    let stored = versions::get(&control(), &actor(), &api, &version).await?.draft.upstream;
    let input = fields.over(stored)?;
    change(&api, &version, UpdateDraft { upstream: Some(input), ..UpdateDraft::default() }).await
}
