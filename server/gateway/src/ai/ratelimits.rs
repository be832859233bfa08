//! What a vendor says of how much it may still be asked, in the names and forms of the caller's dialect: OpenAI tells how
//! long it is until a limit is fresh again (`6m0s`), Anthropic tells when (RFC 3339). Other dialects have no word for it.

use ai::dialect::{CallerDialect, VendorDialect};
use chrono::{DateTime, SecondsFormat};
use http::header::{HeaderMap, HeaderName, HeaderValue};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    OpenAi,
    Anthropic,
}

/// What is limited, in both dialects.
const LIMITED: [&str; 2] = ["requests", "tokens"];

impl Names {
    fn of_vendor(vendor: VendorDialect) -> Option<Self> {
        match vendor {
            VendorDialect::OpenAiChat => Some(Self::OpenAi),
            VendorDialect::Anthropic => Some(Self::Anthropic),
            _ => None,
        }
    }

    fn of_caller(caller: CallerDialect) -> Option<Self> {
        match caller {
            CallerDialect::OpenAiChat | CallerDialect::OpenAiResponses => Some(Self::OpenAi),
            CallerDialect::Anthropic => Some(Self::Anthropic),
            CallerDialect::Gemini | CallerDialect::GeminiArray => None,
        }
    }

    /// `figure`: `limit`, `remaining` or `reset`.
    fn name(self, limited: &str, figure: &str) -> String {
        match self {
            Self::OpenAi => format!("x-ratelimit-{figure}-{limited}"),
            Self::Anthropic => format!("anthropic-ratelimit-{limited}-{figure}"),
        }
    }

    /// In how many milliseconds a limit is fresh again.
    fn read_reset(self, said: &str, now_ms: u64) -> Option<u64> {
        match self {
            Self::OpenAi => duration_ms(said),
            Self::Anthropic => {
                let at = DateTime::parse_from_rfc3339(said).ok()?.timestamp_millis();
                Some(u64::try_from(at).ok()?.saturating_sub(now_ms))
            }
        }
    }

    fn write_reset(self, ms: u64, now_ms: u64) -> Option<String> {
        match self {
            Self::OpenAi if ms.is_multiple_of(1_000) => Some(format!("{}s", ms / 1_000)),
            Self::OpenAi => Some(format!("{}.{:03}s", ms / 1_000, ms % 1_000)),
            Self::Anthropic => {
                // whole seconds, and no earlier
                let seconds = i64::try_from(now_ms.checked_add(ms)?.div_ceil(1_000)).ok()?;
                Some(DateTime::from_timestamp(seconds, 0)?.to_rfc3339_opts(SecondsFormat::Secs, true))
            }
        }
    }
}

/// `1h2m3.5s`, `20ms`, or a number of seconds.
fn duration_ms(said: &str) -> Option<u64> {
    let (mut rest, mut ms) = (said.trim(), 0.0);
    while !rest.is_empty() {
        let digits =
            rest.find(|letter: char| !(letter.is_ascii_digit() || letter == '.')).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let unit = after.find(|letter: char| letter.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let one = match unit {
            "h" => 3_600_000.0,
            "m" => 60_000.0,
            "s" | "" => 1_000.0,
            "ms" => 1.0,
            _ => return None,
        };
        ms = number.parse::<f64>().ok()?.mul_add(one, ms);
        rest = after;
    }
    // a cast of a float keeps to the range
    (!said.trim().is_empty()).then_some(ms.ceil() as u64)
}

/// The vendor's limits as the caller knows them.
#[must_use]
pub fn translated(
    vendors: &HeaderMap,
    (vendor, caller): (VendorDialect, CallerDialect),
    now_ms: u64,
) -> HeaderMap {
    let mut told = HeaderMap::new();
    let (Some(from), Some(to)) = (Names::of_vendor(vendor), Names::of_caller(caller)) else { return told };
    for limited in LIMITED {
        for figure in ["limit", "remaining", "reset"] {
            let Some(value) = vendors.get(from.name(limited, figure)) else { continue };
            let value = if figure == "reset" && from != to {
                let ms = value.to_str().ok().and_then(|said| from.read_reset(said, now_ms));
                ms.and_then(|ms| HeaderValue::try_from(to.write_reset(ms, now_ms)?).ok())
            } else {
                Some(value.clone())
            };
            if let (Ok(name), Some(value)) = (HeaderName::try_from(to.name(limited, figure)), value) {
                told.insert(name, value);
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-28 08:00:00 UTC
    const NOW_MS: u64 = 1_795_852_800_000;

    fn told(
        vendor: VendorDialect,
        caller: CallerDialect,
        said: &[(&'static str, &'static str)],
    ) -> Vec<String> {
        let said =
            said.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let told = translated(&said.collect(), (vendor, caller), NOW_MS);
        let mut told: Vec<_> =
            told.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        told.sort();
        told
    }

    const OPENAI: [(&str, &str); 5] = [
        ("x-ratelimit-limit-requests", "60"),
        ("x-ratelimit-remaining-requests", "59"),
        ("x-ratelimit-reset-requests", "1m0.5s"),
        ("x-ratelimit-reset-tokens", "nonsense"),
        ("x-ratelimit-remaining-images", "1"),
    ];
    const ANTHROPIC: [(&str, &str); 4] = [
        ("anthropic-ratelimit-tokens-limit", "80000"),
        ("anthropic-ratelimit-tokens-remaining", "7"),
        ("anthropic-ratelimit-tokens-reset", "2026-11-28T08:00:01.500Z"),
        ("anthropic-ratelimit-requests-reset", "2026-11-28T07:00:00Z"),
    ];

    #[test]
    fn limits_are_told_in_the_callers_words() {
        let expected = [
            "anthropic-ratelimit-requests-limit: 60",
            "anthropic-ratelimit-requests-remaining: 59",
            "anthropic-ratelimit-requests-reset: 2026-11-28T08:01:01Z",
        ];
        assert_eq!(told(VendorDialect::OpenAiChat, CallerDialect::Anthropic, &OPENAI), expected);
        let expected = [
            "x-ratelimit-limit-tokens: 80000",
            "x-ratelimit-remaining-tokens: 7",
            "x-ratelimit-reset-requests: 0s",
            "x-ratelimit-reset-tokens: 1.500s",
        ];
        for caller in [CallerDialect::OpenAiChat, CallerDialect::OpenAiResponses] {
            assert_eq!(told(VendorDialect::Anthropic, caller, &ANTHROPIC), expected);
        }
        let same = told(VendorDialect::OpenAiChat, CallerDialect::OpenAiResponses, &OPENAI);
        assert!(same.contains(&"x-ratelimit-reset-requests: 1m0.5s".to_owned()), "{same:?}");
        assert!(told(VendorDialect::Anthropic, CallerDialect::Gemini, &ANTHROPIC).is_empty());
        assert!(told(VendorDialect::Cohere, CallerDialect::OpenAiChat, &OPENAI).is_empty());
    }

    #[test]
    fn times_until_a_limit_is_fresh_are_read() {
        for (said, ms) in [
            ("20ms", Some(20)),
            ("6m0s", Some(360_000)),
            ("1h2m3.5s", Some(3_723_500)),
            ("7", Some(7_000)),
            ("0.0001s", Some(1)),
            ("", None),
            ("1d", None),
            ("s", None),
            ("-1s", None),
        ] {
            assert_eq!(duration_ms(said), ms, "{said}");
        }
    }
}
