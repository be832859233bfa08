//! What is found and what is not, by kind; and that no cut of a text changes what becomes of it.

mod bodies;
mod events;
mod kinds;
mod splits;

use super::{AnswerMask, Masker, Vault};
use domain::policies::mask::{Action, Direction, Kind, Mask};
use std::sync::Arc;

fn masker(mask: &Mask) -> Arc<Masker> {
    mask.check().unwrap();
    Arc::new(Masker::new(mask).unwrap())
}

/// All kinds, and a pattern and a keyword of our own.
fn everything(action: Action, direction: Direction) -> Mask {
    Mask {
        kinds: Kind::ALL.to_vec(),
        keywords: vec!["Project Falcon".to_owned(), "Zürich".to_owned()],
        patterns: vec![r"\bEMP-[0-9]{4,6}\b".to_owned(), "x[0-9x-]*y".to_owned()],
        paths: Vec::new(),
        action,
        direction,
    }
}

/// The text as it goes to a model, and what its placeholders stand for.
fn masked(mask: &Mask, text: &str) -> (String, Vault) {
    let mut vault = Vault::default();
    let body = serde_json::json!({ "messages": [{ "role": "user", "content": text }] }).to_string();
    let masked = masker(mask).request(body.as_bytes(), &mut vault).unwrap();
    let Some(masked) = masked else { return (text.to_owned(), vault) };
    let body: serde_json::Value = serde_json::from_slice(&masked).unwrap();
    (body["messages"][0]["content"].as_str().unwrap().to_owned(), vault)
}

fn answer_mask(mask: &Mask, vault: Vault) -> AnswerMask {
    AnswerMask::new(&masker(mask), vault).unwrap()
}
