//! Where the calls of a version go, prepared once per snapshot.

use domain::upstream::{HostMode, Protocol, Timeouts, Upstream, UpstreamUrl};
use http::HeaderValue;
use rustls::pki_types::ServerName;

/// An upstream, ready to be connected to and written to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Names the pool of connections that calls of this api to this address share.
    pub pool: u32,
    /// For the resolver: a name or an address without brackets.
    pub host: Box<str>,
    pub port: u16,
    /// The name that the certificate must have; `None` for plain HTTP.
    pub tls: Option<ServerName<'static>>,
    /// What goes into `Host`.
    pub authority: HeaderValue,
    /// Put before the path of each call; no slash at its end.
    pub base_path: Box<str>,
    pub timeouts: Timeouts,
    pub protocol: Protocol,
    /// The host that the caller asked for goes into `Host` instead.
    pub preserves_host: bool,
}

impl Target {
    pub fn new(url: &UpstreamUrl, upstream: &Upstream, pool: u32) -> Result<Self, String> {
        let host = url.host().trim_start_matches('[').trim_end_matches(']');
        let tls = if url.is_tls() {
            let name = ServerName::try_from(host.to_owned());
            Some(name.map_err(|_| format!("upstream: no certificate can be checked for the host {host}"))?)
        } else {
            None
        };
        // the port is written only where it is not the scheme's own
        let authority = match (&upstream.host, url.url().port()) {
            (HostMode::Fixed(name), _) => name.to_string(),
            (_, Some(port)) => format!("{}:{port}", url.host()),
            (_, None) => url.host().to_owned(),
        };
        Ok(Self {
            pool,
            host: host.into(),
            port: url.port(),
            tls,
            authority: HeaderValue::try_from(authority)
                .map_err(|_| "upstream: the host is not a header value".to_owned())?,
            base_path: url.base_path().into(),
            timeouts: upstream.timeouts,
            protocol: upstream.protocol,
            preserves_host: upstream.host == HostMode::Preserve,
        })
    }
}
