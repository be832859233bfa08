//! The portal as a router: pages, the functions that their forms post to, and the layers around both.
//!
//! From the outside in: assets; compression; the guard (request id, security headers, problems become pages, panics
//! end here); whether there is a database; the origin check; sessions; who is here; then a page or a form. No rules and no markup here: those are
//! in `control` and `app`.

mod documents;
mod forms;
mod guard;
mod origin;
mod pages;
pub(crate) mod problems;
mod sessions;
mod visitors;

use crate::absent;
use crate::site::{self, Site};
use crate::trouble::Trouble;
use app::access::Access;
use app::server::{Refusal, SiteFacts};
use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use control::Control;
use std::sync::Arc;
use tower_http::compression::CompressionLayer;

/// The cookies of the portal: they are never passed through the gateway.
pub const COOKIES: [&str; 3] = [sessions::PLAIN, sessions::SECURE, app::api::theme::COOKIE];

/// A version's OpenAPI document.
const DOCUMENT: &str = "/catalogue/{slug}/{version}/openapi.json";

/// What is answered beside pages, assets and server functions, and who may have it.
pub const FILES: [(&str, Access); 1] = [(DOCUMENT, Access::Anonymous)];

/// What the portal is made of besides the use cases.
pub struct Options {
    pub site: Arc<Site>,
    /// The gateway's refusals, explained below `/problems`.
    pub refusals: Vec<Refusal>,
    /// What keeps the gateway from serving what it should.
    pub trouble: Trouble,
}

/// What every layer may need.
#[derive(Clone)]
struct Portal {
    control: Control,
    site: Arc<SiteFacts>,
    origin: Arc<origin::Own>,
    trouble: Trouble,
}

/// The router of the portal. It answers every path, so it stands as the fallback beside the management API.
///
/// The address of the client is taken from `ConnectInfo<SocketAddr>` in the request's extensions.
pub fn router(control: Control, options: Options) -> Router {
    // may have been done before, by another router of this process
    let _ = any_spawner::Executor::init_tokio();
    let portal = Portal {
        origin: Arc::new(origin::Own::of(control.portal_url())),
        site: Arc::new(SiteFacts {
            package: options.site.package().to_owned(),
            has_assets: !options.site.is_empty(),
            refusals: options.refusals,
        }),
        control: control.clone(),
        trouble: options.trouble,
    };
    let sessions = sessions::layer(control);
    Router::new()
        .route("/api/{*function}", post(forms::post))
        .route(DOCUMENT, get(documents::openapi))
        .fallback(get(pages::render))
        .method_not_allowed_fallback(problems::method_not_allowed)
        .layer(from_fn_with_state(portal.clone(), visitors::meet))
        .layer(sessions)
        .layer(from_fn_with_state(portal.clone(), origin::check))
        .layer(from_fn_with_state(portal.clone(), wait_for_database))
        .layer(from_fn_with_state(portal, guard::stand))
        .layer(CompressionLayer::new().br(true).gzip(true))
        .layer(from_fn_with_state(options.site, site::serve))
}

/// Until the database has answered there is one page only.
async fn wait_for_database(State(portal): State<Portal>, request: Request, next: Next) -> Response {
    if portal.trouble.waits_for_database() {
        return problems::response(absent::problem());
    }
    next.run(request).await
}

/// Why the portal may not start: server functions that nobody said a permission for, and the other way round.
///
/// # Errors
/// Names them.
pub fn check() -> Result<(), String> {
    let unlisted = app::api::unlisted();
    if unlisted.is_empty() {
        Ok(())
    } else {
        Err(format!("not in step with app::api::TABLE: {}", unlisted.join(", ")))
    }
}
