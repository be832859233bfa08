//! No finished call is lost: its record is written before its last byte goes out.

use crate::lab::{self, Lab, eventually};
use faultlab::echo::Echo;

#[test]
fn whoever_has_the_last_byte_is_on_record() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let mut client = lab.client();
    for (number, line) in
        ["GET /echo/json", "GET /echo/chunks/3", "HEAD /echo/json", "GET /echo/status/204", "GET /none"]
            .iter()
            .cycle()
            .take(500)
            .enumerate()
    {
        client.send(lab::request(line, "")).unwrap();
        client.answer(line.starts_with("HEAD")).unwrap();
        // no waiting: it is there, or it came too late
        assert_eq!(lab.journal.appended(), number as u64 + 1, "{line}");
    }
    assert_eq!(lab.records().len(), 500);
}

/// A journal of the smallest size, of which nothing is ever drained.
fn cramped(echo: &Echo) -> Lab {
    let limits = journal::Limits { segment_bytes: 8 << 10, total_bytes: 32 << 10 };
    Lab::with_journal(lab::config(&echo.url()), lab::options(), limits)
}

#[test]
fn calls_that_cannot_be_recorded_are_refused_until_there_is_room() {
    let echo = Echo::start().unwrap();
    let lab = cramped(&echo);
    let mut client = lab.client();
    let mut served = 0;
    let refusal = loop {
        client.send(lab::request("GET /echo/json", "")).unwrap();
        let answer = client.answer(false).unwrap();
        if answer.status != 200 {
            break answer;
        }
        served += 1;
        assert!(served < 1_000, "the journal never fills");
    };
    assert_eq!((refusal.status, refusal.header("retry-after")), (503, Some("1")));
    assert_eq!(refusal.json()["type"], format!("{}/problems/overloaded", lab::PORTAL));
    assert_eq!(echo.calls(), served, "a call that cannot be recorded is not sent on");
    assert!(lab.figures().unrecorded <= 1, "only the refusal itself may be missing");
    // draining makes room
    let on_record = lab.records().iter().filter(|call| call.outcome == "ok").count() as u64;
    assert_eq!(on_record, served);
    eventually("calls are served again", || {
        lab.records();
        lab.call("GET /echo/json", "").status == 200
    });
}

#[test]
fn the_last_byte_is_kept_back_when_the_record_cannot_be_written() {
    let echo = Echo::start().unwrap();
    let lab = cramped(&echo);
    // each takes its place, and its record is to be written when the answer comes
    let mut waiting: Vec<_> = (0..60).map(|_| lab.client()).collect();
    for client in &mut waiting {
        client
            .send(lab::request("GET /echo/delay/1500", &format!("User-Agent: {}\r\n", "u".repeat(250))))
            .unwrap();
    }
    let answers: Vec<_> = waiting.iter_mut().map(|client| client.answer(false).unwrap()).collect();
    let whole = answers.iter().filter(|answer| answer.status == 200 && answer.complete).count();
    let on_record = lab.records().iter().filter(|call| call.outcome == "ok").count();
    assert_eq!(whole, on_record, "whole answers and records");
    assert!(
        answers.iter().all(|answer| answer.complete || answer.body.is_empty()),
        "no byte of an unrecorded answer"
    );
}
