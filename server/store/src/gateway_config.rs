//! All that the gateway needs to know, in eleven statements whatever the size of the installation; and what of it became
//! different since a change mark, in a few statements whatever the size.

mod apis;
mod budgets;
mod certificates;
mod consumers;
mod providers;
mod update;

pub use update::load_update;

use domain::Time;
use domain::gateway_config::GatewayConfig;

use crate::changes::last_change;
use crate::error::Result;
use crate::exec::Conn;

/// Reads what is live. `conn` must be a snapshot, so that the parts go together.
pub async fn load(conn: &mut Conn, now: Time) -> Result<GatewayConfig> {
    Ok(GatewayConfig {
        sequence: last_change(conn).await?,
        apis: apis::load(conn, None).await?,
        credentials: consumers::credentials(conn, now).await?,
        subscriptions: consumers::subscriptions(conn, consumers::Whose::Everybody).await?,
        providers: providers::load(conn, None).await?,
        budgets: budgets::load(conn, None).await?,
        unknown_price: budgets::unknown_price(conn).await?,
    })
}
