//! What every page of a workspace works on: an api, one of its versions, and how its draft differs from what is live.

use crate::error::{AppError, Result};
use crate::server::{actor, load, missing, param, query};
use control::versions::{self, DraftChanges};
use control::{Actor, Control, apis};
use domain::apis::{Api, ApiDetail};
use domain::ids::ApiId;
use domain::roles::Permission;
use domain::text::VersionName;
use domain::versions::Version;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Desk {
    pub detail: ApiDetail,
    pub version: Version,
    pub changes: DraftChanges,
}

/// The api and version that the page's address names; the default version where it names none.
#[derive(Clone, Debug)]
pub struct Place {
    api: Result<ApiId>,
    version: String,
}

impl Place {
    pub fn of_page() -> Self {
        let api = param("api").parse().map_err(|_| AppError::not_found("api"));
        Self { api, version: query("version") }
    }

    /// The api that the address names.
    pub fn api(self) -> Result<ApiId> {
        self.api
    }

    /// The api, and the version's name: for what is read beside the desk.
    pub async fn find(self, control: &Control, actor: &Actor) -> Result<(ApiDetail, VersionName)> {
        let detail = apis::get(control, actor, &self.api?).await?;
        if self.version.is_empty() {
            let name = detail.api.default_version.clone();
            return Ok((detail, name));
        }
        let name = self.version.parse().map_err(|_| AppError::not_found("version"))?;
        Ok((detail, name))
    }

    pub async fn open(self, control: &Control, actor: &Actor) -> Result<Desk> {
        let (detail, name) = self.find(control, actor).await?;
        let id = detail.api.id.clone();
        let version = versions::get(control, actor, &id, &name).await?;
        let changes = versions::changes(control, actor, &id, &name).await?;
        Ok(Desk { detail, version, changes })
    }
}

/// The desk of the page.
pub fn desk() -> Resource<Result<Desk>> {
    let place = Place::of_page();
    load(|control, actor| async move { place.open(&control, &actor).await })
}

impl Desk {
    pub fn api(&self) -> &Api {
        &self.detail.api
    }

    /// The address of a part of the workspace (`/routes`), at the version that is worked on.
    pub fn href(&self, part: &str) -> String {
        let api = self.api();
        if self.version.name == api.default_version {
            return format!("/apis/{}{part}", api.id);
        }
        format!("/apis/{}{part}?version={}", api.id, self.version.name)
    }

    /// What a form about the version sends along.
    pub fn hidden(&self) -> Vec<(&'static str, String)> {
        vec![("api", self.api().id.to_string()), ("version", self.version.name.to_string())]
    }

    /// Why the person may not, if so.
    pub fn missing(&self, permission: Permission) -> Option<String> {
        missing(actor().may(permission, &self.api().team), permission)
    }
}
