//! What differs between two states of a version: first what callers notice, then the configuration line by line.

use crate::pages::apis::coded::coded;
use control::openapi::{Change, ChangeKind};
use control::versions::{DiffKind, DiffLine as Line, DraftChanges};
use leptos::prelude::*;
use ui::{Badge, Card, Column, DiffLine, DiffView, Notice, Row, Table, Tone};

/// Changes of operations that are listed; the others are counted.
const SHOWN: usize = 200;

#[component]
pub fn Difference(#[prop(into)] title: String, changes: DraftChanges) -> AnyView {
    if changes.is_none() {
        return view! { <Notice tone=Tone::Info><p>"There is no difference."</p></Notice> }.into_any();
    }
    let words = (changes.document && changes.operations.is_empty()).then(
        || view! { <p class="soft">"The OpenAPI document is another one; callers notice nothing of it."</p> },
    );
    let operations =
        (!changes.operations.is_empty()).then(|| view! { <Operations changes=changes.operations/> });
    let lines: Vec<DiffLine> = changes.lines.into_iter().map(line).collect();
    let lines = (!lines.is_empty()).then(|| view! { <DiffView lines title/> });
    view! { <div class="stack">{operations} {words} {lines}</div> }.into_any()
}

fn line(line: Line) -> DiffLine {
    match line.kind {
        DiffKind::Kept => DiffLine::kept(line.text),
        DiffKind::Added => DiffLine::added(line.text),
        DiffKind::Removed => DiffLine::removed(line.text),
    }
}

/// What callers notice, what breaks them first.
#[component]
fn Operations(mut changes: Vec<Change>) -> AnyView {
    changes.sort_by_key(|change| !change.breaking);
    let breaking = changes.iter().filter(|change| change.breaking).count();
    let more = changes.len().saturating_sub(SHOWN);
    let rows = changes.into_iter().take(SHOWN).map(row).collect();
    let warning = (breaking > 0).then(|| {
        let what = if breaking == 1 { "1 change may break".to_owned() } else { format!("{breaking} changes may break") };
        view! {
            <Notice tone=Tone::Warning title=format!("{what} those who call it now")>
                <p>"A new version leaves them in peace: make one in the settings, and publish the changes there."</p>
            </Notice>
        }
    });
    let more = (more > 0).then(|| view! { <p class="small soft">{format!("And {more} more.")}</p> });
    let columns = vec![
        Column::shrink("Kind"),
        Column::mono("Operation"),
        Column::new("Change"),
        Column::shrink("For callers"),
    ];
    view! {
        {warning}
        <Card title="What callers notice" flush=true><Table caption="What callers notice" columns rows/></Card>
        {more}
    }
    .into_any()
}

fn row(change: Change) -> Row {
    let (label, tone) = match change.kind {
        ChangeKind::Added => ("added", Tone::Good),
        ChangeKind::Removed => ("removed", Tone::Danger),
        ChangeKind::Changed => ("changed", Tone::Info),
    };
    let effect = if change.breaking { ("breaking", Tone::Danger) } else { ("compatible", Tone::Neutral) };
    Row::new()
        .heading(2)
        .cell(view! { <Badge label tone/> })
        .cell(change.operation.unwrap_or_else(|| "the whole document".to_owned()))
        .cell(coded(&change.detail))
        .cell(view! { <Badge label=effect.0 tone=effect.1/> })
}
