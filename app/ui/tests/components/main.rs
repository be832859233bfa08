//! What the components write into a page: wiring that people rely on who use a keyboard, a screen reader,
//! or no script at all.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod buttons;
mod charts;
mod forms;
mod loading;
mod page;
mod tables;

/// The HTML of a view, drawn as the server draws it.
fn html<V: leptos::prelude::IntoView + 'static>(draw: impl FnOnce() -> V) -> String {
    use leptos::prelude::{Owner, RenderHtml};
    Owner::new().with(|| draw().into_view().to_html())
}

/// The opening tag that contains `part`.
fn tag_with<'a>(html: &'a str, part: &str) -> &'a str {
    let at = html.find(part).unwrap_or_else(|| panic!("{part} is not in {html}"));
    let start = html[..=at].rfind('<').expect("a tag before it");
    let end = html[at..].find('>').expect("the end of the tag");
    &html[start..=at + end]
}
