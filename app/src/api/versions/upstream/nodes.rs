//! The addresses of an upstream, one a line.

use crate::api::typed::number_in;
use domain::check::Check;
use domain::upstream::{Node, NodeInput, Upstream, UpstreamInput};

/// The backend at the addresses that were typed, of which nothing else is said.
pub(super) fn input(check: &mut Check, text: &str) -> UpstreamInput {
    let nodes = nodes(check, text);
    match nodes.as_slice() {
        // so that what is wrong with it is told at the one address
        [NodeInput { url, weight: 1 }] => UpstreamInput::at(url),
        _ => UpstreamInput { nodes, ..UpstreamInput::default() },
    }
}

/// On each line an address, and its weight where that is not 1.
fn nodes(check: &mut Check, text: &str) -> Vec<NodeInput> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let node = |(at, line): (usize, &str)| {
        let (url, weight) = line.split_once(char::is_whitespace).unwrap_or((line, "1"));
        let weight = number_in(check, &format!("upstream.nodes[{at}].weight"), weight).unwrap_or(1);
        NodeInput { url: url.to_owned(), weight }
    };
    lines.enumerate().map(node).collect()
}

/// The nodes as the form shows them.
#[must_use]
pub fn lines(upstream: &Upstream) -> String {
    let line = |node: &Node| match node.weight {
        1 => node.url.to_string(),
        weight => format!("{} {weight}", node.url),
    };
    upstream.nodes.iter().map(line).collect::<Vec<_>>().join("\n")
}
