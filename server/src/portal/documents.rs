//! OpenAPI documents of the catalogue, as files: for tools, and for those who read them elsewhere.

use super::problems;
use app::server::Incoming;
use axum::extract::{Extension, Path};
use axum::response::{IntoResponse, Response};
use control::catalogue;
use domain::problem::Problem;
use http::{HeaderValue, header};

/// The live document of a version, with the gateway's address in it.
pub async fn openapi(
    Extension(incoming): Extension<Incoming>,
    Path((slug, version)): Path<(String, String)>,
) -> Response {
    let viewer = incoming.actor.as_ref();
    match catalogue::document(&incoming.control, viewer, &slug, Some(&version)).await {
        Ok(Some(document)) => file(&document, &slug, &version),
        Ok(None) => problems::response(Problem::not_found("document")),
        Err(error) => problems::response(error.problem()),
    }
}

fn file(document: &serde_json::Value, slug: &str, version: &str) -> Response {
    let mut response = format!("{document:#}\n").into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // slug and version are plain words: a document was found under them
    if let Ok(name) = HeaderValue::from_str(&format!("inline; filename=\"{slug}-{version}.json\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
