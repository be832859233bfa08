//! Keys that are more than a word, as they are shown to try a connection. What signs with them is the same that the
//! gateway signs with; the assembler hands it over.

use crate::outbound::Field;
use domain::Time;
use url::Url;

/// What is asked of a vendor.
pub struct Asked<'a> {
    pub method: &'static str,
    pub url: &'a Url,
    pub body: &'a str,
    /// What the connection says of the vendor's region.
    pub region: Option<&'a str>,
    pub at: Time,
}

/// Where a token is given, and the form that is posted there.
pub struct Exchange {
    pub url: Url,
    pub form: String,
}

/// Shows keys of clouds. Errors are for a person, and without secrets.
pub trait CloudKeys: Send + Sync {
    /// The fields that show a key of Amazon's with the request.
    fn amazon(&self, secret: &str, asked: &Asked<'_>) -> Result<Vec<Field>, String>;

    /// How a service account of Google's asks for a token.
    fn exchange(&self, secret: &str, at: Time) -> Result<Exchange, String>;

    /// The token in what was answered.
    fn token(&self, status: u16, body: &str) -> Result<String, String>;
}
