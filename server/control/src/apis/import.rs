//! From an OpenAPI document to a draft: one route for each operation, the upstream from its servers.

use crate::error::{Error, Result};
use crate::openapi::{self, Document, Finding, Limits};
use crate::services::Control;
use domain::apis::{CreateApi, NewApi};
use domain::check::Invalid;
use domain::policies::Policies;
use domain::problem::{FieldError, Problem, ProblemKind};
use domain::routes::{PathPattern, Route};
use domain::upstream::Upstream;
use domain::versions::VersionConfig;
use url::Url;

/// A document that was read.
pub(crate) struct Imported {
    /// As JSON, to be kept.
    pub text: String,
    pub routes: Vec<Route>,
    /// The first server that is, or could be made, an absolute address.
    pub server: Option<Url>,
}

/// Reads the document of the input, wherever it comes from. `None` when there is none.
pub(crate) async fn read(control: &Control, input: &CreateApi) -> Result<Option<Imported>> {
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    if let Some(text) = filled(&input.openapi) {
        return read_text("openapi", text, None).await.map(Some);
    }
    let Some(address) = filled(&input.openapi_url) else { return Ok(None) };
    let (url, text) = control.outbound().fetch_text("openapi_url", &address, Limits::GIVEN.bytes).await?;
    read_text("openapi_url", text, Some(url)).await.map(Some)
}

/// Reads a document off the threads that answer requests: five megabytes take a while.
pub(crate) async fn read_text(field: &'static str, text: String, source: Option<Url>) -> Result<Imported> {
    let read = tokio::task::spawn_blocking(move || openapi::read(&text, &Limits::GIVEN)).await;
    let document = read
        .map_err(|error| Error::Internal(format!("openapi: {error}")))?
        .map_err(|findings| refuse(field, &findings))?;
    let routes = routes(&document);
    if routes.is_empty() {
        return Err(Invalid::one(field, "the document has no operation that the gateway carries").into());
    }
    let server = document.servers.iter().find_map(|server| match &source {
        Some(source) => server.absolute(source),
        None => Url::parse(&server.url).ok(),
    });
    Ok(Imported { routes, server, text: document.text })
}

/// The findings that refuse a document, as errors of the field, each with its place.
fn refuse(field: &str, findings: &[Finding]) -> Error {
    const TOLD: usize = 10;
    let errors = || findings.iter().filter(|finding| finding.is_error());
    let mut problem = Problem::new(ProblemKind::InvalidInput, "the OpenAPI document was refused");
    problem.fields = errors()
        .take(TOLD)
        .map(|finding| {
            let place = match (finding.line, finding.pointer.as_str()) {
                (Some(line), _) => format!("line {line}: "),
                (None, "") => String::new(),
                (None, pointer) => format!("{pointer}: "),
            };
            FieldError { field: field.to_owned(), message: format!("{place}{}", finding.message) }
        })
        .collect();
    let more = errors().count().saturating_sub(TOLD);
    if more > 0 {
        problem.fields.push(FieldError { field: field.to_owned(), message: format!("and {more} more") });
    }
    Error::Refused(problem)
}

/// One route for each operation. Two templates that the gateway cannot tell apart give one route.
fn routes(document: &Document) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for operation in &document.operations {
        let Some(path) = pattern(&operation.path) else {
            continue;
        };
        if seen.insert((path.shape(), operation.method)) {
            let summary = operation.summary.clone().unwrap_or_default();
            routes.push(Route { methods: vec![operation.method], path, summary });
        }
    }
    routes
}

/// A template as a pattern. A segment that is only in part a parameter (`/report-{id}.pdf`) becomes a parameter:
/// the pattern matches at least what the template does.
fn pattern(template: &str) -> Option<PathPattern> {
    if let Ok(pattern) = template.parse() {
        return Some(pattern);
    }
    let mut path = String::new();
    for segment in template.strip_prefix('/')?.split('/') {
        path.push('/');
        match segment.split_once('{').and_then(|(_, rest)| rest.split_once('}')) {
            Some((name, _)) => {
                let name: String =
                    name.chars().filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c)).collect();
                path.push('{');
                path.push_str(if name.is_empty() { "value" } else { &name });
                path.push('}');
            }
            None => path.extend(url::form_urlencoded::byte_serialize(segment.as_bytes())),
        }
    }
    path.parse().ok()
}

/// The first draft: what was given goes before what the document says.
pub(crate) fn config(new: &NewApi, imported: Option<&Imported>) -> Result<VersionConfig> {
    if let Some(prompt) = &new.prompt {
        return Ok(VersionConfig::of_prompt(prompt.clone()));
    }
    if let Some(models) = &new.models {
        return Ok(VersionConfig::of_models(models.clone()));
    }
    let upstream = match (&new.upstream, imported.and_then(|document| document.server.as_ref())) {
        (Some(upstream), _) => upstream.clone(),
        (None, Some(server)) => upstream_at(server)?,
        (None, None) => {
            return Err(
                Invalid::one("upstream.url", "is required: the document names no absolute server").into()
            );
        }
    };
    let routes = imported.map_or_else(|| vec![Route::everything()], |document| document.routes.clone());
    Ok(VersionConfig {
        upstream,
        models: None,
        prompt: None,
        routes,
        hosts: Vec::new(),
        policies: Policies::default(),
        docs: String::new(),
    })
}

fn upstream_at(server: &Url) -> Result<Upstream> {
    let url = server.as_str().parse().map_err(|error| {
        Invalid::one("upstream.url", format!("the document's server is of no use: {error}"))
    })?;
    Ok(Upstream::at(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_become_patterns_that_match_at_least_as_much() {
        for (template, expected) in [
            ("/pets/{id}", "/pets/{id}"),
            ("/report-{id}.pdf", "/{id}"),
            ("/a/{x y}/b", "/a/{xy}/b"),
            ("/caf\u{e9}", "/caf%C3%A9"),
        ] {
            assert_eq!(pattern(template).unwrap().to_string(), expected);
        }
        assert_eq!(pattern("no-slash"), None);
    }
}
