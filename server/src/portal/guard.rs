//! The outermost layer of pages: gives the request its id, and sees to it that whatever comes back has the security
//! headers and is something a person can read. Panics end here.

use super::{Portal, pages, problems};
use app::server::{Facts, Incoming, Theme};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::problem::{Problem, ProblemKind};
use domain::settings::Settings;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use rest::RequestId;
use std::panic::AssertUnwindSafe;

pub async fn stand(State(portal): State<Portal>, mut request: Request, next: Next) -> Response {
    let id = RequestId::new(portal.control.now());
    request.extensions_mut().insert(id);
    let about = About::of(&request, id.to_string());
    let response = AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(request = %about.id, path = %about.path, "a page panicked");
        failed()
    });
    let mut response = match problem_of(&response) {
        Some(problem) => explain(&portal, &about, problem, response).await,
        None => response,
    };
    add_headers(response.headers_mut(), &about.id);
    response
}

/// What is kept of the request while it is answered.
struct About {
    id: String,
    path: String,
    theme: Theme,
    wants_page: bool,
}

impl About {
    fn of(request: &Request, id: String) -> Self {
        Self {
            id,
            path: request.uri().path().to_owned(),
            theme: super::visitors::theme(request.headers()),
            wants_page: problems::wants_page(request.headers()),
        }
    }
}

fn failed() -> Response {
    problems::response(Problem::new(ProblemKind::Internal, "it has been logged; please try again later"))
}

/// The problem that a layer answered with; an error without a body is one that nobody explained.
fn problem_of(response: &Response) -> Option<Problem> {
    let told = response.extensions().get::<Problem>().cloned();
    let silent =
        response.status().is_server_error() && !response.headers().contains_key(header::CONTENT_TYPE);
    told.or_else(|| {
        silent.then(|| Problem::new(ProblemKind::Internal, "it has been logged; please try again later"))
    })
}

/// The answer that explains the problem; cookies of the one it takes the place of stay.
async fn explain(portal: &Portal, about: &About, problem: Problem, silent: Response) -> Response {
    let mut response = if about.wants_page {
        let page = pages::render_failure(visitor(portal, about, problem.clone()));
        AssertUnwindSafe(page).catch_unwind().await.unwrap_or_else(|_| plain(&problem, &about.id))
    } else {
        problems::json(&problem, portal.control.portal_url(), &about.id)
    };
    problems::add_retry_after(&problem, response.headers_mut());
    for cookie in silent.headers().get_all(header::SET_COOKIE) {
        response.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    response
}

/// Somebody of whom nothing is known.
fn visitor(portal: &Portal, about: &About, problem: Problem) -> Incoming {
    Incoming::new(Facts {
        control: portal.control.clone(),
        session: None,
        actor: None,
        settings: Settings::default(),
        needs_setup: false,
        pending: 0,
        troubles: Vec::new(),
        flash: app::flash::Flash::default(),
        theme: about.theme,
        path: about.path.clone(),
        query: String::new(),
        address: String::new(),
        request_id: about.id.clone(),
        failure: Some(problem),
        site: portal.site.clone(),
    })
}

/// For when even the page about a failure fails.
fn plain(problem: &Problem, id: &str) -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, format!("{problem}\nrequest {id}\n")).into_response()
}

fn add_headers(headers: &mut HeaderMap, id: &str) {
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&app::document::policy(None))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}
