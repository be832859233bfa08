//! How a connection to an upstream is made: through the guard, and with TLS where the address says so.

use super::Failure;
use super::lease::Lease;
use super::resolve::{Reachable, Unresolved};
use super::target::Target;
use super::tls::TlsFault;
use crate::h1::Malformed;
use crate::stream::{Stream, send_at_once};
use crate::tls::ALPN_HTTP2;
use crate::worker::Worker;
use domain::upstream::Protocol;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;

/// Connects to the first address that takes the connection, within the target's time; the name is looked up before that
/// time begins. Until the lease is over, the connection may be given calls.
pub async fn dial(worker: &Worker, target: &Target) -> Result<(Stream, Lease), Failure> {
    let within = Duration::from_millis(u64::from(target.timeouts.connect_ms));
    let guard = &worker.options.outbound;
    let addresses = worker.resolver.resolve(guard, &target.host, target.port, within).await;
    let addresses = addresses.map_err(|unresolved| match unresolved {
        Unresolved::NoSuchName => Failure::Unresolved,
        Unresolved::Prohibited => Failure::Prohibited,
    })?;
    match tokio::time::timeout(within, open(worker, target, &addresses)).await {
        Ok(opened) => opened,
        Err(_) => Err(Failure::ConnectTimeout),
    }
}

async fn open(worker: &Worker, target: &Target, addresses: &[Reachable]) -> Result<(Stream, Lease), Failure> {
    let mut refused = None;
    for Reachable { address, tenancy } in addresses {
        match connect(*address).await {
            Ok(stream) => {
                worker.counters.upstream_connections.add(1);
                let (age_ms, now_us) = (worker.options.upstream_age_ms, worker.clock.monotonic_us());
                let lease = Lease::begin(tenancy.clone(), age_ms, now_us);
                return Ok((secure(worker, target, stream).await?, lease));
            }
            Err(error) => refused = Some(error),
        }
    }
    tracing::debug!(host = %target.host, port = target.port, ?refused, "an upstream refused the connection");
    Err(Failure::Refused)
}

async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let tcp = TcpStream::connect(address).await?;
    send_at_once(&tcp);
    Ok(tcp)
}

async fn secure(worker: &Worker, target: &Target, stream: TcpStream) -> Result<Stream, Failure> {
    let Some(tls) = &target.tls else { return Ok(Stream::Plain(stream)) };
    let connector = tls.client.as_ref().unwrap_or(&worker.tls).connector(target.protocol);
    let stream = connector.connect(tls.name.clone(), stream).await.map_err(|error| {
        tracing::warn!(host = %target.host, %error, "no TLS with an upstream");
        Failure::Tls(TlsFault::of(&error))
    })?;
    if target.protocol == Protocol::Http2 && stream.get_ref().1.alpn_protocol() != Some(ALPN_HTTP2) {
        tracing::warn!(host = %target.host, "an upstream does not speak HTTP/2");
        return Err(Failure::Malformed(Malformed("no HTTP/2 in the TLS handshake")));
    }
    Ok(Stream::Tls(Box::new(stream.into())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn what_is_dialled_sends_at_once() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let tcp = connect(listener.local_addr().unwrap()).await.unwrap();
        assert!(tcp.nodelay().unwrap());
    }
}
