//! Credentials: keys of applications, shown once.

use crate::done::{Done, Shown};
use crate::error::AppError;
use crate::server::{actor, control, now};
use chrono::Duration;
use control::credentials;
use domain::Time;
use domain::check::Invalid;
use domain::credentials::{CreateCredential, NewCredential, RotateCredential};
use domain::ids::{ApplicationId, CredentialId};
use leptos::prelude::*;

/// Makes a key; the page shows it once.
#[server(prefix = "/api", endpoint = "credentials/create")]
pub async fn create(
    application: ApplicationId,
    #[server(default)] name: String,
    #[server(default)] days: String,
) -> Result<Done, AppError> {
    let input = CreateCredential { name, expires_at: expiry(&days)? };
    let new = credentials::create(&control(), &actor(), &application, input).await?;
    Ok(shown(new, "Copy it now: it is not shown again. It works at once."))
}

/// Makes a new key in place of one, which goes on working for a while.
#[server(prefix = "/api", endpoint = "credentials/rotate")]
pub async fn rotate(credential: CredentialId, overlap_seconds: u32) -> Result<Done, AppError> {
    let input = RotateCredential { overlap_seconds };
    let new = credentials::rotate(&control(), &actor(), &credential, input).await?;
    let note = match overlap_seconds {
        0 => "Copy it now: it is not shown again. The old key is refused from now on.",
        _ => "Copy it now: it is not shown again. The old key works until its overlap is over.",
    };
    Ok(shown(new, note))
}

/// Ends a key at once.
#[server(prefix = "/api", endpoint = "credentials/revoke")]
pub async fn revoke(credential: CredentialId) -> Result<Done, AppError> {
    let revoked = credentials::revoke(&control(), &actor(), &credential).await?;
    Ok(Done::here()
        .saying(format!("the key {} is revoked; calls with it are refused from now on", revoked.name)))
}

/// To the page of the application's keys, which shows the new one.
fn shown(new: NewCredential, note: &str) -> Done {
    Done::at(format!("/applications/{}/credentials", new.credential.application)).showing(Shown {
        label: format!("Key {}", new.credential.name),
        value: new.key,
        note: note.to_owned(),
        of: new.credential.id.to_string(),
    })
}

/// So many days from now; empty is for ever.
fn expiry(days: &str) -> Result<Option<Time>, Invalid> {
    if days.trim().is_empty() {
        return Ok(None);
    }
    let days: u16 =
        days.trim().parse().map_err(|_| Invalid::one("days", "expected a number of days, 1 to 65535"))?;
    Ok(Some(now() + Duration::days(days.into())))
}
