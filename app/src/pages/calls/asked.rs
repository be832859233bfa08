//! Which calls the address asks for.

use crate::pages::usage::moment;
use crate::pages::usage::span::CHOICES;
use crate::server::{now, query};
use chrono::Duration;
use domain::Time;
use domain::calls::CallFilter;
use domain::check::{Check, Invalid};

#[derive(Clone, Debug)]
pub struct Asked {
    pub filter: CallFilter,
    /// Whether anything narrows the list.
    pub filtered: bool,
}

impl Asked {
    /// From the query of the address.
    pub fn read() -> Result<Self, Invalid> {
        let filter = read(query, now())?;
        Ok(Self { filtered: filter != CallFilter::default(), filter })
    }
}

fn read(value: impl Fn(&str) -> String, now: Time) -> Result<CallFilter, Invalid> {
    let mut check = Check::new();
    let trimmed = |name: &str| value(name).trim().to_owned();
    let filter = CallFilter {
        api: check.parse_optional("api", &value("api")),
        application: check.parse_optional("application", &value("application")),
        route: trimmed("route"),
        status: check.parse_optional("status", &value("status").to_lowercase()),
        outcome: trimmed("outcome"),
        path: trimmed("path"),
        id: trimmed("id").to_lowercase(),
        client_address: trimmed("address"),
        model: trimmed("model"),
        provider: trimmed("provider"),
        slower_than_ms: check.parse_optional("slower", &value("slower")),
        since: time(&mut check, "since", &value("since")).or(started(&mut check, &value("period"), now)),
        until: time(&mut check, "until", &value("until")),
    };
    check.finish()?;
    Ok(filter)
}

fn time(check: &mut Check, field: &str, text: &str) -> Option<Time> {
    let at = moment::read(text);
    check.require(at.is_some() || text.is_empty(), field, "expected a date and time like 2026-03-14T09:30");
    at
}

/// When a period began that ends now.
fn started(check: &mut Check, period: &str, now: Time) -> Option<Time> {
    let hours = CHOICES.iter().find(|(name, ..)| *name == period).map(|(.., hours)| *hours);
    check.require(hours.is_some() || period.is_empty(), "period", "expected 1h, 24h, 7d or 30d");
    hours.map(|hours| now - Duration::hours(hours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::pairs;
    use domain::calls::StatusFilter;

    fn asked(address: &str) -> Result<CallFilter, Invalid> {
        let pairs = pairs(address);
        let value = |name: &str| {
            pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        read(value, moment::read("2026-03-14T15:20").unwrap())
    }

    #[test]
    fn an_empty_form_filters_nothing() {
        assert_eq!(asked("path=&status=&api=&period=&slower=").unwrap(), CallFilter::default());
    }

    #[test]
    fn every_field_reaches_its_filter() {
        let filter = asked(
            "path=/pets&status=4XX&outcome=rate-limited&route=GET%20/pets&id=0198A&address=203.0.113.7&slower=250&model=gpt-4o&provider=prov_1\
             &since=2026-03-14T09:00&until=2026-03-14T10:00",
        )
        .unwrap();
        assert_eq!(filter.status, Some(StatusFilter::Class(4)));
        assert_eq!(
            (filter.path.as_str(), filter.id.as_str(), filter.slower_than_ms),
            ("/pets", "0198a", Some(250))
        );
        assert_eq!((filter.outcome.as_str(), filter.route.as_str()), ("rate-limited", "GET /pets"));
        assert_eq!((filter.model.as_str(), filter.provider.as_str()), ("gpt-4o", "prov_1"));
        assert_eq!(filter.since.zip(filter.until).map(|(a, b)| (b - a).num_minutes()), Some(60));
        assert_eq!(asked("period=1h").unwrap().since, moment::read("2026-03-14T14:20"));
    }

    #[test]
    fn what_cannot_be_read_is_refused_at_its_field() {
        for (address, field) in [
            ("status=teapot", "status"),
            ("api=pets", "api"),
            ("slower=quick", "slower"),
            ("since=soon", "since"),
            ("period=2w", "period"),
        ] {
            assert_eq!(asked(address).unwrap_err().0[0].field, field, "{address}");
        }
    }
}
