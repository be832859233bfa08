//! APIs, applications and routes to filter by: those with calls in the last month, which are at most fifty each. What
//! has none is reached from its own page.

use crate::error::Result;
use chrono::Duration;
use control::{Actor, Control, usage};
use domain::ids::{ApiId, ApplicationId};
use domain::usage::{Dimension, Grain, UsageQuery, Visible};
use serde::{Deserialize, Serialize};
use ui::Choice;

/// Values with what people read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Choices {
    pub apis: Vec<(String, String)>,
    pub applications: Vec<(String, String)>,
    /// Of the api that is asked about.
    pub routes: Vec<(String, String)>,
}

const PERIOD: Duration = Duration::days(30);

pub async fn ask(
    control: &Control,
    actor: &Actor,
    api: Option<ApiId>,
    application: Option<ApplicationId>,
) -> Result<Choices> {
    let by = |dimension, api: Option<ApiId>, application: Option<ApplicationId>| async move {
        let now = control.now();
        let question = UsageQuery {
            group_by: vec![dimension],
            since: now - PERIOD,
            until: now,
            step: Grain::Day,
            api,
            application,
            route: String::new(),
            models_only: false,
            visible: Visible::Nothing,
        };
        let found = usage::get(control, actor, question).await?;
        let pair = |series: domain::usage::Series| {
            let value = series.group.into_iter().next().map(|(_, value)| value);
            value.filter(|value| !value.is_empty()).map(|value| (value, series.label))
        };
        let mut pairs: Vec<(String, String)> = found.series.into_iter().filter_map(pair).collect();
        pairs.sort_by_key(|(_, label)| label.to_lowercase());
        Ok::<_, control::Error>(pairs)
    };
    Ok(Choices {
        apis: by(Dimension::Api, None, application).await?,
        applications: by(Dimension::Application, api.clone(), None).await?,
        routes: if api.is_some() { by(Dimension::Route, api, None).await? } else { Vec::new() },
    })
}

/// The options of a filter: any, those known, and the one that is set if it is none of them.
pub fn options(any: &str, known: &[(String, String)], set: &str) -> Vec<Choice> {
    let mut options = vec![Choice::new("", any)];
    options.extend(known.iter().map(|(value, label)| Choice::new(value, label)));
    if !set.is_empty() && known.iter().all(|(value, _)| value != set) {
        options.push(Choice::new(set, format!("{} (no calls)", short(set))));
    }
    options
}

/// The end of an identifier tells it apart; its beginning is a time.
fn short(value: &str) -> String {
    let letters: Vec<char> = value.chars().collect();
    match letters.len().checked_sub(24) {
        Some(cut) if cut > 0 => format!("…{}", letters.into_iter().skip(cut).collect::<String>()),
        _ => value.to_owned(),
    }
}
