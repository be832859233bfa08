//! What the data plane is told when it starts; it never reads the environment.

use crate::clock::Clock;
use crate::finished::Watchers;
use crate::tls::Certificates;
use crate::trace::Ratio;
use crate::upstream::resolve::lookup::Lookup;
use domain::net::OutboundGuard;
use ipnet::IpNet;
use rustls::pki_types::CertificateDer;
use std::net::SocketAddr;

/// Settings of the data plane, fixed while it runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where TLS is spoken, and with which certificates.
    pub tls: Option<(SocketAddr, Certificates)>,
    /// `https://portal.example.com`: below `/problems` it explains each refusal.
    pub portal_url: String,
    /// Cookies of the portal, which never pass the gateway, in neither direction.
    pub portal_cookies: Vec<String>,
    /// Peers whose `X-Forwarded-*` and `X-Request-Id` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Which upstream addresses may be reached.
    pub outbound: OutboundGuard,
    /// Authorities that upstreams' certificates are trusted by, besides the public ones (DER).
    pub upstream_roots: Vec<CertificateDer<'static>>,
    /// Where the addresses of upstreams' names come from.
    pub lookup: Lookup,
    /// How old a connection to an upstream may be to be given another call, in milliseconds. A few end up to an eighth of
    /// it earlier.
    pub upstream_age_ms: u64,
    pub max_connections: usize,
    /// Behind a proxy that is trusted, this many calls at the same time for each address that it speaks for.
    pub max_connections_per_address: usize,
    /// Calls at the same time, an equal share of them on each thread. HTTP/2 carries many on one connection.
    pub max_calls: usize,
    /// Largest request body in bytes.
    pub body_limit: u64,
    /// How long a stream of a model may be silent until its caller is told that the call is still there, in
    /// milliseconds.
    pub model_silence_ms: u64,
    /// The same of calls to models, which carry pictures and sound.
    pub ai_body_limit: u64,
    pub head: HeadLimits,
    /// Of the traces that begin here.
    pub sampled: Ratio,
    /// Who is told of calls that have ended.
    pub watchers: Watchers,
    pub timers: Timers,
    pub clock: Clock,
}

/// How long a client may take, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Timers {
    /// From the connection to the end of the TLS handshake.
    pub handshake_ms: u64,
    /// From the connection, or the handshake, to the first byte.
    pub first_byte_ms: u64,
    /// From the first byte of a request to the end of its head, in total.
    pub head_ms: u64,
    /// Between two pieces of a request body, and while the client does not take what is sent.
    pub body_idle_ms: u64,
    /// Bytes a second that a request body has to come in on average, while it is waited for; 0 for any.
    pub body_rate: u64,
    /// Before that counts.
    pub body_grace_ms: u64,
    /// Between two requests.
    pub keep_alive_ms: u64,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            handshake_ms: 5_000,
            first_byte_ms: 10_000,
            head_ms: 10_000,
            body_idle_ms: 30_000,
            body_rate: 240,
            body_grace_ms: 5_000,
            keep_alive_ms: 60_000,
        }
    }
}

impl Timers {
    /// How long a body may be waited for of which so many bytes have come.
    #[must_use]
    pub fn body_ms(&self, received: u64) -> u64 {
        let allowed_ms = received.saturating_mul(1_000).checked_div(self.body_rate);
        allowed_ms.map_or(u64::MAX, |allowed_ms| allowed_ms.max(self.body_grace_ms))
    }
}

/// How much the head of a request may be.
#[derive(Clone, Copy, Debug)]
pub struct HeadLimits {
    /// Of all of it.
    pub bytes: usize,
    /// How many fields, at most [`Self::MOST_FIELDS`].
    pub fields: usize,
}

impl HeadLimits {
    /// What there is room for while a head is parsed.
    pub const MOST_FIELDS: usize = 256;

    /// Of one field: half of all.
    #[must_use]
    pub const fn field_bytes(self) -> usize {
        self.bytes / 2
    }

    /// In HTTP/2, heads may have half as much, as many of them come at once. What the protocol announces is all of it:
    /// enforcing less is allowed (RFC 9113 section 6.5.2), and what is over that is refused without our knowing.
    #[must_use]
    pub const fn in_http2(self) -> Self {
        Self { bytes: self.field_bytes(), ..self }
    }
}

impl Default for HeadLimits {
    fn default() -> Self {
        Self { bytes: 32 << 10, fields: 100 }
    }
}

impl Options {
    #[must_use]
    pub fn new(listen: SocketAddr, portal_url: impl Into<String>) -> Self {
        Self {
            listen,
            tls: None,
            portal_url: portal_url.into(),
            portal_cookies: Vec::new(),
            trusted_proxies: Vec::new(),
            outbound: OutboundGuard::default(),
            upstream_roots: Vec::new(),
            lookup: Lookup::System,
            upstream_age_ms: 3_600_000,
            max_connections: 10_000,
            max_connections_per_address: 512,
            max_calls: 10_000,
            body_limit: 10 << 20,
            model_silence_ms: 15_000,
            ai_body_limit: 32 << 20,
            head: HeadLimits::default(),
            sampled: Ratio::default(),
            watchers: Watchers::default(),
            timers: Timers::default(),
            clock: Clock::system(),
        }
    }
}
