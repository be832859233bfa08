//! Tokens of a text. OpenAI's tables are public; they are large (46 MB in memory for the newer one, 24 for the older), so that each
//! is read when the first model needs it, on a thread of its own, and shared from then on. Until it is there, and for
//! all other models, a token is taken for four bytes.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tiktoken_rs::CoreBPE;

const BYTES_OF_TOKEN: u64 = 4;
/// What is longer is counted up to here, and the rest taken for as dense: a thread serves many calls, none of which is
/// to wait for long.
const MOST_COUNTED: usize = 16 * 1_024;
/// Bytes that are counted at once: what has no spaces takes time in proportion to the square.
const PIECE: usize = 128;

/// Tables of one family of models.
struct Table {
    read: fn() -> Option<CoreBPE>,
    table: OnceLock<Option<CoreBPE>>,
    begun: AtomicBool,
}

impl Table {
    const fn new(read: fn() -> Option<CoreBPE>) -> Self {
        Self { read, table: OnceLock::new(), begun: AtomicBool::new(false) }
    }

    /// `None` until it was read, which this begins.
    fn get(&'static self) -> Option<&'static CoreBPE> {
        if !self.begun.swap(true, Ordering::Relaxed) {
            let read = || {
                self.table.get_or_init(self.read);
            };
            let thread = std::thread::Builder::new().name("token-tables".to_owned()).spawn(read);
            if let Err(error) = thread {
                tracing::warn!(%error, "tokens are reckoned from bytes: no thread to read the tables on");
            }
        }
        self.table.get().and_then(Option::as_ref)
    }
}

static O200K: Table = Table::new(|| tiktoken_rs::o200k_base().ok());
static CL100K: Table = Table::new(|| tiktoken_rs::cl100k_base().ok());

/// The tables that a model's tokens are counted by.
fn table(model: &str) -> Option<&'static Table> {
    // `openai/gpt-5` at those who pass models on
    let name = model.rsplit('/').next().unwrap_or(model);
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    if begins(&["gpt-4o", "gpt-4.1", "gpt-4.5", "gpt-5", "gpt-oss", "chatgpt-", "o1", "o3", "o4"]) {
        Some(&O200K)
    } else if begins(&["gpt-4", "gpt-3.5", "gpt-35", "text-embedding-3", "text-embedding-ada"]) {
        Some(&CL100K)
    } else {
        None
    }
}

/// The tokens that a model makes of a text, about.
pub fn count(model: &str, text: &str) -> u64 {
    let bytes = text.len() as u64;
    let Some(table) = table(model).and_then(Table::get) else { return bytes.div_ceil(BYTES_OF_TOKEN) };
    let counted = up_to(text, MOST_COUNTED);
    let tokens = pieces(counted).map(|piece| table.count_ordinary(piece) as u64).sum::<u64>();
    if counted.len() == text.len() {
        return tokens;
    }
    tokens.saturating_mul(bytes).div_ceil(counted.len().max(1) as u64)
}

/// As much of a text as fits, in whole characters.
fn up_to(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or(text)
}

/// A text in parts that end at a space, where there is one.
fn pieces(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let whole = up_to(rest, PIECE);
        let end = match whole.rfind(' ') {
            Some(space) if space > 0 && whole.len() < rest.len() => space,
            _ => whole.len(),
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    fn ready(model: &str) {
        let until = Instant::now() + Duration::from_secs(60);
        while table(model).unwrap().get().is_none() {
            assert!(Instant::now() < until, "the tables were not read");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn openai_tokens_are_counted_once_the_tables_are_there() {
        ready("gpt-4o");
        ready("gpt-4");
        // counted with OpenAI's own library
        assert_eq!(count("gpt-4o-mini", "hello world"), 2);
        assert_eq!(count("gpt-4-turbo", "hello world"), 2);
        assert_eq!(count("openai/gpt-5", "Grüße aus Zürich"), 5);
        assert_eq!(count("claude-sonnet-4", "hello world"), 3, "eleven bytes");
    }

    #[test]
    fn long_texts_are_about_as_many_tokens_as_they_are_long() {
        ready("gpt-4o");
        let once = count("gpt-4o", &"the quick brown fox ".repeat(100));
        let long = count("gpt-4o", &"the quick brown fox ".repeat(100_000));
        assert!((once * 990..once * 1_010).contains(&long), "{once} {long}");
    }

    #[test]
    fn what_has_no_spaces_is_counted_in_pieces() {
        ready("gpt-4o");
        assert_eq!(pieces(&"a".repeat(300)).map(str::len).collect::<Vec<_>>(), [128, 128, 44]);
        let text = format!("{} {}", "é".repeat(200), "b".repeat(400));
        assert_eq!(pieces(&text).collect::<String>(), text);
        for hostile in ["a".repeat(200_000), " ".repeat(200_000), "\u{1F600}".repeat(50_000)] {
            assert!(count("gpt-4o", &hostile) > 0);
        }
    }
}
