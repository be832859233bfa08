//! Bodies that are read as a whole: a caller's request, and what a vendor answers without streaming.

use crate::ctx::Ctx;
use crate::intake::body::RequestBody;
use crate::reject::{Reject, RejectKind};
use crate::upstream::answer::UpstreamBody;
use crate::upstream::patience::Patience;
use crate::upstream::upload::{Upload, UploadFault, too_large};
use bytes::{Bytes, BytesMut};
use domain::upstream::Timeouts;
use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

/// Of a vendor's answer; the largest (pictures in base64) stay below.
const LARGEST_ANSWER: usize = 64 << 20;
/// What a body may have announced for room to be made at once.
const MOST_AT_ONCE: u64 = 1 << 20;

/// All of a caller's body.
pub async fn whole(ctx: &mut Ctx, body: RequestBody) -> Result<Bytes, Reject> {
    let limit = ctx.body_limit();
    if body.length().is_some_and(|length| length > limit) {
        return Err(too_large(limit));
    }
    let announced = body.length().unwrap_or_default().min(MOST_AT_ONCE);
    let received = Rc::new(Cell::new(0));
    ctx.received = Some(Rc::clone(&received));
    let mut upload = Upload::new(body, received, limit);
    let patience = Patience::begin(&ctx.worker, Timeouts::default());
    let mut all = BytesMut::with_capacity(usize::try_from(announced).unwrap_or_default());
    loop {
        patience.for_upload();
        let piece = poll_fn(|cx| match upload.poll_frame(cx) {
            Poll::Pending => patience.poll(cx).map(|_| Some(Err(UploadFault::Stalled))),
            ready => ready,
        });
        match piece.await {
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    all.extend_from_slice(&data);
                }
            }
            None => return Ok(all.freeze()),
            Some(Err(fault)) => {
                ctx.client_left = fault == UploadFault::Gone;
                return Err(fault.reject(limit));
            }
        }
    }
}

/// All of a vendor's body; the error is how it broke off.
pub async fn all(mut body: UpstreamBody) -> Result<Bytes, RejectKind> {
    let mut all = BytesMut::new();
    loop {
        match poll_fn(|cx| body.poll_frame(cx)).await {
            Some(Ok(frame)) => {
                let Ok(data) = frame.into_data() else { continue };
                if all.len() + data.len() > LARGEST_ANSWER {
                    return Err(RejectKind::UpstreamBroken);
                }
                all.extend_from_slice(&data);
            }
            None => return Ok(all.freeze()),
            Some(Err(kind)) => return Err(kind),
        }
    }
}
