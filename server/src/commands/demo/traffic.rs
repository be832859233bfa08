//! A week of calls that look like a shop's: busy by day, quiet by night, with a few errors and slow moments.

use super::content::{Made, Use};
use domain::Time;
use domain::calls::Call;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

pub const DAYS: i64 = 7;
/// Calls in an hour at the busiest time of the day, for each application and api.
const BUSY_HOUR: f64 = 70.0;

/// The calls, hour by hour.
pub fn week(made: &Made, now: Time) -> Vec<Call> {
    // the same week each time but for its dates: screenshots can be compared
    let mut random = StdRng::seed_from_u64(0x6a7e);
    let mut calls = Vec::new();
    for hours_ago in (0..DAYS * 24).rev() {
        let hour = now - chrono::Duration::hours(hours_ago + 1);
        for (at, used) in made.uses.iter().enumerate() {
            let share = 1.0 / (at as f64 + 1.0);
            let count = (BUSY_HOUR * share * busyness(hour) * random.random_range(0.7..1.3)) as usize;
            calls.extend((0..count).map(|_| call(used, hour, &mut random)));
        }
    }
    calls
}

/// 0.1 in the night, 1.0 in the early afternoon; weekends are half as busy.
pub fn busyness(at: Time) -> f64 {
    use chrono::{Datelike as _, Timelike as _};
    let day = (f64::from(at.hour()) - 14.0) / 24.0 * std::f64::consts::TAU;
    let weekend = at.weekday().num_days_from_monday() >= 5;
    (0.55 + 0.45 * day.cos()) * if weekend { 0.5 } else { 1.0 }
}

fn call(used: &Use, hour: Time, random: &mut StdRng) -> Call {
    let at = hour + chrono::Duration::milliseconds(random.random_range(0..3_600_000));
    let route = used.routes.get(random.random_range(0..used.routes.len().max(1)));
    let method = route.and_then(|route| route.methods.first()).map_or("GET", |method| method.as_str());
    let label = route.map(domain::routes::Route::label).unwrap_or_default();
    let path = route.map_or_else(|| "/".to_owned(), |route| filled(&route.path.to_string(), random));
    let (status, outcome) = status(random);
    let refused = outcome != "ok";
    let upstream_us = (12_000.0 * (-f64::ln(random.random_range(0.001..1.0)) + 0.3)) as i64;
    let duration_us =
        if refused { random.random_range(60..300) } else { upstream_us + random.random_range(80..400) };
    Call {
        id: request_id(at, random),
        at,
        api: Some(used.api.api.id.clone()),
        version: Some("v1".to_owned()),
        route: Some(label),
        application: Some(used.subscription.application.clone()),
        credential: Some(used.credential.clone()),
        subscription: Some(used.subscription.id.clone()),
        plan: Some(used.subscription.plan.clone()),
        method: method.to_owned(),
        path: format!("/{}/v1{path}", used.api.api.slug),
        status,
        outcome: outcome.to_owned(),
        duration_us,
        upstream_us: (!refused).then_some(upstream_us),
        request_bytes: if method == "POST" { random.random_range(80..900) } else { 0 },
        response_bytes: if refused { 240 } else { random.random_range(120..9_000) },
        client_address: format!("203.0.113.{}", random.random_range(1..40)),
        user_agent: "webshop/2.4".to_owned(),
        attempts: u16::from(!refused),
        ai: None,
    }
}

fn status(random: &mut StdRng) -> (u16, &'static str) {
    match random.random_range(0..1_000) {
        0..6 => (500, "ok"),
        6..10 => (503, "ok"),
        10..40 => (404, "ok"),
        40..52 => (429, "rate-limited"),
        _ => (200, "ok"),
    }
}

/// The path with numbers for its parameters.
fn filled(pattern: &str, random: &mut StdRng) -> String {
    let pattern = pattern.trim_end_matches('*');
    pattern
        .split('/')
        .map(|part| {
            if part.starts_with('{') {
                random.random_range(1_000..9_999).to_string()
            } else {
                part.to_owned()
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// A `UUIDv7` of the time.
pub fn request_id(at: Time, random: &mut StdRng) -> String {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random.random()).into_uuid().to_string()
}
