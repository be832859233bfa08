//! A week of calls to models, as those of a help desk are: questions, longer letters, and vectors for search. Tokens are
//! made up; what they cost is reckoned with the prices of the catalogue.

use super::models::{ALIASES, Models};
use super::traffic::{DAYS, busyness, request_id};
use ai::catalogue::Catalogue;
use ai::usage::Usage;
use domain::Time;
use domain::calls::{AiUse, Attempt, Call};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use std::ops::Range;

/// Calls in an hour at the busiest time of the day.
const BUSY_HOUR: f64 = 28.0;

/// What the application does with a model.
struct Habit {
    alias: &'static str,
    path: &'static str,
    /// What the client says of itself.
    client: &'static str,
    /// Its share of 100 calls.
    share: u32,
    input: Range<u64>,
    /// The part of the input that the vendor may have in its cache, in percent.
    cached: Range<u64>,
    output: Range<u64>,
    /// Whether the answer is streamed.
    streams: bool,
}

static HABITS: [Habit; 3] = [
    Habit {
        alias: "assistant",
        path: "/chat/completions",
        client: "OpenAI/Python 3.57.0",
        share: 62,
        input: 400..3_800,
        cached: 0..70,
        output: 60..700,
        streams: true,
    },
    Habit {
        alias: "writer",
        path: "/messages",
        client: "Anthropic/Python 2.14.0",
        share: 16,
        input: 900..9_000,
        cached: 0..40,
        output: 300..1_900,
        streams: true,
    },
    Habit {
        alias: "embedder",
        path: "/embeddings",
        client: "OpenAI/Python 3.57.0",
        share: 22,
        input: 40..2_400,
        cached: 0..1,
        output: 0..1,
        streams: false,
    },
];

/// How a call went.
struct Fate {
    status: u16,
    outcome: &'static str,
    /// How many of the alias's targets were asked.
    attempts: u16,
}

/// The calls, hour by hour.
pub fn week(models: &Models, catalogue: &Catalogue, now: Time) -> Vec<Call> {
    // the same each time but for its dates
    let mut random = StdRng::seed_from_u64(0xa1de);
    let mut calls = Vec::new();
    for hours_ago in (0..DAYS * 24).rev() {
        let hour = now - chrono::Duration::hours(hours_ago + 1);
        let count = (BUSY_HOUR * busyness(hour) * random.random_range(0.7..1.3)) as usize;
        calls.extend((0..count).filter_map(|_| call(models, catalogue, hour, &mut random)));
    }
    calls
}

fn habit(random: &mut StdRng) -> Option<&'static Habit> {
    let mut left = random.random_range(0..100);
    HABITS.iter().find(|habit| match u32::checked_sub(left, habit.share) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    })
}

fn call(models: &Models, catalogue: &Catalogue, hour: Time, random: &mut StdRng) -> Option<Call> {
    let at = hour + chrono::Duration::milliseconds(random.random_range(0..3_600_000));
    let habit = habit(random)?;
    let (_, targets) = ALIASES.iter().find(|(name, _)| *name == habit.alias)?;
    let fate = fate(random, targets.len());
    let used = usage(habit, random);
    let used = if fate.status == 200 { used } else { Usage::default() };
    let asked = usize::from(fate.attempts).checked_sub(1).and_then(|last| targets.get(last));
    let first_token_us = 1_000 * random.random_range(180..900_i64);
    let upstream_us = first_token_us + as_i64(used.total_output()) * random.random_range(6_000..11_000);
    let ai = asked.map(|(vendor, model)| AiUse {
        provider: models.provider(vendor).map(ToString::to_string).unwrap_or_default(),
        asked: habit.alias.to_owned(),
        finish: if fate.status == 200 { "stop" } else { "failed" }.to_owned(),
        first_token_us: (habit.streams && fate.status == 200).then_some(first_token_us),
        tried: tried(models, targets, &fate, first_token_us),
        ..spent(catalogue, vendor, model, &used)
    });
    let of = &models.used;
    let route = of.routes.iter().find(|route| route.path.to_string() == habit.path);
    Some(Call {
        id: request_id(at, random),
        at,
        api: Some(of.api.api.id.clone()),
        version: Some("v1".to_owned()),
        route: route.map(domain::routes::Route::label),
        application: Some(of.subscription.application.clone()),
        credential: Some(of.credential.clone()),
        subscription: Some(of.subscription.id.clone()),
        plan: Some(of.subscription.plan.clone()),
        method: "POST".to_owned(),
        path: format!("/{}/v1{}", of.api.api.slug, habit.path),
        status: fate.status,
        outcome: fate.outcome.to_owned(),
        duration_us: ai.as_ref().map_or(120, |_| upstream_us + random.random_range(90..500)),
        upstream_us: ai.as_ref().map(|_| upstream_us),
        request_bytes: 180 + 4 * as_i64(used.total_input()),
        response_bytes: if fate.status == 200 { bytes(habit, &used) } else { 260 },
        client_address: format!("203.0.113.{}", random.random_range(40..60)),
        user_agent: habit.client.to_owned(),
        attempts: fate.attempts,
        ai,
    })
}

/// Most are answered by the first target; some when that has failed, few not at all.
fn fate(random: &mut StdRng, targets: usize) -> Fate {
    let has_second = targets > 1;
    match random.random_range(0..1_000) {
        0..12 => Fate { status: 429, outcome: "rate-limited", attempts: 0 },
        12..16 => Fate { status: 503, outcome: "ok", attempts: 1 + u16::from(has_second) },
        16..46 if has_second => Fate { status: 200, outcome: "ok", attempts: 2 },
        _ => Fate { status: 200, outcome: "ok", attempts: 1 },
    }
}

/// The targets that were asked: all but the last were overloaded.
fn tried(models: &Models, targets: &[(&str, &str)], fate: &Fate, first_token_us: i64) -> Vec<Attempt> {
    let asked = targets.iter().take(usize::from(fate.attempts));
    let attempt = |(at, (kind, model)): (usize, &(&str, &str))| {
        let is_last = at + 1 == usize::from(fate.attempts);
        Attempt {
            provider: models.provider(kind).map(ToString::to_string).unwrap_or_default(),
            model: (*model).to_owned(),
            status: Some(if is_last { fate.status } else { 503 }),
            failure: String::new(),
            ms: if is_last { u32::try_from(first_token_us / 1_000).unwrap_or_default() } else { 41 },
        }
    };
    asked.enumerate().map(attempt).collect()
}

/// More short ones than long ones.
fn usage(habit: &Habit, random: &mut StdRng) -> Usage {
    let mut some = |range: &Range<u64>| {
        let first = random.random_range(range.clone());
        first.min(random.random_range(range.clone()))
    };
    let (input, output, cached) = (some(&habit.input), some(&habit.output), some(&habit.cached));
    let cache_read = input * cached / 100;
    Usage { input: input - cache_read, cache_read, output, ..Usage::default() }
}

/// Tokens and their cost at the catalogue's prices.
fn spent(catalogue: &Catalogue, vendor: &str, model: &str, used: &Usage) -> AiUse {
    let cost = catalogue.price(vendor, model, None).map(|price| ai::price::cost(used, price));
    let cost = cost.filter(|cost| cost.unknown.is_empty());
    let as_of = catalogue.find(vendor, model).and_then(|model| model.as_of.clone());
    AiUse {
        vendor: vendor.to_owned(),
        model: model.to_owned(),
        input_tokens: as_i64(used.total_input()),
        output_tokens: as_i64(used.total_output()),
        cache_read_tokens: as_i64(used.cache_read),
        price: cost.as_ref().and(as_of).unwrap_or_default(),
        cost_nano: cost.map(|cost| cost.nano),
        ..AiUse::default()
    }
}

/// Of an answer: a stream wraps every token, a vector has some thousand numbers.
fn bytes(habit: &Habit, used: &Usage) -> i64 {
    let tokens = as_i64(used.total_output());
    match (habit.path, habit.streams) {
        ("/embeddings", _) => 19_000,
        (_, true) => 600 + 190 * tokens,
        (_, false) => 500 + 4 * tokens,
    }
}

fn as_i64(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
