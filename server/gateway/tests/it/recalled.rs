//! Calls of earlier processes count against the quotas and rates of versions, and the rates of plans.

use crate::lab::Lab;
use crate::scopes::{self, EVENING, quota, request};
use chrono::DateTime;
use domain::calls::Call;
use domain::plans::{Limits, Period, Rate};
use domain::policies::limits::{By, ScopedLimit};
use domain::usage::quota_scope::{QuotaOf, QuotaScope, SentBy};
use domain::usage::recent::{Flow, RatedApi, Recent};
use faultlab::echo::Echo;
use gateway::Clock;
use gateway::limits::rules::Moment;

/// Of each scope: one that calls count for, and a caller that it is; another one that has made none.
const CALLERS: [(By, &str, Caller, Option<Caller>); 4] = [
    (By::Api, "", ("/echo/json", 1, "192.0.2.1"), None),
    (By::Route, "GET /json", ("/echo/json", 1, "192.0.2.1"), Some(("/echo/other", 1, "192.0.2.1"))),
    (By::Application, "", ("/echo/json", 1, "192.0.2.1"), Some(("/echo/json", 2, "192.0.2.1"))),
    (By::Address, "2001:db8::1", ("/echo/json", 1, "2001:db8::2"), Some(("/echo/json", 1, "192.0.2.1"))),
];

/// Path, application and address.
type Caller = (&'static str, u8, &'static str);

fn at() -> domain::Time {
    DateTime::from_timestamp_millis(i64::try_from(EVENING).unwrap()).unwrap()
}

fn key_of(by: By, key: &str) -> String {
    if by == By::Application { crate::lab::application(1).to_string() } else { key.to_owned() }
}

/// How many calls are let through, of at most ten.
fn admitted(lab: &Lab, (path, application, address): Caller) -> usize {
    (0..10).take_while(|_| lab.ask(request(path, application, address)).status == 200).count()
}

fn world(limit: ScopedLimit) -> (Lab, Echo) {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    (scopes::lab(vec![limit], Limits::default(), &echo, &clock), echo)
}

#[test]
fn what_the_database_knows_is_taken_from_the_right_count() {
    for (by, key, caller, other) in CALLERS {
        let (lab, _echo) = world(quota("edge", by, 5));
        let scopes = lab.snapshots.quota_scopes();
        assert_eq!(scopes.len(), 1);
        assert_eq!((scopes[0].by, scopes[0].name.as_str(), scopes[0].period), (by, "edge", Period::Day));
        assert_eq!(scopes[0].of, [QuotaOf { version: "v1".to_owned(), routes: Vec::new() }]);
        let earlier = [
            SentBy { key: key_of(by, key), in_day: 3, in_month: 30 },
            // what nobody knows any more
            SentBy { key: "GET /gone".to_owned(), in_day: 9, in_month: 9 },
        ];
        let known = if by == By::Api { &earlier[..1] } else { &earlier[..] };
        lab.snapshots.remember_scoped(&scopes[0], at(), known);
        assert_eq!(admitted(&lab, caller), 2, "{by}");
        if let Some(other) = other {
            assert_eq!(admitted(&lab, other), 5, "{by}");
        }
    }
}

#[test]
fn a_call_that_the_journal_still_held_is_counted_once_and_only_if_it_was_sent() {
    for (by, _, caller, other) in CALLERS {
        let (lab, _echo) = world(quota("edge", by, 5));
        assert_eq!(lab.ask(request(caller.0, caller.1, caller.2)).status, 200);
        let call = lab.record_of("ok");
        // by another process, which had the same limit
        let (next, _echo) = world(quota("edge", by, 5));
        next.snapshots.remember_call(&call);
        next.snapshots.remember_call(&Call { attempts: 0, ..call.clone() });
        next.snapshots.remember_call(&Call { version: Some("v9".to_owned()), ..call.clone() });
        next.snapshots.remember_call(&Call { at: at() - chrono::Duration::days(1), ..call });
        assert_eq!(admitted(&next, caller), 4, "{by}");
        if let Some(other) = other {
            assert_eq!(admitted(&next, other), 5, "{by}");
        }
    }
}

#[test]
fn versions_that_share_a_quota_are_one_scope_and_rates_are_none() {
    let json = ScopedLimit { routes: vec!["GET /json".to_owned()], ..quota("edge", By::Address, 5) };
    let (mut lab, _echo) = world(json);
    lab.publish(|config| {
        let mut second = config.apis[0].versions[0].clone();
        second.name = "v2".parse().unwrap();
        let mut monthly = quota("edge", By::Address, 9);
        monthly.quota.as_mut().unwrap().period = Period::Month;
        second.config.policies.limits = vec![monthly, scopes::rate("fast", By::Api, 1, 1)];
        config.apis[0].versions.push(second);
    });
    let of = |version: &str, routes: &[&str]| QuotaOf {
        version: version.to_owned(),
        routes: routes.iter().map(|label| (*label).to_owned()).collect(),
    };
    let expected = QuotaScope {
        api: crate::lab::api_id(1),
        by: By::Address,
        name: "edge".to_owned(),
        period: Period::Month,
        of: vec![of("v1", &["GET /json"]), of("v2", &[])],
    };
    assert_eq!(lab.snapshots.quota_scopes(), [expected]);
}

const HOUR: u64 = 3_600_000;
const DAY_S: u32 = 86_400;
const NOW: Moment = Moment { now_ns: EVENING * 1_000_000, unix_ms: EVENING };

/// Of application 1, to the first route.
fn flow(address: &str) -> Flow {
    Flow {
        api: crate::lab::api_id(1).to_string(),
        version: "v1".to_owned(),
        route: "GET /json".to_owned(),
        application: crate::lab::application(1).to_string(),
        client: address.parse().ok(),
    }
}

/// Three calls, two of them an hour ago, and calls to what is not there any more.
fn recent(address: &str) -> Recent {
    let mut recent = Recent::default();
    recent.add(flow(address), EVENING - 1_000, 1);
    recent.add(flow(address), EVENING - HOUR, 2);
    recent.add(Flow { api: "api_gone".to_owned(), ..flow(address) }, EVENING, 9);
    recent.sorted()
}

fn rated(by_address: bool) -> [RatedApi; 1] {
    [RatedApi { id: crate::lab::api_id(1).to_string(), longest_s: DAY_S, by_address }]
}

#[test]
fn calls_of_late_are_taken_from_the_right_rate() {
    for (by, _, caller, other) in CALLERS {
        let (lab, _echo) = world(scopes::rate("edge", by, 5, DAY_S));
        assert_eq!(lab.snapshots.rated_apis(), rated(by == By::Address));
        let mut recent = recent(caller.2);
        // of a version that is gone, and what was rolled up, of which no address is known
        recent.add(Flow { version: "v9".to_owned(), ..flow(caller.2) }, EVENING, 9);
        recent.add(flow("of nobody"), EVENING, 1);
        lab.snapshots.recall(&recent, NOW);
        assert_eq!(admitted(&lab, caller), if by == By::Address { 2 } else { 1 }, "{by}");
        if let Some(other) = other {
            assert_eq!(admitted(&lab, other), 5, "{by}");
        }
    }
}

#[test]
fn calls_of_late_are_taken_from_the_rate_of_the_plan() {
    let (echo, clock) = (Echo::start().unwrap(), Clock::manual(EVENING));
    let plan = |seconds| Limits { rate: Some(Rate { requests: 5, seconds }), ..Limits::default() };
    let lab = scopes::lab(Vec::new(), plan(DAY_S), &echo, &clock);
    assert_eq!(lab.snapshots.rated_apis(), rated(false));
    lab.snapshots.recall(&recent("192.0.2.1"), NOW);
    assert_eq!(admitted(&lab, ("/echo/other", 1, "192.0.2.9")), 2);
    assert_eq!(admitted(&lab, ("/echo/other", 2, "192.0.2.9")), 10, "has no rate");
    // in 24 h all five come back, the first when the two of an hour ago would have let it
    clock.advance_ms(24 * HOUR / 5 - HOUR - 1);
    assert_eq!(admitted(&lab, ("/echo/other", 1, "192.0.2.9")), 0);
    clock.advance_ms(2);
    assert_eq!(admitted(&lab, ("/echo/other", 1, "192.0.2.9")), 1);

    let lab = scopes::lab(Vec::new(), plan(9), &echo, &clock);
    assert_eq!(lab.snapshots.rated_apis(), [], "nothing lasts");
    let mut now = Recent::default();
    now.add(flow("192.0.2.1"), clock.unix_ms(), 5);
    lab.snapshots.recall(&now, Moment { now_ns: clock.monotonic_us() * 1_000, unix_ms: clock.unix_ms() });
    assert_eq!(admitted(&lab, ("/echo/json", 1, "192.0.2.1")), 5);
}
