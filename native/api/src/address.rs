//! IP addresses as text, with zones: what pages write and what they are told.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

use socket_ipc::Endpoint;

/// An address and the number of its zone (`fe80::1%eth0`), 0 without one.
pub(crate) fn ip(text: &str) -> Option<(IpAddr, u32)> {
    match text.split_once('%') {
        None => Some((text.parse().ok()?, 0)),
        Some((address, zone)) => Some((address.parse::<Ipv6Addr>().ok()?.into(), index(zone)?)),
    }
}

/// As Node writes it: addresses that mean something in one zone only say which.
pub(crate) fn endpoint(address: SocketAddr) -> Endpoint {
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

/// The address of an endpoint of either family.
pub(crate) fn parse(end: &Endpoint) -> Option<SocketAddr> {
    Some(match ip(&end.address)? {
        (IpAddr::V6(address), zone) => SocketAddrV6::new(address, end.port, 0, zone).into(),
        (address, _) => SocketAddr::new(address, end.port),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_of_either_family() {
        let end = |address: &str| Endpoint { address: address.into(), port: 7 };
        assert_eq!(parse(&end("127.0.0.1")).expect("valid").to_string(), "127.0.0.1:7");
        assert_eq!(parse(&end("::1%3")).expect("valid").to_string(), "[::1%3]:7");
        for address in ["localhost", "", "1.2.3.4%1", "::1%there-is-no-such-zone"] {
            assert!(parse(&end(address)).is_none(), "{address}");
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
