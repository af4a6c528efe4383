//! Addresses of the machine.

#[cfg_attr(unix, path = "unix.rs")]
#[cfg_attr(windows, path = "windows.rs")]
mod sys;

use std::net::IpAddr;
#[cfg(any(windows, test))]
use std::net::{Ipv4Addr, Ipv6Addr};

use super::Address;
use crate::prelude::*;

pub(super) fn addresses() -> Result<Vec<Address>> {
    sys::addresses().syscall("uv_interface_addresses")
}

fn describe(
    name: String,
    mac: [u8; 6],
    internal: bool,
    address: IpAddr,
    netmask: IpAddr,
    scopeid: Option<u32>,
) -> Address {
    Address {
        name,
        cidr: prefix(netmask).map(|length| format!("{address}/{length}")),
        address: address.to_string(),
        netmask: netmask.to_string(),
        family: if address.is_ipv4() { "IPv4" } else { "IPv6" }.to_owned(),
        mac: mac.map(|byte| format!("{byte:02x}")).join(":"),
        internal,
        scopeid,
    }
}

/// How many bits of a mask are set, if they are its first ones.
fn prefix(mask: IpAddr) -> Option<u32> {
    let (ones, zeros, bits) = match mask {
        IpAddr::V4(mask) => (mask.to_bits().leading_ones(), mask.to_bits().trailing_zeros(), 32),
        IpAddr::V6(mask) => (mask.to_bits().leading_ones(), mask.to_bits().trailing_zeros(), 128),
    };
    (ones + zeros == bits).then_some(ones)
}

/// The mask for an address whose first bits name the network.
#[cfg(any(windows, test))]
fn mask(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(_) => {
            let zeros = 32_u32.saturating_sub(length.into());
            Ipv4Addr::from_bits(u32::MAX.checked_shl(zeros).unwrap_or(0)).into()
        }
        IpAddr::V6(_) => {
            let zeros = 128_u32.saturating_sub(length.into());
            Ipv6Addr::from_bits(u128::MAX.checked_shl(zeros).unwrap_or(0)).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_with_holes_have_no_length() {
        assert_eq!(prefix(Ipv4Addr::new(255, 255, 240, 0).into()), Some(20));
        assert_eq!(prefix(Ipv4Addr::UNSPECIFIED.into()), Some(0));
        assert_eq!(prefix(Ipv4Addr::new(255, 0, 255, 0).into()), None);
        assert_eq!(prefix(Ipv6Addr::from(u128::MAX << 64).into()), Some(64));
    }

    #[test]
    fn lengths_become_the_masks_that_have_them() {
        for length in 0..=32 {
            assert_eq!(prefix(mask(Ipv4Addr::LOCALHOST.into(), length)), Some(length.into()));
        }
        for length in 0..=128 {
            assert_eq!(prefix(mask(Ipv6Addr::LOCALHOST.into(), length)), Some(length.into()));
        }
        assert_eq!(mask(Ipv4Addr::LOCALHOST.into(), 255), IpAddr::V4(Ipv4Addr::BROADCAST));
    }

    #[test]
    fn addresses_are_described_as_node_does() {
        let address = Ipv4Addr::new(10, 0, 0, 7).into();
        let described = describe("lan".into(), [0, 1, 0xAB, 3, 4, 5], false, address, mask(address, 8), None);
        assert_eq!(described.cidr.as_deref(), Some("10.0.0.7/8"));
        assert_eq!((described.netmask.as_str(), described.mac.as_str()), ("255.0.0.0", "00:01:ab:03:04:05"));
    }
}
