//! Golden files: what each caller may say to each vendor, and each vendor to each caller.
//!
//! `golden/requests/{caller}/{case}.json` is written for all vendors and compared with `{case}.out.json` beside it;
//! `golden/answers/{vendor}/{case}.json` and `golden/streams/{vendor}/{case}.txt` are told to all callers and compared
//! with `{case}.out.json` and `{case}.out.txt`. With `UPDATE_GOLDEN=1` the results are written instead: read the
//! difference before it is committed.

use crate::invariants::{self, End};
use ai::aws::event_stream;
use ai::dialect::{CallerDialect, Framing, Reply, Target, VendorDialect};
use ai::failure::FailureKind;
use ai::translate::{Asked, StreamTranslation};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn golden(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(of)
}

/// The cases in a folder: their names and texts.
fn cases(folder: &Path, extension: &str) -> Vec<(String, String)> {
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == extension))
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .filter(|(name, _)| !name.ends_with(".out"))
        .collect();
    cases.sort();
    cases
}

/// Compares with the file, or writes it.
fn check(path: &Path, got: &str) {
    #[expect(clippy::disallowed_methods, reason = "a switch for whoever changes the files")]
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        fs::write(path, got).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(expected == got, "{} is not what came out:\n{got}", path.display());
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

fn reply(stream_usage: bool) -> Reply {
    Reply { id: "0abc".into(), created: 1_700_000_000, model: "asked-model".into(), stream_usage }
}

fn target() -> Target<'static> {
    Target { model: "target-model", max_output: Some(8_192), max_completion_tokens: false }
}

fn asked(caller: CallerDialect, text: &str) -> Result<Asked, ai::failure::Failure> {
    let path = (caller == CallerDialect::Gemini).then_some(("asked-model", false));
    Asked::read(caller, text.as_bytes(), path)
}

/// Those whose requests are read differently.
const CALLERS: [CallerDialect; 4] = [
    CallerDialect::OpenAiChat,
    CallerDialect::OpenAiResponses,
    CallerDialect::Anthropic,
    CallerDialect::Gemini,
];

#[test]
fn requests_are_said_to_every_vendor() {
    for caller in CALLERS {
        let folder = golden("requests").join(caller.name());
        let cases = cases(&folder, "json");
        assert!(!cases.is_empty(), "{caller:?}");
        for (name, text) in cases {
            let asked =
                asked(caller, &text).unwrap_or_else(|failure| panic!("{caller:?} {name}: {failure:?}"));
            let mut said = Map::new();
            for vendor in VendorDialect::ALL {
                let written = match asked.write(*vendor, &target(), reply(false)) {
                    Ok(written) => json!({
                        "body": serde_json::from_slice::<Value>(&written.body).unwrap(),
                        "dropped": written.dropped.names(),
                    }),
                    Err(failure) => json!({ "refused": failure.message }),
                };
                said.insert(vendor.name().to_owned(), written);
            }
            check(&folder.join(format!("{name}.out.json")), &pretty(&said.into()));
        }
    }
}

/// What is dropped on each way, of all that the golden requests say: kept as a page for people.
#[test]
fn what_cannot_cross_is_listed() {
    let mut page = "# What cannot cross\n\nFields of the requests in `requests/` that a vendor's dialect has no word for. Made by the tests.\n".to_owned();
    for caller in CALLERS {
        page.push_str(&format!("\n## From {}\n\n| to | not told |\n|---|---|\n", caller.name()));
        let cases = cases(&golden("requests").join(caller.name()), "json");
        for vendor in VendorDialect::ALL {
            let mut dropped = std::collections::BTreeSet::new();
            for (_, text) in &cases {
                let written = asked(caller, text).unwrap().write(*vendor, &target(), reply(false));
                dropped.extend(written.iter().flat_map(|written| written.dropped.names().to_vec()));
            }
            let names: Vec<_> = dropped.iter().map(|name| format!("`{name}`")).collect();
            page.push_str(&format!("| {} | {} |\n", vendor.name(), names.join(", ")));
        }
    }
    check(&golden("DROPPED.md"), &page);
}

fn any_request(caller: CallerDialect) -> Asked {
    let plain = golden("requests").join(caller.name().trim_end_matches("_array")).join("plain.json");
    let mut asked = asked(
        if caller == CallerDialect::GeminiArray { CallerDialect::Gemini } else { caller },
        &fs::read_to_string(plain).unwrap(),
    )
    .unwrap();
    asked.caller = caller;
    asked
}

#[test]
fn answers_are_told_to_every_caller() {
    for vendor in VendorDialect::ALL {
        let folder = golden("answers").join(vendor.name());
        let cases = cases(&folder, "json");
        assert!(!cases.is_empty(), "{vendor:?}");
        for (name, text) in cases {
            let mut told = Map::new();
            for caller in CALLERS {
                let back = any_request(caller).write(*vendor, &target(), reply(false)).unwrap().back;
                let answer = match back.answer(text.as_bytes()) {
                    Ok(answer) => serde_json::from_slice(&answer.body).unwrap(),
                    Err(failure) => json!({ "failed": failure.message }),
                };
                told.insert(caller.name().to_owned(), answer);
            }
            check(&folder.join(format!("{name}.out.json")), &pretty(&told.into()));
        }
    }
}

/// The bytes of a stream as the vendor sends them. Amazon's, which are binary, are kept as lines `event data`.
fn vendor_bytes(vendor: VendorDialect, text: &str) -> Vec<u8> {
    if vendor.framing() != Framing::Amazon {
        return text.as_bytes().to_vec();
    }
    let frames = text.lines().filter_map(|line| line.split_once(' '));
    frames.flat_map(|(event, data)| event_stream::encode(event, data.as_bytes())).collect()
}

fn stream(caller: CallerDialect, vendor: VendorDialect) -> StreamTranslation {
    any_request(caller).write(vendor, &target(), reply(true)).unwrap().back.stream()
}

/// Splits of the same bytes must not be seen in what comes out.
fn told<'a>(mut stream: StreamTranslation, pieces: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    for piece in pieces {
        stream.push(piece, &mut out);
    }
    stream.end(None, &mut out);
    out
}

#[test]
fn streams_are_told_to_every_caller_however_they_are_cut() {
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for vendor in VendorDialect::ALL {
        let folder = golden("streams").join(vendor.name());
        let cases = cases(&folder, "txt");
        assert!(!cases.is_empty(), "{vendor:?}");
        for (name, text) in cases {
            let bytes = vendor_bytes(*vendor, &text);
            let mut all = String::new();
            for caller in CallerDialect::ALL {
                let whole = told(stream(*caller, *vendor), std::iter::once(bytes.as_slice()));
                let single = told(stream(*caller, *vendor), bytes.chunks(1));
                assert_eq!(
                    String::from_utf8_lossy(&single),
                    String::from_utf8_lossy(&whole),
                    "{name}, byte by byte"
                );
                for _ in 0..20 {
                    let mut rest = bytes.as_slice();
                    let pieces = std::iter::from_fn(|| {
                        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        let length = ((random >> 33) as usize % 90 + 1).min(rest.len());
                        let (piece, after) = rest.split_at(length);
                        rest = after;
                        (!piece.is_empty()).then_some(piece)
                    });
                    assert_eq!(told(stream(*caller, *vendor), pieces), whole, "{name}");
                }
                if let Err(broken) = invariants::check(*caller, &whole) {
                    panic!("{vendor:?} {name} to {caller:?}: {broken}");
                }
                all.push_str(&format!("==== {}\n{}\n", caller.name(), String::from_utf8(whole).unwrap()));
            }
            check(&folder.join(format!("{name}.out.txt")), &all);
        }
    }
}

#[test]
fn a_stream_that_breaks_off_anywhere_never_ends_well() {
    for vendor in VendorDialect::ALL {
        for (name, text) in cases(&golden("streams").join(vendor.name()), "txt") {
            let bytes = vendor_bytes(*vendor, &text);
            for caller in CallerDialect::ALL {
                let whole = stream_end(*caller, *vendor, &bytes);
                for length in (0..bytes.len()).step_by(7) {
                    let cut = stream_end(*caller, *vendor, &bytes[..length]);
                    let ended_well = cut.is_none();
                    // what comes after the finish is usage, a mark of the end, or blank
                    assert!(!ended_well || whole.is_none(), "{vendor:?} {name} at {length}");
                }
                let half = stream_end(*caller, *vendor, &bytes[..bytes.len() / 3]);
                assert!(half.is_some(), "{vendor:?} {name} to {caller:?}");
            }
        }
    }
}

/// Why a stream of those bytes fails, if it does. What the caller is told keeps to its dialect, and ends in the same way.
fn stream_end(caller: CallerDialect, vendor: VendorDialect, bytes: &[u8]) -> Option<FailureKind> {
    let (mut stream, mut out) = (stream(caller, vendor), Vec::new());
    stream.push(bytes, &mut out);
    stream.end(None, &mut out);
    let failed = stream.failure().map(|failure| failure.kind);
    let expected = if failed.is_some() { End::Failed } else { End::Well };
    let told = String::from_utf8_lossy(&out);
    assert_eq!(invariants::check(caller, &out), Ok(expected), "{vendor:?} to {caller:?}: {told}");
    failed
}

#[test]
fn streams_of_nonsense_keep_to_the_callers_dialect() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (random >> 33) as usize % below.max(1)
    };
    for vendor in VendorDialect::ALL {
        let (mut failed, mut tried) = (0, 0);
        for (_, text) in cases(&golden("streams").join(vendor.name()), "txt") {
            let bytes = vendor_bytes(*vendor, &text);
            for caller in CallerDialect::ALL {
                for _ in 0..60 {
                    let mut broken = bytes.clone();
                    match next(3) {
                        // a byte is another one, a piece is missing, or comes twice
                        0 => broken[next(bytes.len())] = next(256) as u8,
                        1 => {
                            let start = next(bytes.len());
                            broken.drain(start..start + next((bytes.len() - start).min(200)));
                        }
                        _ => {
                            let start = next(bytes.len());
                            let again = bytes[start..start + next((bytes.len() - start).min(400))].to_vec();
                            broken.splice(start..start, again);
                        }
                    }
                    failed += usize::from(stream_end(*caller, *vendor, &broken).is_some());
                    tried += 1;
                }
            }
        }
        assert!(failed > tried / 10 && failed < tried, "{vendor:?}: {failed} of {tried} failed");
    }
}
