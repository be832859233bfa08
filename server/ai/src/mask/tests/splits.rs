//! A text that is cut anywhere has the result that it has as a whole, and no more of it is held back than must be.

use super::{answer_mask, everything, masked};
use crate::mask::channel::{Channel, Said};
use crate::mask::{AnswerMask, Vault};
use domain::policies::mask::{Action, Direction};

const TEXT: &str = "Hi [EMAIL_1], é call +49 30 901820-0 or (415) 555-2671 in Zürich; [EMAIL_12] [EM [EMAIL_2]. \
    Card 4111 1111 1111 1111, 4111 1111 1111 1112, IBAN DE89 3704 0044 0532 0130 00 AND more; x12y, EMP-1234567 \
    EMP-123456. Project Falcon, 12345678Z AB123456C 86095742719 2 55 08 14 168 025 38 536-90-4399 日本 a@b.c j@k.example";

/// A mask of answers whose vault knows two addresses.
fn mask() -> AnswerMask {
    let policy = everything(Action::Placeholder, Direction::Both);
    let (text, vault) = masked(&policy, "first@example.com and second@example.com");
    assert_eq!(text, "[EMAIL_1] and [EMAIL_2]");
    answer_mask(&policy, vault)
}

fn told(mask: &AnswerMask, said: Said, pieces: &[&str]) -> String {
    let mut channel = Channel::new(said);
    let mut told: String = pieces.iter().map(|piece| channel.push(mask, piece).unwrap()).collect();
    told.push_str(&channel.finish(mask).unwrap());
    told
}

#[test]
fn every_cut_of_a_text_gives_the_same() {
    let mask = mask();
    let whole = told(&mask, Said::Text, &[TEXT]);
    for found in [
        "first@example.com",
        "second@example.com",
        "[PHONE]",
        "[CARD]",
        "[IBAN] AND",
        "[KEYWORD]",
        "[DE_TAX_ID]",
    ] {
        assert!(whole.contains(found), "{found}: {whole}");
    }
    assert!(whole.contains("[EMAIL_12] [EM ") && whole.contains("4111 1111 1111 1112"), "{whole}");
    let places: Vec<usize> = TEXT.char_indices().map(|(at, _)| at).collect();
    for first in &places {
        let (a, rest) = TEXT.split_at(*first);
        assert_eq!(told(&mask, Said::Text, &[a, rest]), whole, "cut at {first}");
        // three pieces, of which the one in the middle is short
        for length in [1, 2, 7] {
            if let Some(second) = places.iter().find(|at| **at >= first + length) {
                let (b, c) = rest.split_at(second - first);
                assert_eq!(told(&mask, Said::Text, &[a, b, c]), whole, "cut at {first} and {second}");
            }
        }
    }
    let characters: Vec<String> = TEXT.chars().map(String::from).collect();
    let characters: Vec<&str> = characters.iter().map(String::as_str).collect();
    assert_eq!(told(&mask, Said::Text, &characters), whole, "one by one");
}

#[test]
fn every_cut_of_arguments_gives_the_same_json() {
    let mask = mask();
    let json =
        serde_json::json!({ "to": TEXT, "q\"uote": "a\\b\n\tj@k.example 𝄞", "n": 4_111_111_111_111_111_u64 });
    let escaped = json.to_string().replace('é', "\\u00e9").replace('𝄞', "\\ud834\\udd1e");
    let whole = told(&mask, Said::Arguments, &[&escaped]);
    let parsed: serde_json::Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(parsed["to"], told(&mask, Said::Text, &[TEXT]));
    assert_eq!(parsed["q\"uote"], "a\\b\n\t[EMAIL] 𝄞");
    assert_eq!(parsed["n"], 4_111_111_111_111_111_u64, "a number stays one");
    for (at, _) in escaped.char_indices() {
        let (a, b) = escaped.split_at(at);
        assert_eq!(told(&mask, Said::Arguments, &[a, b]), whole, "cut at {at}");
    }
}

#[test]
fn nothing_is_put_back_into_thoughts() {
    assert_eq!(
        told(&mask(), Said::Thought, &["about [EMAIL_1] and j@k.example"]),
        "about [EMAIL_1] and [EMAIL]"
    );
}

#[test]
fn only_what_may_still_become_something_is_held_back() {
    let mask = mask();
    for (text, held) in [
        ("The weather is fine. ", ""),
        ("a comma, and then ", ""),
        ("[not a placeholder] ", ""),
        ("so far [EMA", "[EMA"),
        ("so far [EMA! ", ""),
        ("so far john.doe@exam", "john.doe@exam"),
        ("number 4111 1111 11", "4111 1111 11"),
        ("日本語のテキスト、", ""),
    ] {
        let mut channel = Channel::new(Said::Text);
        let told = channel.push(&mask, text).unwrap();
        assert_eq!(told, text.strip_suffix(held).unwrap(), "{text:?}");
        assert_eq!(channel.holds(), !held.is_empty());
    }
    let mut channel = Channel::new(Said::Text);
    let mut longest = 0;
    let (mut pushed, mut told) = (0, 0);
    for _ in 0..2_000 {
        // a pattern of the policy could go on forever
        told += channel.push(&mask, "x").unwrap().len();
        pushed += 1;
        longest = longest.max(pushed - told);
    }
    assert_eq!(longest, 255);
}

#[test]
fn without_anything_to_put_back_or_to_mask_nothing_is_held() {
    let requests = everything(Action::Placeholder, Direction::Request);
    assert!(AnswerMask::new(&super::masker(&requests), Vault::default()).is_none());
    let (_, vault) = masked(&requests, "first@example.com");
    let mask = answer_mask(&requests, vault);
    assert_eq!(told(&mask, Said::Text, &["[EMAIL_1] j@k.example"]), "first@example.com j@k.example");
}
