//! Keyset paging: a cursor names the place of the last row of a page in the order of its list.
//! Opaque to callers: unpadded URL-safe base 64 of a JSON array of texts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::paging::{Page, PageOf};

use crate::error::{Error, Result};

/// The place after which the page begins, if it is not the first.
pub(crate) fn place<const N: usize>(page: &PageOf) -> Result<Option<[String; N]>> {
    let Some(cursor) = &page.cursor else { return Ok(None) };
    let json = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| Error::Cursor)?;
    let parts: Vec<String> = serde_json::from_slice(&json).map_err(|_| Error::Cursor)?;
    parts.try_into().map(Some).map_err(|_| Error::Cursor)
}

/// [`place`] in a list that is ordered by a number alone.
pub(crate) fn number(page: &PageOf) -> Result<Option<i64>> {
    match place(page)? {
        Some([number]) => number.parse().map(Some).map_err(|_| Error::Cursor),
        None => Ok(None),
    }
}

/// How many rows to ask for: one more than the page holds tells whether another page follows.
pub(crate) fn one_more(page: &PageOf) -> u32 {
    page.limit.saturating_add(1)
}

/// Cuts what [`one_more`] brought to a page; `key` gives the place of an item.
pub(crate) fn cut<T, const N: usize>(
    mut items: Vec<T>,
    page: &PageOf,
    key: impl Fn(&T) -> [String; N],
) -> Page<T> {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|last| cursor(&key(last)));
    Page { items, next }
}

fn cursor<const N: usize>(parts: &[String; N]) -> String {
    let json = serde_json::Value::from(parts.as_slice());
    URL_SAFE_NO_PAD.encode(json.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: u32, cursor: Option<String>) -> PageOf {
        PageOf { limit, cursor }
    }

    #[test]
    fn cut_says_where_the_next_page_begins() {
        let all = cut(vec![1, 2], &page(2, None), |item| [item.to_string()]);
        assert_eq!((all.items, all.next), (vec![1, 2], None));

        let first = cut(vec![1, 2, 3], &page(2, None), |item| [item.to_string(), "é~".to_owned()]);
        assert_eq!(first.items, [1, 2]);
        let place = place(&page(2, first.next)).unwrap();
        assert_eq!(place, Some(["2".to_owned(), "é~".to_owned()]));
    }

    #[test]
    fn refuse_cursors_of_another_making() {
        let one_part = cursor(&["a".to_owned()]);
        for bad in ["", "!", "bm9uc2Vuc2U", one_part.as_str()] {
            assert!(matches!(place::<2>(&page(1, Some(bad.to_owned()))), Err(Error::Cursor)), "{bad}");
        }
        assert!(matches!(number(&page(1, Some(one_part))), Err(Error::Cursor)));
    }
}
