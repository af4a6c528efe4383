//! Windows.

use std::ffi::c_void;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr;

use windows_sys::Win32::Foundation::{ERROR_BUFFER_OVERFLOW, ERROR_NO_DATA, ERROR_SUCCESS};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GAA_FLAG_SKIP_ANYCAST, GAA_FLAG_SKIP_DNS_SERVER, GAA_FLAG_SKIP_MULTICAST, GetAdaptersAddresses,
    IF_TYPE_SOFTWARE_LOOPBACK, IP_ADAPTER_ADDRESSES_LH,
};
use windows_sys::Win32::NetworkManagement::Ndis::IfOperStatusUp;
use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, AF_UNSPEC, SOCKADDR, SOCKADDR_IN, SOCKADDR_IN6,
};

use super::{Address, describe, mask};
use crate::os::sys::text;

pub(super) fn addresses() -> io::Result<Vec<Address>> {
    let list = list()?;
    let mut addresses = Vec::new();
    if list.is_empty() {
        return Ok(addresses);
    }
    // SAFETY: the list begins in this space, every adapter points to the next or to none, and all lie in it.
    let first = unsafe { list.as_ptr().cast::<IP_ADAPTER_ADDRESSES_LH>().as_ref() };
    // SAFETY: as above.
    for adapter in std::iter::successors(first, |adapter| unsafe { adapter.Next.as_ref() }) {
        if adapter.OperStatus != IfOperStatusUp {
            continue;
        }
        // SAFETY: names end with a null character.
        let name = unsafe { text(adapter.FriendlyName) };
        let [hardware @ .., _, _] = adapter.PhysicalAddress;
        let mac = if adapter.PhysicalAddressLength == 6 { hardware } else { [0; 6] };
        let internal = adapter.IfType == IF_TYPE_SOFTWARE_LOOPBACK;
        // SAFETY: as with adapters.
        let first = unsafe { adapter.FirstUnicastAddress.as_ref() };
        // SAFETY: as above.
        for entry in std::iter::successors(first, |entry| unsafe { entry.Next.as_ref() }) {
            // SAFETY: addresses of the list are whole.
            if let Some((address, scopeid)) = unsafe { ip(entry.Address.lpSockaddr) } {
                let netmask = mask(address, entry.OnLinkPrefixLength);
                addresses.push(describe(name.clone(), mac, internal, address, netmask, scopeid));
            }
        }
    }
    Ok(addresses)
}

/// The system's list of adapters, aligned as its structures are; empty when there are none.
fn list() -> io::Result<Vec<u64>> {
    let flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
    // Enough for most machines at the first try, as the system's documentation advises.
    let mut space = vec![0_u64; 2048];
    loop {
        let mut size = (space.len() * 8) as u32;
        // SAFETY: the system fills at most as many bytes as are said.
        let result = unsafe {
            let adapters = space.as_mut_ptr().cast();
            GetAdaptersAddresses(AF_UNSPEC.into(), flags, ptr::null::<c_void>(), adapters, &raw mut size)
        };
        match result {
            ERROR_SUCCESS => return Ok(space),
            ERROR_NO_DATA => return Ok(Vec::new()),
            ERROR_BUFFER_OVERFLOW => space.resize((size as usize).div_ceil(8).max(space.len() + 1), 0),
            code => return Err(io::Error::from_raw_os_error(code.cast_signed())),
        }
    }
}

/// An address with the number of its network, if it is an IPv6 one.
///
/// # Safety
///
/// Null or an address that is as long as its family says.
unsafe fn ip(address: *const SOCKADDR) -> Option<(IpAddr, Option<u32>)> {
    // SAFETY: null or an address.
    match unsafe { address.as_ref() }?.sa_family {
        AF_INET => {
            // SAFETY: of this family.
            let bits = unsafe { ptr::read_unaligned(address.cast::<SOCKADDR_IN>()).sin_addr.S_un.S_addr };
            Some((Ipv4Addr::from_bits(u32::from_be(bits)).into(), None))
        }
        AF_INET6 => {
            // SAFETY: of this family.
            let address = unsafe { ptr::read_unaligned(address.cast::<SOCKADDR_IN6>()) };
            // SAFETY: every part of these unions is numbers.
            let (bytes, scope) = unsafe { (address.sin6_addr.u.Byte, address.Anonymous.sin6_scope_id) };
            Some((Ipv6Addr::from(bytes).into(), Some(scope)))
        }
        _ => None,
    }
}
