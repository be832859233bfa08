//! Which route of a version answers a path: literal segments before `{param}`, both before a prefix `/*`.

use domain::routes::{Method, Route, Segment};
use http::HeaderValue;
use std::collections::BTreeMap;

/// The routes of a version as a tree of segments.
#[derive(Clone, Debug, Default)]
pub struct Router {
    root: Node,
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

#[derive(Clone, Debug, Default)]
struct Node {
    literals: BTreeMap<Box<str>, Node>,
    param: Option<Box<Node>>,
    exact: Answers,
    prefix: Answers,
}

/// Which route answers which method at one place.
#[derive(Clone, Debug, Default)]
struct Answers {
    by_method: [Option<u32>; 7],
    any: Option<u32>,
}

/// A set of methods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Methods(u8);

impl Methods {
    const ALL: Self = Self(0x7f);

    #[must_use]
    pub fn contains(self, method: Method) -> bool {
        self.0 & bit(method) != 0
    }

    /// `GET, HEAD`; what `Allow` and `Access-Control-Allow-Methods` hold.
    #[must_use]
    pub fn header(self) -> HeaderValue {
        let names: Vec<&str> =
            Method::ALL.iter().filter(|m| self.contains(**m)).map(|m| m.as_str()).collect();
        HeaderValue::try_from(names.join(", ")).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

fn bit(method: Method) -> u8 {
    1 << (method as u8)
}

impl Answers {
    fn add(&mut self, methods: &[Method], route: u32) {
        if methods.is_empty() {
            self.any.get_or_insert(route);
        }
        for method in methods {
            if let Some(slot) = self.by_method.get_mut(*method as usize) {
                slot.get_or_insert(route);
            }
        }
    }

    /// A route that names the method is a better match than one for every method; GET stands in for HEAD.
    fn find(&self, method: Method) -> Option<u32> {
        let named = |method: Method| self.by_method.get(method as usize).copied().flatten();
        let stand_in = if method == Method::Head { named(Method::Get) } else { None };
        named(method).or(self.any).or(stand_in)
    }

    fn methods(&self) -> Methods {
        if self.any.is_some() {
            return Methods::ALL;
        }
        let allowed = Method::ALL.iter().filter(|m| self.find(**m).is_some());
        Methods(allowed.fold(0, |set, method| set | bit(*method)))
    }
}

impl Router {
    #[must_use]
    pub fn new(routes: &[Route]) -> Self {
        let mut root = Node::default();
        for (route, number) in routes.iter().zip(0_u32..) {
            let node = root.grow(route.path.segments());
            let answers = if route.path.is_prefix() { &mut node.prefix } else { &mut node.exact };
            answers.add(&route.methods, number);
        }
        Self { root }
    }

    /// `path` begins with a slash and is normalised.
    #[must_use]
    pub fn find(&self, method: Option<Method>, path: &str) -> Match {
        let mut search = Search { method, allowed: Methods::default() };
        let below = path.strip_prefix('/').unwrap_or(path);
        let rest = if below.is_empty() { None } else { Some(below) };
        match search.walk(&self.root, rest) {
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
}

impl Node {
    fn grow(&mut self, segments: &[Segment]) -> &mut Self {
        let Some((first, rest)) = segments.split_first() else { return self };
        match first {
            Segment::Param(_) => self.param.get_or_insert_default().grow(rest),
            Segment::Literal(text) => self.literals.entry(text.as_str().into()).or_default().grow(rest),
        }
    }
}

struct Search {
    method: Option<Method>,
    /// Of routes that answer the path, but not with the method.
    allowed: Methods,
}

impl Search {
    /// `rest` is what stands after the last slash that was passed; `None` when the path ended without one.
    fn walk(&mut self, node: &Node, rest: Option<&str>) -> Option<u32> {
        let Some(rest) = rest else {
            return self.ask(&node.exact).or_else(|| self.ask(&node.prefix));
        };
        let (segment, below) = match rest.split_once('/') {
            Some((segment, below)) => (segment, Some(below)),
            None => (rest, None),
        };
        if let Some(child) = node.literals.get(segment)
            && let Some(route) = self.walk(child, below)
        {
            return Some(route);
        }
        if !segment.is_empty()
            && let Some(child) = &node.param
            && let Some(route) = self.walk(child, below)
        {
            return Some(route);
        }
        self.ask(&node.prefix)
    }

    fn ask(&mut self, answers: &Answers) -> Option<u32> {
        let found = self.method.and_then(|method| answers.find(method));
        if found.is_none() {
            self.allowed.0 |= answers.methods().0;
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
}
