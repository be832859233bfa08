//! Markdown as HTML for [`ui::Prose`]. Raw HTML is shown as text, and only what is in the list of [`clean`] is written:
//! no scripts, no styles, no pictures from elsewhere (their words stay), no links but to pages and mail.

use pulldown_cmark::html::push_html;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// The text as HTML that can be shown as it is.
#[must_use]
pub fn html(markdown: &str) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut links = Vec::new();
    let events = Parser::new_ext(markdown, options).filter_map(|event| clean(event, &mut links));
    let mut html = String::with_capacity(markdown.len() * 2);
    push_html(&mut html, events);
    focusable(&html)
}

/// Code that is wider than the page scrolls, and who has no mouse must be able to stand in it. In text and attributes
/// there is no bare `<`, so what begins like code is code.
fn focusable(html: &str) -> String {
    html.replace("<pre><code", "<pre tabindex=\"0\"><code")
}

/// The event if it may be written. `links` holds, for each link that is open, whether it was.
fn clean<'a>(event: Event<'a>, links: &mut Vec<bool>) -> Option<Event<'a>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak | Event::Rule => Some(event),
        Event::Start(Tag::Link { ref dest_url, .. }) => {
            let safe = is_safe(dest_url);
            links.push(safe);
            safe.then_some(event)
        }
        Event::End(TagEnd::Link) => links.pop().filter(|open| *open).map(|_| event),
        Event::Start(Tag::Heading { level, .. }) => {
            let (id, classes, attrs) = (None, Vec::new(), Vec::new());
            Some(Event::Start(Tag::Heading { level: below(level), id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below(level)))),
        Event::Start(ref tag) => is_plain(&tag.to_end()).then_some(event),
        Event::End(ref tag) => is_plain(tag).then_some(event),
        _ => None,
    }
}

/// Whether a tag is written without a look at what it says.
fn is_plain(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Paragraph
            | TagEnd::BlockQuote(_)
            | TagEnd::CodeBlock
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Table
            | TagEnd::TableHead
            | TagEnd::TableRow
            | TagEnd::TableCell
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
    )
}

/// The page itself has the only heading of the first level.
fn below(level: HeadingLevel) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + 1).unwrap_or(HeadingLevel::H6)
}

/// Whether a link may lead there: to the web, to mail, or to a page of this portal.
fn is_safe(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    if ["http://", "https://", "mailto:"].iter().any(|scheme| address.starts_with(scheme)) {
        return true;
    }
    let first = address.split(['/', '?', '#']).next().unwrap_or_default();
    !first.contains(':') && !address.starts_with("//") && !address.contains(['\\', '\t', '\n'])
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn markdown_is_written_as_html() {
        let text =
            "# Pets\n\nCall `GET /pets` *soon*, see [the guide](https://example.com/a?b=1).\n\n- one\n- two";
        let expected = "<h2>Pets</h2>\n<p>Call <code>GET /pets</code> <em>soon</em>, see \
                        <a href=\"https://example.com/a?b=1\">the guide</a>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n";
        assert_eq!(html(text), expected);
        assert!(html("| a |\n|---|\n| 1 |").contains("<td>1</td>"));
    }

    #[test]
    fn nothing_that_runs_or_is_loaded_is_written() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div\nonclick=alert(1)>x</div>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java\tscript:alert(1))",
            "[x](data:text/html,1)",
            "[x](//evil.example)",
            "![x](https://evil.example/p.png)",
            "<javascript:alert(1)>",
            "[x]: javascript:alert(1)\n\n[x]",
            "```\"onmouseover=alert(1)\n<script>\n```",
        ] {
            let html = html(text);
            for forbidden in
                ["<script", "<img", "<div", "<svg", "href=\"java", "href=\"data", "href=\"//", "\"onmouse"]
            {
                assert!(!html.to_lowercase().contains(forbidden), "{text:?} gave {html:?}");
            }
        }
    }

    #[test]
    fn code_can_be_scrolled_with_the_keyboard() {
        let pre = "<pre tabindex=\"0\"><code";
        assert_eq!(html("```\na < b\n```"), format!("{pre}>a &lt; b\n</code></pre>\n"));
        assert_eq!(html("```sh\nls\n```"), format!("{pre} class=\"language-sh\">ls\n</code></pre>\n"));
        assert_eq!(html("    indented"), format!("{pre}>indented</code></pre>\n"));
        // also within other blocks, and nothing that only looks like it
        assert_eq!(html("- one\n\n  ```\n  two\n  ```\n\n> ```\n> three\n> ```").matches(pre).count(), 2);
        for text in ["`<pre><code>`", "<pre><code>x</code></pre>", "[a](/b '<pre><code')"] {
            assert!(!html(text).contains("tabindex"), "{text:?} gave {:?}", html(text));
        }
    }

    #[test]
    fn words_of_what_is_left_out_stay() {
        assert_eq!(html("[click](javascript:x) ![a cat](cat.png)"), "<p>click a cat</p>\n");
        assert_eq!(html("<b>bold</b>"), "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n");
    }
}
