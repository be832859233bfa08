//! Where an API described by a document is reached.

use serde::Serialize;
use serde_json::Value;
use url::{ParseError, Url};

use super::Format;
use super::document::scalar;
use super::finding::{Findings, clip, quoted};

/// Most servers listed.
const MAX_SERVERS: usize = 50;

/// Longest address, in bytes.
const MAX_LENGTH: usize = 2_048;

/// Longest description, in bytes.
const MAX_DESCRIPTION: usize = 2_000;

/// One address, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Server {
    /// `https://api.example.com/v1`; if `relative`, `/v1`, `//api.example.com/v1` (no scheme) or empty.
    pub url: String,
    pub description: Option<String>,
    /// To be resolved against the address that the document came from.
    pub relative: bool,
}

impl Server {
    /// The whole address, for a document that came from `source`. `None` if the two do not make an http(s) address.
    #[must_use]
    pub fn absolute(&self, source: &Url) -> Option<Url> {
        source.join(&self.url).ok().filter(|url| is_http(url) && url.has_host())
    }
}

pub(super) fn read(root: &Value, format: Format, findings: &mut Findings) -> Vec<Server> {
    match format {
        Format::Swagger2 => swagger2(root, findings),
        Format::OpenApi30 | Format::OpenApi31 => openapi3(root, findings),
    }
}

fn swagger2(root: &Value, findings: &mut Findings) -> Vec<Server> {
    let base = root.get("basePath").and_then(Value::as_str).unwrap_or_default();
    let base = if base.is_empty() || base.starts_with('/') { base.to_owned() } else { format!("/{base}") };
    let host = root.get("host").and_then(Value::as_str).unwrap_or_default();
    if host.is_empty() {
        return server("/basePath", &base, None, findings).into_iter().collect();
    }
    let list = root.get("schemes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let schemes: Vec<_> = list.iter().filter_map(Value::as_str).take(MAX_SERVERS).collect();
    if schemes.is_empty() {
        return server("/host", &format!("//{host}{base}"), None, findings).into_iter().collect();
    }
    schemes
        .iter()
        .filter_map(|scheme| server("/schemes", &format!("{scheme}://{host}{base}"), None, findings))
        .collect()
}

fn openapi3(root: &Value, findings: &mut Findings) -> Vec<Server> {
    let list = root.get("servers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if list.is_empty() {
        // The specification's default.
        return server("", "/", None, findings).into_iter().collect();
    }
    let one = |(index, entry): (usize, &Value)| {
        let pointer = format!("/servers/{index}");
        let template = entry.get("url").and_then(Value::as_str).unwrap_or_default();
        let description = entry.get("description").and_then(scalar).map(|text| clip(&text, MAX_DESCRIPTION));
        match filled(template, entry.get("variables")) {
            Ok(url) => server(&pointer, &url, description, findings),
            Err(message) => {
                findings.warning(&pointer, message);
                None
            }
        }
    };
    list.iter().take(MAX_SERVERS).enumerate().filter_map(one).collect()
}

/// The template with each variable replaced by its default.
fn filled(template: &str, variables: Option<&Value>) -> Result<String, String> {
    let mut url = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, next) = after.split_once('}').ok_or("the braces in the server's address do not match")?;
        let default = variables.and_then(|all| all.get(name)?.get("default")).and_then(scalar);
        let default =
            default.ok_or_else(|| format!("the server variable {} has no default", quoted(name)))?;
        url.push_str(before);
        url.push_str(&default);
        if url.len() > MAX_LENGTH {
            break;
        }
        rest = next;
    }
    url.push_str(rest);
    Ok(url)
}

/// The server at `url`, or a warning that says why it is left out.
fn server(pointer: &str, url: &str, description: Option<String>, findings: &mut Findings) -> Option<Server> {
    let relative = match usable(url) {
        Ok(relative) => relative,
        Err(why) => {
            findings.warning(pointer, format!("the server {} is left out: {why}", quoted(url)));
            return None;
        }
    };
    if relative {
        findings.hint(pointer, "the server's address is relative to the address that the document came from");
    }
    Some(Server { url: url.trim_end_matches('/').to_owned(), description, relative })
}

/// Whether `url` is relative, or why it cannot be used.
fn usable(url: &str) -> Result<bool, String> {
    if url.len() > MAX_LENGTH {
        return Err(format!("an address has at most {MAX_LENGTH} bytes"));
    }
    if url.contains(['?', '#']) {
        return Err("an address has no query and no fragment".to_owned());
    }
    // A place to resolve against, so that relative addresses are checked as strictly as absolute ones.
    let relative = matches!(Url::parse(url), Err(ParseError::RelativeUrlWithoutBase));
    let parsed = if relative {
        Url::parse("http://localhost/").and_then(|base| base.join(url))
    } else {
        Url::parse(url)
    };
    let parsed = parsed.map_err(|error| error.to_string())?;
    if !is_http(&parsed) {
        return Err("only http and https are carried".to_owned());
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err("it carries a user name or password".to_owned());
    }
    Ok(relative)
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
