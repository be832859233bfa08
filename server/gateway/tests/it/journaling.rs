//! No finished call is lost: its record is written before its last byte goes out.

use crate::lab::{self, Lab, eventually};
use faultlab::echo::Echo;
use faultlab::raw::Answer;

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

/// The answers to 60 calls that are all under way before any of them is recorded, in a journal too small for them.
fn beyond_room(path: &str) -> (Vec<Option<Answer>>, usize) {
    let echo = Echo::start().unwrap();
    let lab = cramped(&echo);
    let mut waiting: Vec<_> = (0..60).map(|_| lab.client()).collect();
    let agent = format!("User-Agent: {}\r\n", "u".repeat(250));
    for client in &mut waiting {
        client.send(lab::request(&format!("GET /echo{path}"), &agent)).unwrap();
    }
    let answers = waiting.iter_mut().map(|client| client.answer(false).ok()).collect();
    (answers, lab.records().iter().filter(|call| call.outcome == "ok").count())
}

#[test]
fn an_answer_whose_record_cannot_be_written_is_not_given() {
    let (answers, on_record) = beyond_room("/delay/1500");
    let count =
        |status| answers.iter().flatten().filter(|answer| answer.status == status && answer.complete).count();
    assert_eq!((count(200), count(503)), (on_record, 60 - on_record));
    assert!(on_record > 0 && on_record < 60, "{on_record} of 60");
}

#[test]
fn a_stream_whose_record_cannot_be_written_ends_unclean() {
    // the end comes apart from the head, which has then been sent
    let (answers, on_record) = beyond_room("/late/1500");
    let whole = answers.iter().flatten().filter(|answer| answer.status == 200 && answer.complete).count();
    assert_eq!(whole, on_record);
    assert!(on_record > 0 && on_record < 60, "{on_record} of 60");
}
