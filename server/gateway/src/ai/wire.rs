//! A request to a vendor as it goes over the wire.

use super::clouds::{NoToken, prove};
use super::keys::Key;
use super::passed::Passed;
use super::provider::put;
use super::request::{ForTarget, Reached};
use crate::ctx::Ctx;
use ai::aws::Asked;
use ai::catalogue::KeyIn;
use std::borrow::Cow;

/// The request, with the key's proof. `passed`: of the caller's head.
pub async fn bytes(
    ctx: &mut Ctx,
    target: &Reached<'_>,
    written: &ForTarget,
    passed: Option<&Passed>,
    key: Option<&Key>,
) -> Result<Vec<u8>, NoToken> {
    let (provider, body) = (target.provider, &written.body);
    // only Amazon's signature is one of the body as well
    let signed = if provider.key_in == KeyIn::Sigv4 { body.whole() } else { Cow::default() };
    let Some(node) = target.face.cluster.nodes.first() else { return Ok(Vec::new()) };
    let path = format!("{}{}", node.target.base_path, written.path);
    let host = node.target.authority.to_str().unwrap_or_default();
    let proof =
        prove(ctx, provider, key, &Asked { method: "POST", host, target: &path, body: &signed }).await?;
    let mut bytes = Vec::with_capacity(body.len() + proof.len() + 2_048);
    for piece in ["POST ", &path, " HTTP/1.1\r\n"] {
        bytes.extend_from_slice(piece.as_bytes());
    }
    put(&mut bytes, b"host", host.as_bytes());
    put(&mut bytes, b"content-type", written.content_type.as_bytes());
    put(&mut bytes, b"content-length", itoa::Buffer::new().format(body.len()).as_bytes());
    put(&mut bytes, b"user-agent", b"gatehouse");
    provider.put_fields(target.face.dialect, passed, &mut bytes);
    bytes.extend_from_slice(&proof);
    bytes.extend_from_slice(b"\r\n");
    body.write(&mut bytes);
    Ok(bytes)
}
