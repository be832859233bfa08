//! The portal's only `<table>`: caption, scopes, sort links, row headings and an empty state always
//! done the same way. On a small screen each row becomes a card, or the table scrolls in its box.

mod column;
mod pager;
mod row;
mod sort;

pub use column::{Align, Column};
pub use pager::{Pager, PagerProps};
pub use row::Row;
pub use sort::{Sort, Sorting};

use crate::text::{OptionalText, Slot};
use crate::words::words;
use crate::{EmptyState, Glyph};
use leptos::prelude::*;

/// What a table does when the screen is too small for its columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Narrow {
    /// Each row becomes a card with the columns' names at the left.
    #[default]
    Stack,
    /// The table scrolls sideways in its box: for many columns of figures.
    Scroll,
}

/// A table of rows with the same columns.
#[component]
pub fn Table(
    /// What the table shows. Read aloud; visible with `show_caption`.
    #[prop(into)]
    caption: String,
    #[prop(optional)] show_caption: bool,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// Instead of rows when there are none: an [`EmptyState`] that says why and what to do.
    #[prop(optional, into)]
    empty: Slot,
    #[prop(optional)] narrow: Narrow,
    #[prop(optional, into)] id: OptionalText,
) -> AnyView {
    if rows.is_empty() {
        let empty = empty.get().unwrap_or_else(|| {
            view! { <EmptyState glyph=Glyph::Inbox title=words().nothing_here/> }.into_any()
        });
        return view! { <div class="table-box" id=id.get()>{empty}</div> }.into_any();
    }
    let stacked = narrow == Narrow::Stack;
    let class = if stacked { "table table-stacked" } else { "table" };
    let caption_class = if show_caption { "" } else { "visually-hidden" };
    let scroll_stop = (!stacked).then_some("0");
    let region = (!stacked).then_some("region");
    let region_label = (!stacked).then(|| caption.clone());
    let body = rows.into_iter().map(|row| row.view(&columns)).collect_view();
    view! {
        <div class="table-box" id=id.get()>
            <div class="table-scroll" tabindex=scroll_stop role=region aria-label=region_label>
                <table class=class role="table">
                    <caption class=caption_class>{caption}</caption>
                    <thead role="rowgroup">
                        <tr role="row">{columns.into_iter().map(Column::head).collect_view()}</tr>
                    </thead>
                    <tbody role="rowgroup">{body}</tbody>
                </table>
            </div>
        </div>
    }
    .into_any()
}
