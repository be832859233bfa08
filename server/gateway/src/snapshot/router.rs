//! Which route of a version answers a path: literal segments before `{param}`, both before a prefix `/*`.

mod answers;
mod layout;

pub use answers::Methods;

use super::lookup::name_hash;
use answers::Answers;
use compact_str::CompactString;
use domain::routes::{Method, Route};
use std::num::NonZeroU32;

/// The routes of a version as a tree of segments, held in two tables: each step of a search reads a node, however many
/// routes there are.
#[derive(Clone, Debug, Default)]
pub struct Router {
    /// The root first.
    nodes: Box<[Node]>,
    /// The first one is of no route.
    answers: Box<[Answers]>,
}

/// What a path and method meet.
#[derive(Debug, PartialEq, Eq)]
pub enum Match {
    /// The route's position among the version's routes.
    Route(u32),
    /// Routes answer the path, with these methods only.
    WrongMethod(Methods),
    Nothing,
}

/// One fills a cache line, with its segment's text unless that is long.
#[derive(Clone, Debug, Default)]
#[repr(align(64))]
struct Node {
    /// Of the segment that leads here from the node above; `None` when none does, as no node is here at all, or it is
    /// found otherwise.
    tag: Option<NonZeroU32>,
    segment: CompactString,
    /// Where the nodes stand that literal segments lead to: a table with open addressing, by their tags.
    literals_at: u32,
    /// How many places that table has: a power of two, or none.
    literals: u32,
    /// What tags are multiplied by: chosen so that they fall into different places, where that can be.
    factor: u32,
    param: Option<NonZeroU32>,
    /// The answers for paths that end here.
    exact: u32,
    /// The answers for all that goes on from here.
    prefix: u32,
}

impl Node {
    /// The places among its literals where a segment may be, up to the first free one.
    fn slots(&self, tag: NonZeroU32) -> impl Iterator<Item = usize> + use<> {
        let (at, mask) = (self.literals_at as usize, self.literals.wrapping_sub(1));
        let first = first_slot(tag, self.factor);
        (0..self.literals).map(move |step| at + (first.wrapping_add(step) & mask) as usize)
    }
}

/// As many of its low bits as there are places.
fn first_slot(tag: NonZeroU32, factor: u32) -> u32 {
    tag.get().wrapping_mul(factor) >> 7
}

/// Segments with the same tag are hardly ever different.
fn tag(segment: &str) -> NonZeroU32 {
    NonZeroU32::MIN | name_hash(segment) as u32
}

impl Router {
    #[must_use]
    pub fn new(routes: &[Route]) -> Self {
        layout::router(routes)
    }

    /// `path` begins with a slash and is normalised.
    #[must_use]
    pub fn find(&self, method: Option<Method>, path: &str) -> Match {
        let mut search = Search { router: self, method, allowed: Methods::default() };
        let below = path.strip_prefix('/').unwrap_or(path);
        let rest = if below.is_empty() { None } else { Some(below) };
        match self.nodes.first().and_then(|root| search.walk(root, rest)) {
            Some(route) => Match::Route(route),
            None if search.allowed == Methods::default() => Match::Nothing,
            None => Match::WrongMethod(search.allowed),
        }
    }

    /// Which methods some route answers at the path.
    #[must_use]
    pub fn methods(&self, path: &str) -> Methods {
        match self.find(None, path) {
            Match::WrongMethod(methods) => methods,
            Match::Route(_) | Match::Nothing => Methods::default(),
        }
    }

    fn literal(&self, node: &Node, segment: &str) -> Option<&Node> {
        if node.literals == 0 {
            return None;
        }
        let tag = tag(segment);
        let mut taken = node.slots(tag).map_while(|at| self.nodes.get(at).filter(|node| node.tag.is_some()));
        let is = |node: &&Node| node.tag == Some(tag) && node.segment == segment;
        taken.find(is)
    }

    fn param(&self, node: &Node) -> Option<&Node> {
        self.nodes.get(node.param?.get() as usize)
    }
}

struct Search<'r> {
    router: &'r Router,
    method: Option<Method>,
    /// Of routes that answer the path, but not with the method.
    allowed: Methods,
}

impl Search<'_> {
    /// `rest` is what stands after the last slash that was passed; `None` when the path ended without one.
    fn walk(&mut self, node: &Node, rest: Option<&str>) -> Option<u32> {
        let Some(rest) = rest else {
            return self.ask(node.exact).or_else(|| self.ask(node.prefix));
        };
        let end = memchr::memchr(b'/', rest.as_bytes()).unwrap_or(rest.len());
        let segment = rest.get(..end).unwrap_or_default();
        let below = rest.get(end + 1..);
        if let Some(child) = self.router.literal(node, segment)
            && let Some(route) = self.walk(child, below)
        {
            return Some(route);
        }
        if !segment.is_empty()
            && let Some(child) = self.router.param(node)
            && let Some(route) = self.walk(child, below)
        {
            return Some(route);
        }
        self.ask(node.prefix)
    }

    fn ask(&mut self, answers: u32) -> Option<u32> {
        let answers = self.router.answers.get(answers as usize)?;
        let found = self.method.and_then(|method| answers.find(method));
        if found.is_none() {
            self.allowed.add(answers.methods());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(texts: &[&str]) -> Vec<Route> {
        let parse = |text: &&str| {
            let (methods, path) = text.split_once(' ').unwrap();
            let methods = methods.split(',').filter(|m| *m != "ANY").map(|m| m.parse().unwrap()).collect();
            Route { methods, path: path.parse().unwrap(), summary: String::new() }
        };
        texts.iter().map(parse).collect()
    }

    #[test]
    fn the_more_exact_route_wins() {
        let texts = [
            "ANY /*",
            "GET /pets",
            "GET /pets/{id}",
            "GET /pets/mine",
            "GET /pets/{id}/toys/*",
            "GET,POST /pets/mine/toys",
            "DELETE /pets/{id}",
            "GET /a/{x}/c",
            "GET /a/b/*",
            "POST /files/*",
            "GET /",
            "GET /end/",
        ];
        let all = routes(&texts);
        let router = Router::new(&all);
        for (call, expected) in [
            ("GET /", "GET /"),
            ("POST /", "ANY /*"),
            ("GET /pets", "GET /pets"),
            ("HEAD /pets", "GET /pets"),
            ("GET /pets/", "ANY /*"),
            ("GET /pets/mine", "GET /pets/mine"),
            ("GET /pets/7", "GET /pets/{id}"),
            ("DELETE /pets/mine", "DELETE /pets/{id}"),
            ("PUT /pets/7", "ANY /*"),
            ("GET /pets/7/toys", "GET /pets/{id}/toys/*"),
            ("GET /pets/7/toys/a/b", "GET /pets/{id}/toys/*"),
            ("GET /pets/mine/toys", "GET,POST /pets/mine/toys"),
            ("GET /pets/mine/toys/a", "GET /pets/{id}/toys/*"),
            ("GET /a/b/c", "GET /a/b/*"),
            ("GET /a/x/c", "GET /a/{x}/c"),
            ("POST /files/x", "POST /files/*"),
            ("GET /files/x", "ANY /*"),
            ("GET /end/", "GET /end/"),
            ("GET /end", "ANY /*"),
            ("GET //", "ANY /*"),
        ] {
            let (method, path) = call.split_once(' ').unwrap();
            let Match::Route(found) = router.find(Some(method.parse().unwrap()), path) else {
                panic!("{call}")
            };
            assert_eq!(texts[found as usize], expected, "{call}");
        }
    }

    #[test]
    fn a_wrong_method_names_the_right_ones() {
        let router =
            Router::new(&routes(&["GET /pets", "POST /pets", "DELETE /pets/{id}", "PUT /pets/mine"]));
        let allowed = |call: &str, path: &str| match router.find(call.parse().ok(), path) {
            Match::WrongMethod(methods) => methods.header().to_str().unwrap().to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(allowed("PATCH", "/pets"), "GET, HEAD, POST");
        assert_eq!(allowed("GET", "/pets/mine"), "PUT, DELETE");
        assert_eq!(allowed("GET", "/dogs"), "Nothing");
        assert_eq!(allowed("GET", "/"), "Nothing");
        assert_eq!(allowed("PURGE", "/pets"), "GET, HEAD, POST");
        assert_eq!(router.methods("/pets/7").header(), "DELETE");
    }

    #[test]
    fn many_routes_are_all_found() {
        let texts: Vec<String> =
            (0..3_000).map(|number| format!("GET /things-{number}/{{id}}/parts-{}", number % 7)).collect();
        let router = Router::new(&routes(&texts.iter().map(String::as_str).collect::<Vec<_>>()));
        for number in 0..3_000 {
            let path = format!("/things-{number}/7/parts-{}", number % 7);
            assert_eq!(router.find(Some(Method::Get), &path), Match::Route(number), "{path}");
        }
        assert_eq!(router.find(Some(Method::Get), "/things-3000/7/parts-4"), Match::Nothing);
        assert_eq!(router.find(Some(Method::Get), "/things-3/7/parts-4"), Match::Nothing);
        assert_eq!(Router::new(&[]).find(Some(Method::Get), "/"), Match::Nothing);
    }
}
