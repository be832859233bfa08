//! Golden cases: what each kind finds, and what only looks like it.

use super::masked;
use domain::policies::mask::{Action, Kind, Mask};

/// What is in braces is found, and nothing else.
const CASES: &[(Kind, &[&str])] = &[
    (
        Kind::Email,
        &[
            "Write to {john.doe@example.com}, please",
            "{Jürgen.Müller+news@post.example.de}; {a@b.co}",
            "<{first_last@sub.domain.example.org}>",
            "mailto:{x@y.example}?subject=hi",
            "end of sentence {me@example.com}.",
            "an icon@2x.png file",
            "user@localhost and @types/node and a@b",
            "john..doe@ example.com",
            "1 @ 2.50",
        ],
    ),
    (
        Kind::Phone,
        &[
            "call {+49 30 901820} or {+1 (415) 555-2671}",
            "{+442079460958}",
            "{0049 30 901820}",
            "US: {(415) 555-2671}, {415-555-2671}, {415.555.2671}",
            "FR: {01 23 45 67 89}",
            "DE: {030 901820}, {0171/1234567}, {0711 / 123 456}",
            "on 2024-01-15 at 10:30:00",
            "192.168.10.25 and 10.0.0.1",
            "version 1.2.3.4, 100 000 euros, 1,234,567.89",
            "order 1234567890, article 4006381333931",
            "+1 2 3",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "0000 0000",
        ],
    ),
    (
        Kind::Card,
        &[
            "{4111 1111 1111 1111} until 12/27",
            "{5555-5555-5555-4444}",
            "{378282246310005}, {3782 822463 10005}",
            "{6011000990139424} {30569309025904}",
            "4111 1111 1111 1112 has a wrong digit",
            "1234 5678 9012 3456",
            "an IMEI 490154203237518",
            "0000 0000 0000 0000",
            "timestamp 1700000000000, id 20240115103000123",
        ],
    ),
    (
        Kind::Iban,
        &[
            "{DE89 3704 0044 0532 0130 00} for rent",
            "{DE89370400440532013000}",
            "{GB82 WEST 1234 5698 7654 32} AND MORE",
            "{NL91ABNA0417164300}, {NO93 8601 1117 947}",
            "{FR14 2004 1010 0505 0001 3M02 606}",
            "DE88 3704 0044 0532 0130 00 has wrong check digits",
            "XX89 3704 0044 0532 0130 00",
            "DE89 3704 0044 0532",
            "SKU AB12CDEF34567890",
        ],
    ),
    (
        Kind::UsSsn,
        &[
            "SSN {536-90-4399}.",
            "{536 90 4399}",
            "000-12-3456, 666-12-3456, 900-12-3456, 123-00-4567, 123-45-0000",
            "078-05-1120 stood in a wallet",
            "123-456-7890 and 12-34-5678",
        ],
    ),
    (
        Kind::UkNino,
        &["{AB123456C} and {AB 12 34 56 C}", "GB123456C, QQ123456C, AB123456E, AB12345C", "XAB123456C"],
    ),
    (
        Kind::DeTaxId,
        &["{86095742719}, {47 036 892 816}", "86095742718", "12345678901, 11111111111", "08609574271"],
    ),
    (
        Kind::FrNir,
        &[
            "{2 55 08 14 168 025 38}, {255081416802538}",
            "{1 85 05 2A 006 084 35}",
            "255081416802539",
            "2024010112300055",
        ],
    ),
    (
        Kind::EsDni,
        &["{12345678Z}, {12345678-Z}, {X1234567L}, {Y-1234567-X}", "12345678A, X1234567A", "1234567Z"],
    ),
];

#[test]
fn each_kind_is_found_where_it_is_and_nowhere_else() {
    for (kind, cases) in CASES {
        for case in *cases {
            let text = case.replace(['{', '}'], "");
            let mask = Mask { kinds: vec![*kind], action: Action::Redact, ..Mask::default() };
            let label = format!("[{}]", kind.as_str().to_uppercase());
            let mut expected = String::new();
            for (at, piece) in case.split(['{', '}']).enumerate() {
                expected.push_str(if at % 2 == 0 { piece } else { &label });
            }
            assert_eq!(masked(&mask, &text).0, expected, "{kind}: {text}");
        }
    }
}

#[test]
fn ordinary_text_stays_as_it_is() {
    let mask = super::everything(Action::Redact, domain::policies::mask::Direction::Both);
    for text in [
        "The quick brown fox jumps over the lazy dog at 10:45 on 2024-02-29.",
        "fn main() { let a = [1, 2, 3]; println!(\"{:?}\", a[0]); }",
        "Invoice 2024/0815 over EUR 1.299,00 (VAT 19 %) due in 14 days",
        "commit 3f2c9a7e0b1d, build 20240115.3, port 8080, 0x7fff5fbff8c8",
        "EMPIRE-1234, EMP-123, project falcons",
        "π ≈ 3.14159265358979, e ≈ 2.718281828459045",
        "日本語のテキスト、そして中文。",
    ] {
        assert_eq!(masked(&mask, text).0, text);
    }
}

#[test]
fn keywords_and_patterns_are_found() {
    let mask = super::everything(Action::Redact, domain::policies::mask::Direction::Both);
    let text = "PROJECT falcon in zürich: EMP-1234 and EMP-123456.";
    assert_eq!(masked(&mask, text).0, "[KEYWORD] in [KEYWORD]: [PATTERN1] and [PATTERN1].");
    // no more than what is held back of a text at the most
    let long = format!("x{}y", "-".repeat(300));
    assert_eq!(masked(&mask, &long).0, long);
    assert_eq!(masked(&mask, "ax--yb").0, "a[PATTERN2]b");
}
