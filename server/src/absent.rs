//! What the portal and the management API answer while the database has not answered since the start: nothing of it
//! can be shown yet, and it may have to be migrated first. The gateway serves meanwhile.

use crate::portal::problems;
use crate::trouble::Trouble;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use control::Control;
use domain::problem::{Problem, ProblemKind};
use http::{HeaderName, HeaderValue};
use rest::RequestId;

/// Why nothing else is answered.
pub fn problem() -> Problem {
    let detail = "the database has not answered since the start; calls through the gateway are answered, and this is \
        back within seconds of the database";
    Problem { retry_after_s: Some(5), ..Problem::new(ProblemKind::Unavailable, detail) }
}

/// For programs. Pages have a layer of their own, in the portal.
pub async fn refuse(
    State((control, trouble)): State<(Control, Trouble)>,
    request: Request,
    next: Next,
) -> Response {
    if !trouble.waits_for_database() {
        return next.run(request).await;
    }
    let (problem, id) = (problem(), RequestId::new(control.now()).to_string());
    let mut response = problems::json(&problem, control.portal_url(), &id);
    let headers = response.headers_mut();
    problems::add_retry_after(&problem, headers);
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    response
}
