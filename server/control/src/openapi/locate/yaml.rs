//! Places in YAML text, from the parser's events. Of an alias only its own place is known, not what it holds; what
//! is asked for inside is then found at the alias.

use serde_saphyr::granit_parser::{self, Event, Parser, Span};

use super::Place;

pub(super) fn places(text: &str) -> Option<Place> {
    let options = granit_parser::options! { emit_comments: false };
    let mut open: Vec<Collection> = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.ok()?;
        let (place, name) = match event {
            Event::MappingStart(..) => {
                open.push(Collection { place: leaf(span), keys: true, key: None });
                continue;
            }
            Event::SequenceStart(..) => {
                open.push(Collection { place: leaf(span), keys: false, key: None });
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => (open.pop()?.place, None),
            Event::Scalar(text, ..) => (leaf(span), Some(text.into_owned())),
            Event::Alias(_) => (leaf(span), None),
            _ => continue,
        };
        match open.last_mut() {
            Some(collection) => collection.take(place, name),
            None => return Some(place),
        }
    }
    None
}

fn leaf(span: Span) -> Place {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    // Lines are counted from 1 there, columns from 0.
    Place { line: number(span.start.line()), column: number(span.start.col() + 1), children: Vec::new() }
}

/// A mapping or sequence whose end has not come yet.
struct Collection {
    place: Place,
    /// Whether it is a mapping.
    keys: bool,
    /// The key whose value comes next, and where it stands.
    key: Option<(String, Place)>,
}

impl Collection {
    /// Takes in the next key, value or element; `name` is its text if it is a scalar.
    fn take(&mut self, place: Place, name: Option<String>) {
        let children = &mut self.place.children;
        match self.key.take() {
            Some((name, key)) => children.push((name, Place { children: place.children, ..key })),
            None if self.keys => self.key = Some((name.unwrap_or_default(), place)),
            None => children.push((children.len().to_string(), place)),
        }
    }
}
