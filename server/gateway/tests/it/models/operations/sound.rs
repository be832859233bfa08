//! Sound, on its way to a vendor and back.

use super::{last, one, post, send};
use faultlab::vendor::Vendor;
use serde_json::json;

const FORM: &str = "multipart/form-data; boundary=\"b-1\"";

fn field(head: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("--b-1\r\nContent-Disposition: form-data; {head}\r\n\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn file(sound: &[u8]) -> Vec<u8> {
    field("name=\"file\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg", sound)
}

fn form(fields: &[Vec<u8>]) -> Vec<u8> {
    [fields.concat(), b"--b-1--\r\n".to_vec()].concat()
}

#[test]
fn a_form_passes_as_it_is_but_for_the_model() {
    let vendor = Vendor::start().unwrap();
    let sound: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    for kind in ["openai", "mistral"] {
        let lab = one(&vendor, kind, "whisper-1");
        let with = |model: &[u8]| form(&[file(&sound), field("name=\"model\"", model)]);
        let answer = send(&lab, "/ai/v1/audio/transcriptions", FORM, &with(b"m"));
        assert_eq!(answer.status, 200, "{kind}: {}", answer.text());
        assert_eq!(answer.json()["text"], "I hear 100000 bytes.");
        let seen = last(&vendor);
        assert_eq!(seen.header("content-type"), Some(FORM));
        assert!(seen.body == with(b"whisper-1"), "{kind}");
    }
}

#[test]
fn what_was_heard_is_paid_by_the_second() {
    let vendor = Vendor::start().unwrap();
    let lab = one(&vendor, "openai", "whisper-1");
    let plain = form(&[field("name=\"model\"", b"m"), file(b"12345")]);
    assert_eq!(send(&lab, "/ai/v1/audio/transcriptions", FORM, &plain).status, 200);
    let ai = lab.record_of("ok").ai.unwrap();
    // $0.0001 for the one second
    assert_eq!(ai.cost_nano, Some(100_000), "{ai:?}");
    let bare =
        form(&[field("name=\"model\"", b"m"), field("name=\"response_format\"", b"text"), file(b"12345")]);
    let answer = send(&lab, "/ai/v1/audio/transcriptions", FORM, &bare);
    assert_eq!(
        (answer.header("content-type"), answer.text().as_str()),
        (Some("text/plain; charset=utf-8"), "I hear 5 bytes.\n")
    );
    let ai = lab.record_of("ok").ai.unwrap();
    assert_eq!(ai.cost_nano, None, "nobody says how long it was: {ai:?}");
}

#[test]
fn forms_that_are_not_clear_are_refused() {
    let vendor = Vendor::start().unwrap();
    let lab = one(&vendor, "openai", "whisper-1");
    let model = || field("name=\"model\"", b"m");
    for (kind, body, says) in [
        (FORM, form(&[model(), model()]), "model: expected once"),
        (FORM, form(&[file(b"1")]), "model: expected a field"),
        (FORM, model(), "ends in a field"),
        ("application/json", json!({ "model": "m" }).to_string().into_bytes(), "multipart/form-data"),
    ] {
        let answer = send(&lab, "/ai/v1/audio/transcriptions", kind, &body);
        let message = answer
            .json()
            .pointer("/error/message")
            .and_then(|text| text.as_str())
            .unwrap_or_default()
            .to_owned();
        assert!(answer.status == 400 && message.contains(says), "{says}: {} {message}", answer.status);
    }
    assert_eq!(vendor.calls(), 0);
}

#[test]
fn speech_comes_as_the_vendor_says_it_and_is_paid_by_the_character() {
    let vendor = Vendor::start().unwrap();
    let lab = one(&vendor, "openai", "tts-1");
    let body = json!({ "model": "m", "voice": "v", "input": "zwölf Töne", "response_format": "wav" });
    let answer = post(&lab, "/ai/v1/audio/speech", &body);
    assert_eq!((answer.status, answer.body.len()), (200, 200));
    assert!(answer.body.starts_with(b"RIFF"));
    assert_eq!(answer.header("content-type"), Some("audio/wav"));
    let ai = lab.record_of("ok").ai.unwrap();
    // $15 for a million characters
    assert_eq!(ai.cost_nano, Some(10 * 15_000), "{ai:?}");
    assert_eq!(post(&lab, "/ai/v1/audio/speech", &json!({ "model": "m" })).status, 400, "says the vendor");
}
