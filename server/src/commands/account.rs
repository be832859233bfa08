//! `gatehouse account create`

use super::{Failure, offline};
use crate::cli::CreateAccount;
use crate::config::Config;
use std::io::{BufRead as _, Write as _};

pub async fn create(config: &Config, input: CreateAccount) -> Result<(), Failure> {
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let control = offline::open(config).await?;
    let new = domain::accounts::CreateAccount { name: input.name, email: input.email, password };
    let account = control::accounts::create(&control, new, input.role).await?;
    writeln!(std::io::stdout(), "{}", account.id)?;
    control.store().close().await;
    Ok(())
}
