//! One call written in several languages, to be copied. Only what each language brings along is used, or the library
//! that everybody uses: `fetch`, `requests`, `net/http`, `reqwest`, `java.net.http`.

mod quote;
mod write;

pub use write::write;

use domain::routes::Method;
use serde_json::Value;

/// Stands where a key belongs.
pub const KEY: &str = "YOUR_API_KEY";

/// What samples are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Curl,
    JavaScript,
    Python,
    Go,
    Rust,
    Java,
}

impl Language {
    pub const ALL: [Self; 6] = [Self::Curl, Self::JavaScript, Self::Python, Self::Go, Self::Rust, Self::Java];

    /// The word in addresses, and the name that people read.
    #[must_use]
    pub const fn describe(self) -> (&'static str, &'static str) {
        match self {
            Self::Curl => ("curl", "curl"),
            Self::JavaScript => ("javascript", "JavaScript"),
            Self::Python => ("python", "Python"),
            Self::Go => ("go", "Go"),
            Self::Rust => ("rust", "Rust"),
            Self::Java => ("java", "Java"),
        }
    }

    /// The language of the word, else curl.
    #[must_use]
    pub fn of(word: &str) -> Self {
        Self::ALL.into_iter().find(|language| language.describe().0 == word).unwrap_or(Self::Curl)
    }
}

/// A call to be written down.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    pub method: Method,
    pub url: String,
    /// Besides `Authorization` and `Content-Type`.
    pub headers: Vec<(String, String)>,
    pub body: Option<Body>,
    pub key: String,
}

/// What a call carries.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    pub media_type: String,
    pub content: Content,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Json(Value),
    Text(String),
}

impl Ask {
    #[must_use]
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: Vec::new(), body: None, key: KEY.to_owned() }
    }

    /// With a real key, where there is one.
    #[must_use]
    pub fn with_key(self, key: Option<&str>) -> Self {
        Self { key: key.unwrap_or(KEY).to_owned(), ..self }
    }

    /// All headers, in the order in which they are written.
    fn all_headers(&self) -> Vec<(String, String)> {
        let mut headers = vec![("Authorization".to_owned(), format!("Bearer {}", self.key))];
        headers.extend(self.body.iter().map(|body| ("Content-Type".to_owned(), body.media_type.clone())));
        headers.extend(self.headers.iter().cloned());
        headers
    }

    /// The body as text.
    fn text(&self) -> Option<String> {
        self.body.as_ref().map(|body| match &body.content {
            Content::Json(value) => format!("{value:#}"),
            Content::Text(text) => text.clone(),
        })
    }
}

#[cfg(test)]
mod tests;
