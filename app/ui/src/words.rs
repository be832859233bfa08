//! The few words that components say of themselves, so that a page in another language is whole.
//! The page's own words come in as props; nothing here knows a catalogue of translations.

use leptos::prelude::use_context;

/// The words of the design system. English unless the application provides another set as context:
/// `provide_context(ui::Words { optional: "可选", ..ui::ENGLISH })`.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    pub skip_to_content: &'static str,
    pub menu: &'static str,
    pub close: &'static str,
    pub cancel: &'static str,
    pub main_navigation: &'static str,
    pub breadcrumb: &'static str,
    pub pages: &'static str,
    pub next: &'static str,
    pub previous: &'static str,
    pub actions: &'static str,
    pub optional: &'static str,
    pub apply: &'static str,
    pub clear: &'static str,
    pub more_filters: &'static str,
    pub search: &'static str,
    pub loading: &'static str,
    pub nothing_here: &'static str,
    pub back_home: &'static str,
    pub request: &'static str,
    pub previous_period: &'static str,
    pub no_change: &'static str,
    pub nothing_in_period: &'static str,
    pub show_table: &'static str,
    pub time: &'static str,
    /// A day on a time axis, in chrono's notation: `%-d %b`, `%-m月%-d日`.
    pub day: &'static str,
    pub total: &'static str,
    pub highest: &'static str,
    pub lowest: &'static str,
    pub last: &'static str,
    pub changes: &'static str,
    pub unchanged_lines: &'static str,
    pub added: &'static str,
    pub removed: &'static str,
    pub done: &'static str,
    pub just_now: &'static str,
    pub ago: &'static str,
    pub ahead: &'static str,
}

/// The default words.
pub const ENGLISH: Words = Words {
    skip_to_content: "Skip to content",
    menu: "Menu",
    close: "Close",
    cancel: "Cancel",
    main_navigation: "Main",
    breadcrumb: "Where this page is",
    pages: "Pages",
    next: "Next",
    previous: "Previous",
    actions: "Actions",
    optional: "Optional",
    apply: "Apply",
    clear: "Clear",
    more_filters: "More filters",
    search: "Search",
    loading: "Loading",
    nothing_here: "Nothing here yet",
    back_home: "Back to the start page",
    request: "Request",
    previous_period: "vs previous period",
    no_change: "no change",
    nothing_in_period: "No calls in this period",
    show_table: "Show as table",
    time: "Time (UTC)",
    day: "%-d %b",
    total: "total",
    highest: "highest",
    lowest: "lowest",
    last: "last",
    changes: "Changes",
    unchanged_lines: "unchanged lines",
    added: "added",
    removed: "removed",
    done: "done",
    just_now: "just now",
    ago: "{} ago",
    ahead: "in {}",
};

/// The words for this page.
pub(crate) fn words() -> Words {
    use_context::<Words>().unwrap_or(ENGLISH)
}
