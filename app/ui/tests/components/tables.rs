use crate::{html, tag_with};
use leptos::prelude::*;
use ui::*;

/// What a page has when there is nothing to say.
const NONE: Option<String> = None;

fn table(rows: Vec<Row>, narrow: Narrow) -> String {
    html(|| {
        let sorting = Sorting::new("/apis", "q=pay", "-calls");
        let columns = vec![
            Column::new("Name").sort(sorting.by("name")),
            Column::number("Calls").sort(sorting.by_most("calls")),
            Column::actions(),
        ];
        view! { <Table caption="APIs of the team" columns rows narrow empty=view! { <p>"No APIs yet"</p> }/> }
    })
}

#[test]
fn table_has_caption_scopes_and_row_headings() {
    let page = table(vec![Row::new().cell("Payments <1>").cell(12).cell("…")], Narrow::Stack);
    assert!(page.contains(">APIs of the team</caption>"));
    assert_eq!(page.matches("scope=\"col\"").count(), 3);
    assert_eq!(page.matches("scope=\"row\"").count(), 1);
    assert!(page.contains("Payments &lt;1&gt;"), "{page}");
    assert!(page.contains("<tbody"));
}

#[test]
fn table_says_its_order_and_links_to_others() {
    let page = table(vec![Row::new().cell("a").cell(1).cell("")], Narrow::Stack);
    assert_eq!(page.matches("aria-sort").count(), 1);
    assert!(page.contains("aria-sort=\"descending\""));
    assert!(page.contains("href=\"/apis?q=pay&amp;sort=name\""), "{page}");
    assert!(page.contains("href=\"/apis?q=pay&amp;sort=calls\""), "the current column turns round: {page}");
}

#[test]
fn table_that_stacks_names_each_cell() {
    let page = table(vec![Row::new().cell("a").cell(1).cell("b")], Narrow::Stack);
    assert!(tag_with(&page, "data-label=\"Calls\"").contains("cell-number"));
    assert!(!page.contains("data-label=\"Actions\""), "buttons name themselves");
}

#[test]
fn table_that_scrolls_can_be_scrolled_by_keyboard() {
    let page = table(vec![Row::new().cell("a").cell(1).cell("b")], Narrow::Scroll);
    let region = tag_with(&page, "table-scroll");
    assert!(region.contains("tabindex=\"0\"") && region.contains("role=\"region\""), "{region}");
    assert!(region.contains("aria-label=\"APIs of the team\""), "{region}");
}

#[test]
fn table_without_rows_shows_why() {
    let page = table(vec![], Narrow::Stack);
    assert!(page.contains("No APIs yet") && !page.contains("<table"), "{page}");
}

#[test]
fn row_heading_may_be_another_cell() {
    let page = table(vec![Row::new().heading(1).cell("box").cell("name")], Narrow::Stack);
    assert!(page.contains(">name</th>"), "{page}");
}

#[test]
fn pager_of_one_page_is_nothing() {
    assert!(!html(|| view! { <Pager/> }).contains("nav"));
    let page = html(|| view! { <Pager next_href="/calls?cursor=b" previous_href=NONE/> });
    assert!(page.contains("/calls?cursor=b") && !page.contains("Previous"), "{page}");
}
