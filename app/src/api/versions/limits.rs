//! Limits of a draft for all its callers, one at a time. A limit is named by its name.

use super::draft::change;
use super::workspace;
use crate::api::typed::number_in;
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::versions;
use domain::check::{Check, Invalid};
use domain::ids::ApiId;
use domain::plans::{Period, Quota, Rate};
use domain::policies::limits::{By, ScopedLimit};
use domain::problem::{Problem, ProblemKind};
use domain::text::VersionName;
use domain::versions::UpdateDraft;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A limit as its form sends it. An empty number does not limit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitFields {
    pub name: String,
    pub by: String,
    pub rate_requests: String,
    pub rate_seconds: String,
    pub quota_requests: String,
    pub quota_period: String,
    /// Labels, one a line; none: every route.
    pub routes: String,
}

impl LimitFields {
    fn read(self) -> Result<ScopedLimit, Invalid> {
        let mut check = Check::new();
        let by = check.parse::<By>("by", &self.by);
        let rate = self.rate(&mut check);
        let quota = self.quota(&mut check);
        // a label may hold commas
        let routes = self.routes.lines().map(str::trim).filter(|line| !line.is_empty());
        let routes = routes.map(str::to_owned).collect();
        let name = self.name.trim().to_owned();
        check.done(|| Some(ScopedLimit { name, by: by?, rate, quota, routes }))
    }

    fn rate(&self, check: &mut Check) -> Option<Rate> {
        if self.rate_requests.trim().is_empty() {
            return None;
        }
        let requests = number_in(check, "rate.requests", &self.rate_requests);
        let seconds = number_in(check, "rate.seconds", &self.rate_seconds);
        Some(Rate { requests: requests?, seconds: seconds? })
    }

    fn quota(&self, check: &mut Check) -> Option<Quota> {
        if self.quota_requests.trim().is_empty() {
            return None;
        }
        let requests = number_in(check, "quota.requests", &self.quota_requests);
        let period = check.parse::<Period>("quota.period", &self.quota_period);
        Some(Quota { requests: requests?, period: period? })
    }
}

#[server(prefix = "/api", endpoint = "limits/create")]
pub async fn create(
    api: ApiId,
    version: VersionName,
    #[server(flatten)] fields: LimitFields,
) -> Result<Done, AppError> {
    let limit = fields.read()?;
    save(&api, &version, |limits| {
        limits.push(limit);
        Ok(limits.len() - 1)
    })
    .await
}

#[server(prefix = "/api", endpoint = "limits/update")]
pub async fn update(
    api: ApiId,
    version: VersionName,
    limit: String,
    #[server(flatten)] fields: LimitFields,
) -> Result<Done, AppError> {
    let next = fields.read()?;
    let done = save(&api, &version, |limits| replace(limits, &limit, next)).await?;
    Ok(Done { to: workspace(&api, "/upstream", &version), ..done })
}

#[server(prefix = "/api", endpoint = "limits/delete")]
pub async fn delete(api: ApiId, version: VersionName, limit: String) -> Result<Done, AppError> {
    save(&api, &version, |limits| {
        limits.retain(|known| known.name != limit);
        Ok(limits.len())
    })
    .await
}

fn replace(limits: &mut [ScopedLimit], name: &str, next: ScopedLimit) -> Result<usize, Problem> {
    let found = limits.iter_mut().enumerate().find(|(_, limit)| limit.name == name);
    let (place, limit) = found.ok_or_else(|| {
        Problem::new(ProblemKind::Conflict, "somebody else has changed this limit meanwhile; look again")
    })?;
    *limit = next;
    Ok(place)
}

/// Changes the limits of the draft; its other policies stay. `change_one` answers the place of the one that the form
/// is about.
async fn save(
    api: &ApiId,
    version: &VersionName,
    change_one: impl FnOnce(&mut Vec<ScopedLimit>) -> Result<usize, Problem>,
) -> Result<Done> {
    let mut policies = versions::get(&control(), &actor(), api, version).await?.draft.policies;
    let place = change_one(&mut policies.limits)?;
    let input = UpdateDraft { policies: Some(policies), ..UpdateDraft::default() };
    change(api, version, input).await.map_err(|error| at_the_form(error, place))
}

/// What is wrong with the limit at that place, told at the fields of its form.
fn at_the_form(mut error: AppError, place: usize) -> AppError {
    let prefix = format!("policies.limits.{place}.");
    for wrong in &mut error.problem.fields {
        if let Some(field) = wrong.field.strip_prefix(&prefix) {
            wrong.field = field.to_owned();
        } else if wrong.field == "policies.limits" {
            "name".clone_into(&mut wrong.field);
        }
    }
    error
}
