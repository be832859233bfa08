//! Names that move from one address to another under traffic.

use super::{AWAY, HOME, Names, Says, named};
use crate::http2;
use crate::lab::{self, Lab, eventually};
use domain::upstream::Protocol;
use faultlab::echo::Echo;
use faultlab::raw::{RawClient, RawUpstream};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Answers every call with its name.
fn at(addr: SocketAddr, name: &'static str) -> RawUpstream {
    RawUpstream::start_at(addr, move |mut peer| {
        while !peer.head()?.is_empty() {
            peer.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{name}", name.len()))?;
        }
        Ok(())
    })
    .unwrap()
}

fn who(client: &mut RawClient) -> String {
    client.send(lab::request("GET /echo/x", "")).unwrap();
    client.answer(false).unwrap().text()
}

#[test]
fn a_changed_address_is_adopted_under_steady_traffic() {
    let old = at(SocketAddr::new(HOME, 0), "old");
    let new = at(SocketAddr::new(AWAY, old.addr().port()), "new");
    let names = Names::new(Says::These(vec![HOME]));
    let lab = Lab::with(named(old.addr().port()), names.options());
    let mut client = lab.client();
    assert_eq!([who(&mut client), who(&mut client)], ["old", "old"]);
    names.say(Says::These(vec![AWAY]));
    // no call connects: it is the background that has to find out
    names.pass_ms(5_000);
    eventually("the new address is called", || who(&mut client) == "new");
    let seen = old.heads().len();
    for _ in 0..20 {
        assert_eq!(who(&mut client), "new");
    }
    assert_eq!((old.accepted(), old.heads().len(), new.accepted()), (1, seen, 1));
}

#[test]
fn connections_to_an_address_that_stays_are_kept() {
    let old = at(SocketAddr::new(HOME, 0), "old");
    let names = Names::new(Says::These(vec![HOME]));
    let lab = Lab::with(named(old.addr().port()), names.options());
    let mut client = lab.client();
    who(&mut client);
    for addresses in [vec![AWAY, HOME], vec![HOME, AWAY, HOME], vec![HOME]] {
        names.say(Says::These(addresses));
        names.pass_ms(5_000);
        assert_eq!(who(&mut client), "old");
    }
    assert_eq!(old.accepted(), 1);
}

#[test]
fn a_call_under_way_ends_where_it_began_and_the_connection_with_it() {
    let released = Arc::new(AtomicBool::new(false));
    let until = Arc::clone(&released);
    let old = RawUpstream::start(move |mut peer| {
        while !peer.head()?.is_empty() {
            while !until.load(Ordering::SeqCst) {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nold")?;
        }
        Ok(())
    });
    let old = old.unwrap();
    let _new = at(SocketAddr::new(AWAY, old.addr().port()), "new");
    let names = Names::new(Says::These(vec![HOME]));
    let lab = Lab::with(named(old.addr().port()), names.options());
    let mut client = lab.client();
    client.send(lab::request("GET /echo/x", "")).unwrap();
    eventually("it is under way", || old.heads().len() == 1);
    names.say(Says::These(vec![AWAY]));
    names.pass_ms(5_000);
    // a second lookup comes after the first one was taken in
    names.pass_ms(5_000);
    released.store(true, Ordering::SeqCst);
    assert_eq!(client.answer(false).unwrap().text(), "old");
    assert_eq!(who(&mut client), "new");
}

#[test]
fn streams_are_begun_at_the_new_address_only() {
    let old = Echo::start_http2().unwrap();
    let new = Echo::start_http2_at(SocketAddr::new(AWAY, old.addr().port())).unwrap();
    let names = Names::new(Says::These(vec![HOME]));
    let config = http2::config(&format!("http://backend.test:{}", old.addr().port()));
    assert_eq!(config.apis[0].versions[0].config.upstream.protocol, Protocol::Http2);
    let lab = Lab::with(config, names.options());
    let mut client = lab.client();
    let mut call = || {
        client.send(lab::request("GET /echo/json", "")).unwrap();
        assert_eq!(client.answer(false).unwrap().status, 200);
    };
    call();
    call();
    assert_eq!((old.calls(), lab.figures().upstream_connections), (2, 1));
    names.say(Says::These(vec![AWAY]));
    names.pass_ms(5_000);
    eventually("the new address is called", || {
        call();
        new.calls() > 0
    });
    let seen = old.calls();
    (0..20).for_each(|_| call());
    assert_eq!((old.calls(), new.calls(), lab.figures().upstream_connections), (seen, 21, 2));
}
