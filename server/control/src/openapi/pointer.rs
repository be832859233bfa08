//! JSON pointers (RFC 6901) and the fragments of `$ref` that carry them.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// `parent` with one more token, escaped.
pub(super) fn child(parent: &str, token: &str) -> String {
    let mut pointer = String::with_capacity(parent.len() + token.len() + 1);
    pointer.push_str(parent);
    push(&mut pointer, token);
    pointer
}

/// Appends one token, escaped.
pub(super) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// The tokens of a pointer, unescaped.
pub(super) fn tokens(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(|token| {
        if token.contains('~') {
            Cow::Owned(token.replace("~1", "/").replace("~0", "~"))
        } else {
            Cow::Borrowed(token)
        }
    })
}

/// The pointer of the value that holds the value at `pointer`.
pub(super) fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// Where the text of a `$ref` leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A JSON pointer into the same document.
    Local(String),
    /// A fragment that is a name (`$anchor`), not a pointer.
    Anchor,
    /// Another document: a file or an address.
    External,
}

/// Reads the text of a `$ref`.
pub(super) fn target(reference: &str) -> Target {
    let Some(fragment) = reference.strip_prefix('#') else { return Target::External };
    match percent_decode_str(fragment).decode_utf8() {
        Ok(pointer) if pointer.is_empty() || pointer.starts_with('/') => Target::Local(pointer.into_owned()),
        _ => Target::Anchor,
    }
}
