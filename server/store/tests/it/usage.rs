//! Calls rolled up.

use domain::calls::record::CallRecord;
use domain::calls::{Call, least_id};
use domain::ids::{ApiId, ApplicationId};
use domain::plans::Period;
use domain::policies::limits::By;
use domain::usage::quota_scope::{QuotaOf, QuotaScope};
use domain::usage::recent::{Flow, Recent};
use domain::usage::{Dimension, Grain, UsageQuery, Visible};
use store::{Scope, Store, both, calls, usage};

use crate::calls::call;
use crate::rows::at;

async fn record(store: &Store, all: &[Call]) {
    let mut tx = store.calls_begin().await.unwrap();
    let new = calls::insert(&mut tx, &CallRecord::of_all(all).unwrap()).await.unwrap();
    usage::add(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
}

fn query(group_by: &[Dimension], step: Grain) -> UsageQuery {
    UsageQuery {
        group_by: group_by.to_vec(),
        since: at(0),
        until: at(86_400),
        step,
        api: None,
        application: None,
        route: String::new(),
        models_only: false,
        visible: Visible::Nothing,
    }
}

/// 100 calls a minute for three minutes, each minute slower; a tenth of the last minute failed.
fn three_minutes() -> Vec<Call> {
    (0..300)
        .map(|number| {
            let minute = number / 100;
            let failed = minute == 2 && number % 10 == 0;
            Call {
                duration_us: i64::try_from(minute + 1).unwrap() * 10_000,
                status: if failed { 502 } else { 200 },
                ..call(number, i64::try_from(minute * 60 + number % 60).unwrap())
            }
        })
        .collect()
}

both!(add_up_every_grain, |store| {
    let all = three_minutes();
    // in pieces, and one piece twice: what was recorded is not recorded again
    record(store, &all[..150]).await;
    record(store, &all[100..]).await;

    let mut conn = store.calls_read().await.unwrap();
    let minutes = usage::get(&mut conn, &query(&[], Grain::Minute), &Scope::Everything).await.unwrap();
    assert_eq!(minutes.series.len(), 1);
    let points = &minutes.series[0].points;
    let expected: Vec<_> = [0, 60, 120].map(|second| (at(second), 100)).to_vec();
    assert_eq!(points.iter().map(|it| (it.at, it.figures.calls)).collect::<Vec<_>>(), expected);
    assert_eq!(points.iter().map(|it| it.figures.errors).collect::<Vec<_>>(), [0, 0, 10]);
    for (point, exact) in points.iter().zip([10_000.0, 20_000.0, 30_000.0]) {
        let p50 = point.figures.p50.unwrap() as f64;
        assert!((p50 / exact - 1.0).abs() < 0.5, "{p50} for {exact}");
    }
    for grain in Grain::ALL {
        let answer = usage::get(&mut conn, &query(&[], *grain), &Scope::Everything).await.unwrap();
        let totals = &answer.totals;
        assert_eq!((totals.calls, totals.errors, totals.request_bytes), (300, 10, 3_000), "{grain}");
        assert_eq!(totals.p99, minutes.totals.p99, "histograms add up the same in every grain");
        assert_eq!(answer.series[0].totals, answer.totals);
    }
});

both!(group_by_several_dimensions, |store| {
    let mut all = three_minutes();
    for call in &mut all[..40] {
        call.api = Some(ApiId::from_parts(2, 2));
        call.attempts = 0;
        call.outcome = "rate-limited".to_owned();
        call.status = 429;
    }
    all[50].api = None;
    record(store, &all).await;
    let mut conn = store.calls_read().await.unwrap();
    let by = [Dimension::Api, Dimension::Status];
    let answer = usage::get(&mut conn, &query(&by, Grain::Hour), &Scope::Everything).await.unwrap();
    let first = ApiId::from_parts(1, 1).to_string();
    let second = ApiId::from_parts(2, 2).to_string();
    let found: Vec<_> = answer.series.iter().map(|it| (it.label.clone(), it.totals.calls)).collect();
    assert_eq!(
        found,
        [
            (format!("{first} · 2xx"), 249),
            (format!("{second} · 4xx"), 40),
            (format!("{first} · 5xx"), 10),
            (" · 2xx".to_owned(), 1),
        ]
    );
    assert_eq!(answer.series[1].group, [(Dimension::Api, second), (Dimension::Status, "4xx".to_owned())]);
    assert_eq!((answer.series[1].totals.refused, answer.totals.refused), (40, 40));
    assert_eq!(answer.series[1].points.len(), 1);

    let narrowed = UsageQuery { api: Some(ApiId::from_parts(2, 2)), ..query(&[], Grain::Hour) };
    let answer = usage::get(&mut conn, &narrowed, &Scope::Everything).await.unwrap();
    assert_eq!(answer.totals.calls, 40);
});

both!(tell_errors_from_refusals, |store| {
    let how = [
        // answered by the backend
        (200, "ok", 1),
        (404, "ok", 1),
        (500, "ok", 1),
        // by the gateway
        (429, "rate-limited", 0),
        (503, "overloaded", 0),
        (502, "upstream-unreachable", 0),
        (413, "body-too-large", 1),
        // begun well, and broken off
        (200, "upstream-timeout", 1),
        (200, "client-gone", 1),
        (499, "client-gone", 0),
    ];
    let calls: Vec<Call> = (0..)
        .zip(how)
        .map(|(number, (status, outcome, attempts))| Call {
            status,
            outcome: outcome.to_owned(),
            attempts,
            ..call(number, 0)
        })
        .collect();
    record(store, &calls).await;
    let mut conn = store.calls_read().await.unwrap();
    let answer = usage::get(&mut conn, &query(&[], Grain::Minute), &Scope::Everything).await.unwrap();
    assert_eq!((answer.totals.calls, answer.totals.errors, answer.totals.refused), (10, 4, 1));
});

both!(sent_calls_are_summed_by_day_and_month, |store| {
    // 2026-03-02 00:00:10 UTC
    let now = "2026-03-02T00:00:10Z".parse::<domain::Time>().unwrap();
    let days_ago =
        |number: u64, days: i64| Call { at: now - chrono::Duration::days(days), ..call(number, 0) };
    let mut calls: Vec<Call> =
        (0..).zip([0, 0, 1, 1, 1, 2, 2, 40]).map(|(n, days)| days_ago(n, days)).collect();
    calls.push(Call { attempts: 0, status: 429, outcome: "rate-limited".to_owned(), ..days_ago(20, 0) });
    calls.push(Call {
        attempts: 0,
        status: 502,
        outcome: "upstream-unreachable".to_owned(),
        ..days_ago(21, 0)
    });
    calls.push(Call { api: Some(ApiId::from_parts(2, 2)), status: 500, ..days_ago(22, 1) });
    calls.push(Call { application: None, ..days_ago(23, 0) });
    record(store, &calls).await;
    let mut conn = store.calls_read().await.unwrap();
    let mut sent = usage::sent(&mut conn, now).await.unwrap();
    sent.sort_by_key(|sent| sent.api.to_string());
    let found: Vec<_> = sent.iter().map(|sent| (sent.api.clone(), sent.in_day, sent.in_month)).collect();
    assert_eq!(found, [(ApiId::from_parts(1, 1), 2, 5), (ApiId::from_parts(2, 2), 0, 1)]);
    assert_eq!(usage::sent(&mut conn, now + chrono::Duration::days(40)).await.unwrap(), []);
});

/// Of versions `v1` and, of one of its routes only, `v2`.
fn scope(by: By, period: Period) -> QuotaScope {
    let of = |version: &str, routes: &[&str]| QuotaOf {
        version: version.to_owned(),
        routes: routes.iter().map(|route| (*route).to_owned()).collect(),
    };
    QuotaScope {
        api: ApiId::from_parts(1, 1),
        by,
        name: "all".to_owned(),
        period,
        of: vec![of("v1", &[]), of("v2", &["GET /pets"])],
    }
}

both!(sent_calls_are_told_apart_as_a_quota_of_versions_does, |store| {
    let now = "2026-03-02T00:00:10Z".parse::<domain::Time>().unwrap();
    let other = ApplicationId::from_parts(9, 9);
    let kinds = [
        call(0, 0),
        Call { route: Some("GET /pets".to_owned()), ..call(0, 0) },
        Call { application: Some(other.clone()), client_address: "192.0.2.1".to_owned(), ..call(0, 0) },
        Call { version: Some("v2".to_owned()), route: Some("GET /pets".to_owned()), ..call(0, 0) },
        // none of these counts
        Call { version: Some("v2".to_owned()), ..call(0, 0) },
        Call { version: Some("v3".to_owned()), ..call(0, 0) },
        Call { api: Some(ApiId::from_parts(2, 2)), ..call(0, 0) },
        Call { attempts: 0, status: 429, outcome: "rate-limited".to_owned(), ..call(0, 0) },
    ];
    // each of them today, yesterday and the day before, which is another month
    let days =
        (0..3).flat_map(|days| kinds.iter().map(move |kind| (now - chrono::Duration::days(days), kind)));
    let calls = days.enumerate().map(|(number, (at, kind))| Call {
        at,
        id: format!("{}-7abc-8000-{number:012}", least_id(at)),
        ..kind.clone()
    });
    record(store, &calls.collect::<Vec<_>>()).await;
    let mut conn = store.calls_read().await.unwrap();
    let mine = ApplicationId::from_parts(1, 1).to_string();
    let other = other.to_string();
    for (by, expected) in [
        (By::Api, vec![("", 4, 8)]),
        (By::Route, vec![("GET /pets", 2, 4), ("GET /pets/{id}", 2, 4)]),
        (By::Application, vec![(mine.as_str(), 3, 6), (other.as_str(), 1, 2)]),
        (By::Address, vec![("127.0.0.1", 3, 6), ("192.0.2.1", 1, 2)]),
    ] {
        let mut sent = usage::sent_by(&mut conn, &scope(by, Period::Month), now, 10).await.unwrap();
        sent.sort_by(|a, b| a.key.cmp(&b.key));
        let found: Vec<_> = sent.iter().map(|it| (it.key.as_str(), it.in_day, it.in_month)).collect();
        assert_eq!(found, expected, "{by}");
        let day = usage::sent_by(&mut conn, &scope(by, Period::Day), now, 10).await.unwrap();
        assert!(day.iter().all(|it| it.in_day == it.in_month), "nothing older than a day: {day:?}");
    }
    let most = usage::sent_by(&mut conn, &scope(By::Address, Period::Month), now, 1).await.unwrap();
    assert_eq!(most.iter().map(|it| it.key.as_str()).collect::<Vec<_>>(), ["127.0.0.1"], "who used most");
    let none = QuotaScope { of: Vec::new(), ..scope(By::Api, Period::Month) };
    assert_eq!(usage::sent_by(&mut conn, &none, now, 10).await.unwrap(), []);
});

both!(usage_outside_the_scope_is_not_told, |store| {
    record(store, &three_minutes()).await;
    let mut conn = store.calls_read().await.unwrap();
    let nothing = Scope::Of { apis: vec![], applications: vec![] };
    let question = UsageQuery { visible: Visible::Everything, ..query(&[Dimension::Api], Grain::Hour) };
    let answer = usage::get(&mut conn, &question, &nothing).await.unwrap();
    assert_eq!((answer.totals.calls, answer.series.len()), (0, 0));
    let foreign = Scope::Of { apis: vec![ApiId::from_parts(2, 2)], applications: vec![] };
    assert_eq!(usage::get(&mut conn, &question, &foreign).await.unwrap().totals.calls, 0);
    let own = Scope::Of { apis: vec![ApiId::from_parts(1, 1)], applications: vec![] };
    assert_eq!(usage::get(&mut conn, &question, &own).await.unwrap().totals.calls, 300);
});

both!(usage_begins_with_the_bucket_of_since, |store| {
    record(store, &three_minutes()).await;
    let mut conn = store.calls_read().await.unwrap();
    let question = UsageQuery { since: at(90), until: at(120), ..query(&[], Grain::Minute) };
    let answer = usage::get(&mut conn, &question, &Scope::Everything).await.unwrap();
    assert_eq!(answer.series[0].points.iter().map(|it| it.at).collect::<Vec<_>>(), [at(60)]);
});

both!(delete_old_rollups_of_one_grain, |store| {
    record(store, &three_minutes()).await;
    let mut tx = store.calls_begin().await.unwrap();
    let removed = usage::delete_before(&mut tx, Grain::Minute, at(60), 10).await.unwrap();
    assert_eq!(removed, 1);
    tx.commit().await.unwrap();
    let mut conn = store.calls_read().await.unwrap();
    for (grain, calls) in [(Grain::Minute, 200), (Grain::Hour, 300), (Grain::Day, 300)] {
        let answer = usage::get(&mut conn, &query(&[], grain), &Scope::Everything).await.unwrap();
        assert_eq!(answer.totals.calls, calls, "{grain}");
    }
});

fn flow(client: Option<&str>) -> Flow {
    let call = call(0, 0);
    Flow {
        api: call.api.unwrap().to_string(),
        version: call.version.unwrap(),
        route: call.route.unwrap(),
        application: call.application.unwrap().to_string(),
        client: client.map(|client| client.parse().unwrap()),
    }
}

/// Seconds and counts by their flows.
fn told(recent: &Recent) -> Vec<(Flow, f64, u64)> {
    let flow = |number| recent.flows().find(|(_, found)| *found == number).unwrap().0.clone();
    let begin = u64::try_from(at(0).timestamp_millis()).unwrap();
    let told =
        recent.sent.iter().map(|sent| (flow(sent.flow), (sent.at_ms - begin) as f64 / 1_000.0, sent.calls));
    told.collect()
}

both!(calls_of_late_are_known_one_by_one_and_before_that_by_the_minute, |store| {
    let other = ApiId::from_parts(2, 2);
    for (block, seconds) in [0, 600, 1_200].into_iter().enumerate() {
        let number = |place: u64| block as u64 * 10 + place;
        let unsent = Call { attempts: 0, ..call(number(8), seconds) };
        let others = Call { api: Some(other.clone()), ..call(number(9), seconds) };
        let counted = (0..2).map(|place| call(number(place), seconds));
        record(store, &counted.chain([unsent, others]).collect::<Vec<_>>()).await;
    }
    let apis = [flow(None).api];
    let mut conn = store.calls_snapshot().await.unwrap();
    let wanted = calls::RecentCalls { apis: &apis, from: at(600), by_address: true, most: 1_000 };
    let (recent, from) = calls::recent(&mut conn, &wanted).await.unwrap();
    let one = |seconds| (flow(Some("127.0.0.1")), seconds, 1);
    assert_eq!(from, at(600));
    assert_eq!(told(&recent.sorted()), [one(600.0), one(600.0), one(1_200.0), one(1_200.0)]);

    // as many as may be read: those before may have ids of up to two minutes after the last that was
    let wanted = calls::RecentCalls { from: at(0), by_address: false, most: 5, ..wanted };
    let (mut recent, from) = calls::recent(&mut conn, &wanted).await.unwrap();
    assert_eq!((from, told(&recent)), (at(720), vec![(flow(None), 1_200.0, 1); 2]));
    let (first, before) = (at(30).timestamp_millis(), at(720).timestamp_millis());
    usage::recent(&mut conn, &apis, first, before, 100, &mut recent).await.unwrap();
    let minute = |end| (flow(None), end, 2);
    let single = (flow(None), 1_200.0, 1);
    assert_eq!(told(&recent.sorted()), [minute(59.999), minute(659.999), single.clone(), single]);

    let mut latest = Recent::default();
    let many: Vec<String> = (0..200).map(|number| format!("api_{number}")).collect();
    usage::recent(&mut conn, &many, first, before, 1, &mut latest).await.unwrap();
    assert_eq!(told(&latest).len(), 1, "of many apis, all are read, as far as there is room");
});
