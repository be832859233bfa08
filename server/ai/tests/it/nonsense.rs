//! Nothing that a caller or a vendor sends makes the translation panic: every golden file with each of its values
//! replaced by a value of another kind, cut off anywhere, and with bytes flipped.

use crate::invariants;
use ai::dialect::{CallerDialect, Frame, Framing, Reply, Target, VendorDialect};
use ai::translate::{Asked, read_answer};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

fn files(of: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(of);
    let is_case = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.ends_with(extension) && !name.contains(".out.")
    };
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(is_case).collect()
}

/// How many values there are in a document, itself included.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// Replaces the value of that number.
fn replace(value: &mut Value, number: &mut usize, with: &Value) {
    if *number == 0 {
        *value = with.clone();
    }
    *number = number.wrapping_sub(1);
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, number, with)),
        Value::Object(fields) => fields.values_mut().for_each(|item| replace(item, number, with)),
        _ => {}
    }
}

/// The document with each of its values replaced by values of every kind.
fn replaced(document: &Value) -> impl Iterator<Item = Value> + '_ {
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e300),
        json!(""),
        json!("x"),
        json!([]),
        json!([7]),
        json!({}),
    ];
    (0..count(document)).flat_map(move |number| {
        others.clone().into_iter().map(move |other| {
            let mut document = document.clone();
            replace(&mut document, &mut number.clone(), &other);
            document
        })
    })
}

fn target() -> Target<'static> {
    Target { model: "m", max_output: None, max_completion_tokens: true }
}

fn reply() -> Reply {
    Reply { id: "0".into(), created: 0, model: "m".into(), stream_usage: true }
}

fn ask(caller: CallerDialect, body: &[u8]) -> bool {
    let path = (caller == CallerDialect::Gemini).then_some(("m", false));
    let asked = match Asked::read(caller, body, path) {
        Ok(asked) => asked,
        Err(failure) => {
            assert!((400..500).contains(&caller.status(&failure)), "{failure:?}");
            assert!(!failure.message.is_empty());
            return false;
        }
    };
    for vendor in VendorDialect::ALL {
        if let Err(failure) = asked.write(*vendor, &target(), reply()) {
            assert!((400..500).contains(&caller.status(&failure)), "{failure:?}");
        }
    }
    true
}

const CALLERS: [CallerDialect; 4] = [
    CallerDialect::OpenAiChat,
    CallerDialect::OpenAiResponses,
    CallerDialect::Anthropic,
    CallerDialect::Gemini,
];

#[test]
fn requests_of_any_shape_are_read_or_refused() {
    for caller in CALLERS {
        let (mut read, mut refused) = (0, 0);
        for path in files(&format!("requests/{}", caller.name()), ".json") {
            let text = fs::read(&path).unwrap();
            for length in 0..text.len() {
                // without its last brace it is no JSON; what follows it is space
                assert!(!ask(caller, &text[..length]) || text[length..].trim_ascii().is_empty(), "{path:?}");
            }
            for document in replaced(&serde_json::from_slice(&text).unwrap()) {
                if ask(caller, document.to_string().as_bytes()) { read += 1 } else { refused += 1 }
            }
        }
        assert!(read > 100 && refused > 100, "{caller:?}: {read} read, {refused} refused");
    }
}

#[test]
fn what_two_readers_might_read_differently_is_refused() {
    for caller in CALLERS {
        for body in [
            r#"{"model":"a","model":"b","messages":[],"input":"x","contents":[]}"#,
            r#"{"model":"a"} {}"#,
            "[]",
            "",
            "nonsense",
            "\u{feff}{}",
        ] {
            assert!(!ask(caller, body.as_bytes()), "{caller:?} {body}");
        }
    }
}

#[test]
fn answers_of_any_shape_are_read_or_garbled() {
    for vendor in VendorDialect::ALL {
        let (mut read, mut garbled) = (0, 0);
        let asked = Asked::read(
            CallerDialect::OpenAiChat,
            br#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#,
            None,
        );
        let asked = asked.unwrap();
        for path in files(&format!("answers/{}", vendor.name()), ".json") {
            for document in replaced(&serde_json::from_slice(&fs::read(&path).unwrap()).unwrap()) {
                let bytes = document.to_string();
                if read_answer(*vendor, bytes.as_bytes()).is_err() {
                    garbled += 1;
                    continue;
                }
                read += 1;
                for caller in CALLERS {
                    let asked = Asked { caller, ..asked.clone() };
                    let back = asked.write(*vendor, &target(), reply()).unwrap().back;
                    let told = back.answer(bytes.as_bytes()).unwrap();
                    let total = told.usage.map(|usage| usage.total());
                    assert!(total.is_none_or(|total| total < 1 << 60), "{bytes}");
                }
            }
        }
        assert!(read > 20 && garbled > 5, "{vendor:?}: {read} read, {garbled} garbled");
        for status in [200, 301, 400, 401, 404, 418, 429, 500, 503, 529, 999] {
            for body in [
                &b""[..],
                b"<html>",
                b"{}",
                br#"{"error":null}"#,
                br#"{"error":{"message":7}}"#,
                b"[1]",
                b"\xff",
            ] {
                assert!(!vendor.read_failure(status, None, body).message.is_empty(), "{vendor:?} {status}");
                assert!(
                    !vendor.read_failure(status, Some("X:y"), body).message.is_empty(),
                    "{vendor:?} {status}"
                );
            }
        }
    }
}

/// The JSON texts of a stream with their names.
fn frames(vendor: VendorDialect, text: &str) -> Vec<(String, Value)> {
    let mut name = String::new();
    let mut frames = Vec::new();
    for line in text.lines() {
        let (event, data) = match vendor.framing() {
            Framing::Lines => ("", line),
            Framing::Amazon => line.split_once(' ').unwrap(),
            Framing::Events => {
                if let Some(event) = line.strip_prefix("event: ") {
                    name = event.to_owned();
                }
                (name.as_str(), line.strip_prefix("data: ").unwrap_or_default())
            }
        };
        if let Ok(value) = serde_json::from_str(data) {
            frames.push((event.to_owned(), value));
        }
    }
    frames
}

#[test]
fn frames_of_any_shape_are_read_or_garbled() {
    for vendor in VendorDialect::ALL {
        let mut tried = 0;
        for path in files(&format!("streams/{}", vendor.name()), ".txt") {
            let frames = frames(*vendor, &fs::read_to_string(&path).unwrap());
            for (place, (_, frame)) in frames.iter().enumerate() {
                for other in replaced(frame) {
                    let (mut reader, mut events) = (vendor.reader(), Vec::new());
                    for (at, (event, frame)) in frames.iter().enumerate() {
                        let data = if at == place { other.to_string() } else { frame.to_string() };
                        if reader.read(Frame { event, data: data.as_bytes() }, &mut events).is_err() {
                            break;
                        }
                    }
                    let mut flow = ai::chat::Flow::default();
                    let mut ordered = Vec::new();
                    events.into_iter().for_each(|event| flow.push(event, &mut ordered));
                    flow.end(&mut ordered);
                    for caller in CallerDialect::ALL {
                        let (mut writer, mut out) = (caller.writer(reply()), Vec::new());
                        ordered.iter().cloned().for_each(|event| writer.write(event, &mut out));
                        let broken = invariants::check(*caller, &out).err();
                        assert!(broken.is_none(), "{vendor:?} to {caller:?}: {broken:?}: {other}");
                    }
                    tried += 1;
                }
            }
        }
        assert!(tried > 100, "{vendor:?}");
    }
}
