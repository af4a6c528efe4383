//! The addresses of a family of sockets, and the peer of one.

use std::io;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};

use socket_ipc::Endpoint;
use tokio::net::UdpSocket;

use crate::address::ip;
use crate::prelude::*;

/// Node's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Family {
    /// IPv4.
    Udp4,
    /// IPv6.
    Udp6,
}

impl Family {
    /// The address of an endpoint. `EINVAL`: it is of the other family or none at all.
    pub(super) fn parse(self, end: &Endpoint) -> Result<SocketAddr> {
        match (self, ip(&end.address)) {
            (Family::Udp4, Some((address @ IpAddr::V4(_), _))) => Ok(SocketAddr::new(address, end.port)),
            (Family::Udp6, Some((IpAddr::V6(address), zone))) => {
                Ok(SocketAddrV6::new(address, end.port, 0, zone).into())
            }
            _ => Err(Error::errno("EINVAL")),
        }
    }
}

/// A connected socket hears everyone again.
#[cfg(unix)]
pub(super) fn forget_peer(socket: &UdpSocket) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    // SAFETY: numbers alone, for which zero is a value.
    let mut none: libc::sockaddr = unsafe { std::mem::zeroed() };
    none.sa_family = libc::AF_UNSPEC as libc::sa_family_t;
    let length = size_of::<libc::sockaddr>() as libc::socklen_t;
    // SAFETY: the descriptor is open, the address as long as it says.
    if unsafe { libc::connect(socket.as_raw_fd(), &raw const none, length) } == 0 {
        return Ok(());
    }
    match io::Error::last_os_error() {
        // BSD's way of saying that it did.
        error if cfg!(target_vendor = "apple") && error.raw_os_error() == Some(libc::EAFNOSUPPORT) => Ok(()),
        error => Err(error),
    }
}

/// A connected socket hears everyone again.
#[cfg(windows)]
pub(super) fn forget_peer(socket: &UdpSocket) -> io::Result<()> {
    let any = match socket.local_addr()?.is_ipv4() {
        true => SocketAddr::from(([0; 4], 0)),
        false => SocketAddr::from(([0; 16], 0)),
    };
    // The address of zeros means none to it.
    socket2::SockRef::from(socket).connect(&any.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_the_family_of_the_socket() {
        let end = |address: &str| Endpoint { address: address.into(), port: 7 };
        assert_eq!(Family::Udp4.parse(&end("127.0.0.1")).expect("valid").to_string(), "127.0.0.1:7");
        assert_eq!(Family::Udp6.parse(&end("::1%3")).expect("valid").to_string(), "[::1%3]:7");
        for (family, address) in [
            (Family::Udp4, "::1"),
            (Family::Udp6, "127.0.0.1"),
            (Family::Udp4, "localhost"),
            (Family::Udp4, "127.0.0.1%1"),
            (Family::Udp6, "::1%there-is-no-such-zone"),
            (Family::Udp4, ""),
        ] {
            assert_eq!(family.parse(&end(address)).expect_err(address).code(), "EINVAL");
        }
    }
}
