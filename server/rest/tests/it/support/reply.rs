//! An answer, read.

use axum::response::Response;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// Null where there is no body.
    pub json: Value,
}

impl Reply {
    pub async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let json = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
        Self { status: parts.status.as_u16(), headers: parts.headers, text, json }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        let expected = StatusCode::from_u16(status).unwrap();
        assert_eq!(self.status, expected.as_u16(), "{}", self.text);
        self
    }

    /// A member as text: `json["a"]["b"]` is `/a/b`.
    #[track_caller]
    pub fn text_at(&self, pointer: &str) -> String {
        let found = self.json.pointer(pointer).unwrap_or_else(|| panic!("no {pointer} in {}", self.text));
        found.as_str().unwrap_or_else(|| panic!("{pointer} is {found}")).to_owned()
    }

    /// The fields that the problem names.
    pub fn fields(&self) -> Vec<&str> {
        let errors = self.json["errors"].as_array();
        errors.into_iter().flatten().filter_map(|error| error["field"].as_str()).collect()
    }
}
