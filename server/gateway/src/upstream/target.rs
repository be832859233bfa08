//! Where the calls of a version go, prepared once per snapshot.

use super::tls::ClientTls;
use domain::upstream::{HostMode, Protocol, Timeouts, Upstream, UpstreamUrl};
use http::HeaderValue;
use rustls::pki_types::ServerName;
use std::sync::Arc;

/// An upstream, ready to be connected to and written to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Names the pool of connections that calls of this api to this address share.
    pub pool: u32,
    /// For the resolver: a name or an address without brackets.
    pub host: Box<str>,
    pub port: u16,
    /// `None` for plain HTTP.
    pub tls: Option<TargetTls>,
    /// What goes into `Host`.
    pub authority: HeaderValue,
    /// Put before the path of each call; no slash at its end.
    pub base_path: Box<str>,
    pub timeouts: Timeouts,
    pub protocol: Protocol,
    /// The host that the caller asked for goes into `Host` instead.
    pub preserves_host: bool,
}

/// How TLS is spoken to a target.
#[derive(Clone, Debug)]
pub struct TargetTls {
    /// The name that is asked for, and that the certificate must have.
    pub name: ServerName<'static>,
    /// Where that is not the usual one.
    pub client: Option<Arc<ClientTls>>,
}

impl Target {
    pub fn new(
        url: &UpstreamUrl,
        upstream: &Upstream,
        client: Option<&Arc<ClientTls>>,
        pool: u32,
    ) -> Result<Self, String> {
        let host = url.host().trim_start_matches('[').trim_end_matches(']');
        let tls = if url.is_tls() {
            let name = upstream.tls.server_name.as_ref().map_or(host, |name| name.as_str());
            let read = ServerName::try_from(name.to_owned());
            let name =
                read.map_err(|_| format!("upstream: no certificate can be checked for the host {name}"))?;
            Some(TargetTls { name, client: client.cloned() })
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
