//! Lists are paged by cursor: what follows the last item seen, never an offset.

use serde::{Deserialize, Serialize};

pub const DEFAULT_LIMIT: u32 = 50;
pub const MAX_LIMIT: u32 = 500;

/// Which part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageOf {
    /// At most so many items, 1 to 500.
    pub limit: u32,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

impl Default for PageOf {
    fn default() -> Self {
        Self { limit: DEFAULT_LIMIT, cursor: None }
    }
}

impl PageOf {
    /// From the query parameters of a list; an empty cursor is the first page.
    pub fn parse(limit: Option<&str>, cursor: Option<&str>) -> Result<Self, crate::check::Invalid> {
        let limit = match limit.filter(|text| !text.is_empty()) {
            None => DEFAULT_LIMIT,
            Some(text) => text.parse().ok().filter(|n| (1..=MAX_LIMIT).contains(n)).ok_or_else(|| {
                crate::check::Invalid::one("limit", format!("expected a number from 1 to {MAX_LIMIT}"))
            })?,
        };
        Ok(Self { limit, cursor: cursor.filter(|text| !text.is_empty()).map(str::to_owned) })
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    /// The cursor of the next page, absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> Page<T> {
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { items: Vec::new(), next: None }
    }
}
