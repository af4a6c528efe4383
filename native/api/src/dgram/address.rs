//! Addresses as text, with zones, and the peer of a socket.

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

use socket_ipc::Endpoint;
use tokio::net::UdpSocket;

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

/// An address and the number of its zone (`fe80::1%eth0`), 0 without one.
pub(super) fn ip(text: &str) -> Option<(IpAddr, u32)> {
    match text.split_once('%') {
        None => Some((text.parse().ok()?, 0)),
        Some((address, zone)) => Some((address.parse::<Ipv6Addr>().ok()?.into(), index(zone)?)),
    }
}

/// As Node writes it: addresses that mean something in one zone only say which.
pub(super) fn endpoint(address: SocketAddr) -> Endpoint {
    let mut text = address.ip().to_string();
    if let SocketAddr::V6(v6) = address
        && v6.scope_id() != 0
        && v6.ip().is_unicast_link_local()
    {
        text.push('%');
        text.push_str(&name(v6.scope_id()));
    }
    Endpoint { address: text, port: address.port() }
}

fn index(zone: &str) -> Option<u32> {
    if let Ok(number) = zone.parse() {
        return Some(number);
    }
    #[cfg(unix)]
    {
        let zone = std::ffi::CString::new(zone).ok()?;
        // SAFETY: a text that ends with a null byte.
        let index = unsafe { libc::if_nametoindex(zone.as_ptr()) };
        (index != 0).then_some(index)
    }
    #[cfg(not(unix))]
    None
}

fn name(index: u32) -> String {
    #[cfg(unix)]
    {
        let mut space: [libc::c_char; libc::IF_NAMESIZE] = [0; libc::IF_NAMESIZE];
        // SAFETY: as long as the system asks for; it writes a text that ends with a null byte, or says that it did not.
        unsafe {
            if !libc::if_indextoname(index, space.as_mut_ptr()).is_null() {
                return std::ffi::CStr::from_ptr(space.as_ptr()).to_string_lossy().into_owned();
            }
        }
    }
    index.to_string()
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

    #[cfg(target_os = "linux")]
    #[test]
    fn zones_have_names() {
        let (address, zone) = ip("fe80::1%lo").expect("every machine has it");
        let IpAddr::V6(address) = address else { unreachable!("written as one") };
        assert_eq!(endpoint(SocketAddrV6::new(address, 1, 0, zone).into()).address, "fe80::1%lo");
        let global = SocketAddrV6::new(Ipv6Addr::LOCALHOST, 1, 0, zone);
        assert_eq!(endpoint(global.into()).address, "::1");
    }
}
