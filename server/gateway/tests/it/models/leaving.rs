//! Callers who hang up: the vendor is let go at once, whatever the call was waiting for.

use super::{KINDS, all_kinds, post_bytes, said};
use faultlab::vendor::Vendor;
use std::time::{Duration, Instant};

fn hang_up(text: &str, stream: bool, wait: impl Fn(&mut faultlab::raw::RawClient)) {
    let vendor = Vendor::start().unwrap();
    let lab = all_kinds(&vendor);
    for (kind, _) in KINDS {
        for (caller, path, body) in said(kind, text, stream) {
            let mut client = lab.client();
            client.send(post_bytes(&path, &body)).unwrap();
            crate::lab::eventually("the vendor was asked", || !vendor.requests().is_empty());
            wait(&mut client);
            let left = Instant::now();
            client.reset().unwrap();
            crate::lab::eventually("the vendor notices", || !vendor.aborted().is_empty());
            let after = vendor.aborted()[0].after(left);
            assert!(after < Duration::from_secs(1), "{caller} to {kind}: {after:?}");
            vendor.forget();
        }
    }
}

#[test]
fn before_the_first_byte() {
    hang_up("#slow 20000", true, |_| {});
}

#[test]
fn in_the_middle_of_a_stream() {
    hang_up("#pace 200 #long 200", true, |client| {
        client.read(200).unwrap();
    });
}

#[test]
fn without_a_stream() {
    hang_up("#slow 20000", false, |_| {});
}
