//! Where sessions are kept: rows found by the SHA-256 of the session's id, with content sealed under a key made from
//! that id. Who reads the database can neither take a session over nor read what is in it.
//!
//! Times come from the use cases' clock: half an hour without a request ends a session, twelve hours end it anyway.

use app::session::{SIGNED_IN, SignedIn};
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chrono::Duration;
use control::Control;
use domain::Time;
use rand::Rng;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use store::sessions as rows;
use time::OffsetDateTime;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{Expiry, SessionManagerLayer, SessionStore};

const IDLE: Duration = Duration::minutes(30);
const ABSOLUTE: Duration = Duration::hours(12);
/// The nonce before the sealed content, in bytes.
const NONCE: usize = 24;

/// The cookie's name, where the portal is reached over plain loopback and over TLS.
pub const PLAIN: &str = "gatehouse";
pub const SECURE: &str = "__Host-gatehouse";

/// The layer that gives each request its session.
pub fn layer(control: Control) -> SessionManagerLayer<Sessions> {
    let secure = control.portal_url().starts_with("https:");
    // a browser takes the prefix only with Secure, which plain loopback has not
    let name = if secure { SECURE } else { PLAIN };
    SessionManagerLayer::new(Sessions(control))
        .with_name(name)
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::seconds(IDLE.num_seconds())))
}

#[derive(Clone)]
pub struct Sessions(Control);

impl std::fmt::Debug for Sessions {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Sessions")
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let mut tx = self.0.store().begin().await.map_err(backend)?;
        while !rows::insert(&mut tx, &self.row(record)?).await.map_err(backend)? {
            record.id = Id::default();
        }
        tx.commit().await.map_err(backend).map(drop)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let mut tx = self.0.store().begin().await.map_err(backend)?;
        // one that was ended meanwhile (the account was disabled) does not come back
        if rows::get(&mut tx, &key(&record.id), self.0.now()).await.map_err(backend)?.is_none() {
            return Ok(());
        }
        rows::put(&mut tx, &self.row(record)?).await.map_err(backend)?;
        tx.commit().await.map_err(backend).map(drop)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let mut conn = self.0.store().read().await.map_err(backend)?;
        let row = rows::get(&mut conn, &key(id), self.0.now()).await.map_err(backend)?;
        row.map(|row| {
            let expiry_date =
                OffsetDateTime::from_unix_timestamp(row.expires_at.timestamp()).map_err(decode)?;
            Ok(Record { id: *id, data: unseal(id, &row.content)?, expiry_date })
        })
        .transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let mut tx = self.0.store().begin().await.map_err(backend)?;
        rows::delete(&mut tx, &key(id)).await.map_err(backend)?;
        tx.commit().await.map_err(backend).map(drop)
    }
}

impl Sessions {
    fn row(&self, record: &Record) -> Result<rows::Session> {
        let now = self.0.now();
        let signed_in = record.data.get(SIGNED_IN).cloned().map(serde_json::from_value::<SignedIn>);
        let signed_in = signed_in.transpose().map_err(encode)?;
        Ok(rows::Session {
            key: key(&record.id),
            expires_at: ends(now, signed_in.as_ref().map(|signed_in| signed_in.at)),
            account: signed_in.map(|signed_in| signed_in.account),
            content: seal(&record.id, &record.data)?,
            created_at: now,
        })
    }
}

/// When a session in use now ends, if it is not used again.
fn ends(now: Time, signed_in_at: Option<Time>) -> Time {
    let idle = now + IDLE;
    signed_in_at.map_or(idle, |at| idle.min(at + ABSOLUTE))
}

/// By what a session is found: SHA-256 of its id, in hex.
fn key(id: &Id) -> String {
    Sha256::digest(id.to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The cipher of one session. Its key cannot be made from what is in the database.
fn cipher(id: &Id) -> XChaCha20Poly1305 {
    let mut hash = Sha256::new();
    hash.update("gatehouse session content v1:");
    hash.update(id.to_string());
    XChaCha20Poly1305::new(&hash.finalize())
}

fn seal(id: &Id, data: &HashMap<String, serde_json::Value>) -> Result<String> {
    let plain = serde_json::to_vec(data).map_err(encode)?;
    let mut nonce = [0; NONCE];
    rand::rng().fill_bytes(&mut nonce);
    let sealed = cipher(id).encrypt(&XNonce::from(nonce), plain.as_slice()).map_err(encode)?;
    Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
}

fn unseal(id: &Id, content: &str) -> Result<HashMap<String, serde_json::Value>> {
    let bytes = STANDARD.decode(content).map_err(decode)?;
    let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or_else(|| decode("too short"))?;
    let plain = cipher(id).decrypt(&XNonce::from(*nonce), sealed).map_err(decode)?;
    serde_json::from_slice(&plain).map_err(decode)
}

fn backend(error: store::Error) -> Error {
    Error::Backend(error.to_string())
}

fn encode(error: impl ToString) -> Error {
    Error::Encode(error.to_string())
}

fn decode(error: impl ToString) -> Error {
    Error::Decode(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Time {
        Time::from_timestamp(minutes * 60, 0).unwrap()
    }

    #[test]
    fn a_session_ends_when_idle_and_at_the_latest_after_twelve_hours() {
        assert_eq!(ends(at(0), None), at(30));
        assert_eq!(ends(at(60), Some(at(0))), at(90));
        assert_eq!(ends(at(700), Some(at(0))), at(720));
        assert_eq!(ends(at(719), Some(at(0))), at(720));
    }

    #[test]
    fn content_is_sealed_under_the_id() {
        let id = Id::default();
        let data = HashMap::from([("flash".to_owned(), serde_json::json!("a secret of somebody"))]);
        let sealed = seal(&id, &data).unwrap();
        assert_eq!(unseal(&id, &sealed).unwrap(), data);
        assert!(!String::from_utf8_lossy(&STANDARD.decode(&sealed).unwrap()).contains("secret"));
        assert!(unseal(&Id::default(), &sealed).is_err());
        assert!(unseal(&id, "AAAA").is_err());
    }
}
