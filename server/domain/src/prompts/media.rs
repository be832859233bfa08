//! Files and pictures in a JSON body.

use serde_json::Value;

/// Something that is not text, as vendors take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// `image/png`.
    pub media_type: String,
    /// Base64 with the padding.
    pub data: String,
}

impl Media {
    /// Reads a data URL (RFC 2397) or `{"media_type": ..., "data": ...}`. `types` are those that are taken.
    pub(super) fn read(value: Value, types: &[&str], limit: u32) -> Result<Self, String> {
        let expected =
            || "expected a data URL in base64, or an object with media_type and data in base64".to_owned();
        let (media_type, data) = match value {
            Value::String(url) => {
                let rest = url.strip_prefix("data:").ok_or_else(expected)?;
                let (head, data) = rest.split_once(',').ok_or_else(expected)?;
                let head = head.strip_suffix(";base64").ok_or_else(expected)?;
                let media_type = head.split(';').next().unwrap_or_default();
                (media_type.to_owned(), data.to_owned())
            }
            Value::Object(mut object) => {
                let mut text = |name: &str| match object.remove(name) {
                    Some(Value::String(text)) => Ok(text),
                    _ => Err(expected()),
                };
                (text("media_type")?, text("data")?)
            }
            _ => return Err(expected()),
        };
        let media_type = media_type.to_ascii_lowercase();
        if !types.contains(&media_type.as_str()) {
            let got: String = media_type.chars().take(60).collect();
            return Err(format!("expected one of {}, got {got:?}", types.join(", ")));
        }
        let bytes = decoded_length(&data).ok_or("expected base64 with its padding")?;
        if bytes == 0 {
            return Err("expected a file that is not empty".to_owned());
        }
        if bytes > u64::from(limit) {
            return Err(format!("expected at most {limit} bytes, got {bytes}"));
        }
        Ok(Self { media_type, data })
    }
}

/// How many bytes a text in base64 (RFC 4648 section 4) stands for; `None` when it is none.
fn decoded_length(data: &str) -> Option<u64> {
    let body = data.trim_end_matches('=');
    let padding = data.len() - body.len();
    let good = body.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    if !good || padding > 2 || !data.len().is_multiple_of(4) || (body.is_empty() && padding > 0) {
        return None;
    }
    let whole = u64::try_from(data.len() / 4).ok()?.checked_mul(3)?;
    Some(whole.saturating_sub(u64::try_from(padding).ok()?))
}
