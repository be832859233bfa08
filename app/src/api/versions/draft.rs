//! The draft of a version: backend, host names, calls from browsers, timing, guide, OpenAPI document.

use crate::api::typed::number;
use crate::api::upload::{Fields, list};
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::versions;
use domain::check::{Check, Invalid};
use domain::ids::ApiId;
use domain::policies::Policies;
use domain::policies::cors;
use domain::text::VersionName;
use domain::versions::UpdateDraft;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::{MultipartData, MultipartFormData};

/// What every part of the draft says when it was changed.
const SAVED: &str = "the draft is changed; callers notice nothing until you publish it";

/// Changes the draft and comes back to the form.
pub(super) async fn change(api: &ApiId, version: &VersionName, input: UpdateDraft) -> Result<Done> {
    versions::update_draft(&control(), &actor(), api, version, input).await?;
    Ok(Done::here().saying(SAVED))
}

/// Changes one policy of the draft; the others stay.
pub(super) async fn change_policies(
    api: &ApiId,
    version: &VersionName,
    change_one: impl FnOnce(&mut Policies),
) -> Result<Done> {
    let mut policies = versions::get(&control(), &actor(), api, version).await?.draft.policies;
    change_one(&mut policies);
    change(api, version, UpdateDraft { policies: Some(policies), ..UpdateDraft::default() }).await
}

/// Host names, one a line.
#[server(prefix = "/api", endpoint = "versions/hosts")]
pub async fn hosts(
    api: ApiId,
    version: VersionName,
    #[server(default)] hosts: String,
) -> Result<Done, AppError> {
    change(&api, &version, UpdateDraft { hosts: Some(list(&hosts)), ..UpdateDraft::default() }).await
}

/// Lists one entry a line or between commas.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CorsFields {
    /// Not empty: browsers on other origins may call.
    pub enabled: String,
    pub origins: String,
    pub methods: String,
    pub headers: String,
    pub expose: String,
    /// Not empty: with cookies.
    pub credentials: String,
    pub max_age_s: String,
}

impl CorsFields {
    fn read(self) -> Result<Option<cors::Cors>, Invalid> {
        if self.enabled.is_empty() {
            return Ok(None);
        }
        let mut check = Check::new();
        let methods = list(&self.methods.to_uppercase());
        let methods =
            methods.iter().filter_map(|method| check.parse("policies.cors.methods", method)).collect();
        check.done(|| Some(()))?;
        let cors = cors::Cors {
            origins: list(&self.origins),
            methods,
            headers: list(&self.headers),
            expose: list(&self.expose),
            credentials: !self.credentials.is_empty(),
            max_age_s: number("policies.cors.max_age_s", &self.max_age_s)?,
        };
        Ok(Some(cors))
    }
}

#[server(prefix = "/api", endpoint = "versions/cors")]
pub async fn cors(
    api: ApiId,
    version: VersionName,
    #[server(flatten)] fields: CorsFields,
) -> Result<Done, AppError> {
    let cors = fields.read()?;
    change_policies(&api, &version, |policies| policies.cors = cors).await
}

/// `enabled` not empty: answers tell what took how long.
#[server(prefix = "/api", endpoint = "versions/server-timing")]
pub async fn server_timing(
    api: ApiId,
    version: VersionName,
    #[server(default)] enabled: String,
) -> Result<Done, AppError> {
    change_policies(&api, &version, |policies| policies.server_timing = !enabled.is_empty()).await
}

/// The guide, in Markdown.
#[server(prefix = "/api", endpoint = "versions/docs")]
pub async fn docs(
    api: ApiId,
    version: VersionName,
    #[server(default)] docs: String,
) -> Result<Done, AppError> {
    change(&api, &version, UpdateDraft { docs: Some(docs), ..UpdateDraft::default() }).await
}

/// A new OpenAPI document, pasted or uploaded. It brings new routes, unless these are to stay.
#[server(prefix = "/api", endpoint = "versions/document", input = MultipartFormData)]
pub async fn document(form: MultipartData) -> Result<Done, AppError> {
    let fields = Fields::read(form).await?;
    let (api, version) = place(&fields)?;
    let document =
        fields.document().ok_or_else(|| Invalid::one("openapi", "paste a document or choose a file"))?;
    let routes = if fields.text("keep_routes").is_empty() {
        None
    } else {
        Some(versions::get(&control(), &actor(), &api, &version).await?.draft.routes)
    };
    change(&api, &version, UpdateDraft { openapi: Some(document), routes, ..UpdateDraft::default() }).await
}

fn place(fields: &Fields) -> Result<(ApiId, VersionName)> {
    let api = fields.text("api").parse().map_err(|_| AppError::not_found("api"))?;
    let version = fields.text("version").parse().map_err(|_| AppError::not_found("version"))?;
    Ok((api, version))
}
