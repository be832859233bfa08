//! One figure of a dashboard: what it is, how much, how it changed.

use crate::chart::Sparkline;
use crate::format;
use crate::text::OptionalText;
use crate::words::words;
use crate::{Glyph, Icon, Tone};
use leptos::prelude::*;

/// How a figure differs from that of the period before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The difference as a share of the figure before; `None` when there was nothing before.
    share: Option<f64>,
    tone: Tone,
}

impl Change {
    /// Calls, subscriptions: growth is good.
    pub fn more_is_better(now: f64, before: f64) -> Self {
        Self::new(now, before, Tone::Good, Tone::Danger)
    }

    /// Errors, latency: growth is bad.
    pub fn less_is_better(now: f64, before: f64) -> Self {
        Self::new(now, before, Tone::Danger, Tone::Good)
    }

    /// Cost, bytes: a fact.
    pub fn neutral(now: f64, before: f64) -> Self {
        Self::new(now, before, Tone::Neutral, Tone::Neutral)
    }

    fn new(now: f64, before: f64, up: Tone, down: Tone) -> Self {
        let share = (before != 0.0).then(|| (now - before) / before.abs()).filter(|share| share.is_finite());
        let tone = match share {
            Some(share) if share >= 0.000_5 => up,
            Some(share) if share <= -0.000_5 => down,
            _ => Tone::Neutral,
        };
        Self { share, tone }
    }

    fn glyph(self) -> Option<Glyph> {
        let share = self.share.filter(|share| share.abs() >= 0.000_5)?;
        Some(if share > 0.0 { Glyph::ArrowUp } else { Glyph::ArrowDown })
    }

    /// "+12.5%", "no change"; nothing without a period before.
    fn text(self) -> Option<String> {
        let share = self.share?;
        if share.abs() < 0.000_5 {
            return Some(words().no_change.to_owned());
        }
        let sign = if share > 0.0 { "+" } else { "−" };
        let size = share.abs();
        Some(if size < 10.0 { format!("{sign}{}", format::percent(size)) } else { format!("{sign}999%+") })
    }
}

/// A figure with its change and its course.
#[component]
pub fn Figure(
    #[prop(into)] label: String,
    /// Formatted: `format::count(n)`.
    #[prop(into)]
    value: String,
    /// Smaller, after the value.
    #[prop(optional, into)]
    unit: OptionalText,
    /// Against the period before.
    #[prop(optional_no_strip, into)]
    change: Option<Change>,
    /// The course over the period.
    #[prop(optional)]
    spark: Vec<f64>,
    /// The page behind the figure.
    #[prop(optional, into)]
    href: OptionalText,
    /// In place of a change: "3 waiting for you".
    #[prop(optional, into)]
    hint: OptionalText,
) -> AnyView {
    let inside = view! {
        <span class="figure-label">{label}</span>
        <span class="figure-main">
            <span class="figure-value">
                {value} {unit.get().map(|unit| view! { <span class="figure-unit">{unit}</span> })}
            </span>
            {(spark.len() > 1).then(|| view! { <span class="figure-spark"><Sparkline values=spark/></span> })}
        </span>
        <span class="figure-change">{change.and_then(change_view)} {hint.get()}</span>
    };
    match href.get() {
        Some(href) => view! { <a class="figure" href=href>{inside}</a> }.into_any(),
        None => view! { <div class="figure">{inside}</div> }.into_any(),
    }
    .into_any()
}

fn change_view(change: Change) -> Option<AnyView> {
    let text = change.text()?;
    let class = format!("toned {}", change.tone.class());
    let view = view! {
        <strong class=class>{change.glyph().map(|glyph| view! { <Icon glyph/> })} {text}</strong>
        {words().previous_period}
    };
    Some(view.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tone_follows_what_is_better() {
        assert_eq!(Change::more_is_better(12.0, 10.0).tone, Tone::Good);
        assert_eq!(Change::less_is_better(12.0, 10.0).tone, Tone::Danger);
        assert_eq!(Change::less_is_better(8.0, 10.0).tone, Tone::Good);
        assert_eq!(Change::more_is_better(10.0, 10.0).tone, Tone::Neutral);
    }

    #[test]
    fn text_says_the_share_or_nothing() {
        let text = |now, before| Change::more_is_better(now, before).text();
        assert_eq!(text(12.0, 10.0).as_deref(), Some("+20%"));
        assert_eq!(text(5.0, 10.0).as_deref(), Some("−50%"));
        assert_eq!(text(5_000.0, 1.0).as_deref(), Some("+999%+"));
        assert_eq!(text(10.0, 10.0).as_deref(), Some("no change"));
        assert_eq!(text(10.0, 0.0), None, "nothing to compare with");
    }
}
