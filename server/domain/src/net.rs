//! Which addresses may be reached on behalf of somebody who typed them: upstreams, imports, webhooks.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Why an address is not reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressRefused {
    #[error("{0} is a private address; an operator allows it with GATEHOUSE_OUTBOUND_ALLOW={0}/{1}")]
    Private(IpAddr, u8),
    #[error("{0} is an address that is never called")]
    Never(IpAddr),
    #[error("{0} is an address of this installation")]
    OwnListener(SocketAddr),
}

/// The outbound guard: asked for every resolved address before it is connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboundGuard {
    /// Ranges that may be reached although they are private.
    pub allow: Vec<IpNet>,
    /// Our own listeners, never reached. An unspecified address stands for every loopback address; the other addresses
    /// of the machine must be here one by one.
    pub own_listeners: Vec<SocketAddr>,
}

impl OutboundGuard {
    pub fn check(&self, address: SocketAddr) -> Result<(), AddressRefused> {
        let ip = canonical(address.ip());
        if self.own_listeners.iter().any(|own| is_own(*own, ip, address.port())) {
            return Err(AddressRefused::OwnListener(SocketAddr::new(ip, address.port())));
        }
        if is_never(ip) {
            return Err(AddressRefused::Never(ip));
        }
        if is_public(ip) || self.allow.iter().any(|range| range.contains(&ip)) {
            return Ok(());
        }
        Err(AddressRefused::Private(ip, if ip.is_ipv4() { 32 } else { 128 }))
    }
}

/// Loopback and private ranges: what may be reached while an installation is only tried out on one machine.
#[must_use]
pub fn local_ranges() -> Vec<IpNet> {
    ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect()
}

/// IPv4 addresses written as IPv6 (mapped, compatible, NAT64, 6to4) count as the IPv4 address that they reach.
fn canonical(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return IpAddr::V4(v4);
    }
    let s = v6.segments();
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        IpAddr::V4(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => embedded(high, low),
        _ => ip,
    }
}

fn is_own(own: SocketAddr, ip: IpAddr, port: u16) -> bool {
    let host = canonical(own.ip());
    let same_host = if host.is_unspecified() { ip.is_loopback() || ip.is_unspecified() } else { host == ip };
    same_host && own.port() == port
}

/// Cloud metadata services, and what cannot be a host: refused even inside an allowed range.
fn is_never(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || v4.is_link_local()
                || v4 == Ipv4Addr::new(100, 100, 100, 200)
                || v4 == Ipv4Addr::new(168, 63, 129, 16)
        }
        IpAddr::V6(v6) => {
            v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unicast_link_local()
                || v6 == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)
        }
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            !(v4.is_private()
                || v4.is_loopback()
                || a == 0
                || a >= 240
                || (a == 100 && (64..=127).contains(&b))
                || (a == 192 && b == 0 && (c == 0 || c == 2))
                || (a == 198 && (b == 18 || b == 19 || (b == 51 && c == 100)))
                || (a == 203 && b == 0 && c == 113))
        }
        IpAddr::V6(v6) => {
            let [first, second, ..] = v6.segments();
            // global unicast, without documentation, Teredo, and the benchmarking range
            (first & 0xe000) == 0x2000
                && !(first == 0x2001 && (second == 0x0db8 || second == 0 || second == 2))
                && first != 0x3fff
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(guard: &OutboundGuard, address: &str) -> Result<(), AddressRefused> {
        guard.check(address.parse().unwrap())
    }

    #[test]
    fn private_addresses_are_refused_in_every_spelling() {
        let guard = OutboundGuard::default();
        for public in ["1.1.1.1:443", "93.184.216.34:80", "[2606:4700::1]:443"] {
            assert_eq!(check(&guard, public), Ok(()), "{public}");
        }
        for refused in [
            "127.0.0.1:80",
            "10.1.2.3:80",
            "172.16.0.1:80",
            "192.168.1.1:80",
            "100.64.0.1:80",
            "0.1.2.3:80",
            "198.18.0.1:80",
            "240.0.0.1:80",
            "[::1]:80",
            "[fc00::1]:80",
            "[2001:db8::1]:80",
            "[::ffff:127.0.0.1]:80",
            "[::ffff:10.0.0.1]:80",
            "[64:ff9b::7f00:1]:80",
            "[2002:7f00:1::]:80",
            "[::127.0.0.1]:80",
        ] {
            assert!(check(&guard, refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn allowed_ranges_open_private_addresses_but_never_metadata_or_ourselves() {
        let own_listeners = vec!["127.0.0.1:3000".parse().unwrap(), "0.0.0.0:9090".parse().unwrap()];
        let mut allow = local_ranges();
        allow.push("169.254.0.0/16".parse().unwrap());
        let guard = OutboundGuard { allow, own_listeners };
        assert_eq!(check(&guard, "127.0.0.1:9000"), Ok(()));
        assert_eq!(check(&guard, "[::ffff:192.168.1.1]:80"), Ok(()));
        for never in
            ["169.254.169.254:80", "[fd00:ec2::254]:80", "[fe80::1]:80", "0.0.0.0:80", "224.0.0.1:80"]
        {
            assert!(matches!(check(&guard, never), Err(AddressRefused::Never(_))), "{never}");
        }
        for own in ["127.0.0.1:3000", "127.0.0.1:9090", "[::ffff:127.0.0.1]:3000"] {
            assert!(matches!(check(&guard, own), Err(AddressRefused::OwnListener(_))), "{own}");
        }
    }
}
