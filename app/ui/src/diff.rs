//! What changed between two texts, line by line. The comparing is done elsewhere; this shows it.

use crate::text::OptionalText;
use crate::words::words;
use leptos::prelude::*;

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Kept,
    Added,
    Removed,
}

/// One line of a comparison.
#[derive(Clone, Debug)]
pub struct DiffLine {
    fate: Fate,
    text: String,
}

impl DiffLine {
    pub fn kept(text: impl Into<String>) -> Self {
        Self { fate: Fate::Kept, text: text.into() }
    }

    pub fn added(text: impl Into<String>) -> Self {
        Self { fate: Fate::Added, text: text.into() }
    }

    pub fn removed(text: impl Into<String>) -> Self {
        Self { fate: Fate::Removed, text: text.into() }
    }
}

/// Kept lines shown before and after a change; the rest folds away.
const AROUND: usize = 3;

/// Lines in groups: as they are, or folded because nothing changed near them.
struct Group {
    lines: Vec<DiffLine>,
    folded: bool,
}

/// Two texts compared.
#[component]
pub fn DiffView(
    lines: Vec<DiffLine>,
    /// What was compared.
    #[prop(optional, into)]
    title: OptionalText,
) -> AnyView {
    let words = words();
    let added = lines.iter().filter(|line| line.fate == Fate::Added).count();
    let removed = lines.iter().filter(|line| line.fate == Fate::Removed).count();
    view! {
        <div class="diff">
            <div class="diff-head">
                {title.get().map(|title| view! { <span class="diff-title">{title}</span> })}
                <span class="diff-count toned tone-good">"+" {added} " " {words.added}</span>
                <span class="diff-count toned tone-danger">"−" {removed} " " {words.removed}</span>
            </div>
            <div class="diff-body" tabindex="0" role="region" aria-label=words.changes>
                {groups(lines).into_iter().map(group_view).collect_view()}
            </div>
        </div>
    }
    .into_any()
}

fn group_view(group: Group) -> AnyView {
    let count = group.lines.len();
    let lines = group.lines.into_iter().map(line_view).collect_view();
    if !group.folded {
        return lines.into_any();
    }
    view! {
        <details class="diff-fold">
            <summary>{count} " " {words().unchanged_lines}</summary>
            {lines}
        </details>
    }
    .into_any()
}

fn line_view(line: DiffLine) -> AnyView {
    match line.fate {
        Fate::Kept => {
            view! { <div class="diff-line"><span class="diff-sign"></span>{line.text}</div> }.into_any()
        }
        Fate::Added => {
            view! { <ins class="diff-line diff-added"><span class="diff-sign">"+"</span>{line.text}</ins> }
                .into_any()
        }
        Fate::Removed => {
            view! { <del class="diff-line diff-removed"><span class="diff-sign">"−"</span>{line.text}</del> }
                .into_any()
        }
    }
}

/// Folds the stretches that are further than [`AROUND`] from any change.
fn groups(lines: Vec<DiffLine>) -> Vec<Group> {
    let changed: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.fate != Fate::Kept)
        .map(|(index, _)| index)
        .collect();
    let mut groups: Vec<Group> = Vec::new();
    let mut next_change = 0;
    for (index, line) in lines.into_iter().enumerate() {
        while changed.get(next_change).is_some_and(|at| at + AROUND < index) {
            next_change += 1;
        }
        let near = changed.get(next_change).is_some_and(|at| at.abs_diff(index) <= AROUND);
        match groups.last_mut() {
            Some(group) if group.folded != near => group.lines.push(line),
            _ => groups.push(Group { lines: vec![line], folded: !near }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(lines: Vec<DiffLine>) -> Vec<(bool, usize)> {
        groups(lines).into_iter().map(|group| (group.folded, group.lines.len())).collect()
    }

    fn kept(count: usize) -> Vec<DiffLine> {
        (0..count).map(|index| DiffLine::kept(index.to_string())).collect()
    }

    #[test]
    fn groups_fold_what_is_far_from_changes() {
        let mut lines = kept(10);
        lines.push(DiffLine::added("new"));
        lines.extend(kept(4));
        lines.push(DiffLine::removed("old"));
        lines.extend(kept(20));
        assert_eq!(shape(lines), [(true, 7), (false, 3 + 1 + 4 + 1 + 3), (true, 17)]);
    }

    #[test]
    fn groups_of_equal_texts_are_one_fold() {
        assert_eq!(shape(kept(5)), [(true, 5)]);
        assert_eq!(shape(Vec::new()), []);
    }
}
