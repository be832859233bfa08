//! Damaged documents: whatever comes, an answer and no panic, and every later step works on what was accepted.

use url::Url;

use super::super::{Limits, diff, published, read};
use super::{HTTPBIN, PETS30, PETS31, accepted};

/// xorshift64*: the same damage in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).unwrap() % sides
    }
}

const PIECES: [&str; 34] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "'",
    "\n",
    "\t",
    "  ",
    "- ",
    "&a ",
    "*a",
    "<<: *a",
    "? ",
    "|",
    ">",
    "!!",
    "#",
    "%",
    "$ref",
    "null",
    "true",
    "1e308",
    "-0",
    "\u{0}",
    "\u{feff}",
    "\u{1f600}",
    "\\u0000",
    "{}",
    "'#/paths'",
    "/{x}",
    "\"$ref\": \"#\"",
];

fn damaged(text: &str, dice: &mut Dice) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=dice.roll(2) {
        let at = dice.roll(bytes.len());
        let end = (at + dice.roll(12)).min(bytes.len());
        match dice.roll(5) {
            0 => drop(bytes.drain(at..end)),
            1 => drop(bytes.splice(at..at, PIECES[dice.roll(PIECES.len())].bytes())),
            2 => drop(bytes.splice(at..end, PIECES[dice.roll(PIECES.len())].bytes())),
            3 => {
                let copied = bytes[at..end].to_vec();
                let to = dice.roll(bytes.len());
                bytes.splice(to..to, copied);
            }
            _ => bytes[at] = u8::try_from(dice.roll(128)).unwrap(),
        }
        if bytes.is_empty() {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn damaged_documents_are_answered() {
    let gateway = Url::parse("https://gateway.example/a/v1").unwrap();
    let (mut taken, mut turned_away) = (0, 0);
    for (seed, rounds, text) in
        [(1, 500, PETS30), (2, 500, PETS31), (3, 60, HTTPBIN), (4, 500, &accepted(PETS30).text)]
    {
        let original = accepted(text);
        let mut dice = Dice(0x9E37_79B9_7F4A_7C15 ^ seed);
        for _ in 0..rounds {
            let damaged = damaged(text, &mut dice);
            let Ok(document) = read(&damaged, &Limits::GIVEN) else {
                turned_away += 1;
                continue;
            };
            taken += 1;
            for operation in &document.operations {
                assert!(document.detail(operation).is_some(), "{damaged}");
            }
            let _ = diff(&original, &document);
            let _ = diff(&document, &original);
            assert_eq!(diff(&document, &document), [], "{damaged}");
            let again = read(&document.text, &Limits::KEPT);
            assert_eq!(again.map(|again| again.operations), Ok(document.operations.clone()), "{damaged}");
            assert!(published(&document, &gateway, "X-API-Key").is_object());
        }
    }
    assert!(taken > 200 && turned_away > 200, "{taken} taken, {turned_away} turned away");
}
