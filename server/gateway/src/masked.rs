//! Stages 6 and 8 of apis with a backend whose version masks: JSON that callers send and get is read as a whole, and
//! what the policy finds in it is taken out. Bodies that are no JSON pass as they are.

use crate::ai::body;
use crate::authenticate::Used;
use crate::ctx::Ctx;
use crate::finish::{Answer, Content};
use crate::intake::body::RequestBody;
use crate::reject::{Reject, RejectKind};
use crate::upstream;
use ai::mask::{AnswerMask, Masker, Unmasked, Vault};
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName,
    IF_RANGE, RANGE,
};
use http::request::Parts;
use std::sync::Arc;

/// Sums of bodies as they were.
const SUMS: [HeaderName; 4] = [
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    HeaderName::from_static("digest"),
];

/// Sends a call to the version's backend, with what is masked taken out on both ways.
pub async fn send(
    ctx: &mut Ctx,
    masker: &Arc<Masker>,
    request: &Parts,
    used: Used,
    body: RequestBody,
) -> Result<Answer, Reject> {
    let mut request = request.clone();
    // compressed or in parts, an answer could not be looked through
    for name in [ACCEPT_ENCODING, RANGE, IF_RANGE] {
        request.headers.remove(name);
    }
    let mut vault = Vault::default();
    let looks = masker.direction().has_requests() && !body.is_empty() && is_json(&request.headers);
    let body = if looks { masked(ctx, masker, &mut request.headers, body, &mut vault).await? } else { body };
    let answer = upstream::send(ctx, &request, used, body).await?;
    match AnswerMask::new(masker, vault) {
        Some(mask) if is_json(&answer.headers) => told(&mask, answer).await,
        _ => Ok(answer),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let said = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || kind.ends_with("+json")
}

async fn masked(
    ctx: &mut Ctx,
    masker: &Masker,
    headers: &mut HeaderMap,
    body: RequestBody,
    vault: &mut Vault,
) -> Result<RequestBody, Reject> {
    if headers.contains_key(CONTENT_ENCODING) {
        let detail = "the api looks through requests: expected JSON without a content coding";
        return Err(Reject::new(RejectKind::MalformedInput, detail));
    }
    let bytes = body::whole(ctx, body).await?;
    if bytes.is_empty() {
        return Ok(RequestBody::Empty);
    }
    let masked = masker.document(&bytes, vault).map_err(|unmasked| match unmasked {
        Unmasked::Refused(refused) => Reject::new(RejectKind::MaskRefused, refused.to_string()),
        Unmasked::Unreadable(error) => Reject::new(
            RejectKind::MalformedInput,
            format!("the api looks through requests: expected JSON: {error}"),
        ),
    })?;
    if masked.is_some() {
        SUMS.iter().for_each(|name| drop(headers.remove(name)));
    }
    Ok(RequestBody::Whole(masked.map_or(bytes, Bytes::from)))
}

/// The backend's answer as the caller may have it.
async fn told(mask: &AnswerMask, mut answer: Answer) -> Result<Answer, Reject> {
    let bytes = match answer.content {
        Content::Whole(bytes) => bytes,
        Content::Stream(body, _) => {
            let broken = |kind| Reject::new(kind, "the backend's answer broke off");
            body::all(*body).await.map_err(broken)?
        }
        content => return Ok(Answer { content, ..answer }),
    };
    if bytes.is_empty() {
        return Ok(Answer { content: Content::Whole(bytes), ..answer });
    }
    if answer.headers.contains_key(CONTENT_ENCODING) {
        let detail = "the backend's answer cannot be looked through: it is compressed";
        return Err(Reject::new(RejectKind::UpstreamBroken, detail));
    }
    let told = mask.document(&bytes).map_err(|unmasked| match unmasked {
        Unmasked::Refused(refused) => {
            Reject::new(RejectKind::MaskRefused, format!("the backend's answer has {refused}"))
        }
        Unmasked::Unreadable(_) => Reject::new(
            RejectKind::UpstreamBroken,
            "the backend's answer cannot be looked through: it is no JSON",
        ),
    })?;
    // a length that was announced may be another one now, and parts of it would not be masked
    answer.headers.remove(CONTENT_LENGTH);
    answer.headers.remove(ACCEPT_RANGES);
    if told.is_some() {
        SUMS.iter().for_each(|name| drop(answer.headers.remove(name)));
    }
    Ok(Answer { content: Content::Whole(told.map_or(bytes, Bytes::from)), ..answer })
}
