//! Models of connections: prices, own models, which are called; and catalogues that are imported.

use crate::api::typed::{optional_number, time};
use crate::api::upload::{Fields, list};
use crate::done::Done;
use crate::error::AppError;
use crate::link;
use crate::server::{actor, control};
use control::models;
use domain::check::Invalid;
use domain::ids::ModelUploadId;
use domain::models::imports::ImportCatalogue;
use domain::models::inputs::{self, CreateModel, PriceInput, UpdateModel};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use server_fn::codec::{MultipartData, MultipartFormData};

/// Dollars for a million tokens, as they are typed; what is empty is unknown.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PriceFields {
    pub input: String,
    pub output: String,
    pub cache_read: String,
    pub cache_write: String,
    /// A line for each service and length; without these, more of the standard prices.
    pub others: String,
    /// A day or a minute in UTC; empty: now.
    pub starts_at: String,
    pub note: String,
}

impl PriceFields {
    fn prices(&self) -> Result<Vec<PriceInput>, Invalid> {
        let named = [
            ("input", &self.input),
            ("output", &self.output),
            ("cache_read", &self.cache_read),
            ("cache_write", &self.cache_write),
        ];
        let typed = named.into_iter().filter(|(_, text)| !text.trim().is_empty());
        let dollars = typed.map(|(name, text)| (name.to_owned(), text.trim().to_owned()));
        let mut standard = PriceInput { dollars: dollars.collect(), ..PriceInput::default() };
        let mut further = Vec::new();
        for (at, line) in self.others.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let price = PriceInput::line(line)
                .map_err(|message| Invalid::one("others", format!("line {}: {message}", at + 1)))?;
            if price.service.is_empty() && price.above.unwrap_or_default() == 0 {
                standard.dollars.extend(price.dollars);
            } else {
                further.push(price);
            }
        }
        if !standard.dollars.is_empty() {
            further.insert(0, standard);
        }
        Ok(further)
    }

    fn read(self) -> Result<inputs::SetPrice, Invalid> {
        let (prices, starts_at) = (self.prices()?, time("starts_at", &self.starts_at)?);
        Ok(inputs::SetPrice { prices, starts_at, note: self.note })
    }
}

#[server(prefix = "/api", endpoint = "models/set-price")]
pub async fn set_price(
    provider: String,
    model: String,
    #[server(flatten)] fields: PriceFields,
) -> Result<Done, AppError> {
    models::set_price(&control(), &actor(), &provider, &model, fields.read()?).await?;
    Ok(Done::here().saying("the price is set; calls are reckoned with it from its start on"))
}

#[server(prefix = "/api", endpoint = "models/delete-price")]
pub async fn delete_price(provider: String, model: String) -> Result<Done, AppError> {
    models::delete_price(&control(), &actor(), &provider, &model).await?;
    Ok(Done::here().saying("what the catalogue says holds again"))
}

/// `enabled` not empty: calls are made to it.
#[server(prefix = "/api", endpoint = "models/update")]
pub async fn update(
    provider: String,
    model: String,
    #[server(default)] enabled: String,
) -> Result<Done, AppError> {
    let input = UpdateModel { enabled: !enabled.is_empty() };
    let changed = models::update(&control(), &actor(), &provider, &model, input).await?;
    let state = if changed.model.enabled { "is called again" } else { "is not called any more" };
    Ok(Done::here().saying(format!("the model {state}")))
}

/// What is known of a model, as it is typed. Lists have their words between commas.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnFields {
    pub id: String,
    pub aliases: String,
    pub mode: String,
    pub context: String,
    pub max_output: String,
    pub dimensions: String,
    pub reads: String,
    pub writes: String,
    pub features: String,
}

impl OwnFields {
    fn read(self, prices: Vec<PriceInput>) -> Result<CreateModel, Invalid> {
        Ok(CreateModel {
            id: self.id,
            aliases: list(&self.aliases),
            mode: self.mode,
            context: optional_number("context", &self.context)?,
            max_output: optional_number("max_output", &self.max_output)?,
            dimensions: optional_number("dimensions", &self.dimensions)?,
            reads: list(&self.reads),
            writes: list(&self.writes),
            features: list(&self.features),
            prices,
        })
    }
}

#[server(prefix = "/api", endpoint = "models/create")]
pub async fn create(
    provider: String,
    #[server(flatten)] fields: OwnFields,
    #[server(flatten)] prices: PriceFields,
) -> Result<Done, AppError> {
    let input = fields.read(prices.prices()?)?;
    let made = models::create(&control(), &actor(), &provider, input).await?.model;
    let page = link::query(&[("provider", &made.provider), ("id", &made.id)]);
    Ok(Done::at(format!("/models/model{page}")).saying("the model is added; apis can call it"))
}

#[server(prefix = "/api", endpoint = "models/delete")]
pub async fn delete(provider: String, model: String) -> Result<Done, AppError> {
    models::delete(&control(), &actor(), &provider, &model).await?;
    let list = format!("/models{}", link::query(&[("provider", &provider)]));
    Ok(Done::at(list).saying("the model is deleted"))
}

/// A catalogue, pasted or uploaded, to be looked at.
#[server(prefix = "/api", endpoint = "models/upload", input = MultipartFormData)]
pub async fn upload(form: MultipartData) -> Result<Done, AppError> {
    let fields = Fields::read(form).await?;
    let given = [fields.text("file"), fields.text("text")].into_iter().find(|text| !text.trim().is_empty());
    let file = given.unwrap_or_default();
    let upload = models::upload(&control(), &actor(), &ImportCatalogue { file }).await?;
    Ok(Done::at(format!("/models/import?upload={}", upload.id)))
}

#[server(prefix = "/api", endpoint = "models/import")]
pub async fn import(upload: ModelUploadId) -> Result<Done, AppError> {
    models::import_upload(&control(), &actor(), &upload).await?;
    Ok(Done::at("/models/import").saying("the catalogue is imported; calls are reckoned with it from now on"))
}

#[server(prefix = "/api", endpoint = "models/undo-import")]
pub async fn undo_import() -> Result<Done, AppError> {
    models::undo_import(&control(), &actor()).await?;
    Ok(Done::at("/models/import").saying("the last import is undone"))
}
