//! One row: cells in the order of the columns.

use super::column::Column;
use crate::text::Slot;
use leptos::prelude::*;

/// A row of a [`super::Table`]. The first cell heads it unless `heading` says another.
#[derive(Default)]
pub struct Row {
    cells: Vec<Slot>,
    heading: usize,
    muted: bool,
    selected: bool,
}

impl Row {
    pub fn new() -> Self {
        Self::default()
    }

    /// The next cell.
    pub fn cell(mut self, view: impl Into<Slot>) -> Self {
        self.cells.push(view.into());
        self
    }

    /// Which cell names the row, counted from 0; needed where a checkbox comes first.
    pub fn heading(self, cell: usize) -> Self {
        Self { heading: cell, ..self }
    }

    /// Something that is over: retired, revoked.
    pub fn muted(self, muted: bool) -> Self {
        Self { muted, ..self }
    }

    /// The row that is open beside the list.
    pub fn selected(self, selected: bool) -> Self {
        Self { selected, ..self }
    }

    pub(super) fn view(self, columns: &[Column]) -> AnyView {
        let class = self.muted.then_some("row-muted");
        let selected = self.selected.then_some("true");
        let heading = self.heading;
        let cells = self
            .cells
            .into_iter()
            .zip(columns)
            .enumerate()
            .map(|(index, (cell, column))| cell_view(cell, column, index == heading))
            .collect_view();
        view! { <tr role="row" class=class aria-selected=selected>{cells}</tr> }.into_any()
    }
}

fn cell_view(cell: Slot, column: &Column, heading: bool) -> AnyView {
    let class = column.align.class();
    if heading {
        return view! { <th scope="row" role="rowheader" class=class>{cell.get()}</th> }.into_any();
    }
    let label = (!column.silent && cell.is_some()).then(|| column.label.clone());
    view! { <td role="cell" class=class data-label=label>{cell.get().map(|cell| view! { <div>{cell}</div> })}</td> }
        .into_any()
}
