//! Routes of a draft, one at a time. A route is named by its label: `GET /pets/{id}`.

use super::draft::change;
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::versions;
use domain::check::{Check, Invalid};
use domain::ids::ApiId;
use domain::problem::{Problem, ProblemKind};
use domain::routes::{Method, PathPattern, Route};
use domain::text::VersionName;
use domain::versions::UpdateDraft;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A route as its form sends it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RouteFields {
    /// Words between commas; empty: every method.
    pub methods: String,
    pub path: String,
    pub summary: String,
}

impl RouteFields {
    fn read(self) -> Result<Route, Invalid> {
        let mut check = Check::new();
        let words = crate::api::upload::list(&self.methods.to_uppercase());
        let mut methods: Vec<Method> = words.iter().filter_map(|word| check.parse("methods", word)).collect();
        methods.sort_unstable();
        methods.dedup();
        let path = check.parse::<PathPattern>("path", &self.path);
        let summary = check.line("summary", &self.summary, 0, 200);
        check.done(|| Some(Route { methods, path: path?, summary }))
    }
}

#[server(prefix = "/api", endpoint = "routes/create")]
pub async fn create(
    api: ApiId,
    version: VersionName,
    #[server(flatten)] route: RouteFields,
) -> Result<Done, AppError> {
    let route = route.read()?;
    let mut routes = routes(&api, &version).await?;
    routes.push(route);
    save(&api, &version, routes).await
}

#[server(prefix = "/api", endpoint = "routes/update")]
pub async fn update(
    api: ApiId,
    version: VersionName,
    label: String,
    #[server(flatten)] route: RouteFields,
) -> Result<Done, AppError> {
    let route = route.read()?;
    let mut routes = routes(&api, &version).await?;
    *routes.iter_mut().find(|route| route.label() == label).ok_or_else(gone)? = route;
    let done = save(&api, &version, routes).await?;
    Ok(Done { to: format!("/apis/{api}/routes?version={version}"), ..done })
}

#[server(prefix = "/api", endpoint = "routes/delete")]
pub async fn delete(api: ApiId, version: VersionName, label: String) -> Result<Done, AppError> {
    let mut routes = routes(&api, &version).await?;
    routes.retain(|route| route.label() != label);
    save(&api, &version, routes).await
}

async fn routes(api: &ApiId, version: &VersionName) -> Result<Vec<Route>> {
    Ok(versions::get(&control(), &actor(), api, version).await?.draft.routes)
}

async fn save(api: &ApiId, version: &VersionName, routes: Vec<Route>) -> Result<Done> {
    change(api, version, UpdateDraft { routes: Some(routes), ..UpdateDraft::default() }).await
}

fn gone() -> Problem {
    Problem::new(ProblemKind::Conflict, "somebody else has changed this route meanwhile; look again")
}
