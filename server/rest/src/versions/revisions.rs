//! Revisions of a version, and how its states differ.

use crate::answer::{Changed, Listed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Asked, At, Caller, Paged};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use control::versions::DraftChanges;
use domain::check::Invalid;
use domain::ids::ApiId;
use domain::roles::Permission;
use domain::text::VersionName;
use domain::versions::{Revision, RevisionDetail};
use schemars::JsonSchema;
use serde::Deserialize;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/apis/{api}/versions/{version}/revisions", "versions.list-revisions", list)
            .needs_in_team(Permission::ApisRead)
            .summary("Lists the revisions of a version, newest first"),
        Endpoint::get("/apis/{api}/versions/{version}/revisions/{revision}", "versions.get-revision", get)
            .needs_in_team(Permission::ApisRead)
            .summary("Shows a revision with what it fixed"),
        Endpoint::get("/apis/{api}/versions/{version}/changes", "versions.changes", changes)
            .needs_in_team(Permission::ApisRead)
            .summary("Compares the draft with what is live, or two revisions"),
    ]
}

#[derive(Deserialize, JsonSchema)]
struct Compared {
    /// The number of the older revision; together with `to`.
    from: Option<i64>,
    /// The number of the newer revision; together with `from`.
    to: Option<i64>,
}

async fn list(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): At<(ApiId, VersionName)>,
    Paged(page): Paged,
) -> Answer<Listed<Revision>> {
    Ok(Listed(control::versions::revisions(&control, &actor, &api, &name, &page).await?))
}

async fn get(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name, number)): At<(ApiId, VersionName, i64)>,
) -> Answer<Object<RevisionDetail>> {
    Ok(Object(control::versions::revision(&control, &actor, &api, &name, number).await?))
}

async fn changes(
    State(control): State<Control>,
    Caller(actor): Caller,
    At((api, name)): At<(ApiId, VersionName)>,
    Asked(asked): Asked<Compared>,
) -> Answer<Changed<DraftChanges>> {
    let changes = match (asked.from, asked.to) {
        (None, None) => control::versions::changes(&control, &actor, &api, &name).await?,
        (Some(from), Some(to)) => control::versions::compare(&control, &actor, &api, &name, from, to).await?,
        (None, Some(_)) => return Err(Invalid::one("from", "is required together with to").into()),
        (Some(_), None) => return Err(Invalid::one("to", "is required together with from").into()),
    };
    Ok(Changed(changes))
}
