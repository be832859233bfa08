//! However a call ends: what was delivered is charged, and nothing stays set aside.

use super::{bounded, budget, of_application, spending, with};
use crate::lab::{Lab, eventually};
use crate::models::{post, post_bytes};
use domain::budgets::{Spending, Unit};
use faultlab::vendor::Vendor;
use serde_json::Value;

fn lab(vendor: &Vendor) -> Lab {
    with(vendor, vec![budget(of_application(), Unit::Tokens, 1_000_000)])
}

/// What is spent once nothing is set aside any more.
fn spent(lab: &Lab) -> u64 {
    let mut seen = Spending::default();
    eventually("nothing is set aside", || {
        seen = spending(lab, of_application(), Unit::Tokens);
        seen.reserved == 0
    });
    seen.spent
}

/// Calls, hangs up after so many bytes of the answer, and answers what that cost.
fn hang_up(vendor: &Vendor, lab: &Lab, (path, body): (&str, &Value), after: usize) -> u64 {
    let before = spent(lab);
    let mut client = lab.client();
    client.send(post_bytes(path, body)).unwrap();
    eventually("the vendor was asked", || !vendor.requests().is_empty());
    assert!(spending(lab, of_application(), Unit::Tokens).reserved > 0, "it is set aside while it runs");
    if after > 0 {
        client.read(after).unwrap();
    }
    client.reset().unwrap();
    lab.record_of("client-gone");
    vendor.forget();
    spent(lab) - before
}

#[test]
fn a_caller_who_leaves_before_the_first_byte_pays_nothing() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor);
    for stream in [true, false] {
        for (caller, path, body) in bounded("#slow 20000", stream) {
            assert_eq!(hang_up(&vendor, &lab, (&path, &body), 0), 0, "{caller} {stream}");
        }
    }
}

#[test]
fn a_caller_who_leaves_in_the_middle_of_a_stream_pays_what_was_delivered() {
    let vendor = Vendor::start().unwrap();
    // with much left, the tokens of the request are counted only when they are charged
    for amount in [1_000_000, 1_000_000_000_000] {
        let lab = with(&vendor, vec![budget(of_application(), Unit::Tokens, amount)]);
        for (caller, path, body) in bounded("#pace 40 #long 600", true) {
            let paid = hang_up(&vendor, &lab, (&path, &body), 1_500);
            assert!((5..300).contains(&paid), "{caller}: {paid}");
        }
    }
}

#[test]
fn tokens_are_counted_beforehand_only_where_little_is_left() {
    let vendor = Vendor::start().unwrap();
    let text = format!("#slow 20000 {}", "word ".repeat(200));
    for (amount, counted) in [(100_000, true), (1_000_000_000_000, false)] {
        let lab = with(&vendor, vec![budget(of_application(), Unit::Tokens, amount)]);
        let [(_, path, body), ..] = bounded(&text, false);
        let mut client = lab.client();
        client.send(post_bytes(&path, &body)).unwrap();
        let mut reserved = 0;
        eventually("it is set aside", || {
            reserved = spending(&lab, of_application(), Unit::Tokens).reserved;
            reserved > 0
        });
        client.reset().unwrap();
        // a word is a token, and five bytes
        assert_eq!(reserved - 700 < 500, counted, "{reserved}");
    }
}

#[test]
fn an_answer_that_never_came_costs_nothing() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor);
    for text in ["#error 500", "#error 400", "#cut", "#error 429"] {
        for (caller, path, body) in bounded(text, false) {
            let answer = post(&lab, &path, &body);
            assert!(answer.status >= 400, "{caller} {text}: {}", answer.status);
            assert_eq!(spent(&lab), 0, "{caller} {text}");
        }
    }
}

#[test]
fn a_stream_that_breaks_off_costs_what_was_delivered() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor);
    let mut before = 0;
    for text in ["#cut #long 100", "#midstream-error #long 100"] {
        for (caller, path, body) in bounded(text, true) {
            let answer = post_bytes(&path, &body);
            let mut client = lab.client();
            client.send(answer).unwrap();
            let _broken = client.answer(false);
            let now = spent(&lab);
            assert!((5..400).contains(&(now - before)), "{caller} {text}: {}", now - before);
            before = now;
        }
    }
}

#[test]
fn an_answer_without_usage_is_estimated() {
    let vendor = Vendor::start().unwrap();
    let lab = lab(&vendor);
    for stream in [false, true] {
        let (_, path, body) = &bounded("#nousage #long 80", stream)[0];
        let before = spent(&lab);
        assert_eq!(post(&lab, path, body).status, 200);
        let ai = lab.record_of("ok").ai.unwrap();
        assert!(ai.estimated, "{ai:?}");
        assert_eq!(spent(&lab) - before, u64::try_from(ai.tokens()).unwrap());
    }
}

#[test]
fn nothing_is_charged_while_no_vendor_can_be_reached() {
    let vendor = Vendor::start().unwrap();
    let mut lab = lab(&vendor);
    lab.publish(|config| config.providers[0].base_url = Some("http://127.0.0.1:1/v1".parse().unwrap()));
    let (_, path, body) = &bounded("hello", false)[0];
    assert!(post(&lab, path, body).status >= 500);
    assert_eq!(spent(&lab), 0);
}
