//! Usage: calls rolled up.

mod shown;

use crate::answer::Changed;
use crate::endpoint::Endpoint;
use crate::extract::{Asked, Caller, list};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::Time;
use domain::check::{Check, Invalid};
use domain::ids::{ApiId, ApplicationId};
use domain::usage::{Dimension, Grain, Measure, UsageQuery, Visible};
use schemars::JsonSchema;
use serde::Deserialize;
use shown::UsageShown;

/// What is asked for where no time is given.
const DAY_MS: i64 = 86_400_000;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/usage", "usage.get", get)
            .signed_in()
            .summary("Rolls up calls to the caller's APIs and by the caller's applications"),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
#[derive(Default)]
struct Question {
    /// At most three of `api`, `version`, `route`, `application`, `status`, `model`, `provider`, with commas. Told apart
    /// by `model` or `provider`, only calls to models are counted.
    group_by: String,
    /// Some of `calls`, `errors`, `refused`, `p50`, `p95`, `p99`, `bytes`, `tokens`, `cost`, with commas; absent: all.
    /// Where nothing but `tokens` and `cost` is asked for, the series are those of calls to models alone. By `model` and
    /// `provider`, only `calls`, `errors`, `tokens` and `cost` are known.
    measure: String,
    /// Absent: a day before `until`.
    since: Option<Time>,
    /// Absent: now.
    until: Option<Time>,
    /// The width of a point; absent: one that gives about a hundred points.
    step: Option<Grain>,
    api: Option<ApiId>,
    application: Option<ApplicationId>,
    /// The route's label: `GET /pets/{id}`.
    route: String,
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(asked): Asked<Question>,
) -> Answer<Changed<UsageShown>> {
    let group_by = list::<Dimension>("group_by", &asked.group_by)?;
    let measures = measures(&asked.measure, &group_by)?;
    let until = asked.until.unwrap_or_else(|| control.clock().now());
    let since = asked.since.unwrap_or_else(|| before(until, DAY_MS));
    let step = asked.step.unwrap_or_else(|| Grain::for_span((until - since).num_milliseconds()));
    let Question { api, application, route, .. } = asked;
    let visible = Visible::default();
    let models_only = measures.iter().all(|measure| measure.is_of_models());
    let query = UsageQuery { group_by, since, until, step, api, application, route, models_only, visible };
    let usage = control::usage::get(&control, &actor, query).await?;
    Ok(Changed(UsageShown::of(usage, &measures)))
}

fn before(time: Time, millis: i64) -> Time {
    Time::from_timestamp_millis(time.timestamp_millis() - millis).unwrap_or(time)
}

/// Those asked for, or all that are known of what is told apart so.
fn measures(text: &str, group_by: &[Dimension]) -> Result<Vec<Measure>, Invalid> {
    let by_model = group_by.iter().any(|dimension| dimension.is_of_models());
    let is_known = |measure: &Measure| !by_model || measure.is_told_by_model();
    let measures = list::<Measure>("measure", text)?;
    if measures.is_empty() {
        return Ok(Measure::ALL.iter().copied().filter(is_known).collect());
    }
    let mut check = Check::new();
    for unknown in measures.iter().filter(|measure| !is_known(measure)) {
        check.error(
            "measure",
            format!("expected calls, errors, tokens or cost by model or provider, got {unknown}"),
        );
    }
    check.done(|| Some(measures))
}
