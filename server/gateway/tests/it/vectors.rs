//! What clients may send, as one table: the bytes, the answers to them, what becomes of the connection, and what the
//! upstream gets to see.
//!
//! The table holds every request vector that needs no more than bytes. Elsewhere are those that need more:
//! - nothing sent after connecting, half a head, a body that stops arriving: `timers.rs`;
//! - fields of the hop, and those that nobody but the gateway may set: `forwarding.rs`;
//! - methods outside the list of an api: `matching.rs`; every refusal's body and fields: `refusals.rs`;
//! - WebSocket: `websocket.rs`; the same over HTTP/2, and its framing: `vectors/http2.rs`; anything at all, by chance:
//!   `fuzz.rs`;
//! - bodies without a length that grow too large, expectations that are met, connections over the caps: `intake.rs`.

mod bodies;
mod fields;
mod heads;
mod http2;
mod served;
mod witness;

use crate::lab::{self, Lab, api_key, eventually};
use faultlab::raw::RawClient;
use std::collections::HashSet;
use std::time::Duration;
use witness::Witness;

/// What every good request has. `KEY` becomes the key of application 1.
const H: &str = "Host: a\r\nX-API-Key: KEY\r\n";
/// Longer than any answer of a gateway that means to close the connection.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Row {
    name: &'static str,
    bytes: String,
    /// The status of each answer.
    answers: Vec<u16>,
    /// Whether the connection carries another call afterwards.
    open: bool,
    sees: Sees,
}

/// What the upstream gets to see of a request, without what the gateway adds.
enum Sees {
    Exactly(Vec<&'static str>),
    /// The beginning of this at most, and never its end.
    CutOff(&'static str),
}

/// Refused, the connection closed, the upstream left alone.
fn refused(name: &'static str, bytes: impl Into<String>, status: u16) -> Row {
    let (bytes, answers, sees) = (bytes.into(), vec![status], Sees::Exactly(Vec::new()));
    Row { name, bytes, answers, open: false, sees }
}

/// Refused, but nothing is wrong with the connection.
fn declined(name: &'static str, bytes: impl Into<String>, status: u16) -> Row {
    Row { open: true, ..refused(name, bytes, status) }
}

/// Answered by the upstream, which sees this.
fn served(name: &'static str, bytes: impl Into<String>, sees: &'static str) -> Row {
    Row { open: true, sees: Sees::Exactly(vec![sees]), ..refused(name, bytes, 200) }
}

/// With a head that is good but for `more` fields.
fn head(line: &str, more: &str) -> String {
    format!("{line} HTTP/1.1\r\n{H}{more}\r\n")
}

fn table() -> Vec<Row> {
    [heads::hosts(), heads::lines(), heads::targets(), heads::paths(), heads::versions()]
        .into_iter()
        .chain([fields::lengths(), fields::codings(), fields::syntax(), fields::sizes(), fields::trust()])
        .chain([bodies::chunks(), bodies::pipelined(), served::odd(), served::spelled(), served::framed()])
        .flatten()
        .collect()
}

/// The number of rows: one that is lost is missed.
const ROWS: usize = 188;

#[test]
fn every_vector_is_answered_as_the_table_says() {
    let rows = table();
    assert_eq!(rows.len(), ROWS);
    let names: HashSet<&str> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), ROWS, "each row has a name of its own");
    let failures: Vec<String> = rows.iter().filter_map(|row| check(row).err()).collect();
    assert!(failures.is_empty(), "{} rows:\n{}", failures.len(), failures.join("\n"));
}

fn check(row: &Row) -> Result<(), String> {
    let witness = Witness::start();
    let lab = Lab::start(&witness.url());
    let mut client = lab.client();
    client.send(row.bytes.replace("KEY", &api_key(1))).map_err(|error| format!("{}: {error}", row.name))?;
    let mut answers = Vec::new();
    for _ in &row.answers {
        let answer = client.answer(false).map_err(|error| format!("{}: {error}", row.name))?;
        answers.push(answer.status);
    }
    expect(row.name, "answers", &answers, &row.answers)?;
    expect(row.name, "stays open", &carries_on(row, &mut client)?, &row.open)?;
    let mut recorded = Vec::new();
    let calls = row.answers.len() + usize::from(row.open);
    eventually(row.name, || {
        recorded.extend(lab.records().iter().map(|call| call.status));
        recorded.len() >= calls
    });
    recorded.truncate(row.answers.len());
    expect(row.name, "on record", &recorded, &row.answers)?;
    // its connections end, so that the upstream has seen all that it will see
    drop((client, lab));
    let mut seen = witness.seen();
    if row.open {
        expect(row.name, "follows", &seen.pop(), &Some("GET /after HTTP/1.1\r\n\r\n".to_owned()))?;
    }
    match &row.sees {
        Sees::Exactly(all) => {
            expect(row.name, "sees", &seen, &all.iter().map(|text| (*text).to_owned()).collect())
        }
        Sees::CutOff(whole) => sees_a_part(row.name, &seen, whole),
    }
}

/// Says of which row it is.
fn expect<T: PartialEq + std::fmt::Debug>(
    row: &str,
    what: &str,
    got: &T,
    expected: &T,
) -> Result<(), String> {
    if got == expected {
        return Ok(());
    }
    Err(format!("{row}: {what}: {got:?}, expected {expected:?}"))
}

/// Nothing that was sent reaches the upstream as if it were whole.
fn sees_a_part(row: &str, seen: &[String], whole: &str) -> Result<(), String> {
    let begun = |text: &String| text.strip_suffix(witness::CUT_OFF).is_some_and(|t| whole.starts_with(t));
    expect(row, &format!("sees at most a part: {seen:?}"), &seen.iter().all(begun), &true)
}

/// Whether a further call is answered; else the connection has ended, with nothing left to read on it.
fn carries_on(row: &Row, client: &mut RawClient) -> Result<bool, String> {
    // may meet a closed connection
    let _ = client.send(lab::request("GET /echo/after", ""));
    match client.answer(false) {
        Ok(answer) => expect(row.name, "one answer more", &answer.status, &200).map(|()| true),
        Err(_) => expect(row.name, "ends", &client.is_closed_within(PATIENCE).unwrap_or_default(), &true)
            .map(|()| false),
    }
}
