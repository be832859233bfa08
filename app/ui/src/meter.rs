//! How much of a limit is used.

use crate::Tone;
use leptos::prelude::*;

/// Usage against a limit: amber from 80 %, red at 100 %.
#[component]
pub fn Meter(
    /// What is limited.
    #[prop(into)]
    label: String,
    used: f64,
    limit: f64,
    /// Both in words: "820 of 1,000 calls today".
    #[prop(into)]
    text: String,
) -> AnyView {
    let share = share(used, limit);
    let class = format!("meter {}", tone(share).class());
    let width = format!("{:.1}%", share * 100.0);
    view! {
        <div class=class>
            <span>{label.clone()}</span>
            <span class="meter-value">{text.clone()}</span>
            <svg
                class="meter-bar"
                role="meter"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=format!("{:.0}", share * 100.0)
                aria-valuetext=text
            >
                <rect width=width height="100%" rx="3"></rect>
            </svg>
        </div>
    }
    .into_any()
}

/// From 0 to 1. A limit of nothing is used up.
fn share(used: f64, limit: f64) -> f64 {
    if limit > 0.0 && used.is_finite() { (used / limit).clamp(0.0, 1.0) } else { 1.0 }
}

fn tone(share: f64) -> Tone {
    match share {
        full if full >= 1.0 => Tone::Danger,
        near if near >= 0.8 => Tone::Warning,
        _ => Tone::Accent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tone_warns_before_the_limit() {
        let tones = [(0.0, 10.0), (7.9, 10.0), (8.0, 10.0), (10.0, 10.0), (12.0, 10.0), (0.0, 0.0)]
            .map(|(used, limit)| tone(share(used, limit)));
        use Tone::{Accent, Danger, Warning};
        assert_eq!(tones, [Accent, Accent, Warning, Danger, Danger, Danger]);
    }
}
