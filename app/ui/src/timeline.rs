//! What happened, newest first: history and audit.

use crate::time::Time;
use crate::{Glyph, Icon, Tone};
use leptos::prelude::*;

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct TimelineEntry {
    at: i64,
    title: String,
    detail: Option<String>,
    href: Option<String>,
    glyph: Glyph,
    tone: Tone,
}

impl TimelineEntry {
    /// `at` in unix ms; "Ada Lovelace approved the subscription".
    pub fn new(at: i64, title: impl Into<String>) -> Self {
        let title = title.into();
        Self { at, title, detail: None, href: None, glyph: Glyph::Clock, tone: Tone::Neutral }
    }

    /// A reason, a note.
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// What it happened to.
    pub fn href(self, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..self }
    }

    pub fn glyph(self, glyph: Glyph) -> Self {
        Self { glyph, ..self }
    }

    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

/// Entries one below the other.
#[component]
pub fn Timeline(
    entries: Vec<TimelineEntry>,
    /// The present, in unix ms: times then read "3 min ago".
    #[prop(optional_no_strip, into)]
    now: Option<i64>,
) -> AnyView {
    view! {
        <ol class="timeline" role="list">
            {entries.into_iter().map(|entry| entry_view(entry, now)).collect_view()}
        </ol>
    }
    .into_any()
}

fn entry_view(entry: TimelineEntry, now: Option<i64>) -> AnyView {
    let title = match entry.href {
        Some(href) => view! { <a href=href>{entry.title}</a> }.into_any(),
        None => entry.title.into_any(),
    };
    view! {
        <li class=format!("timeline-entry {}", entry.tone.class())>
            <span class="timeline-sign"><Icon glyph=entry.glyph/></span>
            <div class="timeline-text">
                <p class="timeline-title">{title} <span class="timeline-time"><Time at=entry.at now/></span></p>
                {entry.detail.map(|detail| view! { <p class="timeline-detail">{detail}</p> })}
            </div>
        </li>
    }
    .into_any()
}
