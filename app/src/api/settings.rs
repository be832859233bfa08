//! What is decided for the whole platform.

use crate::done::Done;
use crate::error::AppError;
use crate::server::{actor, control};
use control::settings;
use domain::settings::{Settings, UnknownPrice};
use leptos::prelude::*;

/// A box that is not ticked is not sent, and is a no.
#[server(prefix = "/api", endpoint = "settings/update")]
pub async fn update(
    #[server(default)] name: String,
    #[server(default)] self_registration: bool,
    #[server(default)] approve_registrations: bool,
    #[server(default)] members_create_teams: bool,
    #[server(default)] anonymous_catalogue: bool,
    #[server(default)] keep_calls_days: u32,
    #[server(default)] unknown_price: UnknownPrice,
) -> Result<Done, AppError> {
    let sent = (self_registration, approve_registrations, members_create_teams, anonymous_catalogue);
    let settings = Settings { unknown_price, ..read(name, sent, keep_calls_days) };
    settings::update(&control(), &actor(), settings).await?;
    Ok(Done::here().saying("the settings are saved"))
}

fn read(name: String, sent: (bool, bool, bool, bool), keep_calls_days: u32) -> Settings {
    let (self_registration, approve_registrations, members_create_teams, anonymous_catalogue) = sent;
    Settings {
        name,
        self_registration,
        approve_registrations,
        members_create_teams,
        anonymous_catalogue,
        keep_calls_days,
        ..Settings::default()
    }
}
