//! Puts the routes of a version into a router's tables.

use super::{Answers, Node, Router, first_slot, tag};
use domain::routes::{Route, Segment};
use std::num::NonZeroU32;

/// How many literals can be hoped to fall into different places.
const MOST_APART: usize = 24;
/// What is tried for that.
const FACTORS: u32 = 1_024;

/// The routes' numbers are their positions.
pub fn router(routes: &[Route]) -> Router {
    let numbered = routes.iter().zip(0_u32..);
    let mut routes: Vec<Below<'_>> =
        numbered.map(|(route, number)| Below { segments: route.path.segments(), route, number }).collect();
    let mut layout = Layout { nodes: vec![Node::default()], answers: vec![Answers::default()] };
    let root = layout.node(Node::default(), &mut routes);
    layout.put(0, root);
    Router { nodes: layout.nodes.into(), answers: layout.answers.into() }
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
}

impl Layout {
    /// The node with all that is below it.
    fn node(&mut self, mut node: Node, routes: &mut [Below<'_>]) -> Node {
        // those that go on alike stay in their order: the first of two counts
        routes.sort_by_key(Below::step);
        let steps =
            || routes.chunk_by(|one, next| one.step() == next.step()).filter_map(|alike| alike.first());
        let tag_of = |first: &Below<'_>| match first.step() {
            Step::Literal(text) => Some(tag(text)),
            Step::End | Step::Param => None,
        };
        let tags: Vec<NonZeroU32> = steps().filter_map(tag_of).collect();
        (node.literals_at, node.literals) = self.table(tags.len());
        node.factor = factor(&tags, node.literals);
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
                    let child = Node { tag: Some(tag(text)), segment: text.into(), ..Node::default() };
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
        self.put(at, child.clone());
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

    /// Places for so many literals and, unless there is but one, as many that stay free.
    fn table(&mut self, literals: usize) -> (u32, u32) {
        let slots = match literals {
            0 | 1 => literals,
            some => (some * 2).next_power_of_two(),
        };
        (position(self.grow(slots)), position(slots))
    }

    fn grow(&mut self, nodes: usize) -> usize {
        let at = self.nodes.len();
        self.nodes.resize(at + nodes, Node::default());
        at
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

/// With which tags fall into different places. Where they are many there is none, and as few are in each other's way
/// with the first as with any.
fn factor(tags: &[NonZeroU32], slots: u32) -> u32 {
    let mask = slots.wrapping_sub(1);
    let are_apart = |factor: &u32| {
        let mut taken: Vec<u32> = tags.iter().map(|tag| first_slot(*tag, *factor) & mask).collect();
        taken.sort_unstable();
        taken.is_sorted_by(|one, next| one < next)
    };
    let mut factors = (1..FACTORS).step_by(2);
    if tags.len() > MOST_APART { 1 } else { factors.find(are_apart).unwrap_or(1) }
}

/// A version has thousands of routes, not billions.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
