//! Numbers that states give to people, by the rules that each of them has.

use super::kinds::digits;

/// Area, group and serial number as the Social Security Administration gives them.
pub fn us_ssn(text: &str) -> Option<usize> {
    let mut parts = text.split(['-', ' ']);
    let (area, group, serial) = (parts.next()?, parts.next()?, parts.next()?);
    let good = !matches!(area, "000" | "666") && !area.starts_with('9') && group != "00" && serial != "0000";
    // one of these stood in advertisements
    let shown = matches!((area, group, serial), ("078", "05", "1120") | ("219", "09", "9999"));
    (good && !shown && text.matches('-').count() != 1).then_some(text.len())
}

/// The prefixes that are given (National Insurance Manual NIM39110).
pub fn uk_nino(text: &str) -> Option<usize> {
    let mut letters = text.chars();
    let (first, second) = (letters.next()?, letters.next()?);
    let prefix = text.get(..2)?;
    let good = !"DFIQUV".contains(first)
        && !"DFIOQUV".contains(second)
        && !matches!(prefix, "BG" | "GB" | "KN" | "NK" | "NT" | "TN" | "ZZ");
    good.then_some(text.len())
}

/// The check digit of ISO 7064 (mod 11, 10); of the first ten digits one stands there twice or three times.
pub fn de_tax_id(text: &str) -> Option<usize> {
    let digits = digits(text);
    let (check, body) = digits.split_last()?;
    let count = |digit: u32| body.iter().filter(|known| **known == digit).count();
    let counts: Vec<usize> = (0..=9).map(count).collect();
    let repeated = counts.iter().filter(|count| **count > 1).count();
    if repeated != 1 || counts.iter().any(|count| *count > 3) {
        return None;
    }
    let product = body.iter().fold(10, |product, digit| {
        let sum = (product + digit) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    let expected = (11 - product) % 10;
    (digits.len() == 11 && *check == expected).then_some(text.len())
}

/// The key is 97 less the rest of the number by 97; Corsica's departments count as 19 and 18.
pub fn fr_nir(text: &str) -> Option<usize> {
    let number: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let number = number.replace("2A", "19").replace("2B", "18");
    let month = number.get(3..5)?.parse::<u32>().ok()?;
    let (body, key) = (number.get(..13)?.parse::<u64>().ok()?, number.get(13..)?.parse::<u64>().ok()?);
    let good = matches!(month, 1..=12 | 20..=42 | 50..=99) && key == 97 - body % 97;
    good.then_some(text.len())
}

/// The letter stands for the rest of the number by 23; a foreigner's first letter is its first digit.
pub fn es_dni(text: &str) -> Option<usize> {
    const LETTERS: &str = "TRWAGMYFPDXBNJZSQVHLCKE";
    let letter = text.chars().next_back()?;
    let first = match text.chars().next()? {
        'Y' => 1,
        'Z' => 2,
        _ => 0,
    };
    let number = digits(text).iter().fold(first, |number, digit| number * 10 + digit);
    let expected = LETTERS.chars().nth(usize::try_from(number % 23).ok()?)?;
    (letter == expected).then_some(text.len())
}
