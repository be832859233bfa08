//! The `Date` of answers (RFC 9110 section 6.6.1), made once a second.

use chrono::DateTime;
use std::cell::{Cell, RefCell};

#[derive(Default)]
pub struct HttpDate {
    /// Unix seconds that `text` shows.
    second: Cell<u64>,
    text: RefCell<String>,
}

impl HttpDate {
    /// Hands over the date at `unix_ms`.
    pub fn at<T>(&self, unix_ms: u64, take: impl FnOnce(&[u8]) -> T) -> T {
        let second = unix_ms / 1_000;
        if self.second.replace(second) != second || self.text.borrow().is_empty() {
            let at = i64::try_from(second).ok().and_then(|at| DateTime::from_timestamp(at, 0));
            let text = at.unwrap_or_default().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
            self.text.replace(text);
        }
        take(self.text.borrow().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_http() {
        let date = HttpDate::default();
        let at = |ms| date.at(ms, |text| String::from_utf8(text.to_vec()).unwrap());
        assert_eq!(at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(at(784_111_777_999), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(at(784_111_778_000), "Sun, 06 Nov 1994 08:49:38 GMT");
    }
}
