//! Draws a page: the whole of it, before the first byte is sent, so that its status and cookies are right.

use app::server::Incoming;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;

/// The page that the request's address names, for its [`Incoming`].
pub async fn render(request: Request) -> Response {
    let draw = leptos_axum::render_app_async_with_context(app::server::provide, app::document::document);
    draw(request).await
}

/// A page about the failure in `incoming`, whatever its address.
pub async fn render_failure(incoming: Incoming) -> Response {
    let mut request = Request::new(Body::empty());
    request.extensions_mut().insert(incoming);
    render(request).await
}
