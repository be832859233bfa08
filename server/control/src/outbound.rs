//! The only place from which the control plane calls other machines, for an address that a person typed. Every
//! resolved address is asked of the outbound guard before it is connected to; redirects are followed by us, a few,
//! each guarded anew, or not at all where a secret is sent; the answer is bounded in size and time.

use crate::error::{Error, Result};
use domain::check::Invalid;
use domain::net::OutboundGuard;
use domain::upstream::Upstream;
use futures_util::StreamExt;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};
use url::{Host, Url};

const TIMEOUT: Duration = Duration::from_secs(20);
const REDIRECTS: usize = 3;

/// What was answered to one question.
pub struct Answer {
    pub status: u16,
    /// Cut where it is longer than was asked for; what is not UTF-8 is replaced.
    pub body: String,
    /// Until the body was read.
    pub took: Duration,
}

/// A field of a request's head, whose value may be a secret.
pub type Field = (&'static str, String);

/// What is posted.
pub struct Posted {
    pub content_type: &'static str,
    pub body: String,
}

pub struct Outbound {
    guard: Arc<OutboundGuard>,
}

impl Outbound {
    #[must_use]
    pub fn new(guard: OutboundGuard) -> Self {
        // an error says that there is a provider already, which is as good
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            tracing::debug!("a TLS provider is installed already");
        }
        Self { guard: Arc::new(guard) }
    }

    /// A client for one call. Its resolver is not told the port, which the guard must know to tell our own listeners:
    /// so there is one for each call, of which there are few.
    fn client(&self, port: u16) -> Result<reqwest::Client> {
        reqwest::Client::builder()
            .dns_resolver(Guarded { guard: self.guard.clone(), port })
            .redirect(Policy::none())
            .no_proxy()
            .timeout(TIMEOUT)
            .user_agent("gatehouse")
            .build()
            .map_err(|error| Error::Internal(format!("http client: {error}")))
    }

    /// Whether an address may be called at all: what can be said without resolving its name.
    pub fn check(&self, field: &str, url: &Url) -> Result<()> {
        self.allows(url).map_err(|refused| Invalid::one(field, refused).into())
    }

    fn allows(&self, url: &Url) -> Result<(), String> {
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            Some(Host::Domain(name)) if is_local_name(name) => IpAddr::from([127, 0, 0, 1]),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err("expected an address with a host".to_owned()),
        };
        self.guard.check(SocketAddr::new(ip, port_of(url))).map_err(|refused| refused.to_string())
    }

    /// Refuses an upstream any of whose nodes may not be reached.
    pub fn check_upstream(&self, upstream: &Upstream) -> Result<()> {
        upstream.addresses().try_for_each(|(field, url)| self.check(&format!("upstream.{field}"), url.url()))
    }

    /// Fetches a text of at most `most` bytes. Errors stand at `field`.
    pub async fn fetch_text(&self, field: &str, address: &str, most: usize) -> Result<(Url, String)> {
        let refuse = |message: String| Error::from(Invalid::one(field, message));
        let mut url = Url::parse(address.trim())
            .map_err(|_| refuse("expected an address like https://example.com/openapi.json".to_owned()))?;
        for _ in 0..=REDIRECTS {
            if !matches!(url.scheme(), "http" | "https") {
                return Err(refuse("expected an address that begins with http:// or https://".to_owned()));
            }
            self.check(field, &url)?;
            let client = self.client(port_of(&url))?;
            let response =
                client.get(url.clone()).send().await.map_err(|error| refuse(describe(&error, TIMEOUT)))?;
            if response.status().is_redirection() {
                let location = response.headers().get("location").and_then(|value| value.to_str().ok());
                let next = location.and_then(|location| url.join(location).ok());
                url = next.ok_or_else(|| refuse("answered with a redirect that leads nowhere".to_owned()))?;
                continue;
            }
            if !response.status().is_success() {
                return Err(refuse(format!("answered with status {}", response.status().as_u16())));
            }
            return Ok((url, read(response, most).await.map_err(refuse)?));
        }
        Err(refuse(format!("redirects more than {REDIRECTS} times")))
    }

    /// Asks an address once, with header fields that may be secrets, by GET where nothing is `posted`; reads at most `most`
    /// bytes of what is answered, whatever its status. A redirect is not followed, so that no field gets to another host. An error is in words
    /// for a person.
    pub async fn ask(
        &self,
        url: &Url,
        fields: &[Field],
        posted: Option<Posted>,
        patience: Duration,
        most: usize,
    ) -> Result<Answer, String> {
        self.allows(url)?;
        let client = self.client(port_of(url)).map_err(|_| "could not be called".to_owned())?;
        let begun = Instant::now();
        let asked = match posted {
            None => client.get(url.clone()),
            Some(posted) => {
                client.post(url.clone()).header("content-type", posted.content_type).body(posted.body)
            }
        };
        let asked = asked.headers(secret_fields(fields)?).timeout(patience);
        let response = asked.send().await.map_err(|error| describe(&error, patience))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        let mut stream = response.bytes_stream();
        while body.len() < most
            && let Some(piece) = stream.next().await
        {
            body.extend_from_slice(&piece.map_err(|error| describe(&error, patience))?);
        }
        body.truncate(most);
        Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned(), took: begun.elapsed() })
    }
}

/// Fields that are not shown where a request is.
fn secret_fields(fields: &[Field]) -> Result<HeaderMap, String> {
    let mut map = HeaderMap::new();
    for (name, value) in fields {
        let value = HeaderValue::from_str(value);
        let mut value =
            value.map_err(|_| format!("the field {name} cannot hold what is to be sent in it"))?;
        value.set_sensitive(true);
        map.insert(HeaderName::try_from(*name).map_err(|_| format!("{name:?} names no field"))?, value);
    }
    Ok(map)
}

async fn read(response: reqwest::Response, most: usize) -> Result<String, String> {
    let mut body = Vec::new();
    let mut stream = response.bytes_stream();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|error| describe(&error, TIMEOUT))?;
        if body.len() + piece.len() > most {
            return Err(format!("answered with more than {most} bytes"));
        }
        body.extend_from_slice(&piece);
    }
    String::from_utf8(body).map_err(|_| "answered with something that is not UTF-8 text".to_owned())
}

/// What a person is told of a failed call: the kind of failure, no library's words.
fn describe(error: &reqwest::Error, patience: Duration) -> String {
    if let Some(refused) = guard_refusal(error) {
        return refused;
    }
    if error.is_timeout() {
        format!("did not answer within {} s", patience.as_secs_f64())
    } else if error.is_connect() {
        "could not be connected to".to_owned()
    } else {
        "broke off its answer".to_owned()
    }
}

fn guard_refusal(error: &reqwest::Error) -> Option<String> {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(refused) = inner.downcast_ref::<domain::net::AddressRefused>() {
            return Some(refused.to_string());
        }
        source = inner.source();
    }
    None
}

fn port_of(url: &Url) -> u16 {
    url.port_or_known_default().unwrap_or(80)
}

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Resolves names and keeps only addresses that the guard lets pass at a port.
struct Guarded {
    guard: Arc<OutboundGuard>,
    port: u16,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, port) = (self.guard.clone(), self.port);
        Box::pin(async move {
            let mut refused = None;
            let mut passed = Vec::new();
            for address in tokio::net::lookup_host((name.as_str(), port)).await? {
                match guard.check(address) {
                    Ok(()) => passed.push(address),
                    Err(error) => refused = Some(error),
                }
            }
            match refused {
                Some(error) if passed.is_empty() => Err(error.into()),
                _ => Ok(Box::new(passed.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolve(guard: &OutboundGuard, name: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
        let resolver = Guarded { guard: Arc::new(guard.clone()), port };
        let found = resolver.resolve(name.parse().unwrap()).await;
        found.map(Iterator::collect).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_name_leads_neither_to_private_addresses_nor_to_our_own_listeners() {
        let private = resolve(&OutboundGuard::default(), "localhost", 3000).await.unwrap_err();
        assert!(private.contains("GATEHOUSE_OUTBOUND_ALLOW"), "{private}");
        let own_listeners = vec!["127.0.0.1:3000".parse().unwrap(), "[::1]:3000".parse().unwrap()];
        let guard = OutboundGuard { allow: domain::net::local_ranges(), own_listeners };
        let own = resolve(&guard, "localhost", 3000).await.unwrap_err();
        assert!(own.contains("is an address of this installation"), "{own}");
        assert!(!resolve(&guard, "localhost", 3001).await.unwrap().is_empty());
    }
}
