//! APIs.

pub mod offered;

use crate::api::prompts::Prompted;
use crate::api::upload::{Fields, list};
use crate::done::Done;
use crate::error::{AppError, Result};
use crate::server::{actor, control};
use control::apis;
use domain::apis::{ApiKind, CreateApi, UpdateApi, Visibility};
use domain::check::Check;
use domain::ids::{ApiId, TeamId};
use domain::text::VersionName;
use domain::upstream::UpstreamInput;
use leptos::prelude::*;
use offered::Offered;
use server_fn::codec::{MultipartData, MultipartFormData};

/// Makes an api from a backend's address, an OpenAPI document (pasted, uploaded, or at an address), or models.
#[server(prefix = "/api", endpoint = "apis/create", input = MultipartFormData)]
pub async fn create(form: MultipartData) -> Result<Done, AppError> {
    let fields = Fields::read(form).await?;
    let (team, offered, prompted) = (team(&fields)?, Offered::read(&fields)?, Prompted::of_new(&fields)?);
    let prompt = prompted.as_ref().map(|prompted| prompted.prompt.clone());
    let input = CreateApi { prompt, ..read(&fields, &offered) };
    let created = apis::create(&control(), &actor(), &team, input).await;
    let told = |error| prompted.iter().fold(error, |error, prompted| prompted.at_the_form(error));
    let api = created.map_err(|error| told(offered.at_the_form(error.into())))?.api;
    Ok(Done::at(format!("/apis/{}", api.id))
        .saying(format!("{} is a draft now; look through it and publish it", api.name)))
}

fn team(fields: &Fields) -> Result<TeamId> {
    let mut check = Check::new();
    let team = check.parse::<TeamId>("team", &fields.text("team"));
    Ok(check.done(|| team)?)
}

fn read(fields: &Fields, offered: &Offered) -> CreateApi {
    let kind = fields.text("kind");
    CreateApi {
        name: fields.text("name"),
        slug: fields.text("slug"),
        description: fields.text("description"),
        category: fields.text("category"),
        tags: list(&fields.text("tags")),
        visibility: fields.text("visibility"),
        upstream: Some(UpstreamInput::at(fields.text("url"))),
        openapi: fields.document(),
        openapi_url: Some(fields.text("openapi_url")),
        models: (kind == ApiKind::Ai.as_str()).then(|| offered.models.clone()),
        kind,
        strict_models: None,
        prompt: None,
    }
}

/// Changes what the catalogue says.
#[server(prefix = "/api", endpoint = "apis/update")]
pub async fn update(
    api: ApiId,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] category: String,
    #[server(default)] tags: String,
    visibility: Visibility,
) -> Result<Done, AppError> {
    let about = UpdateApi { name: Some(name), description: Some(description), ..UpdateApi::default() };
    let filed = UpdateApi {
        category: Some(category),
        tags: Some(list(&tags)),
        visibility: Some(visibility),
        ..about
    };
    apis::update(&control(), &actor(), &api, filed).await?;
    Ok(Done::here().saying("the catalogue says so now"))
}

/// Says which version answers without a version in the address.
#[server(prefix = "/api", endpoint = "apis/default-version")]
pub async fn default_version(api: ApiId, version: VersionName) -> Result<Done, AppError> {
    let input = UpdateApi { default_version: Some(version), ..UpdateApi::default() };
    let api = apis::update(&control(), &actor(), &api, input).await?;
    Ok(Done::here().saying(format!("{} is the default version now", api.default_version)))
}

/// Deletes an api that nobody is subscribed to.
#[server(prefix = "/api", endpoint = "apis/delete")]
pub async fn delete(api: ApiId) -> Result<Done, AppError> {
    apis::delete(&control(), &actor(), &api).await?;
    Ok(Done::at("/apis").saying("the api is deleted"))
}
