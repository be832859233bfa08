//! Compares two schemas by what fits them. Bounded: each pair is looked at once for a place, and a budget of steps
//! covers the whole comparison of two documents.

use std::collections::HashSet;

use serde_json::Value;

use super::super::finding::{clip, quoted};
use super::super::flatten::Flat;
use super::Changes;

/// Levels compared.
const MAX_DEPTH: usize = 24;

/// Pairs of schemas compared in all.
const MAX_STEPS: usize = 500_000;

/// Which way values go; it decides what breaks: callers mind when less is accepted and when more comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Direction {
    Request,
    Response,
}

type Pair = (usize, usize, Direction);

/// The comparison of the schemas of two documents.
pub(super) struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    steps: usize,
    /// Pairs of which it is known that nothing in them differs.
    same: HashSet<Pair>,
    /// Pairs seen for the present place: a schema that contains itself is compared once.
    seen: HashSet<Pair>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(old: &'a Value, new: &'a Value) -> Self {
        Self { old, new, steps: 0, same: HashSet::new(), seen: HashSet::new() }
    }

    /// Whether the budget was spent before everything was compared.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.steps >= MAX_STEPS
    }

    /// Reports how the schema of `name` changed.
    pub(super) fn compare(
        &mut self,
        old: Option<&'a Value>,
        new: Option<&'a Value>,
        direction: Direction,
        name: &str,
        changes: &mut Changes,
    ) {
        match (old, new) {
            (None, None) => {}
            (None, Some(_)) => {
                changes.changed(format!("{name} has a schema now"), direction == Direction::Request)
            }
            (Some(_), None) => {
                changes.changed(format!("{name} has no schema any more"), direction == Direction::Response);
            }
            (Some(old), Some(new)) => {
                let before = changes.list.len();
                self.seen.clear();
                self.pair(old, new, direction, &Place { name, parent: None, depth: 0 }, changes);
                if changes.list.len() == before && !self.is_exhausted() {
                    self.same.extend(self.seen.drain());
                }
            }
        }
    }

    fn pair(
        &mut self,
        old: &'a Value,
        new: &'a Value,
        direction: Direction,
        place: &Place<'_>,
        changes: &mut Changes,
    ) {
        self.steps += 1;
        if place.depth >= MAX_DEPTH || self.is_exhausted() {
            return;
        }
        let (old, new) = (Flat::of(self.old, old), Flat::of(self.new, new));
        let pair = (old.identity, new.identity, direction);
        if self.same.contains(&pair) || !self.seen.insert(pair) {
            return;
        }
        types(&old, &new, direction, place, changes);
        values(&old, &new, direction, place, changes);
        self.properties(&old, &new, direction, place, changes);
        if let (Some(old), Some(new)) = (old.get("items"), new.get("items")) {
            self.pair(old, new, direction, &place.inside("[]"), changes);
        }
        for keyword in ["oneOf", "anyOf"] {
            self.alternatives(&old, &new, keyword, direction, place, changes);
        }
    }

    fn properties(
        &mut self,
        old: &Flat<'a>,
        new: &Flat<'a>,
        direction: Direction,
        place: &Place<'_>,
        changes: &mut Changes,
    ) {
        let olds: std::collections::HashMap<_, _> = old.properties().collect();
        let (needed, needs) = (old.required(), new.required());
        let mut kept = HashSet::new();
        for (name, schema) in new.properties() {
            self.steps += 1;
            let (was, is) = (needed.contains(name), needs.contains(name));
            let inside = place.inside(name);
            match olds.get(name) {
                Some(before) => {
                    kept.insert(name);
                    if was != is {
                        let breaking = is == (direction == Direction::Request);
                        let now = if is { "now required" } else { "no longer required" };
                        changes.changed(format!("{inside} is {now}"), breaking);
                    }
                    self.pair(before, schema, direction, &inside, changes);
                }
                None if is && direction == Direction::Request => {
                    changes.changed(format!("{inside} added and required"), true);
                }
                None => changes.added(format!("{inside} added")),
            }
        }
        for (name, _) in old.properties().filter(|(name, _)| !kept.contains(name)) {
            changes.removed(format!("{} removed", place.inside(name)), direction == Direction::Response);
        }
    }

    /// Alternatives have no names, so they are compared in their order while their number is the same.
    fn alternatives(
        &mut self,
        old: &Flat<'a>,
        new: &Flat<'a>,
        keyword: &str,
        direction: Direction,
        place: &Place<'_>,
        changes: &mut Changes,
    ) {
        let (olds, news) = (old.list(keyword), new.list(keyword));
        if olds.len() == news.len() {
            for (old, new) in olds.iter().zip(news) {
                self.pair(old, new, direction, place, changes);
            }
            return;
        }
        let fewer = news.len() < olds.len();
        let breaking = fewer == (direction == Direction::Request);
        changes.changed(format!("{place} had {} alternatives and has {}", olds.len(), news.len()), breaking);
    }
}

/// Whether everything that fits `narrow` fits `wide`; no types means that everything does.
fn covers(wide: &[&str], narrow: &[&str]) -> bool {
    let fits = |kind: &&str| wide.contains(kind) || (*kind == "integer" && wide.contains(&"number"));
    wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(fits))
}

fn types(old: &Flat<'_>, new: &Flat<'_>, direction: Direction, place: &Place<'_>, changes: &mut Changes) {
    let (was, is) = (old.types(), new.types());
    if !(covers(&was, &is) && covers(&is, &was)) {
        let breaking = match direction {
            Direction::Request => !covers(&is, &was),
            Direction::Response => !covers(&was, &is),
        };
        changes.changed(format!("{place} was {} and is {}", words(&was), words(&is)), breaking);
    }
    if old.nullable() != new.nullable() {
        let breaking = new.nullable() == (direction == Direction::Response);
        let now = if new.nullable() { "may be null now" } else { "may not be null any more" };
        changes.changed(format!("{place} {now}"), breaking);
    }
    let format = |flat: &Flat<'_>| flat.get("format").and_then(Value::as_str).map(str::to_owned);
    let (was, is) = (format(old), format(new));
    if was != is {
        let said =
            |format: Option<String>| format.map_or_else(|| "none".to_owned(), |format| quoted(&format));
        changes.changed(format!("the format of {place} was {} and is {}", said(was), said(is)), false);
    }
}

fn words(types: &[&str]) -> String {
    if types.is_empty() { "of any type".to_owned() } else { clip(&types.join(" or "), 200) }
}

fn values(old: &Flat<'_>, new: &Flat<'_>, direction: Direction, place: &Place<'_>, changes: &mut Changes) {
    let set = |flat: &Flat<'_>| flat.list("enum").iter().map(ToString::to_string).collect::<HashSet<_>>();
    let (was, is) = (set(old), set(new));
    if was == is {
        return;
    }
    match (was.is_empty(), is.is_empty()) {
        (true, _) => {
            changes.changed(format!("{place} is now one of few values"), direction == Direction::Request)
        }
        (_, true) => changes.changed(format!("{place} is no longer one of few values"), false),
        _ => {
            let gone: Vec<_> = was.difference(&is).collect();
            let come: Vec<_> = is.difference(&was).collect();
            if let Some(one) = gone.iter().min() {
                let detail = format!("{place} lost {} of its values, among them {}", gone.len(), quoted(one));
                changes.removed(detail, direction == Direction::Request);
            }
            if let Some(one) = come.iter().min() {
                changes.added(format!("{place} has {} more values, among them {}", come.len(), quoted(one)));
            }
        }
    }
}

/// Where a schema stands, in words that are only made when there is something to say.
struct Place<'p> {
    name: &'p str,
    parent: Option<&'p Place<'p>>,
    depth: usize,
}

impl<'p> Place<'p> {
    fn inside(&'p self, name: &'p str) -> Place<'p> {
        Place { name, parent: Some(self), depth: self.depth + 1 }
    }

    fn path(&self) -> String {
        match self.parent {
            None => String::new(),
            Some(parent) => {
                let path = parent.path();
                let dot = if path.is_empty() || self.name == "[]" { "" } else { "." };
                format!("{path}{dot}{}", clip(self.name, 100))
            }
        }
    }

    fn whole(&self) -> &str {
        self.parent.map_or(self.name, Place::whole)
    }
}

impl std::fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.parent {
            None => f.write_str(self.name),
            Some(_) => write!(f, "`{}` of {}", self.path(), self.whole()),
        }
    }
}
