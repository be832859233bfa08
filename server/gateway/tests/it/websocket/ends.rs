//! How tunnels end, and what is on record of them.

use super::{opened, switching};
use crate::lab::{self, Lab, eventually};
use domain::lifecycle::VersionState;
use domain::subscriptions::SubscriptionState;
use faultlab::raw::RawUpstream;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

#[test]
fn each_way_ends_on_its_own() {
    let upstream = switching(|mut peer| {
        let asked = peer.read(5)?;
        // the client has ended its way, and hears the answer all the same
        assert_eq!((asked.as_slice(), peer.drain()?), (&b"hello"[..], 0));
        peer.send("goodbye")?;
        peer.close()
    });
    let lab = Lab::start(&upstream.url());
    let mut client = opened(&lab);
    client.send("hello").unwrap();
    assert!(lab.records().is_empty(), "nothing is known of its end");
    client.finish().unwrap();
    assert_eq!(client.read_to_end(), b"goodbye");
    let call = lab.record_of("ok");
    assert_eq!((call.status, call.request_bytes, call.response_bytes, call.attempts), (101, 5, 7, 1));
    assert_eq!((call.path.as_str(), lab.figures().in_flight), ("/echo/socket", 0));
}

#[test]
fn a_connection_that_was_upgraded_carries_no_other_call() {
    let upstream = switching(|mut peer| {
        peer.finish()?;
        // what comes after the end of a tunnel is no request
        peer.drain().map(drop)
    });
    let lab = Lab::start(&upstream.url());
    for number in 1..=3 {
        let mut client = opened(&lab);
        client.send(lab::request("GET /echo/second", "")).unwrap();
        client.finish().unwrap();
        assert_eq!(client.read_to_end(), b"");
        assert_eq!(upstream.accepted(), number);
    }
    assert_eq!(upstream.heads().len(), 3);
}

#[test]
fn an_upstream_that_breaks_off_ends_the_tunnel() {
    let upstream = switching(|mut peer| {
        peer.send("half")?;
        peer.read(2)?;
        peer.reset()
    });
    let lab = Lab::start(&upstream.url());
    let mut client = opened(&lab);
    assert_eq!(client.read(4).unwrap(), b"half");
    client.send("go").unwrap();
    assert_eq!(client.read_to_end(), b"");
    let call = lab.record_of("upstream-broken");
    assert_eq!((call.status, call.request_bytes, call.response_bytes), (101, 2, 4));
}

#[test]
fn a_client_that_leaves_lets_the_upstream_go() {
    let (left, ended) = mpsc::channel::<()>();
    let left = std::sync::Mutex::new(left);
    let upstream = switching(move |mut peer| {
        peer.read(2)?;
        // an end or a reset
        let _ = peer.drain();
        left.lock().unwrap().send(()).map_err(std::io::Error::other)
    });
    let lab = Lab::start(&upstream.url());
    let mut client = opened(&lab);
    client.send("go").unwrap();
    eventually("it is under way", || lab.figures().in_flight == 1);
    client.reset().unwrap();
    ended.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(lab.record_of("client-gone").status, 101);
}

#[test]
fn a_tunnel_in_which_nothing_passes_is_closed() {
    let upstream = switching(|mut peer| {
        for _ in 0..4 {
            peer.send("x")?;
            std::thread::sleep(Duration::from_millis(200));
        }
        peer.drain().map(drop)
    });
    let mut config = lab::config(&upstream.url());
    let timeouts = &mut config.apis[0].versions[0].config.upstream.timeouts;
    // the total is that of the handshake: the tunnel outlives it for as long as bytes pass
    (timeouts.idle_ms, timeouts.total_ms) = (500, 600);
    let lab = Lab::with(config, lab::options());
    let mut client = opened(&lab);
    assert_eq!(client.read_to_end(), b"xxxx");
    let call = lab.record_of("upstream-timeout");
    assert_eq!((call.status, call.response_bytes), (101, 4));
}

#[test]
fn an_end_that_does_not_read_holds_the_other_back() {
    const ALL: usize = 256 << 20;
    const BLOCK: usize = 64 << 10;
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let upstream = switching(move |mut peer| {
        let block = vec![b'z'; BLOCK];
        for _ in 0..(ALL / BLOCK) {
            peer.send(&block)?;
            count.fetch_add(BLOCK, Ordering::SeqCst);
        }
        peer.close()
    });
    let lab = Lab::start(&upstream.url());
    let mut client = opened(&lab);
    eventually("the upstream sends", || sent.load(Ordering::SeqCst) > 0);
    let mut before = 0;
    eventually("the upstream is held back", || {
        std::thread::sleep(Duration::from_millis(200));
        before == std::mem::replace(&mut before, sent.load(Ordering::SeqCst))
    });
    // the kernel's buffers of two connections hold most of it
    assert!(before < (48 << 20), "{before} bytes on the way");
    client.finish().unwrap();
    assert_eq!(client.read_to_end().len(), ALL);
    assert_eq!(lab.record_of("ok").response_bytes, ALL as i64);
}

#[test]
fn tunnels_go_on_while_the_gateway_drains_until_its_time_is_over() {
    let upstream = switching(|mut peer| {
        loop {
            let word = peer.read(1)?;
            peer.send(word)?;
        }
    });
    let lab = Lab::start(&upstream.url());
    let mut client = opened(&lab);
    std::thread::scope(|scope| {
        let draining = scope.spawn(|| lab.gateway.drain(Duration::from_secs(2)));
        eventually("it drains", || TcpStream::connect(lab.addr()).is_err());
        client.send("x").unwrap();
        assert_eq!(client.read(1).unwrap(), b"x", "it still passes bytes");
        assert_eq!(client.read_to_end(), b"", "cut off in the end");
        draining.join().unwrap();
    });
    let call = lab.record_of("client-gone");
    assert_eq!((call.status, call.request_bytes, call.response_bytes), (101, 1, 1));
}

#[test]
fn a_handshake_that_nobody_answers_times_out_like_any_call() {
    let upstream = RawUpstream::start(|mut peer| {
        peer.head()?;
        peer.drain().map(drop)
    });
    let upstream = upstream.unwrap();
    let mut config = lab::config(&upstream.url());
    config.apis[0].versions[0].config.upstream.timeouts.first_byte_ms = 200;
    let lab = Lab::with(config, lab::options());
    assert_eq!(lab.call("GET /echo", super::HANDSHAKE).status, 504);
    assert_eq!(lab.record_of("upstream-timeout").status, 504);
}

#[test]
fn a_tunnel_is_cut_when_what_opened_it_is_gone() {
    type Change = fn(&mut domain::gateway_config::GatewayConfig);
    let changes: [(Change, &str); 4] = [
        (|config| config.credentials.clear(), "credential-invalid"),
        (|config| config.subscriptions[0].state = SubscriptionState::Paused, "subscription-paused"),
        (|config| config.subscriptions.clear(), "no-subscription"),
        (|config| config.apis[0].versions[0].state = VersionState::Blocked, "api-blocked"),
    ];
    for (change, outcome) in changes {
        let upstream = switching(|mut peer| peer.drain().map(drop));
        let mut lab = Lab::start(&upstream.url());
        let mut client = opened(&lab);
        // a change that does not concern it leaves it open
        lab.publish(|config| config.credentials.push(lab::credential(2)));
        std::thread::sleep(Duration::from_millis(1_500));
        client.send("still open").unwrap();
        assert!(lab.records().is_empty(), "{outcome}");
        lab.publish(change);
        assert_eq!(client.read_to_end(), b"", "{outcome}");
        assert_eq!(lab.record_of(outcome).status, 101);
    }
}
