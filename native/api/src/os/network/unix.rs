//! Linux, macOS, Android and iOS.

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::io;
#[cfg(target_vendor = "apple")]
use std::mem;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr;

use super::{Address, describe};

pub(super) fn addresses() -> io::Result<Vec<Address>> {
    Ok(List::new()?.addresses())
}

/// The system's list of addresses; given back when dropped.
struct List(*mut libc::ifaddrs);

impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: made by `getifaddrs`, given back once.
        unsafe { libc::freeifaddrs(self.0) };
    }
}

impl List {
    fn new() -> io::Result<List> {
        let mut first = ptr::null_mut();
        // SAFETY: the system writes the start of its list.
        if unsafe { libc::getifaddrs(&raw mut first) } == -1 {
            return Err(io::Error::last_os_error());
        }
        Ok(List(first))
    }

    fn entries(&self) -> impl Iterator<Item = &libc::ifaddrs> {
        // SAFETY: every entry points to the next or to none, and all live as long as the list.
        std::iter::successors(unsafe { self.0.as_ref() }, |entry| unsafe { entry.ifa_next.as_ref() })
    }

    fn addresses(&self) -> Vec<Address> {
        let hardware: BTreeMap<String, [u8; 6]> =
            self.entries().filter_map(|entry| Some((name(entry), mac(entry.ifa_addr)?))).collect();
        let running = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_uint;
        let entries = self.entries().filter(|entry| entry.ifa_flags & running == running);
        let addresses = entries.filter_map(|entry| {
            let (address, scopeid) = ip(entry.ifa_addr)?;
            let (netmask, _) = ip(entry.ifa_netmask)?;
            let name = name(entry);
            let mac = hardware.get(&name).copied().unwrap_or_default();
            let internal = entry.ifa_flags & libc::IFF_LOOPBACK as libc::c_uint != 0;
            Some(describe(name, mac, internal, address, netmask, scopeid))
        });
        addresses.collect()
    }
}

fn name(entry: &libc::ifaddrs) -> String {
    // SAFETY: names of entries end with a null byte.
    unsafe { CStr::from_ptr(entry.ifa_name) }.to_string_lossy().into_owned()
}

/// An address with the number of its network, if it is an IPv6 one.
fn ip(address: *const libc::sockaddr) -> Option<(IpAddr, Option<u32>)> {
    // SAFETY: none or an address of the list; its family says which structure it is.
    match i32::from(unsafe { address.as_ref() }?.sa_family) {
        libc::AF_INET => {
            // SAFETY: of this family; read as it lies, because the system promises no alignment.
            let address: libc::sockaddr_in = unsafe { ptr::read_unaligned(address.cast()) };
            Some((Ipv4Addr::from(u32::from_be(address.sin_addr.s_addr)).into(), None))
        }
        libc::AF_INET6 => {
            // SAFETY: as above.
            let address: libc::sockaddr_in6 = unsafe { ptr::read_unaligned(address.cast()) };
            Some((Ipv6Addr::from(address.sin6_addr.s6_addr).into(), Some(address.sin6_scope_id)))
        }
        _ => None,
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn mac(address: *const libc::sockaddr) -> Option<[u8; 6]> {
    // SAFETY: none or an address of the list; its family says which structure it is.
    if i32::from(unsafe { address.as_ref() }?.sa_family) != libc::AF_PACKET {
        return None;
    }
    // SAFETY: of this family; read as it lies, because the system promises no alignment.
    let address: libc::sockaddr_ll = unsafe { ptr::read_unaligned(address.cast()) };
    address.sll_addr.first_chunk().copied()
}

#[cfg(target_vendor = "apple")]
fn mac(address: *const libc::sockaddr) -> Option<[u8; 6]> {
    // SAFETY: none or an address of the list; its family says which structure it is.
    if i32::from(unsafe { address.as_ref() }?.sa_family) != libc::AF_LINK {
        return None;
    }
    // SAFETY: of this family; read as it lies, because the system promises no alignment.
    let head: libc::sockaddr_dl = unsafe { ptr::read_unaligned(address.cast()) };
    let start = mem::offset_of!(libc::sockaddr_dl, sdl_data) + usize::from(head.sdl_nlen);
    if head.sdl_alen != 6 || start + 6 > usize::from(head.sdl_len) {
        return None;
    }
    // SAFETY: the address is as long as it says, which may be longer than the structure: names are before it.
    Some(unsafe { ptr::read_unaligned(address.cast::<u8>().add(start).cast()) })
}
