//! Finds the line and column of the values that findings name. Runs only when there is something to report, over
//! a text that has already been read within its limits.

mod json;
mod yaml;

use super::finding::Finding;
use super::parse::{is_json, without_mark};
use super::pointer;

/// Where a value stands in the text, and what it holds. A member of an object stands where its key does.
pub(super) struct Place {
    line: u32,
    column: u32,
    children: Vec<(String, Place)>,
}

impl Place {
    /// The place of the value at `pointer`, or of the nearest enclosing value that the text has.
    fn find(&self, pointer: &str) -> &Self {
        let mut place = self;
        for token in pointer::tokens(pointer) {
            let Some((_, child)) = place.children.iter().find(|(name, _)| *name == token) else { break };
            place = child;
        }
        place
    }
}

/// Fills in the places of `findings`. Leaves them unknown where the text cannot be followed.
pub(super) fn places(text: &str, findings: &mut [Finding]) {
    let text = without_mark(text);
    let root = if is_json(text) { json::places(text) } else { yaml::places(text) };
    let Some(root) = root else { return };
    for finding in findings {
        let place = root.find(&finding.pointer);
        finding.line = Some(place.line);
        finding.column = Some(place.column);
    }
}
