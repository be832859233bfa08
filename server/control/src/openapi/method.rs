//! How a path item names the methods that become routes. A path item has lower-case keys, and no other order than the
//! author's: ours is that of a reference page.

pub use domain::routes::Method;

/// The key in a path item.
pub(super) const fn key(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Head => "head",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete => "delete",
        Method::Options => "options",
    }
}

pub(super) fn from_key(text: &str) -> Option<Method> {
    Method::ALL.iter().copied().find(|method| key(*method) == text)
}
