//! Path templates: `/pets/{id}`.

/// Longest path, in bytes.
const MAX_LENGTH: usize = 2_048;

/// What a path template says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Template<'a> {
    /// Names in braces, in order.
    pub names: Vec<&'a str>,
    /// The path with the names taken out: two templates of the same shape match the same calls.
    pub shape: String,
}

impl<'a> Template<'a> {
    /// Reads a template, or says what is wrong with it.
    pub(super) fn parse(path: &'a str) -> Result<Self, String> {
        if !path.starts_with('/') {
            return Err("a path starts with `/`".to_owned());
        }
        if path.len() > MAX_LENGTH {
            return Err(format!("a path has at most {MAX_LENGTH} bytes"));
        }
        if path.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("a path has no white space".to_owned());
        }
        let mut names = Vec::new();
        let mut shape = String::with_capacity(path.len());
        let mut rest = path;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, next) = after.split_once('}').ok_or("a brace is opened and not closed")?;
            if before.contains('}') || name.contains(['{', '/']) {
                return Err("the braces do not match".to_owned());
            }
            if name.is_empty() {
                return Err("there is no name between the braces".to_owned());
            }
            names.push(name);
            shape.push_str(before);
            shape.push_str("{}");
            rest = next;
        }
        if rest.contains('}') {
            return Err("a brace is closed and not opened".to_owned());
        }
        shape.push_str(rest);
        Ok(Self { names, shape })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        for (path, names, shape) in [
            ("/", vec![], "/"),
            ("/pets/{id}", vec!["id"], "/pets/{}"),
            ("/a/{b}.json/{c}-{d}/", vec!["b", "c", "d"], "/a/{}.json/{}-{}/"),
        ] {
            assert_eq!(Template::parse(path), Ok(Template { names, shape: shape.to_owned() }), "{path}");
        }
        for path in
            ["", "pets", "/{", "/}", "/{}", "/{a", "/a}", "/{a{b}}", "/{a/b}", "/}{", "/a b", "/a\u{7}"]
        {
            assert!(Template::parse(path).is_err(), "{path}");
        }
    }
}
