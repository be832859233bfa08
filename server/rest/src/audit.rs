//! The audit trail.

use crate::answer::{Changed, Listed};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, Caller, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use control::audit::Verified;
use domain::Time;
use domain::audit::{AuditFilter, AuditRow};
use domain::ids::{AccountId, TeamId};
use domain::roles::Permission;
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/audit", "audit.list", list)
            .needs(Permission::AuditRead)
            .summary("Lists who did what to which object, newest first"),
        Endpoint::get("/audit/verification", "audit.verify", verify)
            .needs(Permission::AuditRead)
            .summary("Walks the chain of hashes from its beginning"),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(default)]
#[derive(Default)]
struct Filter {
    /// `teams.create`, `subscriptions.approve`, …
    action: String,
    /// `team`, `api`, `subscription`, …
    object_kind: String,
    object_id: String,
    /// Who acted.
    account: Option<AccountId>,
    /// Whose object it is.
    team: Option<TeamId>,
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
) -> Answer<Listed<AuditRow>> {
    let Filter { action, object_kind, object_id, account, team, since, until } = asked;
    let filter = AuditFilter { action, object_kind, object_id, account, team, since, until };
    Ok(Listed(control::audit::list(&control, &actor, &filter, &page).await?))
}

async fn verify(State(control): State<Control>, Caller(actor): Caller) -> Answer<Changed<Verified>> {
    // the use case is the command line's as well, which asks nobody
    actor.require(Permission::AuditRead)?;
    Ok(Changed(control::audit::verify(&control).await?))
}
