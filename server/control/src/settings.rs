//! What an operator decides for the whole platform.

use crate::actor::Actor;
use crate::audit::{self, By, Deed};
use crate::error::Result;
use crate::services::Control;
use domain::gateway_config::Change;
use domain::roles::Permission;
use domain::settings::Settings;
use store::Conn;
use store::settings::PLATFORM as KEY;

pub(crate) async fn load(conn: &mut Conn) -> Result<Settings> {
    Ok(store::settings::get(conn, KEY).await?.unwrap_or_default())
}

/// The settings as they are. Read by every page, so it asks for no permission; there is no secret in them.
pub async fn get(control: &Control) -> Result<Settings> {
    load(&mut control.store().read().await?).await
}

pub async fn update(control: &Control, actor: &Actor, input: Settings) -> Result<Settings> {
    actor.require(Permission::SettingsManage)?;
    let after = input.check()?;
    let mut tx = control.store().begin().await?;
    let before = load(&mut tx).await?;
    store::settings::put(&mut tx, KEY, &after).await?;
    if after.unknown_price != before.unknown_price {
        tx.mark_change(Change::Settings);
    }
    let deed =
        Deed { action: "settings.update", kind: "settings", id: KEY, name: "platform settings", team: None };
    audit::write(control, &mut tx, By::Actor(actor), deed, Some(&before), Some(&after)).await?;
    control.commit(tx).await?;
    Ok(after)
}
