//! The management API under `/api/v1`: everything a page can do, for programs. One file an area; a handler unpacks,
//! calls a use case of `control`, and answers what that answered. Each endpoint is declared once; the router, the
//! list of routes and the OpenAPI document are made from that declaration.
//!
//! Never here: rules, permissions (an endpoint says which one its use case asks for), SQL.

mod accounts;
mod answer;
mod apis;
mod applications;
mod audit;
mod budgets;
mod calls;
mod catalogue;
mod certificates;
mod credentials;
mod endpoint;
mod etag;
mod extract;
mod gateway;
mod guard;
mod idempotency;
mod invitations;
mod merge_patch;
mod models;
mod openapi;
mod operation;
mod plans;
mod precondition;
mod problem;
mod prompts;
mod providers;
mod request_id;
mod requests;
mod settings;
mod subscriptions;
mod teams;
mod tokens;
mod usage;
mod versions;

pub use endpoint::{Access, EndpointInfo};
pub use problem::Body as ProblemBody;
pub use request_id::RequestId;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::any;
use control::Control;
use domain::problem::{Problem, ProblemKind};
use endpoint::Endpoint;
use http::Method;
use precondition::Objects;
use problem::Refusal;

/// Where the management API stands on the portal's listener.
pub const BASE: &str = "/api/v1";

/// Every endpoint of the management API.
fn table() -> Vec<Endpoint> {
    [
        openapi::endpoints(),
        accounts::endpoints(),
        invitations::endpoints(),
        tokens::endpoints(),
        settings::endpoints(),
        gateway::endpoints(),
        providers::endpoints(),
        models::endpoints(),
        teams::endpoints(),
        certificates::endpoints(),
        apis::endpoints(),
        versions::endpoints(),
        prompts::endpoints(),
        plans::endpoints(),
        budgets::endpoints(),
        catalogue::endpoints(),
        applications::endpoints(),
        credentials::endpoints(),
        subscriptions::endpoints(),
        requests::endpoints(),
        calls::endpoints(),
        usage::endpoints(),
        audit::endpoints(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Every endpoint with who may use it, for `gatehouse routes`.
#[must_use]
pub fn endpoints() -> Vec<EndpointInfo> {
    table().iter().map(Endpoint::info).collect()
}

/// The router, with everything below [`BASE`] answered here: what is unknown there is a 404 problem.
///
/// The caller's address is taken from axum's `ConnectInfo<SocketAddr>` where the listener sets it; a [`RequestId`]
/// among the request's extensions is kept, else one is made. Programs present tokens and no cookies: a layer that
/// asks for `Origin` must leave these addresses out.
pub fn router(control: Control) -> Router {
    let (reading, changing): (Vec<_>, Vec<_>) =
        table().into_iter().partition(|endpoint| endpoint.method == Method::GET);
    let readable = reading.iter().map(|endpoint| endpoint.path).collect();
    let mount = |api, endpoint: Endpoint, objects: Option<&Objects>| endpoint.mount(api, &control, objects);
    let reads = reading.into_iter().fold(Router::new(), |api, endpoint| mount(api, endpoint, None));
    let objects = Objects::new(reads.clone().with_state(control.clone()), readable);
    let api = changing.into_iter().fold(reads, |api, endpoint| mount(api, endpoint, Some(&objects)));
    let api: Router = api.fallback(unknown).with_state(control.clone());
    Router::new()
        .nest(BASE, api)
        // nesting leaves out the address with nothing after its slash
        .route(&format!("{BASE}/"), any(unknown))
        .layer(from_fn_with_state(control, problem::tell))
}

async fn unknown() -> Refusal {
    Problem::new(ProblemKind::NotFound, format!("no such address; {BASE}/openapi.json lists those there are"))
        .into()
}
