//! Puts the routes of a version into a router's tables.

use super::{Answers, Node, Router, tag};
use domain::routes::{Route, Segment};
use std::num::NonZeroU32;

/// The routes' numbers are their positions.
pub fn router(routes: &[Route]) -> Router {
    let numbered = routes.iter().zip(0_u32..);
    let mut routes: Vec<Below<'_>> =
        numbered.map(|(route, number)| Below { segments: route.path.segments(), route, number }).collect();
    let mut layout =
        Layout { nodes: vec![Node::default()], answers: vec![Answers::default()], texts: Vec::new() };
    let root = layout.node(Node::default(), &mut routes);
    layout.put(0, root);
    Router { nodes: layout.nodes.into(), answers: layout.answers.into(), texts: layout.texts.into() }
}

/// A route, and what of its path is left below some node.
struct Below<'r> {
    segments: &'r [Segment],
    route: &'r Route,
    number: u32,
}

/// How a path goes on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step<'r> {
    End,
    Param,
    Literal(&'r str),
}

impl<'r> Below<'r> {
    fn step(&self) -> Step<'r> {
        match self.segments.first() {
            None => Step::End,
            Some(Segment::Param(_)) => Step::Param,
            Some(Segment::Literal(text)) => Step::Literal(text),
        }
    }
}

/// A router that grows. What is below a node stands together: a search stays in one place.
struct Layout {
    nodes: Vec<Node>,
    answers: Vec<Answers>,
    texts: Vec<u8>,
}

impl Layout {
    /// The node with all that is below it.
    fn node(&mut self, mut node: Node, routes: &mut [Below<'_>]) -> Node {
        // those that go on alike stay in their order: the first of two counts
        routes.sort_by_key(Below::step);
        let steps =
            || routes.chunk_by(|one, next| one.step() == next.step()).filter_map(|alike| alike.first());
        let literals = steps().filter(|first| matches!(first.step(), Step::Literal(_))).count();
        (node.literals_at, node.literals) = self.table(literals);
        for alike in routes.chunk_by_mut(|one, next| one.step() == next.step()) {
            let Some(step) = alike.first().map(Below::step) else { continue };
            match step {
                Step::End => (node.exact, node.prefix) = self.answers(alike),
                Step::Param => {
                    let at = self.grow(1);
                    self.child(at, Node::default(), alike);
                    node.param = NonZeroU32::new(position(at));
                }
                Step::Literal(text) => {
                    let child = self.named(text);
                    let free = |at: &usize| self.nodes.get(*at).is_some_and(|slot| slot.tag.is_none());
                    if let Some(at) = node.slots(tag(text)).find(free) {
                        self.child(at, child, alike);
                    }
                }
            }
        }
        node
    }

    fn child(&mut self, at: usize, child: Node, routes: &mut [Below<'_>]) {
        // taken already while what is below it looks for its places
        self.put(at, child);
        for route in routes.iter_mut() {
            route.segments = route.segments.get(1..).unwrap_or_default();
        }
        let child = self.node(child, routes);
        self.put(at, child);
    }

    fn put(&mut self, at: usize, node: Node) {
        if let Some(place) = self.nodes.get_mut(at) {
            *place = node;
        }
    }

    /// Places for so many literals and, where they are many, some that stay free.
    fn table(&mut self, literals: usize) -> (u32, u32) {
        let slots = match literals {
            0 => 0,
            some => (some + some / 2).next_power_of_two(),
        };
        (position(self.grow(slots)), position(slots))
    }

    fn grow(&mut self, nodes: usize) -> usize {
        let at = self.nodes.len();
        self.nodes.resize(at + nodes, Node::default());
        at
    }

    fn named(&mut self, text: &str) -> Node {
        let from = self.texts.len();
        self.texts.extend(text.as_bytes());
        let to = position(self.texts.len());
        Node { tag: Some(tag(text)), text_from: position(from), text_to: to, ..Node::default() }
    }

    /// Of routes that end here: exactly, and as prefixes.
    fn answers(&mut self, routes: &[Below<'_>]) -> (u32, u32) {
        let mut of = |is_prefix: bool| {
            let mut routes =
                routes.iter().filter(|below| below.route.path.is_prefix() == is_prefix).peekable();
            routes.peek()?;
            let mut answers = Answers::default();
            routes.for_each(|below| answers.add(&below.route.methods, below.number));
            self.answers.push(answers);
            Some(position(self.answers.len() - 1))
        };
        (of(false).unwrap_or_default(), of(true).unwrap_or_default())
    }
}

/// A version has thousands of routes, not billions.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
