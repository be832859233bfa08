//! Short words with a meaning: badges, states, tags, HTTP methods.

use crate::text::OptionalText;
use crate::{Glyph, Icon, Tone};
use leptos::prelude::*;

/// A short word with a tone.
#[component]
pub fn Badge(
    #[prop(into)] label: String,
    #[prop(optional)] tone: Tone,
    #[prop(optional_no_strip, into)] glyph: Option<Glyph>,
    /// A dot before the word: for states.
    #[prop(optional)]
    dot: bool,
) -> AnyView {
    let class = format!("badge {}{}", tone.class(), if dot { " badge-dot" } else { "" });
    view! {
        <span class=class>
            {glyph.map(|glyph| view! { <Icon glyph/> })}
            {label}
        </span>
    }
    .into_any()
}

/// The tone of every state that something in the portal can be in.
const STATES: &[(&str, Tone)] = &[
    ("active", Tone::Good),
    ("healthy", Tone::Good),
    ("published", Tone::Good),
    ("approved", Tone::Good),
    ("pending", Tone::Warning),
    ("paused", Tone::Warning),
    ("deprecated", Tone::Warning),
    ("expiring", Tone::Warning),
    ("invited", Tone::Info),
    ("review", Tone::Info),
    ("blocked", Tone::Danger),
    ("rejected", Tone::Danger),
    ("unhealthy", Tone::Danger),
    ("failing", Tone::Danger),
];

/// The tone of a state; what is not listed (draft, retired, cancelled, expired, revoked, disabled) is over
/// or not begun, and neutral.
pub fn tone_of_state(state: &str) -> Tone {
    STATES.iter().find(|(name, _)| *name == state).map_or(Tone::Neutral, |(_, tone)| *tone)
}

/// The state of a version, subscription, request, credential, account or node.
#[component]
pub fn StateBadge(
    /// The state as the domain writes it: `published`.
    #[prop(into)]
    state: String,
    /// The word to read, when it is another than the state.
    #[prop(optional, into)]
    label: OptionalText,
) -> AnyView {
    let tone = tone_of_state(&state);
    let label = label.get().unwrap_or_else(|| capitalised(&state));
    view! { <Badge label tone dot=true/> }.into_any()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A plain word in a frame: a tag, a version.
#[component]
pub fn Tag(#[prop(into)] label: String) -> AnyView {
    view! { <span class="tag">{label}</span> }.into_any()
}

/// An HTTP method, told apart by colour as well.
#[component]
pub fn Method(
    /// `GET`
    #[prop(into)]
    method: String,
) -> AnyView {
    let tone = match method.as_str() {
        "GET" | "HEAD" => Tone::Info,
        "POST" => Tone::Good,
        "PUT" | "PATCH" => Tone::Warning,
        "DELETE" => Tone::Danger,
        _ => Tone::Neutral,
    };
    view! { <span class=format!("method {}", tone.class())>{method}</span> }.into_any()
}

/// The status of an answer, coloured by its class.
#[component]
pub fn HttpStatus(status: u16) -> AnyView {
    let tone = match status {
        200..=299 => Tone::Good,
        300..=399 => Tone::Info,
        400..=499 => Tone::Warning,
        500..=599 => Tone::Danger,
        _ => Tone::Neutral,
    };
    view! { <span class=format!("badge numeric {}", tone.class())>{status}</span> }.into_any()
}
