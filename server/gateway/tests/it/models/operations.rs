//! What is asked beside conversation: vectors, pictures, sound, judgements, rankings, counts of tokens.

mod counting;
mod embeddings;
mod forwarded;
mod refused;
mod sound;

use super::{alias, config, post, provider, start, target};
use crate::lab::{self, Lab};
use domain::gateway_config::GatewayProvider;
use faultlab::raw::Answer;
use faultlab::vendor::{Seen, Vendor};

/// Kinds of vendors, where they answer, and a model of theirs.
const VENDORS: [(&str, &str, &str); 8] = [
    ("openai", "/v1", "sim-embed"),
    ("anthropic", "/v1", "sim-large"),
    ("gemini", "/v1beta", "sim-embed"),
    ("cohere", "/v2", "sim-embed"),
    ("mistral", "/mistral/v1", "sim-embed"),
    ("ollama", "/api", "sim-embed"),
    ("bedrock", "", "amazon.titan-embed-text-v2:0"),
    ("bedrock", "", "cohere.embed-v4:0"),
];

fn named(number: u8, kind: &str, base: String) -> GatewayProvider {
    let mut provider = provider(number, kind, base, &["good"]);
    provider.settings.insert("region".to_owned(), "eu-central-1".to_owned());
    provider
}

/// An alias for each, named `v1`, `v2` and so on in the order of [`VENDORS`].
fn all(vendor: &Vendor) -> Lab {
    let numbered = || (1..).zip(VENDORS);
    let providers =
        numbered().map(|(number, (kind, path, _))| named(number, kind, format!("{}{path}", vendor.url())));
    let aliases = numbered()
        .map(|(number, (_, _, model))| alias(&format!("v{number}"), vec![target(number, model, 0)]));
    start(config(providers.collect(), aliases.collect()))
}

/// One vendor of a kind, and one of its models under the name `m`.
fn one(vendor: &Vendor, kind: &str, model: &str) -> Lab {
    let (_, path, _) = VENDORS.iter().find(|(name, _, _)| *name == kind).unwrap();
    let provider = named(1, kind, format!("{}{path}", vendor.url()));
    start(config(vec![provider], vec![alias("m", vec![target(1, model, 0)])]))
}

fn last(vendor: &Vendor) -> Seen {
    vendor.requests().pop().unwrap()
}

/// Sends bytes of a type.
pub fn send(lab: &Lab, path: &str, content_type: &str, body: &[u8]) -> Answer {
    let more =
        format!("Connection: close\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n", body.len());
    let head = lab::request(&format!("POST {path}"), &more);
    lab.ask([head.as_bytes(), body].concat())
}
