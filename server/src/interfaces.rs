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

/// How others reach a listener on every address: at the first of the machine's addresses that is not for itself alone.
/// `None` for any other listener, and while its port is not known.
#[must_use]
pub fn url_from_outside(listener: SocketAddr, machine: &[IpAddr]) -> Option<String> {
    if !listener.ip().is_unspecified() || listener.port() == 0 {
        return None;
    }
    let mut outside: Vec<&IpAddr> = machine.iter().filter(|address| is_reachable(address)).collect();
    // people type IPv4 addresses more easily
    outside.sort_by_key(|address| address.is_ipv6());
    outside.first().map(|address| format!("http://{}", SocketAddr::new(**address, listener.port())))
}

fn is_reachable(address: &IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    !address.is_loopback() && !link_local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_every_address_is_shown_at_one_that_others_reach() {
        let machine =
            ["127.0.0.1", "::1", "fe80::1", "2001:db8::5", "169.254.0.1", "192.168.1.5", "172.17.0.1"];
        let machine = machine.map(|address| address.parse().unwrap());
        let url = |listener: &str, machine: &[IpAddr]| url_from_outside(listener.parse().unwrap(), machine);
        assert_eq!(url("0.0.0.0:3000", &machine).as_deref(), Some("http://192.168.1.5:3000"));
        assert_eq!(url("[::]:3000", &machine[..4]).as_deref(), Some("http://[2001:db8::5]:3000"));
        assert_eq!(url("0.0.0.0:3000", &machine[..3]), None);
        assert_eq!((url("0.0.0.0:0", &machine), url("127.0.0.1:3000", &machine)), (None, None));
    }
}
