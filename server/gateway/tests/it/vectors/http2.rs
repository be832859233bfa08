//! What clients may send over HTTP/2, as one table: the frames, how the stream or the connection ends, what is counted
//! and on record, and what the upstream gets to see.
//!
//! Three things can become of a request. One that is none (RFC 9113 section 8.1.1) ends with its stream, one that cannot
//! be taken apart from the rest with its connection: nothing of either is a call, so they are counted and not on
//! record. What is a request, but could mean two things, is refused like over HTTP/1.1, and the connection goes on:
//! here, no request reaches beyond its stream. Fields that a connection of HTTP/1.1 would need have no meaning, and
//! obs-fold, chunks, versions and bare line ends no form.

mod bodies;
mod fields;
mod floods;
mod frames;
mod heads;

use super::witness::Witness;
use super::{expect, sees_a_part};
use crate::lab::{Lab, api_key, eventually};
use faultlab::raw::frames::{DATA, END_HEADERS, END_STREAM, Frame, GOAWAY, HEADERS, NO_ERROR, RST_STREAM};
use faultlab::raw::{RawClient, hpack};
use std::collections::HashSet;
use std::io;

/// Larger than any answer here.
const WINDOW: u32 = 1 << 20;

type Field = (Vec<u8>, Vec<u8>);

/// How the first stream of a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    Answer(u16),
    /// The stream is reset, for that reason.
    Reset(u32),
    /// The connection is ended, for that reason.
    GoAway(u32),
}

pub struct Row {
    name: &'static str,
    frames: Vec<u8>,
    ends: Ends,
    /// The kind of the refusal; empty where there is none of ours.
    refused: &'static str,
    /// The statuses on record.
    recorded: Vec<u16>,
    sees: Sees,
}

/// What the upstream gets to see, without what the gateway adds.
enum Sees {
    Nothing,
    Exactly(&'static str),
    /// The beginning of this at most, and never its end.
    CutOff(&'static str),
}

/// Refused by us, as a call.
fn refused(name: &'static str, frames: Vec<u8>, status: u16, refused: &'static str) -> Row {
    Row { name, frames, ends: Ends::Answer(status), refused, recorded: vec![status], sees: Sees::Nothing }
}

/// No request, or no HTTP/2 at all: no call.
fn broken(name: &'static str, frames: Vec<u8>, ends: Ends) -> Row {
    Row { name, frames, ends, refused: "", recorded: Vec::new(), sees: Sees::Nothing }
}

/// Answered by the upstream, which sees this.
fn served(name: &'static str, frames: Vec<u8>, sees: &'static str) -> Row {
    Row { sees: Sees::Exactly(sees), ..refused(name, frames, 200, "") }
}

/// The fields of a good request.
fn good(method: &str, path: &str) -> Vec<Field> {
    let key = api_key(1);
    fields(&[
        (":method", method),
        (":scheme", "http"),
        (":authority", "a"),
        (":path", path),
        ("x-api-key", &key),
    ])
}

fn fields(fields: &[(&str, &str)]) -> Vec<Field> {
    fields.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec())).collect()
}

/// A good request but for more fields.
fn with(method: &str, path: &str, more: &[(&str, &str)]) -> Vec<Field> {
    good(method, path).into_iter().chain(fields(more)).collect()
}

/// The head of the first stream, without a body.
fn whole(fields: &[Field]) -> Vec<u8> {
    Frame::bytes(HEADERS, END_HEADERS | END_STREAM, 1, &hpack::literals(fields))
}

/// The head of the first stream, with more to come.
fn begun(fields: &[Field]) -> Vec<u8> {
    Frame::bytes(HEADERS, END_HEADERS, 1, &hpack::literals(fields))
}

fn data(body: &str) -> Vec<u8> {
    Frame::bytes(DATA, 0, 1, body.as_bytes())
}

fn last_data(body: &str) -> Vec<u8> {
    Frame::bytes(DATA, END_STREAM, 1, body.as_bytes())
}

/// The number of rows: one that is lost is missed.
const ROWS: usize = 179;

#[test]
fn every_vector_ends_as_the_table_says() {
    let tables = [heads::hosts(), heads::pseudo(), heads::methods(), heads::targets(), heads::served()];
    let more = [fields::syntax(), fields::hop(), fields::lengths(), fields::sizes(), fields::served()];
    let bodies = [bodies::lengths(), bodies::trailers(), frames::streams(), frames::sizes(), frames::heads()];
    let rows: Vec<Row> = tables.into_iter().chain(more).chain(bodies).flatten().collect();
    assert_eq!(rows.len(), ROWS);
    let names: HashSet<&str> = rows.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), ROWS, "each row has a name of its own");
    let failures: Vec<String> = rows.iter().filter_map(|row| check(row).err()).collect();
    assert!(failures.is_empty(), "{} rows:\n{}", failures.len(), failures.join("\n"));
}

fn check(row: &Row) -> Result<(), String> {
    let failed = |error: io::Error| format!("{}: {error}", row.name);
    let witness = Witness::start();
    let lab = Lab::start(&witness.url());
    let mut client = lab.client();
    client.begin_http2(WINDOW).map_err(failed)?;
    client.send(&row.frames).map_err(failed)?;
    let ended = end_of(&mut client, 1).map_err(failed)?;
    expect(row.name, "ends", &ended.ends, &row.ends)?;
    expect(row.name, "is told why", &ended.problem().as_str(), &row.refused)?;
    let goes_on = follow(&mut client).map_err(failed)?;
    expect(row.name, "goes on", &goes_on, &!matches!(row.ends, Ends::GoAway(_)))?;
    let mut expected = row.recorded.clone();
    expected.extend(goes_on.then_some(200));
    let mut recorded = Vec::new();
    eventually(row.name, || {
        recorded.extend(lab.records().iter().map(|call| call.status));
        recorded.len() >= expected.len()
    });
    let figures = lab.figures();
    // its connections end, so that the upstream has seen all that it will see
    drop(client);
    eventually(row.name, || lab.figures().open_connections == 0);
    recorded.extend(lab.records().iter().map(|call| call.status));
    expect(row.name, "on record", &recorded, &expected)?;
    expect(row.name, "refusals", &figures.rejected(row.refused), &u64::from(!row.refused.is_empty()))?;
    let below = matches!(row.ends, Ends::Reset(_) | Ends::GoAway(_));
    let counted = figures.refused_streams + figures.refused_http2;
    expect(row.name, "refusals below requests", &counted, &u64::from(below))?;
    drop(lab);
    let mut seen = witness.seen();
    if goes_on {
        expect(row.name, "follows", &seen.pop(), &Some("GET /after HTTP/1.1\r\n\r\n".to_owned()))?;
    }
    match row.sees {
        Sees::Nothing => expect(row.name, "sees", &seen, &Vec::new()),
        Sees::Exactly(text) => expect(row.name, "sees", &seen, &vec![text.to_owned()]),
        Sees::CutOff(whole) => sees_a_part(row.name, &seen, whole),
    }
}

/// How a stream ended.
struct Ended {
    ends: Ends,
    body: Vec<u8>,
}

impl Ended {
    /// The kind of the problem that the body tells of.
    fn problem(&self) -> String {
        let problem: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let kind = problem["type"].as_str().and_then(|kind| kind.rsplit('/').next());
        kind.unwrap_or_default().to_owned()
    }
}

/// Reads on to the end of a stream, or of the connection.
fn end_of(client: &mut RawClient, stream: u32) -> io::Result<Ended> {
    let (mut status, mut body) = (None, Vec::new());
    loop {
        let frame = client.frame()?;
        match (frame.kind, frame.reason()) {
            (GOAWAY, Some(reason)) if reason != NO_ERROR => {
                return Ok(Ended { ends: Ends::GoAway(reason), body });
            }
            (RST_STREAM, Some(reason)) if frame.stream == stream => {
                return Ok(Ended { ends: Ends::Reset(reason), body });
            }
            (HEADERS, _) if frame.stream == stream => status = status.or(hpack::status(&frame.payload)),
            (DATA, _) if frame.stream == stream => body.extend(frame.payload),
            _ => continue,
        }
        if frame.flags & END_STREAM != 0 {
            let status = status.ok_or_else(|| io::Error::other("an answer without a status"))?;
            return Ok(Ended { ends: Ends::Answer(status), body });
        }
    }
}

/// Whether a further call is answered on the connection; else it has ended.
fn follow(client: &mut RawClient) -> io::Result<bool> {
    const STREAM: u32 = 101;
    let head = hpack::literals(&good("GET", "/echo/after"));
    // may meet a closed connection
    drop(client.send(Frame::bytes(HEADERS, END_HEADERS | END_STREAM, STREAM, &head)));
    match end_of(client, STREAM) {
        Ok(Ended { ends: Ends::Answer(200), .. }) => Ok(true),
        Ok(ended) => Err(io::Error::other(format!("a good call ends with {:?}", ended.ends))),
        // the end of the connection, and not the end of our patience
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(error),
        Err(_) => Ok(false),
    }
}
