//! `gatehouse token create`

use super::{Failure, offline};
use crate::cli::CreateToken;
use crate::config::Config;
use domain::text::EmailAddress;
use std::io::Write as _;

pub async fn create(config: &Config, input: CreateToken) -> Result<(), Failure> {
    let control = offline::open(config).await?;
    let email: EmailAddress = input.email.parse().map_err(|error| Failure::new(format!("email: {error}")))?;
    let account = store::accounts::get_by_email(&mut control.store().read().await?, &email).await?;
    let account =
        account.ok_or_else(|| Failure::new(format!("there is no account with the address {email}")))?;
    let new =
        domain::tokens::CreateToken { name: input.name, scope: input.scope, expires_in_days: input.expires };
    let token = control::tokens::create_for(&control, &account.id, new).await?;
    writeln!(std::io::stdout(), "{}", token.secret)?;
    control.store().close().await;
    Ok(())
}
