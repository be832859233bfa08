//! Why an upstream gave no answer, and what the caller is told of it: never whose fault inside a network it was.

use super::tls::TlsFault;
use super::upload::UploadFault;
use crate::h1::Malformed;
use crate::reject::{Reject, RejectKind};
use domain::upstream::RetryOn;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No node may be called, for so many seconds perhaps.
    Unavailable(u64),
    /// The host has no address.
    Unresolved,
    /// The outbound guard lets none of its addresses through.
    Prohibited,
    Refused,
    ConnectTimeout,
    Tls(TlsFault),
    /// The connection ended before an answer began.
    Closed,
    /// It refused the call, or was about to close the connection, and certainly did nothing about it.
    Unprocessed,
    /// It took the call back before an answer began.
    Reset,
    Malformed(Malformed),
    FirstByteTimeout,
    /// The upstream does not take the request.
    WriteTimeout,
    /// The call as a whole took too long.
    TotalTimeout,
    /// The client's own doing.
    Upload(UploadFault),
}

impl Failure {
    /// A word for those who look after the upstream.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unavailable(_) | Self::Upload(_) => "",
            Self::Unresolved => "dns_error",
            Self::Prohibited => "destination_ip_prohibited",
            Self::Refused => "connection_refused",
            Self::ConnectTimeout => "connection_timeout",
            Self::Tls(fault) => fault.word(),
            Self::Closed | Self::Unprocessed | Self::Reset => "connection_terminated",
            Self::Malformed(_) => "http_protocol_error",
            Self::FirstByteTimeout | Self::TotalTimeout => "http_response_timeout",
            Self::WriteTimeout => "connection_write_timeout",
        }
    }

    /// As what it counts where another attempt is thought of; `None`: another one is of no use.
    #[must_use]
    pub const fn retry_on(self) -> Option<RetryOn> {
        match self {
            Self::Unresolved
            | Self::Prohibited
            | Self::Refused
            | Self::ConnectTimeout
            | Self::Tls(TlsFault::Certificate | TlsFault::Alert | TlsFault::Protocol)
            | Self::Unprocessed => Some(RetryOn::Connect),
            Self::Closed | Self::Reset | Self::Tls(TlsFault::LateAlert) => Some(RetryOn::Reset),
            Self::Unavailable(_)
            | Self::Malformed(_)
            | Self::FirstByteTimeout
            | Self::WriteTimeout
            | Self::TotalTimeout
            | Self::Upload(_) => None,
        }
    }

    #[must_use]
    pub fn reject(self, body_limit: u64) -> Reject {
        let unreachable = |error| {
            Reject::new(RejectKind::UpstreamUnreachable, "no connection to the api's backend")
                .proxy_error(error)
        };
        match self {
            Self::Unavailable(wait_s) => {
                let detail = "no backend of the api is fit to be called at the moment";
                Reject::new(RejectKind::UpstreamUnavailable, detail).retry_after(wait_s)
            }
            Self::Unresolved => unreachable("dns_error"),
            Self::Prohibited => unreachable("destination_ip_prohibited"),
            Self::Refused => unreachable("connection_refused"),
            Self::Tls(fault) => unreachable(fault.word()),
            Self::Closed | Self::Unprocessed | Self::Reset => {
                let detail = "the api's backend ended the call before it answered";
                Reject::new(RejectKind::UpstreamBroken, detail).proxy_error("connection_terminated")
            }
            Self::Malformed(_) => {
                let detail = "the api's backend did not answer in HTTP";
                Reject::new(RejectKind::UpstreamBroken, detail).proxy_error("http_protocol_error")
            }
            Self::ConnectTimeout => Reject::new(
                RejectKind::UpstreamConnectTimeout,
                "the api's backend did not take the connection in time",
            ),
            Self::FirstByteTimeout => {
                Reject::new(RejectKind::UpstreamTimeout, "the api's backend did not begin to answer in time")
            }
            Self::WriteTimeout => {
                Reject::new(RejectKind::UpstreamTimeout, "the api's backend stopped taking the request")
            }
            Self::TotalTimeout => {
                Reject::new(RejectKind::CallTimeout, "the call took longer than the api allows")
            }
            Self::Upload(fault) => fault.reject(body_limit),
        }
    }
}
