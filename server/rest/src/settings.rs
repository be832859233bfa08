//! What an operator decides for the whole platform.

use crate::answer::{Changed, Object};
use crate::endpoint::Endpoint;
use crate::extract::{Caller, Patch};
use crate::operation::Answer;
use axum::extract::State;
use control::Control;
use domain::roles::Permission;
use domain::settings::Settings;

pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/settings", "settings.get", get)
            .needs(Permission::SettingsRead)
            .summary("Shows the platform's settings"),
        Endpoint::patch("/settings", "settings.update", update)
            .needs(Permission::SettingsManage)
            .audited()
            .summary("Changes settings; what is absent stays"),
    ]
}

async fn get(State(control): State<Control>, Caller(actor): Caller) -> Answer<Object<Settings>> {
    // the use case itself asks nothing: pages need the platform's name before anybody has signed in
    actor.require(Permission::SettingsRead)?;
    Ok(Object(control::settings::get(&control).await?))
}

async fn update(
    State(control): State<Control>,
    Caller(actor): Caller,
    patch: Patch<Settings>,
) -> Answer<Changed<Settings>> {
    actor.require(Permission::SettingsManage)?;
    let input = patch.over(&control::settings::get(&control).await?)?;
    Ok(Changed(control::settings::update(&control, &actor, input).await?))
}
