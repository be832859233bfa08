//! Between a browser's form and a server function. The function answers with a `Done` or an error; here that becomes
//! what a browser without script needs: a redirect (303), with what is to be said left for the next page, or what was
//! typed left for the same page. Programs get the function's own answer.

mod body;

use super::problems;
use app::access::Access;
use app::api;
use app::done::Done;
use app::error::AppError;
use app::flash::{Flash, Refused, keepable};
use app::link;
use app::server::Incoming;
use app::session::FLASH;
use axum::body::Body;
use axum::extract::{Extension, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use domain::problem::{Problem, ProblemKind};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::de::DeserializeOwned;

/// The header that a server function sets when it fails.
const FAILED: &str = "serverfnerror";
/// The most that a server function answers, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;

pub async fn post(Extension(incoming): Extension<Incoming>, request: Request) -> Response {
    match answer(&incoming, request).await {
        Ok(response) => response,
        Err(problem) => problems::response(problem),
    }
}

async fn answer(incoming: &Incoming, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let endpoint = api::endpoint(parts.uri.path()).ok_or_else(|| Problem::not_found("server function"))?;
    let sent = body::read(&parts.headers, body, endpoint.body_limit).await?;
    if endpoint.access != Access::Anonymous && incoming.actor.is_none() {
        return signed_out(incoming, &parts.headers).await;
    }
    if endpoint.multipart != body::is_multipart(&parts.headers) {
        return Err(Problem::new(
            ProblemKind::UnsupportedMediaType,
            "the form came in an encoding that is not its own",
        ));
    }
    let wants_page = problems::wants_page(&parts.headers);
    let response = run(&parts, sent.clone()).await;
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, MAX_ANSWER).await.map_err(|_| broken("answer too long"))?;
    let failed = head.headers.contains_key(FAILED);
    match (failed, wants_page) {
        (true, true) => {
            let typed = body::fields(&parts, sent).await;
            refused(incoming, &parts, decode(&bytes)?, typed).await
        }
        (false, true) => done(incoming, &parts.headers, &head.headers, decode(&bytes)?).await,
        (true, false) => {
            let error: AppError = decode(&bytes)?;
            let portal_url = incoming.control.portal_url();
            Ok(problems::json(&error.problem, portal_url, &incoming.request_id))
        }
        (false, false) => Ok(Response::from_parts(head, Body::from(bytes))),
    }
}

/// Runs the server function, as for a program: what a browser needs is added here.
async fn run(parts: &Parts, sent: Bytes) -> Response {
    let mut request = Request::from_parts(parts.clone(), Body::from(sent));
    request.headers_mut().insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    leptos_axum::handle_server_fns_with_context(app::server::provide, request).await.into_response()
}

/// All went well: on to the next page.
async fn done(
    incoming: &Incoming,
    asked: &HeaderMap,
    given: &HeaderMap,
    done: Done,
) -> Result<Response, Problem> {
    let to = if done.to.is_empty() { came_from(asked) } else { done.to };
    let flash =
        Flash { page: path_of(&to).to_owned(), notice: done.notice, shown: done.shown, refused: None };
    if flash.notice.is_some() || flash.shown.is_some() {
        leave(incoming, flash).await?;
    }
    let mut response = see_other(&to)?;
    for cookie in given.get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    Ok(response)
}

/// Back to the form, with what was typed.
async fn refused(
    incoming: &Incoming,
    parts: &Parts,
    error: AppError,
    typed: Vec<(String, String)>,
) -> Result<Response, Problem> {
    let back = came_from(&parts.headers);
    let (typed, too_long) = keepable(typed);
    let mut problem = error.problem;
    if too_long {
        problem.detail.push_str("; a long text was not kept, your browser's Back button may still have it");
    }
    let refused =
        Refused { action: parts.uri.path().to_owned(), problem, request_id: error.request_id, typed };
    let flash = Flash { page: path_of(&back).to_owned(), refused: Some(refused), ..Flash::default() };
    leave(incoming, flash).await?;
    see_other(&back)
}

/// To the sign-in page, and from there back to the form.
async fn signed_out(incoming: &Incoming, headers: &HeaderMap) -> Result<Response, Problem> {
    let problem =
        Problem::new(ProblemKind::Unauthenticated, "your session has ended; sign in and send it again");
    if !problems::wants_page(headers) {
        return Err(problem);
    }
    let notice = Some("your session has ended; sign in to go on".to_owned());
    leave(incoming, Flash { page: "/sign-in".to_owned(), notice, ..Flash::default() }).await?;
    see_other(&format!("/sign-in{}", link::query(&[("next", &came_from(headers))])))
}

/// Leaves something for the next page.
async fn leave(incoming: &Incoming, flash: Flash) -> Result<(), Problem> {
    let session = incoming.session.as_ref().ok_or_else(|| broken("no session"))?;
    session.insert(FLASH, flash).await.map_err(|error| broken(&error.to_string()))
}

fn see_other(to: &str) -> Result<Response, Problem> {
    let to = HeaderValue::from_str(link::local(to).unwrap_or("/")).map_err(|_| broken("address"))?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, to);
    Ok(response)
}

/// The page that a form stands on: path and query of the `Referer`, whose origin is known to be ours.
fn came_from(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let after_scheme = referer.split_once("://").map_or("", |(_, rest)| rest);
    let path = after_scheme.find('/').map_or("/", |at| after_scheme.split_at(at).1);
    let path = path.split('#').next().unwrap_or("/");
    link::local(path).unwrap_or("/").to_owned()
}

fn path_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or(address)
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| broken(&error.to_string()))
}

fn broken(words: &str) -> Problem {
    tracing::error!(error = words, "a form could not be answered");
    Problem::new(ProblemKind::Internal, "it has been logged; please try again later")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_a_path_of_ours() {
        for (referer, expected) in [
            ("http://127.0.0.1:3000/teams?q=a%20b", "/teams?q=a%20b"),
            ("https://portal.example.com", "/"),
            ("https://portal.example.com//evil.example/x", "/"),
            ("https://portal.example.com/teams#end", "/teams"),
            ("nonsense", "/"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, referer.parse().unwrap());
            assert_eq!(came_from(&headers), expected, "{referer}");
        }
        assert_eq!(came_from(&HeaderMap::new()), "/");
    }
}
