//! What the platform remembers about itself: JSON under a key (`platform` holds the settings page).

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Result;
use crate::exec::{Conn, Tx, Value, sql};

/// The key of the settings page.
pub const PLATFORM: &str = "platform";

pub async fn get<T: DeserializeOwned>(conn: &mut Conn, key: &str) -> Result<Option<T>> {
    conn.optional(sql("SELECT value FROM settings WHERE key = $1").bind(key), |row| row.json("value")).await
}

pub async fn put(tx: &mut Tx, key: &str, value: &impl Serialize) -> Result<()> {
    let upsert = sql("INSERT INTO settings (key, value) VALUES ($1, $2)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value")
    .bind(key)
    .bind(Value::json(value)?);
    tx.execute(upsert).await.map(drop)
}

/// Removes what is kept under a key; false when there was nothing.
pub async fn delete(tx: &mut Tx, key: &str) -> Result<bool> {
    Ok(tx.execute(sql("DELETE FROM settings WHERE key = $1").bind(key)).await? > 0)
}
