//! Dollars as people write them, read and written exactly.

use super::words::Figure;

/// Why a text is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("expected dollars such as 0.075")]
    NotDollars,
    #[error("expected at most {0} decimals")]
    TooFine(u32),
    #[error("expected a price below {0} dollars")]
    TooLarge(u64),
}

/// How many decimals the dollars for [`Figure::per`] of a figure have at most: $1 for a million is 10^9, for a
/// thousand 10^12, for one 10^15.
fn decimals(figure: Figure) -> u32 {
    15 - figure.per().ilog10()
}

/// The price of a figure in nano-dollars for a million of it, from dollars for [`Figure::per`] of it. Digits and one
/// point: no sign, no exponent, no grouping. Nothing is rounded.
pub fn parse(dollars: &str, figure: Figure) -> Result<u64, AmountError> {
    let decimals = decimals(figure);
    let (whole, part) = dollars.split_once('.').unwrap_or((dollars, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let pointed = dollars.contains('.');
    if whole.is_empty() || !digits(whole) || !digits(part) || (pointed && part.is_empty()) {
        return Err(AmountError::NotDollars);
    }
    let part = part.trim_end_matches('0');
    let places = u32::try_from(part.len()).unwrap_or(u32::MAX);
    let missing = decimals.checked_sub(places).ok_or(AmountError::TooFine(decimals))?;
    let too_large = AmountError::TooLarge(u64::MAX / 10_u64.pow(decimals));
    // no more digits than can be a price, so that they can be a number
    let all = format!("{}{part}", whole.trim_start_matches('0'));
    let all: u64 = if all.is_empty() { 0 } else { all.parse().map_err(|_| too_large)? };
    all.checked_mul(10_u64.pow(missing)).ok_or(too_large)
}

/// The dollars that [`parse`] reads as `nano`, without zeros at the end: `0.075`.
#[must_use]
pub fn dollars(nano: u64, figure: Figure) -> String {
    let decimals = decimals(figure);
    let unit = 10_u64.pow(decimals);
    let part = format!("{:0width$}", nano % unit, width = usize::try_from(decimals).unwrap_or_default());
    let whole = nano / unit;
    match part.trim_end_matches('0') {
        "" => whole.to_string(),
        part => format!("{whole}.{part}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_are_read_and_written_exactly() {
        for (text, figure, nano) in [
            ("3", Figure::Input, 3_000_000_000),
            ("0.075", Figure::CacheRead, 75_000_000),
            ("0.000000001", Figure::Input, 1),
            ("0", Figure::Output, 0),
            ("15", Figure::Character, 15_000_000_000),
            ("10", Figure::Search, 10_000_000_000_000),
            ("2.5", Figure::Query, 2_500_000_000_000),
            ("0.04", Figure::Image, 40_000_000_000_000),
            ("0.0001", Figure::Second, 100_000_000_000),
            ("18446744073.709551615", Figure::Input, u64::MAX),
            ("18446.744073709551615", Figure::Image, u64::MAX),
        ] {
            assert_eq!(parse(text, figure), Ok(nano), "{text} for {figure:?}");
            assert_eq!(dollars(nano, figure), text, "{nano} for {figure:?}");
        }
        assert_eq!(parse("007.50", Figure::Output), Ok(7_500_000_000));
    }

    #[test]
    fn what_is_no_price_is_refused() {
        for text in ["", "-1", "+1", "1e-6", "1,5", ".5", "5.", "1.2.3", "$3", "3 ", "NaN", "１"] {
            assert_eq!(parse(text, Figure::Input), Err(AmountError::NotDollars), "{text}");
        }
        assert_eq!(parse("0.0000000001", Figure::Input), Err(AmountError::TooFine(9)));
        assert_eq!(parse("0.0000000001", Figure::Image), Ok(100_000));
        let too_large = Err(AmountError::TooLarge(18_446_744_073));
        assert_eq!(parse("18446744073.709551616", Figure::Input), too_large);
        assert_eq!(parse(&"9".repeat(50), Figure::Input), too_large);
    }
}
