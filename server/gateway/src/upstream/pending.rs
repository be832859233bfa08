//! A request that is still to be answered, in the version of HTTP that its upstream speaks.

use super::patience::Patience;
use super::target::Target;
use super::upload::Upload;
use super::{Call, http2, outgoing};
use crate::ctx::Ctx;
use crate::reject::Reject;
use domain::upstream::Protocol;

pub struct Pending {
    pub outgoing: Outgoing,
    pub patience: Patience,
}

pub enum Outgoing {
    Http1(outgoing::Outgoing),
    Http2(Box<http2::outgoing::Outgoing>),
}

impl Outgoing {
    /// A request that is there as a whole, as bytes of HTTP/1.1.
    #[must_use]
    pub fn whole(bytes: Vec<u8>) -> Self {
        Self::Http1(outgoing::Outgoing::new(bytes, None, false))
    }

    /// As the target is to get it.
    pub fn new(call: &Call<'_>, ctx: &Ctx, target: &Target, upload: Option<Upload>) -> Result<Self, Reject> {
        Ok(match target.protocol {
            Protocol::Http1 => {
                let head = call.head(ctx, target)?;
                Self::Http1(outgoing::Outgoing::new(head, upload, call.length == Some(None)))
            }
            Protocol::Http2 => {
                let head = call.http2_head(ctx, target)?;
                Self::Http2(Box::new(http2::outgoing::Outgoing::new(head, upload)))
            }
        })
    }

    /// Whether it can be sent from the beginning: nothing of it was sent (or `twice` is as good as once), and all of it
    /// is still there.
    #[must_use]
    pub fn can_rewind(&self, twice: bool) -> bool {
        match self {
            Self::Http1(outgoing) => outgoing.can_rewind(twice),
            Self::Http2(outgoing) => outgoing.can_rewind(twice),
        }
    }

    /// Whether the next piece has to come from the client.
    #[must_use]
    pub fn waits_for_client(&self) -> bool {
        match self {
            Self::Http1(outgoing) => outgoing.waits_for_client(),
            Self::Http2(outgoing) => outgoing.waits_for_client(),
        }
    }

    /// Back to the beginning, for another node of the same upstream, which is told a head of its own. Not when part of
    /// it is gone.
    pub fn turn_to(&mut self, call: &Call<'_>, ctx: &Ctx, target: &Target) -> bool {
        match self {
            Self::Http1(outgoing) => call.head(ctx, target).is_ok_and(|head| outgoing.begin_again(&head)),
            Self::Http2(outgoing) => {
                call.http2_head(ctx, target).is_ok_and(|head| outgoing.begin_again(head))
            }
        }
    }
}
