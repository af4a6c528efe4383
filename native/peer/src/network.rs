//! The machine's own addresses: what changes when it moves from one network to another.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use crate::Error;

/// Addresses that are reserved for documentation: there is a route to them exactly if there is one to the Internet.
/// Nothing is sent.
const OUTSIDE: [(SocketAddr, SocketAddr); 2] = [
    (
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0),
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)), 9),
    ),
    (
        SocketAddr::new(std::net::IpAddr::V6(Ipv6Addr::UNSPECIFIED), 0),
        SocketAddr::new(std::net::IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)), 9),
    ),
];

/// The addresses that datagrams to the Internet leave with, as sockets bound to `bound` use them.
pub(crate) fn local(bound: SocketAddr) -> Vec<SocketAddr> {
    if !bound.ip().is_unspecified() {
        return vec![bound];
    }
    let families = OUTSIDE.iter().filter(|(any, _)| bound.is_ipv6() || any.is_ipv4());
    let addresses = families.filter_map(|(any, outside)| {
        let socket = UdpSocket::bind(any).ok()?;
        socket.connect(outside).ok()?;
        let ip = socket.local_addr().ok()?.ip();
        (!ip.is_unspecified()).then_some(SocketAddr::new(ip, bound.port()))
    });
    addresses.collect()
}

/// Whether something can be sent there.
pub(crate) fn check(address: SocketAddr) -> Result<(), Error> {
    let broadcast = matches!(address.ip(), std::net::IpAddr::V4(ip) if ip.is_broadcast());
    match address.port() == 0 || address.ip().is_unspecified() || address.ip().is_multicast() || broadcast {
        true => Err(Error::Address(address)),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_cannot_be() {
        for bad in ["0.0.0.0:1", "[::]:1", "1.2.3.4:0", "224.0.0.1:5", "255.255.255.255:5", "[ff02::1]:5"] {
            let address = bad.parse().expect("an address");
            assert!(matches!(check(address), Err(Error::Address(found)) if found == address), "{bad}");
        }
        assert!(check(SocketAddr::from(([127, 0, 0, 1], 4000))).is_ok());
    }

    #[test]
    fn a_bound_address_is_the_only_one() {
        let bound = SocketAddr::from(([127, 0, 0, 1], 4000));
        assert_eq!(local(bound), [bound]);
        assert!(local(SocketAddr::from(([0; 4], 4000))).iter().all(|address| address.port() == 4000));
    }
}
