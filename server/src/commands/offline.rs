//! Use cases for commands that run beside, or without, a serving process.

use super::Failure;
use crate::config::Config;
use crate::{data_dir, serve};
use control::{ChangeSignal, Clock, Control, Parts};

/// Opens the database and the use cases. Nobody waits for a gateway: a serving process hears of changes itself.
pub async fn open(config: &Config) -> Result<Control, Failure> {
    let store = serve::open_store(config).await?;
    let master_key = data_dir::master_key(config, &mut store.read().await?).await?;
    let url = |given: &Option<String>, listen| given.clone().unwrap_or_else(|| format!("http://{listen}"));
    Ok(Control::new(Parts {
        store,
        clock: Clock::system(),
        master_key,
        outbound: config.outbound_guard(Vec::new()),
        portal_url: url(&config.portal_url, config.portal_listen),
        gateway_url: url(&config.gateway_url, config.gateway_listen),
        signal: ChangeSignal::nobody(),
        vendors: crate::vendors::forms()?,
        models: crate::vendors::models()?,
    }))
}
