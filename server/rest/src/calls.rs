//! Calls through the gateway, as recorded.

use crate::answer::{Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Caller, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use control::calls::CallRow;
use domain::Time;
use domain::calls::CallFilter;
use domain::check::Check;
use domain::ids::{ApiId, ApplicationId};
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/calls", "calls.list", list)
            .signed_in()
            .summary("Lists calls to the caller's APIs and by the caller's applications, newest first"),
        Endpoint::get("/calls/{call}", "calls.get", get).signed_in().summary("Shows a call"),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
#[derive(Default)]
struct Filter {
    api: Option<ApiId>,
    application: Option<ApplicationId>,
    /// The route's label: `GET /pets/{id}`.
    route: String,
    /// A status like `404`, or a class like `4xx`.
    status: String,
    /// `ok`, the short name of a refusal, `client-gone`, or why the answer broke off: `upstream-broken`,
    /// `upstream-timeout`, `call-timeout`.
    outcome: String,
    /// A part of the path.
    path: String,
    /// The beginning of a request id.
    id: String,
    client_address: String,
    /// Only calls that took at least so many milliseconds.
    slower_than_ms: Option<u32>,
    /// Only calls for which a vendor was asked for this model: `gpt-4o`.
    model: String,
    /// Only calls for which this provider, by its id, was asked for a model.
    provider: String,
    /// From this time on.
    since: Option<Time>,
    /// Before this time.
    until: Option<Time>,
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(asked): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<CallRow>> {
    let mut check = Check::new();
    let status = check.parse_optional("status", &asked.status);
    check.finish()?;
    let Filter {
        api,
        application,
        route,
        outcome,
        path,
        id,
        client_address,
        slower_than_ms,
        model,
        provider,
        since,
        until,
        ..
    } = asked;
    let filter = CallFilter {
        api,
        application,
        route,
        status,
        outcome,
        path,
        id,
        client_address,
        slower_than_ms,
        model,
        provider,
        since,
        until,
    };
    Ok(Listed(control::calls::list(&control, &actor, &filter, &page).await?))
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At(id): At<String>,
) -> Answer<Object<CallRow>> {
    Ok(Object(control::calls::get(&control, &actor, &id).await?))
}
