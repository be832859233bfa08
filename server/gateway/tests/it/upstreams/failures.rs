//! Nodes that fail under calls: who is asked instead, how often, and when nobody is asked any more.

use super::{configured, facing, named, ok, who, with_status};
use crate::faults::black_hole;
use crate::lab::{self, Lab};
use domain::upstream::{Breaker, Ejection, Retries, RetryOn, Upstream};
use faultlab::raw::RawUpstream;
use gateway::Clock;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

const DEAD: &str = "http://127.0.0.1:1";
const START: u64 = 1_772_319_600_000;

fn on(on: &[RetryOn]) -> Retries {
    Retries { on: on.to_vec(), backoff_ms: 0, ..Retries::default() }
}

/// On a clock that is moved by hand.
fn timed(urls: &[&str], change: impl FnOnce(&mut Upstream)) -> (Lab, Clock) {
    let clock = Clock::manual(START);
    let options = gateway::Options { clock: clock.clone(), ..lab::options() };
    (Lab::with(configured(urls, change), options), clock)
}

fn post(lab: &Lab) -> faultlab::raw::Answer {
    lab.ask(lab::request("POST /echo/x", "Content-Length: 2\r\n") + "hi")
}

#[test]
fn what_never_left_goes_to_another_node_whatever_its_method() {
    let live = named("live");
    let lab = facing(&[DEAD, &live.url()], |_| {});
    for _ in 0..10 {
        assert_eq!(who(&lab, ""), "live");
        assert_eq!(post(&lab).status, 200);
    }
    assert!(lab.records().iter().all(|call| call.attempts == 1), "a connection that failed is no attempt");
}

#[test]
fn nodes_that_all_refuse_are_a_502() {
    let lab = facing(&[DEAD, "http://127.0.0.1:2"], |_| {});
    let answer = lab.call("GET /echo/x", "");
    assert_eq!(
        (answer.status, answer.header("proxy-status")),
        (502, Some("gatehouse; error=connection_refused"))
    );
    assert_eq!(lab.record_of("upstream-unreachable").attempts, 0);
}

#[test]
fn a_black_hole_costs_one_call_its_connect_timeout_and_is_then_tried_last() {
    let (_listener, _queued, addr) = black_hole();
    let live = named("live");
    let lab = facing(&[&format!("http://{addr}"), &live.url()], |upstream| {
        upstream.timeouts.connect_ms = 400;
        upstream.ejection = Some(Ejection { failures: 1, for_ms: 60_000 });
    });
    let start = Instant::now();
    assert_eq!(who(&lab, ""), "live");
    assert!(start.elapsed() >= Duration::from_millis(380), "the first one was sent into the hole");
    let start = Instant::now();
    for _ in 0..10 {
        assert_eq!(who(&lab, ""), "live");
    }
    assert!(start.elapsed() < Duration::from_millis(380), "{:?}", start.elapsed());
}

#[test]
fn an_ejected_node_comes_back_after_its_time_and_is_called_when_there_is_no_other() {
    let status = Arc::new(AtomicU16::new(500));
    let (shaky, live) = (with_status("shaky", &status), named("live"));
    let (mut lab, clock) = timed(&[&shaky.url(), &live.url()], |upstream| {
        upstream.ejection = Some(Ejection { failures: 2, for_ms: 5_000 });
    });
    let calls = |lab: &Lab, count: usize| (0..count).map(|_| lab.call("GET /echo/x", "").status).collect();
    let first: Vec<u16> = calls(&lab, 4);
    assert_eq!(first.iter().filter(|status| **status == 500).count(), 2);
    assert_eq!(calls(&lab, 6), [200; 6], "left alone");
    status.store(200, Ordering::SeqCst);
    clock.advance_ms(5_000);
    calls(&lab, 2).iter().for_each(|status: &u16| assert_eq!(*status, 200));
    assert_eq!(shaky.heads().len(), 3, "called again");
    // without another node it is called although it fails
    status.store(500, Ordering::SeqCst);
    lab.publish(|config| config.apis[0].versions[0].config.upstream.nodes.truncate(1));
    assert_eq!(calls(&lab, 4), [500; 4]);
}

#[test]
fn an_answer_that_the_retries_name_is_asked_for_elsewhere() {
    let status = Arc::new(AtomicU16::new(503));
    let (full, live) = (with_status("full", &status), named("live"));
    let lab = facing(&[&full.url(), &live.url()], |upstream| {
        upstream.retries = Some(on(&[RetryOn::Unavailable]));
    });
    for _ in 0..8 {
        assert_eq!(who(&lab, ""), "live");
    }
    let tried = full.heads().len();
    assert_eq!(tried, 4, "in its turn");
    assert_eq!(lab.records().iter().filter(|call| call.attempts == 2).count(), tried);
    // 500 is not named
    status.store(500, Ordering::SeqCst);
    let statuses: Vec<u16> = (0..2).map(|_| lab.call("GET /echo/x", "").status).collect();
    assert!(statuses.contains(&500), "{statuses:?}");
}

/// Reads a POST of two bytes and then resets the connection, or answers with a status.
fn failing(status: Option<&'static str>) -> RawUpstream {
    RawUpstream::start(move |mut peer| {
        peer.head()?;
        peer.read(2)?;
        let Some(status) = status else { return peer.reset() };
        peer.send(ok("full").replace("200 OK", status))?;
        peer.close()
    })
    .unwrap()
}

#[test]
fn a_post_that_a_node_may_have_seen_is_seen_once_unless_twice_is_as_good() {
    for (fails_with, non_idempotent, expected) in
        [(None, false, 502), (Some("503 Full"), false, 503), (None, true, 200), (Some("503 Full"), true, 200)]
    {
        // the first call is for the first node
        let (failing, live) = (failing(fails_with), named("live"));
        let retries = Retries { non_idempotent, ..on(RetryOn::ALL) };
        let lab = facing(&[&failing.url(), &live.url()], |upstream| upstream.retries = Some(retries));
        assert_eq!(post(&lab).status, expected, "{fails_with:?}");
        assert_eq!((failing.heads().len(), live.heads().len()), (1, usize::from(non_idempotent)));
    }
}

#[test]
fn a_storm_of_failures_is_retried_within_the_budget() {
    let status = Arc::new(AtomicU16::new(503));
    let full = with_status("full", &status);
    let lab = facing(&[&full.url()], |upstream| upstream.retries = Some(on(&[RetryOn::Unavailable])));
    for _ in 0..100 {
        assert_eq!(lab.call("GET /echo/x", "").status, 503);
    }
    let seen = full.heads().len();
    assert!((125..=130).contains(&seen), "{seen} for 100 calls: a fifth, and ten in reserve");
}

#[test]
fn a_call_is_sent_as_often_as_the_retries_say_and_no_more() {
    let status = Arc::new(AtomicU16::new(502));
    let broken = with_status("broken", &status);
    let lab = facing(&[&broken.url()], |upstream| {
        upstream.retries = Some(Retries { attempts: 4, ..on(&[RetryOn::BadGateway]) });
    });
    assert_eq!(lab.call("GET /echo/x", "").status, 502);
    assert_eq!((broken.heads().len(), lab.record_of("ok").attempts), (4, 4));
}

#[test]
fn the_pauses_between_attempts_double() {
    let broken = with_status("broken", &Arc::new(AtomicU16::new(502)));
    let lab = facing(&[&broken.url()], |upstream| {
        upstream.retries = Some(Retries { attempts: 5, backoff_ms: 100, ..on(&[RetryOn::BadGateway]) });
    });
    let start = Instant::now();
    assert_eq!(lab.call("GET /echo/x", "").status, 502);
    // at least half of 100, 200, 400 and 800; four pauses of 100 would be over before that
    assert!(start.elapsed() >= Duration::from_millis(750), "{:?}", start.elapsed());
    assert_eq!(broken.heads().len(), 5);
}

#[test]
fn no_pause_is_begun_that_outlasts_the_call() {
    let broken = with_status("broken", &Arc::new(AtomicU16::new(502)));
    let lab = facing(&[&broken.url()], |upstream| {
        upstream.timeouts.total_ms = 2_800;
        upstream.retries = Some(Retries { attempts: 5, backoff_ms: 2_000, ..on(&[RetryOn::BadGateway]) });
    });
    // the first pause takes half of the backoff at least, and the second one all of it, which is more than is left
    assert_eq!(lab.call("GET /echo/x", "").status, 502, "the backend's answer, and no timeout");
    assert_eq!(broken.heads().len(), 2);
}

#[test]
fn a_breaker_opens_tries_the_node_out_and_closes() {
    let status = Arc::new(AtomicU16::new(500));
    let backend = with_status("a", &status);
    let (mut lab, clock) = timed(&[&backend.url()], |upstream| {
        upstream.breaker =
            Some(Breaker { failures: 2, error_percent: 0, open_ms: 9_500, ..Breaker::default() });
    });
    let call = |lab: &Lab| lab.call("GET /echo/x", "").status;
    assert_eq!([call(&lab), call(&lab)], [500, 500], "a backend's answer passes");
    let refused = lab.call("GET /echo/x", "");
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("10")));
    assert_eq!(lab.record_of("upstream-unavailable").attempts, 0);
    lab.publish(|_| {});
    assert_eq!((call(&lab), backend.heads().len()), (503, 2), "open, also after a publication");
    clock.advance_ms(9_500);
    assert_eq!([call(&lab), call(&lab)], [500, 503], "one call tries it out and opens it anew");
    clock.advance_ms(9_500);
    status.store(200, Ordering::SeqCst);
    assert_eq!([call(&lab), call(&lab), call(&lab)], [200; 3]);
    status.store(500, Ordering::SeqCst);
    assert_eq!([call(&lab), call(&lab), call(&lab)], [500, 500, 503], "closed, it counts from the beginning");
}

#[test]
fn an_open_breaker_leaves_the_calls_to_the_other_nodes() {
    let live = named("live");
    let lab = facing(&[DEAD, &live.url()], |upstream| {
        upstream.breaker = Some(Breaker { failures: 1, ..Breaker::default() });
    });
    for _ in 0..10 {
        assert_eq!(who(&lab, ""), "live");
    }
}

#[test]
fn a_slow_client_is_not_held_against_the_node() {
    let live = RawUpstream::start(|mut peer| {
        if peer.head()?.starts_with("POST") {
            peer.read(10)?;
        }
        peer.send(ok("live"))?;
        peer.close()
    });
    let live = live.unwrap();
    let lab = facing(&[&live.url()], |upstream| {
        upstream.timeouts.total_ms = 200;
        upstream.breaker = Some(Breaker { failures: 1, ..Breaker::default() });
    });
    let mut client = lab.client();
    client.send(lab::request("POST /echo/x", "Content-Length: 10\r\n") + "hi").unwrap();
    assert_eq!(client.answer(false).unwrap().status, 504);
    assert_eq!(who(&lab, ""), "live");
}
