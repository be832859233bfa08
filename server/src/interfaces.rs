//! The addresses of this machine.

use std::net::{IpAddr, SocketAddr};

/// As they are now: one that a network gives later is not among them.
#[must_use]
pub fn addresses() -> Vec<IpAddr> {
    match if_addrs::get_if_addrs() {
        Ok(interfaces) => interfaces.iter().map(if_addrs::Interface::ip).collect(),
        Err(error) => {
            tracing::warn!(%error, "the addresses of this machine could not be read");
            Vec::new()
        }
    }
}

/// Listeners with one more for each of the machine's addresses where one is on all of them.
#[must_use]
pub fn spelled_out(listeners: Vec<SocketAddr>, machine: &[IpAddr]) -> Vec<SocketAddr> {
    let everywhere = listeners.iter().filter(|listener| listener.ip().is_unspecified());
    let more: Vec<SocketAddr> = everywhere
        .flat_map(|listener| machine.iter().map(|address| SocketAddr::new(*address, listener.port())))
        .collect();
    listeners.into_iter().chain(more).collect()
}
