//! Keys of clouds for the use cases: they are shown with the very code that the gateway shows them with.

use ai::google::{Signer, read_token};
use control::providers::{Asked, CloudKeys, Exchange};
use domain::Time;
use domain::providers::{AmazonKey, GoogleAccount};

/// Knows how.
pub struct Clouds;

impl CloudKeys for Clouds {
    fn amazon(&self, secret: &str, asked: &Asked<'_>) -> Result<Vec<(&'static str, String)>, String> {
        let key = AmazonKey::parse(secret)?;
        let url = asked.url;
        let name = url.host_str().ok_or("expected an address with a host")?;
        let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let target = format!("{}{query}", url.path());
        let body = asked.body.as_bytes();
        let asked_of = ai::aws::Asked { method: asked.method, host: &host, target: &target, body };
        Ok(ai::aws::authorize(&key, &asked_of, asked.region, asked.at.timestamp()))
    }

    fn exchange(&self, secret: &str, at: Time) -> Result<Exchange, String> {
        let signer = Signer::new(&GoogleAccount::parse(secret)?)?;
        let form = signer.request(at.timestamp())?;
        Ok(Exchange { url: signer.token_uri().url().clone(), form })
    }

    fn token(&self, status: u16, body: &str) -> Result<String, String> {
        Ok(read_token(status, body.as_bytes())?.secret)
    }
}
