//! Sorting lives in the address: `?sort=name` upwards, `?sort=-name` downwards.

/// The link of one column's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    pub(super) href: String,
    /// How the list is ordered by this column now, if it is.
    current: Option<Direction>,
    /// How the link would order it.
    next: Direction,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

impl Sort {
    pub(super) fn aria(&self) -> Option<&'static str> {
        self.current.map(|direction| match direction {
            Direction::Up => "ascending",
            Direction::Down => "descending",
        })
    }

    /// The arrow shows the order now, or the order that the link leads to.
    pub(super) fn descending(&self) -> bool {
        self.current.unwrap_or(self.next) == Direction::Down
    }
}

/// The order of a list as its address says, and the addresses of other orders.
#[derive(Clone, Debug)]
pub struct Sorting {
    path: String,
    query: Vec<(String, String)>,
    current: Option<String>,
}

impl Sorting {
    /// `path` of the page, its whole `query` string (without `?`), and the order when it names none.
    /// The cursor of a page is dropped from the links: another order starts at its beginning.
    pub fn new(path: impl Into<String>, query: &str, default: &str) -> Self {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let kept = pairs.clone().filter(|(name, _)| !matches!(*name, "sort" | "cursor"));
        let current = pairs.rfind(|(name, value)| *name == "sort" && !value.is_empty());
        let current = current.map_or(default, |(_, value)| value);
        Self {
            path: path.into(),
            query: kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            current: (!current.is_empty()).then(|| current.to_owned()),
        }
    }

    /// The link for the column sorted by `key`: names upwards first.
    pub fn by(&self, key: &str) -> Sort {
        self.link(key, Direction::Up)
    }

    /// The link for the column sorted by `key`: figures and times downwards first.
    pub fn by_most(&self, key: &str) -> Sort {
        self.link(key, Direction::Down)
    }

    fn link(&self, key: &str, first: Direction) -> Sort {
        let current = match self.current.as_deref() {
            Some(order) if order == key => Some(Direction::Up),
            Some(order) if order.strip_prefix('-') == Some(key) => Some(Direction::Down),
            _ => None,
        };
        let next = match current {
            None => first,
            Some(Direction::Up) => Direction::Down,
            Some(Direction::Down) => Direction::Up,
        };
        Sort { href: self.href(key, next), current, next }
    }

    fn href(&self, key: &str, direction: Direction) -> String {
        let sign = if direction == Direction::Down { "-" } else { "" };
        let mut href = format!("{}?", self.path);
        for (name, value) in &self.query {
            href.push_str(&format!("{name}={value}&"));
        }
        href + &format!("sort={sign}{key}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_keeps_filters_and_drops_the_cursor() {
        let sorting = Sorting::new("/apis", "q=pay%20now&cursor=abc&state=draft", "name");
        assert_eq!(sorting.by("calls").href, "/apis?q=pay%20now&state=draft&sort=calls");
    }

    #[test]
    fn link_of_the_current_column_turns_the_order_round() {
        let up = Sorting::new("/apis", "sort=name", "");
        assert_eq!(up.by("name").href, "/apis?sort=-name");
        assert_eq!(up.by("name").aria(), Some("ascending"));
        let down = Sorting::new("/apis", "sort=-name", "");
        assert_eq!(down.by("name").href, "/apis?sort=name");
        assert_eq!(down.by("name").aria(), Some("descending"));
    }

    #[test]
    fn other_columns_start_in_their_own_direction_and_say_no_order() {
        let sorting = Sorting::new("/apis", "", "-calls");
        assert_eq!(sorting.by("name").href, "/apis?sort=name");
        assert_eq!(sorting.by_most("errors").href, "/apis?sort=-errors");
        assert_eq!(sorting.by_most("errors").aria(), None);
        assert_eq!(sorting.by_most("calls").aria(), Some("descending"), "the default order is an order");
    }
}
