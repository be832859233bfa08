//! Times: exact for machines, short for people, always UTC.

use crate::format;
use crate::words::words;
use leptos::prelude::*;

/// How exact a time is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    Date,
    #[default]
    Minute,
    Second,
}

/// A time. With `now` it reads "3 min ago", and the exact time is in the tooltip.
#[component]
pub fn Time(
    /// Unix milliseconds.
    at: i64,
    #[prop(optional)] show: Show,
    /// The present, in unix milliseconds.
    #[prop(optional_no_strip, into)]
    now: Option<i64>,
) -> AnyView {
    let exact = match show {
        Show::Date => format::date(at),
        Show::Minute => format!("{} UTC", format::minute(at)),
        Show::Second => format!("{} UTC", format::second(at)),
    };
    let text = now.map_or_else(|| exact.clone(), |now| relative(at, now));
    let title = now.map(|_| exact);
    view! { <time class="nowrap" datetime=format::rfc3339(at) title=title>{text}</time> }.into_any()
}

/// "just now", "3 min ago", "in 5 d".
fn relative(at: i64, now: i64) -> String {
    let span = now.saturating_sub(at);
    let words = words();
    match span {
        -999..=9_999 => words.just_now.to_owned(),
        10_000.. => words.ago.replace("{}", &format::duration(span)),
        _ => words.ahead.replace("{}", &format::duration(span)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_looks_back_and_ahead() {
        let now = 1_773_480_605_000;
        assert_eq!(relative(now - 2_000, now), "just now");
        assert_eq!(relative(now - 190_000, now), "3 min ago");
        assert_eq!(relative(now + 5 * 86_400_000, now), "in 5 d");
    }
}
