//! What plans allow, in words; and how much of it an application has used.

use crate::error::Result;
use chrono::{DateTime, Datelike, NaiveDate};
use control::subscriptions::SubscriptionFilter;
use control::{Actor, Control, plans, subscriptions, usage};
use domain::Time;
use domain::budgets::dollars;
use domain::ids::ApplicationId;
use domain::paging::PageOf;
use domain::plans::{Limits, Period};
use domain::problem::ProblemKind;
use domain::subscriptions::{SubscriptionState, SubscriptionSummary};
use domain::usage::{Grain, UsageQuery, Visible};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use ui::{Card, EmptyState, Glyph, LinkButton, Meter, format};

/// So many subscriptions are looked at; the others are on their own page.
const MOST: u32 = 10;

/// `120 calls in 60 s`, `10,000 calls a day`; that nothing is limited, where nothing is.
pub fn words(limits: &Limits) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(rate) = limits.rate {
        let calls = format::whole(rate.requests.into());
        words.push(match rate.seconds {
            1 => format!("{calls} calls a second"),
            60 => format!("{calls} calls a minute"),
            3_600 => format!("{calls} calls an hour"),
            seconds => format!("{calls} calls in {seconds} s"),
        });
    }
    if let Some(quota) = limits.quota {
        words.push(format!("{} calls a {}", format::whole(quota.requests), quota.period));
    }
    if let Some(tokens) = limits.tokens {
        words.push(format!("{} tokens a {}", format::whole(tokens.tokens), tokens.period));
    }
    if let Some(cost) = limits.cost {
        words.push(format!("{} a {}", dollars(cost.nano), cost.period));
    }
    if words.is_empty() {
        words.push("no limit".to_owned());
    }
    words
}

/// A subscription and what of its quota is used.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Used {
    held: SubscriptionSummary,
    limits: Limits,
    /// Calls in the quota's period until now that were let through.
    calls: i64,
}

/// The active subscriptions of an application, with their limits.
pub async fn read(control: &Control, actor: &Actor, application: &ApplicationId) -> Result<Vec<Used>> {
    let filter = SubscriptionFilter {
        application: Some(application.clone()),
        state: Some(SubscriptionState::Active),
        ..SubscriptionFilter::default()
    };
    let active = subscriptions::list(control, actor, &filter, &PageOf { limit: MOST, cursor: None }).await?;
    let mut all = Vec::new();
    for held in active.items {
        let limits = limits(control, actor, &held).await?;
        let calls = match limits.quota {
            Some(quota) => calls(control, actor, &held, quota.period).await?,
            None => 0,
        };
        all.push(Used { held, limits, calls });
    }
    Ok(all)
}

/// Of the plan; nothing where the api is no longer shown to the person.
async fn limits(control: &Control, actor: &Actor, held: &SubscriptionSummary) -> Result<Limits> {
    let plans = match plans::list(control, actor, &held.subscription.api).await {
        Ok(plans) => plans,
        Err(error) if error.problem().kind == ProblemKind::NotFound => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let plan = plans.into_iter().find(|plan| plan.id == held.subscription.plan);
    Ok(plan.map(|plan| plan.limits).unwrap_or_default())
}

async fn calls(control: &Control, actor: &Actor, held: &SubscriptionSummary, period: Period) -> Result<i64> {
    let now = control.now();
    let question = UsageQuery {
        group_by: Vec::new(),
        since: began(period, now),
        until: now,
        step: Grain::Hour,
        api: Some(held.subscription.api.clone()),
        application: Some(held.subscription.application.clone()),
        route: String::new(),
        models_only: false,
        visible: Visible::Nothing,
    };
    let totals = usage::get(control, actor, question).await?.totals;
    // what the gateway refuses does not count against a quota
    Ok(totals.calls - totals.refused)
}

/// When the calendar period that is now began, in UTC.
fn began(period: Period, now: Time) -> Time {
    let today = now.date_naive();
    let first = match period {
        Period::Day => Some(today),
        Period::Month => NaiveDate::from_ymd_opt(today.year(), today.month(), 1),
    };
    let midnight = first.and_then(|day| day.and_hms_opt(0, 0, 0));
    midnight.map_or(now, |at| DateTime::from_naive_utc_and_offset(at, chrono::Utc))
}

#[component]
pub fn LimitsCard(used: Vec<Used>) -> AnyView {
    if used.is_empty() {
        let action =
            view! { <LinkButton href="/catalogue" glyph=Glyph::Catalogue>"Find an API"</LinkButton> };
        return view! {
            <Card title="Limits">
                <EmptyState glyph=Glyph::Plan title="No active subscription" text="Subscribe to an API to call it." action/>
            </Card>
        }
        .into_any();
    }
    let rows = used.into_iter().map(row).collect_view();
    view! { <Card title="Limits" lead="What the plans allow, and what is used of it."><div class="stack">{rows}</div></Card> }
        .into_any()
}

fn row(used: Used) -> AnyView {
    let name = format!("{} · {}", used.held.api_name, used.held.plan_name);
    match used.limits.quota {
        Some(quota) => {
            let calls = u64::try_from(used.calls).unwrap_or_default();
            let text = format!("{} of {} this {}", format::whole(calls), format::whole(quota.requests), quota.period);
            let rate = used.limits.rate.map(|rate| {
                let alone = Limits { rate: Some(rate), ..Limits::default() };
                view! { <p class="small faint">{format!("and at most {}", words(&alone).join(", "))}</p> }
            });
            view! {
                <div>
                    <Meter label=name used=calls as f64 limit=quota.requests as f64 text/>
                    {rate}
                </div>
            }
            .into_any()
        }
        None => view! { <div class="row row-between"><span>{name}</span><span class="soft">{words(&used.limits).join(", ")}</span></div> }
            .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::plans::{Quota, Rate};

    #[test]
    fn limits_read_as_people_say_them() {
        let of = |rate: Option<(u32, u32)>, quota: Option<u64>| {
            let rate = rate.map(|(requests, seconds)| Rate { requests, seconds });
            let quota = quota.map(|requests| Quota { requests, period: Period::Day });
            words(&Limits { rate, quota, ..Limits::default() }).join(", ")
        };
        assert_eq!(of(None, None), "no limit");
        assert_eq!(of(Some((120, 60)), Some(10_000)), "120 calls a minute, 10,000 calls a day");
        assert_eq!(of(Some((5, 10)), None), "5 calls in 10 s");
    }

    #[test]
    fn periods_begin_at_midnight_utc() {
        let now = DateTime::from_timestamp_millis(1_773_480_605_000).unwrap();
        assert_eq!(began(Period::Day, now).to_rfc3339(), "2026-03-14T00:00:00+00:00");
        assert_eq!(began(Period::Month, now).to_rfc3339(), "2026-03-01T00:00:00+00:00");
    }
}
