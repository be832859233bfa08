//! What the address asks about usage, and the addresses of further questions and of the calls behind an answer.

use super::moment;
use super::span::Span;
use crate::link;
use crate::server::{incoming, now, query};
use chrono::Duration;
use domain::Time;
use domain::check::{Check, Invalid};
use domain::ids::{ApiId, ApplicationId};
use domain::usage::{Dimension, UsageQuery, Visible};

/// The page on which usage is shown, and what it is about whatever the address says.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub path: String,
    pub api: Option<ApiId>,
    pub application: Option<ApplicationId>,
}

/// A question about usage.
#[derive(Clone, Debug)]
pub struct Question {
    pub place: Place,
    pub span: Span,
    /// At most two; empty where nothing is told apart.
    pub by: Vec<Dimension>,
    pub api: Option<ApiId>,
    pub application: Option<ApplicationId>,
    pub route: String,
}

impl Question {
    /// From the query of the address.
    pub fn read(place: Place) -> Result<Self, Invalid> {
        let span = Span::read(&query("period"), &query("since"), &query("until"), now())?;
        let mut check = Check::new();
        let api = check.parse_optional("api", &query("api"));
        let application = check.parse_optional("application", &query("application"));
        let first = check.parse_optional::<Dimension>("by", &query("by"));
        let second =
            check.parse_optional::<Dimension>("and", &query("and")).filter(|second| Some(*second) != first);
        let by = first.into_iter().chain(second).collect();
        check.finish()?;
        let (api, application) = (place.api.clone().or(api), place.application.clone().or(application));
        Ok(Self { place, span, by, api, application, route: query("route") })
    }

    /// A question about the last hours, without more.
    pub fn of_last(hours: i64, now: Time) -> Self {
        let span = Span::last(hours, now);
        Self {
            place: Place::default(),
            span,
            by: Vec::new(),
            api: None,
            application: None,
            route: String::new(),
        }
    }

    /// What `control` is asked, told apart by these dimensions.
    pub fn usage(&self, by: Vec<Dimension>) -> UsageQuery {
        UsageQuery {
            group_by: by,
            since: self.span.since,
            until: self.span.until,
            step: self.span.step,
            api: self.api.clone(),
            application: self.application.clone(),
            route: self.route.clone(),
            models_only: self.is_of_models(),
            visible: Visible::Nothing,
        }
    }

    /// Whether only calls to models are looked at: neither their durations nor their bytes are told apart so.
    pub fn is_of_models(&self) -> bool {
        self.by.iter().any(|dimension| dimension.is_of_models())
    }

    /// By what the chart of calls is told apart: by status, unless asked otherwise.
    pub fn groups(&self) -> Vec<Dimension> {
        if self.by.is_empty() { vec![Dimension::Status] } else { self.by.clone() }
    }

    /// The calls of the whole span.
    pub fn calls(&self) -> String {
        self.calls_between(self.span.since, self.span.until)
    }

    /// The calls of the bucket that starts at `at`.
    pub fn calls_at(&self, at: Time) -> String {
        self.calls_between(at, at + Duration::milliseconds(self.span.step.millis()))
    }

    fn calls_between(&self, since: Time, until: Time) -> String {
        let address = format!("/calls{}", self.filters());
        let address = link::with(&address, "since", &moment::write(since));
        link::with(&address, "until", &moment::write(until))
    }

    /// What it looks at alone, as a query.
    pub fn filters(&self) -> String {
        let api = self.api.as_ref().map_or("", ApiId::as_str);
        let application = self.application.as_ref().map_or("", ApplicationId::as_str);
        link::query(&[("api", api), ("application", application), ("route", &self.route)])
    }

    /// This question, narrowed to a group of its answer; nothing where the group cannot be asked for.
    pub fn narrowed(&self, group: &[(Dimension, String)]) -> Option<String> {
        let mut address = incoming().here();
        for (dimension, value) in group {
            let name = match dimension {
                Dimension::Api if self.place.api.is_none() => "api",
                Dimension::Application if self.place.application.is_none() => "application",
                Dimension::Route => "route",
                Dimension::Api | Dimension::Application => continue,
                Dimension::Version | Dimension::Status | Dimension::Model | Dimension::Provider => {
                    return None;
                }
            };
            if value.is_empty() {
                return None;
            }
            address = link::with(&address, name, value);
        }
        Some(address)
    }
}
