//! Names of upstreams whose addresses change, get lost, or cannot be looked up.

mod moving;

use crate::lab::{self, Lab, eventually};
use faultlab::raw::RawUpstream;
use gateway::{Clock, Lookup, Options, Timers};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const START: u64 = 1_772_319_600_000;
/// The one that a first upstream listens at, and another one of this machine.
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const AWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));

/// What a lookup is answered with.
#[derive(Clone)]
enum Says {
    These(Vec<IpAddr>),
    Fails,
    Hangs,
}

/// A server of names, to whom every name is the same, and the clock of those who ask.
#[derive(Clone)]
struct Names {
    says: Arc<Mutex<Says>>,
    asked: Arc<AtomicUsize>,
    clock: Clock,
}

impl Names {
    fn new(says: Says) -> Self {
        Self { says: Arc::new(Mutex::new(says)), asked: Arc::default(), clock: Clock::manual(START) }
    }

    fn say(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn options(&self) -> Options {
        let names = self.clone();
        let lookup = Lookup::told(move |_| {
            names.asked.fetch_add(1, Ordering::SeqCst);
            let names = names.clone();
            Box::pin(async move {
                loop {
                    match names.says.lock().unwrap().clone() {
                        Says::These(addresses) => return Ok(addresses),
                        Says::Fails => return Err(io::ErrorKind::NotFound.into()),
                        Says::Hangs => {}
                    }
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            })
        });
        let usual = lab::options();
        // clients stay, however the time is moved on
        let timers = Timers { keep_alive_ms: 3_600_000, ..usual.timers };
        Options { lookup, clock: self.clock.clone(), timers, ..usual }
    }

    /// Moves the time on and waits until the names in use were looked up anew.
    fn pass_ms(&self, ms: u64) {
        let before = self.asked();
        self.clock.advance_ms(ms);
        eventually("a lookup in the background", || self.asked() > before);
    }
}

fn named(port: u16) -> domain::gateway_config::GatewayConfig {
    let mut config = lab::config(&format!("http://backend.test:{port}"));
    config.apis[0].versions[0].config.upstream.timeouts.connect_ms = 1_000;
    config
}

/// Answers one call on each connection, so that every call has to connect.
fn once_each() -> RawUpstream {
    RawUpstream::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").unwrap()
}

fn status(lab: &Lab) -> u16 {
    lab.call("GET /echo/x", "").status
}

fn is_dns_error(lab: &Lab) -> bool {
    let answer = lab.call("GET /echo/x", "");
    (answer.status, answer.header("proxy-status")) == (502, Some("gatehouse; error=dns_error"))
}

#[test]
fn the_last_good_addresses_stand_in_for_ten_minutes() {
    for gone in [Says::Fails, Says::These(Vec::new())] {
        let (backend, names) = (once_each(), Names::new(Says::These(vec![HOME])));
        let lab = Lab::with(named(backend.addr().port()), names.options());
        assert_eq!(status(&lab), 200);
        names.say(gone);
        // in use all the time, and not in use for a while
        for ms in [6_000, 20_000, 200_000, 300_000] {
            names.clock.advance_ms(ms);
            assert_eq!([status(&lab), status(&lab)], [200; 2]);
        }
        names.clock.advance_ms(100_000);
        eventually("they are given up", || is_dns_error(&lab));
        names.say(Says::These(vec![HOME]));
        names.clock.advance_ms(1_000);
        assert_eq!(status(&lab), 200, "as soon as there is an answer again");
    }
}

#[test]
fn an_open_connection_ends_with_the_last_good_addresses() {
    let backend = RawUpstream::start(|mut peer| {
        while !peer.head()?.is_empty() {
            // kept by the gateway for as long as it keeps any
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")?;
        }
        Ok(())
    });
    let (backend, names) = (backend.unwrap(), Names::new(Says::These(vec![HOME])));
    let lab = Lab::with(named(backend.addr().port()), names.options());
    let mut client = lab.client();
    let mut call = || {
        client.send(lab::request("GET /echo/x", "")).unwrap();
        client.answer(false).unwrap().status
    };
    assert_eq!(call(), 200);
    names.say(Says::Fails);
    for _ in 0..13 {
        names.pass_ms(45_000);
        assert_eq!(call(), 200);
    }
    assert_eq!(backend.accepted(), 1, "the same connection all the time");
    names.clock.advance_ms(20_000);
    eventually("it is given no more calls", || call() == 502);
}

#[test]
fn a_lookup_that_hangs_does_not_keep_calls_from_the_last_good_address() {
    let (backend, names) = (once_each(), Names::new(Says::These(vec![HOME])));
    let lab = Lab::with(named(backend.addr().port()), names.options());
    assert_eq!(status(&lab), 200);
    names.say(Says::Hangs);
    // a lookup in the background hangs, and nobody waits for it
    names.pass_ms(6_000);
    let start = Instant::now();
    assert_eq!([status(&lab), status(&lab)], [200; 2]);
    // nothing recent is known: there could be news, for a part of the time to connect
    names.clock.advance_ms(60_000);
    assert_eq!(status(&lab), 200);
    assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
    names.say(Says::These(vec![HOME]));
    assert_eq!(status(&lab), 200);
}

#[test]
fn a_name_that_was_never_looked_up_is_a_502_when_its_lookup_hangs() {
    let names = Names::new(Says::Hangs);
    let lab = Lab::with(named(1), names.options());
    let start = Instant::now();
    assert!(is_dns_error(&lab));
    let took = start.elapsed();
    assert!((Duration::from_millis(900)..Duration::from_secs(8)).contains(&took), "{took:?}");
}

#[test]
fn many_who_connect_at_once_share_a_lookup() {
    let (backend, names) = (once_each(), Names::new(Says::Hangs));
    let mut config = named(backend.addr().port());
    config.apis[0].versions[0].config.upstream.timeouts.connect_ms = 10_000;
    let lab = Lab::with(config, names.options());
    std::thread::scope(|scope| {
        let calls: Vec<_> = (0..12).map(|_| scope.spawn(|| status(&lab))).collect();
        eventually("all are under way", || lab.figures().in_flight == 12);
        names.say(Says::These(vec![HOME]));
        for call in calls {
            assert_eq!(call.join().unwrap(), 200);
        }
    });
    assert_eq!(names.asked(), 1, "for both threads");
}

#[test]
fn a_failure_is_remembered_for_a_second() {
    let (backend, names) = (once_each(), Names::new(Says::Fails));
    let lab = Lab::with(named(backend.addr().port()), names.options());
    for _ in 0..10 {
        assert!(is_dns_error(&lab));
    }
    assert_eq!(names.asked(), 1);
    names.say(Says::These(vec![HOME]));
    names.clock.advance_ms(999);
    assert!(is_dns_error(&lab));
    names.clock.advance_ms(1);
    assert_eq!(status(&lab), 200);
}

#[test]
fn a_lookup_that_cannot_be_ended_does_not_keep_the_gateway_from_stopping() {
    let lookup = Lookup::told(|_| {
        Box::pin(async {
            // as the system's resolver does it
            let hanging = tokio::task::spawn_blocking(|| std::thread::sleep(Duration::from_secs(30)));
            hanging.await.unwrap();
            Ok(Vec::new())
        })
    });
    let lab = Lab::with(named(1), Options { lookup, ..lab::options() });
    assert!(is_dns_error(&lab));
    let start = Instant::now();
    drop(lab);
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}
