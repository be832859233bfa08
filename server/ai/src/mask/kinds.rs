//! The kinds of data that are told by their form. A pattern finds what looks like one, a check tells what is one.

use super::find::{Detector, Label};
use super::national;
use domain::policies::mask::Kind;
use domain::policies::patterns::{self, Table};
use std::sync::{Arc, LazyLock};

/// One form of a kind.
struct Form {
    kind: Kind,
    pattern: &'static str,
    check: fn(&str) -> Option<usize>,
}

const fn form(kind: Kind, pattern: &'static str, check: fn(&str) -> Option<usize>) -> Form {
    Form { kind, pattern, check }
}

/// More exact forms of a kind stand before others of it.
const FORMS: &[Form] = &[
    form(
        Kind::Email,
        r"(?-u:\b)[A-Za-z0-9À-ɏ_][A-Za-z0-9À-ɏ._%+'-]*@(?:[A-Za-z0-9À-ɏ-]+\.)+[A-Za-z]{2,24}(?-u:\b)",
        email,
    ),
    form(Kind::Card, r"\b[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}[ -][0-9]{4}(?:[ -][0-9]{3})?\b", card),
    form(Kind::Card, r"\b3[0-9]{3}[ -][0-9]{6}[ -][0-9]{4,5}\b", card),
    form(Kind::Card, r"\b[0-9]{13,19}\b", card),
    form(Kind::Iban, r"\b[A-Z]{2}[0-9]{2}(?:[ -]?[A-Z0-9]){11,36}\b", iban),
    form(Kind::UsSsn, r"\b[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}\b", national::us_ssn),
    form(Kind::UkNino, r"\b[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]\b", national::uk_nino),
    form(Kind::DeTaxId, r"\b[1-9][0-9] ?[0-9]{3} ?[0-9]{3} ?[0-9]{3}\b", national::de_tax_id),
    form(
        Kind::FrNir,
        r"\b[1-478] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}\b",
        national::fr_nir,
    ),
    form(Kind::EsDni, r"\b(?:[0-9]{8}|[XYZ]-?[0-9]{7})-?[A-Z]\b", national::es_dni),
    form(Kind::Phone, r"\+[1-9](?:[ .()/-]{0,2}[0-9]){7,14}\b", phone),
    form(Kind::Phone, r"\b00[1-9][0-9]{0,2}[ ./-](?:[ .()/-]{0,2}[0-9]){6,12}\b", phone),
    form(Kind::Phone, r"(?:\(|\b)[2-9][0-9]{2}\)?[ .-]{1,2}[2-9][0-9]{2}[ .-][0-9]{4}\b", phone),
    form(Kind::Phone, r"\b0[1-9](?:[ .-][0-9]{2}){4}\b", phone),
    form(Kind::Phone, r"(?:\(|\b)0[1-9][0-9]{1,4}\)?(?: ?[ /-] ?)[0-9]{3,8}(?:[ -][0-9]{2,5}){0,3}\b", phone),
];

/// Made once: they are the same in every policy.
static TABLES: LazyLock<Vec<(Kind, Detector)>> = LazyLock::new(|| {
    let detector = |form: &Form| {
        // what does not compile finds nothing; a test compiles all of them
        let table: Table = patterns::table(form.pattern).ok()?;
        let (word, what) = label(form.kind);
        Some((form.kind, Detector::new(Label::new(word, what), Arc::new(table)).checked(form.check)))
    };
    FORMS.iter().filter_map(detector).collect()
});

/// What finds a kind.
pub fn detectors(kind: Kind) -> impl Iterator<Item = Detector> {
    TABLES.iter().filter(move |(known, _)| *known == kind).map(|(_, detector)| detector.clone())
}

fn label(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Email => ("EMAIL", "an e-mail address"),
        Kind::Phone => ("PHONE", "a phone number"),
        Kind::Card => ("CARD", "a card number"),
        Kind::Iban => ("IBAN", "a bank account number"),
        Kind::UsSsn => ("US_SSN", "a social security number"),
        Kind::UkNino => ("UK_NINO", "a national insurance number"),
        Kind::DeTaxId => ("DE_TAX_ID", "a tax number"),
        Kind::FrNir => ("FR_NIR", "a social security number"),
        Kind::EsDni => ("ES_DNI", "an identity number"),
    }
}

/// The digits of a text.
pub(super) fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

fn email(text: &str) -> Option<usize> {
    // icon@2x.png
    const FILES: [&str; 10] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "js", "ts"];
    let (local, domain) = text.split_once('@')?;
    let last = domain.rsplit('.').next()?;
    let good = local.len() <= 64
        && text.len() <= 254
        && !local.contains("..")
        && !local.ends_with('.')
        && domain.split('.').all(|name| name.len() <= 63 && !name.starts_with('-') && !name.ends_with('-'))
        && !FILES.iter().any(|file| last.eq_ignore_ascii_case(file));
    good.then_some(text.len())
}

/// E.164: 8 to 15 digits. Not the same one throughout.
fn phone(text: &str) -> Option<usize> {
    let digits = digits(text);
    let brackets = |bracket| text.matches(bracket).count();
    let first = digits.first()?;
    let good = (8..=15).contains(&digits.len())
        && brackets('(') == brackets(')')
        && digits.iter().skip(1).any(|digit| digit != first);
    good.then_some(text.len())
}

/// A number of a network that issues cards, with Luhn's check digit (ISO 7812).
fn card(text: &str) -> Option<usize> {
    let digits = digits(text);
    let head = |count: usize| digits.iter().take(count).fold(0, |head, digit| head * 10 + digit);
    let issued = match digits.len() {
        13 => head(1) == 4,
        14 => matches!(head(3), 300..=305 | 309 | 360..=369 | 380..=399),
        15 => matches!(head(2), 34 | 37),
        16 => {
            head(1) == 4
                || matches!(head(2), 50..=69)
                || matches!(head(4), 2_200..=2_204 | 2_221..=2_720 | 3_528..=3_589)
        }
        17 | 18 => matches!(head(2), 50 | 56..=69),
        19 => head(1) == 4 || matches!(head(2), 50 | 56..=69),
        _ => false,
    };
    (issued && luhn(&digits)).then_some(text.len())
}

fn luhn(digits: &[u32]) -> bool {
    let weighed = digits.iter().rev().enumerate().map(|(place, digit)| match place % 2 {
        0 => *digit,
        _ => digit * 2 / 10 + digit * 2 % 10,
    });
    weighed.sum::<u32>().is_multiple_of(10)
}

/// Countries of the registry of ISO 13616, each with how long its numbers are.
const IBANS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 \
    DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 \
    IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 \
    MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 \
    SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// With the check digits of ISO 7064 (mod 97). What follows the number may look like part of it.
fn iban(text: &str) -> Option<usize> {
    let country = text.get(..2)?;
    let length: usize = IBANS.split(' ').find_map(|entry| entry.strip_prefix(country))?.parse().ok()?;
    let mut places = text.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric());
    let (last, _) = places.nth(length - 1)?;
    let (number, after) = text.split_at(last + 1);
    if after.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let number_of = |c: char| c.to_digit(36).unwrap_or_default();
    let written: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let rest = written.iter().skip(4).chain(written.iter().take(4)).fold(0, |rest, c| match number_of(*c) {
        digit @ 0..=9 => (rest * 10 + digit) % 97,
        letter => (rest * 100 + letter) % 97,
    });
    (rest == 1).then_some(number.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_form_and_every_form_compiles() {
        assert_eq!(TABLES.len(), FORMS.len());
        for kind in Kind::ALL {
            assert!(detectors(*kind).next().is_some(), "{kind}");
        }
    }
}
