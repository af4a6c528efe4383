//! How much strangers may ask for: by /24 or /48, in a table of fixed size.

use std::net::{IpAddr, SocketAddr};

use crate::Time;
use crate::cache::Source as Subnet;
use crate::crypto::Suite;
use crate::messages::Budget;

const ROWS: usize = 2;
const SLOTS: usize = 256;

/// Subnets share budgets by a secret hash, in two rows. One that uses up its own takes another's along only if the two
/// meet in both rows, and nobody can choose whom to meet.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    key: [u8; 32],
    suite: Suite,
    budgets: Box<[[Budget; SLOTS]; ROWS]>,
}

impl Limits {
    pub(crate) fn new(key: [u8; 32], suite: Suite) -> Self {
        Self { key, suite, budgets: Box::new([[Budget::default(); SLOTS]; ROWS]) }
    }

    /// Takes `cost` from what a subnet may do in a second.
    pub(crate) fn take(&mut self, now: Time, rate: u32, cost: u64, from: &SocketAddr) -> bool {
        let name = match Subnet::of(from) {
            // On one machine or one local network everybody is a neighbour.
            _ if is_local(from.ip()) => from.to_string().into_bytes(),
            Subnet::V4(net) => net.to_vec(),
            Subnet::V6(net) => net.to_vec(),
            Subnet::Own => Vec::new(),
        };
        let hash: [u8; 16] = self.suite.keyed_hash(&self.key, &[&name]);
        let mut may = false;
        for (row, at) in self.budgets.iter_mut().zip(hash) {
            may |= row[usize::from(at) % SLOTS].take(now, rate, cost);
        }
        may
    }

    pub(crate) const fn bytes() -> usize {
        size_of::<[[Budget; SLOTS]; ROWS]>()
    }
}

/// Loopback, link-local and private addresses: they say nothing about who is near whom on the internet.
pub(crate) fn is_local(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_has_its_share_and_the_table_its_size() {
        let mut limits = Limits::new([1; 32], Suite::default());
        let now = Time::from_secs(1);
        let at = |net: [u8; 3], host: u8, port| SocketAddr::from(([net[0], net[1], net[2], host], port));
        // A hundred addresses and ports of one /24 have one budget.
        let taken =
            (0..100u8).filter(|host| limits.take(now, 10, 1, &at([9, 9, 9], *host, 1000 + u16::from(*host))));
        assert_eq!(taken.count(), 10);
        // Few others suffer.
        let others = (0..200u8).filter(|net| limits.take(now, 10, 1, &at([8, 8, *net], 1, 1))).count();
        assert!(others >= 198, "{others}");
        let later = now + std::time::Duration::from_secs(1);
        assert!(limits.take(later, 10, 1, &at([9, 9, 9], 1, 1)), "it comes back");
    }

    #[test]
    fn neighbours_have_budgets_of_their_own() {
        let mut limits = Limits::new([1; 32], Suite::default());
        let now = Time::from_secs(1);
        let taken =
            (0..50u16).filter(|port| limits.take(now, 1, 1, &SocketAddr::from(([127, 0, 0, 1], *port))));
        assert!(taken.count() >= 45);
    }
}
