//! The colours of `style/tokens.css`: text can be read on its ground (WCAG 2.2: 4.5 to 1), edges of controls
//! and series of charts can be seen (3 to 1), in the light and in the dark theme.

use std::collections::HashMap;

/// Name of a token, and its colour in the light and in the dark theme.
type Tokens = HashMap<String, [Colour; 2]>;

#[derive(Clone, Copy)]
struct Colour([u8; 3]);

impl Colour {
    fn parse(hex: &str) -> Option<Self> {
        let digits = hex.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }
}

fn tokens() -> Tokens {
    let css = include_str!("../../../style/tokens.css");
    let pairs = css.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
        let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
        Some((name.to_owned(), [Colour::parse(light)?, Colour::parse(dark)?]))
    });
    pairs.collect()
}

fn assert_contrast(inks: &[&str], grounds: &[&str], least: f64) {
    let tokens = tokens();
    for ink in inks {
        for ground in grounds {
            let (inks, grounds) = (tokens.get(*ink), tokens.get(*ground));
            let pairs = inks.into_iter().flatten().zip(grounds.into_iter().flatten());
            assert_eq!(pairs.clone().count(), 2, "{ink} or {ground} is not in the file");
            for (theme, (ink_colour, ground_colour)) in ["light", "dark"].into_iter().zip(pairs) {
                let contrast = ink_colour.contrast(*ground_colour);
                assert!(contrast >= least, "{ink} on {ground} in the {theme} theme: {contrast:.2} to 1");
            }
        }
    }
}

const GROUNDS: &[&str] = &["ground-sunken", "ground", "surface", "surface-raised", "surface-hover"];

#[test]
fn text_can_be_read_on_every_ground() {
    assert_contrast(&["ink", "ink-soft", "ink-faint", "accent-ink"], GROUNDS, 4.5);
    assert_contrast(
        &["ink", "ink-soft", "danger-ink", "accent-ink"],
        &["surface-active", "neutral-soft"],
        4.5,
    );
}

#[test]
fn tones_can_be_read_on_their_ground_and_on_surfaces() {
    for tone in ["good", "warning", "danger", "info", "accent"] {
        let (ink, soft) = (format!("{tone}-ink"), format!("{tone}-soft"));
        assert_contrast(&[&ink, "ink"], &[&soft, "surface"], 4.5);
    }
    assert_contrast(&["ink-soft", "ink-faint"], &["neutral-soft"], 4.5);
}

#[test]
fn words_on_filled_buttons_can_be_read() {
    assert_contrast(&["on-accent"], &["accent", "accent-hover"], 4.5);
    assert_contrast(&["on-danger"], &["danger", "danger-hover"], 4.5);
    assert_contrast(&["ground"], &["ink"], 4.5);
}

#[test]
fn edges_and_series_can_be_seen() {
    assert_contrast(&["line-control", "accent"], &["surface", "ground", "ground-sunken"], 3.0);
    let series =
        ["1", "2", "3", "4", "5", "6", "good", "warning", "bad", "rest"].map(|name| format!("series-{name}"));
    for name in &series {
        assert_contrast(&[name], &["surface"], 3.0);
    }
}

#[test]
fn tokens_are_all_read() {
    assert!(tokens().len() > 40, "the file has another shape: {}", tokens().len());
}
