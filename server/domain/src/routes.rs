//! Routes: which calls a version answers, and when two of them would answer the same call.

use crate::check::{Check, Invalid};
use crate::text::TextError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

crate::wire_enum::wire_enum! {
    /// A request method that the gateway carries (RFC 9110, RFC 5789). CONNECT and TRACE never pass.
    Method {
        Get = "GET",
        Head = "HEAD",
        Post = "POST",
        Put = "PUT",
        Patch = "PATCH",
        Delete = "DELETE",
        Options = "OPTIONS",
    }
}

/// One segment of a path pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    Literal(String),
    /// `{name}`: exactly one segment, not empty.
    Param(String),
}

/// `/pets/{id}` matches exactly; `/files/*` matches the path before the star and everything below it.
///
/// At most 32 segments and 512 bytes. Literals are compared byte for byte with the normalised request path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", schemars(with = "String"))]
pub struct PathPattern {
    segments: Vec<Segment>,
    /// Whether the pattern ends in `/*`.
    prefix: bool,
}

impl PathPattern {
    /// `/*`: everything.
    #[must_use]
    pub fn everything() -> Self {
        Self { segments: Vec::new(), prefix: true }
    }

    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    #[must_use]
    pub fn is_prefix(&self) -> bool {
        self.prefix
    }

    /// The pattern with parameter names forgotten: two patterns of the same shape match the same paths.
    #[must_use]
    pub fn shape(&self) -> String {
        let mut shape = String::new();
        for segment in &self.segments {
            shape.push('/');
            shape.push_str(match segment {
                Segment::Literal(text) => text,
                Segment::Param(_) => "{}",
            });
        }
        if self.prefix || self.segments.is_empty() {
            shape.push('/');
        }
        if self.prefix {
            shape.push('*');
        }
        shape
    }
}

impl FromStr for PathPattern {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let refuse =
            |why: &str| Err(TextError(format!("expected a path like /pets/{{id}} or /files/*: {why}")));
        if text.len() > 512 {
            return refuse("longer than 512 bytes");
        }
        let Some(rest) = text.strip_prefix('/') else { return refuse("it begins with a slash") };
        let (rest, prefix) = match rest.strip_suffix('*') {
            Some("") => ("", true),
            Some(before) => match before.strip_suffix('/') {
                Some(before) => (before, true),
                None => return refuse("a star stands alone in the last segment"),
            },
            None => (rest, false),
        };
        let mut segments = Vec::new();
        if !rest.is_empty() {
            for part in rest.split('/') {
                segments.push(parse_segment(part)?);
            }
        }
        if segments.len() > 32 {
            return refuse("more than 32 segments");
        }
        Ok(Self { segments, prefix })
    }
}

fn parse_segment(part: &str) -> Result<Segment, TextError> {
    if let Some(name) = part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let good = !name.is_empty()
            && name.len() <= 64
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        return if good {
            Ok(Segment::Param(name.to_owned()))
        } else {
            Err(TextError(format!("expected a parameter like {{id}}, got {part:?}")))
        };
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()+,;=:@%".contains(&b);
    if part == "." || part == ".." || !part.bytes().all(allowed) {
        return Err(TextError(format!("segment {part:?} has characters that a path does not have")));
    }
    Ok(Segment::Literal(part.to_owned()))
}

impl TryFrom<String> for PathPattern {
    type Error = TextError;
    fn try_from(text: String) -> Result<Self, TextError> {
        text.parse()
    }
}

impl From<PathPattern> for String {
    fn from(pattern: PathPattern) -> String {
        pattern.to_string()
    }
}

impl fmt::Display for PathPattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in &self.segments {
            match segment {
                Segment::Literal(text) => write!(out, "/{text}")?,
                Segment::Param(name) => write!(out, "/{{{name}}}")?,
            }
        }
        match (self.prefix, self.segments.is_empty()) {
            (true, _) => out.write_str("/*"),
            (false, true) => out.write_str("/"),
            (false, false) => Ok(()),
        }
    }
}

/// Method(s) and path pattern inside a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Route {
    /// Empty: every method.
    #[serde(default)]
    pub methods: Vec<Method>,
    pub path: PathPattern,
    /// One line for people, from the OpenAPI operation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
}

impl Route {
    /// Every method on every path: what an api made from a backend address begins with.
    #[must_use]
    pub fn everything() -> Self {
        Self { methods: Vec::new(), path: PathPattern::everything(), summary: String::new() }
    }

    /// How calls and usage name the route: `GET /pets/{id}`, `ANY /*`.
    #[must_use]
    pub fn label(&self) -> String {
        let methods = self.methods.iter().map(|m| m.as_str()).collect::<Vec<_>>().join(",");
        format!("{} {}", if methods.is_empty() { "ANY" } else { &methods }, self.path)
    }
}

pub const MAX_ROUTES: usize = 5_000;

/// Checks the routes of one version against each other.
pub fn check_routes(routes: &[Route]) -> Result<(), Invalid> {
    let mut check = Check::new();
    check.require(!routes.is_empty(), "routes", "expected at least one route");
    check.require(routes.len() <= MAX_ROUTES, "routes", "expected at most 5000 routes");
    let mut seen = std::collections::HashMap::new();
    for route in routes.iter().take(MAX_ROUTES) {
        let methods: Vec<Option<Method>> = if route.methods.is_empty() {
            vec![None]
        } else {
            route.methods.iter().copied().map(Some).collect()
        };
        for method in methods {
            if let Some(other) = seen.insert((route.path.shape(), method), route.label()) {
                check.error("routes", format!("{} and {} answer the same calls", other, route.label()));
            }
        }
    }
    check.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(methods: &[Method], path: &str) -> Route {
        Route { methods: methods.to_vec(), path: path.parse().unwrap(), summary: String::new() }
    }

    #[test]
    fn patterns_print_as_they_were_read() {
        for text in ["/", "/*", "/pets", "/pets/", "/pets/{id}", "/a/{b}/c/*", "/a%20b"] {
            assert_eq!(text.parse::<PathPattern>().unwrap().to_string(), text);
        }
        for bad in ["", "pets", "/a*", "/a/*/b", "/{", "/{a b}", "/a b", "/../x", "/a?b", &"/x".repeat(40)] {
            assert!(bad.parse::<PathPattern>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_version_names_both_routes_that_conflict() {
        let routes = [route(&[Method::Get], "/a/{x}"), route(&[Method::Get], "/a/{y}")];
        let Invalid(errors) = check_routes(&routes).unwrap_err();
        assert!(errors[0].message.contains("GET /a/{x}") && errors[0].message.contains("GET /a/{y}"));
        assert!(check_routes(&[]).is_err());
    }
}
