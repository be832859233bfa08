//! The running gateway: listeners, certificates, figures, and the nodes of upstreams.

use crate::answer::{Changed, Listed};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Caller, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::gateway_status::{GatewayStatus, NodeStatus};
use domain::ids::ApiId;
use domain::roles::Permission;
use domain::text::VersionName;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/gateway", "gateway.get", get)
            .needs(Permission::SettingsRead)
            .summary("Shows where the gateway listens, what it serves and how it is"),
        Endpoint::get("/gateway/nodes", "gateway.nodes", nodes)
            .needs(Permission::SettingsRead)
            .summary("Lists the nodes of all upstreams as they are now"),
        Endpoint::get("/apis/{api}/versions/{version}/nodes", "versions.nodes", of_version)
            .needs_in_team(Permission::ApisRead)
            .summary("Lists the nodes of the version's live upstream as they are now"),
    ]
}

async fn get(State(control): State<Control>, Caller(actor): Caller) -> Answer<Changed<GatewayStatus>> {
    Ok(Changed(control::gateway::status(&control, &actor).await?))
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Filter {
    /// Only nodes that calls do not go to as a matter of course.
    troubled: bool,
}

async fn nodes(
    State(control): State<Control>,
    Caller(actor): Caller,
    Asked(asked): Asked<Filter>,
    Paged(page): Paged,
) -> Answer<Listed<NodeStatus>> {
    Ok(Listed(control::gateway::nodes(&control, &actor, asked.troubled, &page).await?))
}

async fn of_version(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, version)): At<(ApiId, VersionName)>,
    Paged(page): Paged,
) -> Answer<Listed<NodeStatus>> {
    Ok(Listed(control::gateway::nodes_of(&control, &actor, &api, &version, &page).await?))
}
