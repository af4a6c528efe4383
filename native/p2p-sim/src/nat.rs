//! Networks that peers are in: each has one address to the outside, and a NAT or none.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;

use rand::Rng as _;
use rand_pcg::Pcg64Mcg;
use serde::Deserialize;
use socket_p2p::LocalPort;

/// What a NAT does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nat {
    /// There is none.
    #[default]
    Static,
    /// One port outside for each inside; lets anybody in.
    FullCone,
    /// The same; lets in who was sent something, from any port.
    Restricted,
    /// The same; lets in who was sent something, from that port.
    PortRestricted,
    /// A random port for each destination; lets in from there.
    Hard,
}

/// A peer, by its place in its shard.
type Host = u32;

/// The port of every peer inside of its network.
const INSIDE_PORT: u16 = 4000;

#[derive(Debug)]
struct Mapping {
    inside: (Host, LocalPort),
    /// The only destination, of a hard NAT.
    destination: Option<SocketAddrV4>,
    /// When something was last sent through it.
    used: u64,
    /// To whom something was sent, and when.
    sent: BTreeMap<(Ipv4Addr, u16), u64>,
}

/// A network with one address to the outside.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) ip: Ipv4Addr,
    pub(crate) nat: Nat,
    pub(crate) hairpin: bool,
    /// Microseconds without anything sent after which a mapping is gone.
    expiry: u64,
    hosts: Vec<Host>,
    by_inside: BTreeMap<(Host, LocalPort, Option<SocketAddrV4>), u16>,
    by_port: BTreeMap<u16, Mapping>,
}

impl Site {
    pub(crate) fn new(ip: Ipv4Addr, nat: Nat, hairpin: bool, expiry: Duration) -> Self {
        Self {
            ip,
            nat,
            hairpin,
            expiry: u64::try_from(expiry.as_micros()).unwrap_or(u64::MAX),
            hosts: Vec::new(),
            by_inside: BTreeMap::new(),
            by_port: BTreeMap::new(),
        }
    }

    /// Connects a peer. Where it is found from outside, if it can be.
    pub(crate) fn add(&mut self, node: Host) -> SocketAddrV4 {
        self.hosts.push(node);
        let host = u16::try_from(self.hosts.len() - 1).unwrap_or(u16::MAX);
        match self.nat {
            Nat::Static => {
                let port = INSIDE_PORT + host;
                self.map(port, (node, LocalPort::MAIN), None, 0);
                SocketAddrV4::new(self.ip, port)
            }
            _ => self.inside(node, LocalPort::MAIN),
        }
    }

    /// All mappings are forgotten: a router was restarted, or a peer came to another network.
    pub(crate) fn forget(&mut self) {
        if self.nat != Nat::Static {
            self.by_inside.clear();
            self.by_port.clear();
        }
    }

    fn host(&self, node: Host) -> usize {
        self.hosts.iter().position(|host| *host == node).unwrap_or_default()
    }

    /// The address inside of the network.
    fn inside(&self, node: Host, port: LocalPort) -> SocketAddrV4 {
        let host = self.host(node);
        let ip = Ipv4Addr::new(192, 168, (host / 250) as u8, (host % 250 + 2) as u8);
        SocketAddrV4::new(ip, INSIDE_PORT.wrapping_add(port.0))
    }

    /// Who has this address inside of the network.
    pub(crate) fn find_inside(&self, to: SocketAddrV4) -> Option<(Host, LocalPort)> {
        let [192, 168, high, low] = to.ip().octets() else { return None };
        let host = usize::from(high) * 250 + usize::from(low.checked_sub(2)?);
        let node = *self.hosts.get(host)?;
        Some((node, LocalPort(to.port().wrapping_sub(INSIDE_PORT))))
    }

    fn map(&mut self, port: u16, inside: (Host, LocalPort), destination: Option<SocketAddrV4>, now: u64) {
        self.by_inside.insert((inside.0, inside.1, destination), port);
        self.by_port.insert(port, Mapping { inside, destination, used: now, sent: BTreeMap::new() });
    }

    fn unmap(&mut self, port: u16) {
        if let Some(mapping) = self.by_port.remove(&port) {
            self.by_inside.remove(&(mapping.inside.0, mapping.inside.1, mapping.destination));
        }
    }

    /// A datagram leaves: from where it seems to come.
    pub(crate) fn outbound(
        &mut self,
        now: u64,
        rng: &mut Pcg64Mcg,
        from: (Host, LocalPort),
        to: SocketAddrV4,
    ) -> Option<SocketAddrV4> {
        if self.nat == Nat::Static && from.1 == LocalPort::MAIN {
            // Nothing to look up: `add` gave it this port.
            let host = u16::try_from(self.host(from.0)).unwrap_or(u16::MAX);
            return Some(SocketAddrV4::new(self.ip, INSIDE_PORT + host));
        }
        let destination = (self.nat == Nat::Hard).then_some(to);
        let key = (from.0, from.1, destination);
        let found = self.by_inside.get(&key).copied();
        if self.nat == Nat::Static
            && let Some(port) = found
        {
            return Some(SocketAddrV4::new(self.ip, port));
        }
        let alive = found.filter(|port| {
            self.by_port.get(port).is_some_and(|mapping| now.saturating_sub(mapping.used) < self.expiry)
        });
        let port = match alive {
            Some(port) => port,
            None => {
                if let Some(port) = found {
                    self.unmap(port);
                }
                let port = self.free_port(now, rng)?;
                self.map(port, from, destination, now);
                port
            }
        };
        if let Some(mapping) = self.by_port.get_mut(&port) {
            mapping.used = now;
            if self.nat != Nat::FullCone {
                let port = if self.nat == Nat::Restricted { 0 } else { to.port() };
                mapping.sent.insert((*to.ip(), port), now);
                if mapping.sent.len() > 64 {
                    mapping.sent.retain(|_, at| now.saturating_sub(*at) < self.expiry);
                }
            }
        }
        Some(SocketAddrV4::new(self.ip, port))
    }

    fn free_port(&mut self, now: u64, rng: &mut Pcg64Mcg) -> Option<u16> {
        for _ in 0..64 {
            let port = rng.random_range(1024..=u16::MAX);
            match self.by_port.get(&port) {
                None => return Some(port),
                Some(old) if self.nat != Nat::Static && now.saturating_sub(old.used) >= self.expiry => {
                    self.unmap(port);
                    return Some(port);
                }
                Some(_) => {}
            }
        }
        None
    }

    /// A datagram arrives from outside: for whom it is, if it is let in.
    pub(crate) fn inbound(&self, now: u64, port: u16, from: SocketAddrV4) -> Option<(Host, LocalPort)> {
        let mapping = self.by_port.get(&port)?;
        if self.nat == Nat::Static {
            return Some(mapping.inside);
        }
        if now.saturating_sub(mapping.used) >= self.expiry {
            return None;
        }
        let sent = |key| mapping.sent.get(&key).is_some_and(|at| now.saturating_sub(*at) < self.expiry);
        let passes = match self.nat {
            Nat::Static | Nat::FullCone => true,
            Nat::Restricted => sent((*from.ip(), 0)),
            Nat::PortRestricted => sent((*from.ip(), from.port())),
            Nat::Hard => mapping.destination == Some(from),
        };
        passes.then_some(mapping.inside)
    }

    /// Sockets were closed, or a peer is gone.
    pub(crate) fn close(&mut self, node: Host, ports: impl Fn(LocalPort) -> bool) {
        let gone: Vec<u16> = self
            .by_port
            .iter()
            .filter(|(_, mapping)| mapping.inside.0 == node && ports(mapping.inside.1))
            .map(|(port, _)| *port)
            .collect();
        gone.into_iter().for_each(|port| self.unmap(port));
    }

    /// Entries of its tables: for reports.
    #[cfg(test)]
    fn mappings(&self) -> usize {
        self.by_port.len()
    }
}

/// IPv4, as everything in here.
pub(crate) fn v4(address: SocketAddr) -> Option<SocketAddrV4> {
    match address {
        SocketAddr::V4(address) => Some(address),
        SocketAddr::V6(_) => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    const A: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(20, 0, 0, 1), 1000);
    const A2: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(20, 0, 0, 1), 2000);
    const B: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(20, 0, 1, 1), 1000);
    const SECOND: u64 = 1_000_000;
    const NODE: Host = 7;
    const INSIDE: (Host, LocalPort) = (NODE, LocalPort::MAIN);

    fn site(nat: Nat) -> (Site, Pcg64Mcg) {
        let mut site = Site::new(Ipv4Addr::new(30, 0, 0, 1), nat, false, Duration::from_secs(30));
        site.add(NODE);
        (site, Pcg64Mcg::seed_from_u64(1))
    }

    /// Who gets in after something was sent to `A`: A itself, its other port, somebody else.
    fn lets_in(nat: Nat) -> [bool; 3] {
        let (mut site, mut rng) = site(nat);
        let outside = site.outbound(0, &mut rng, INSIDE, A).unwrap();
        [A, A2, B].map(|from| site.inbound(SECOND, outside.port(), from) == Some(INSIDE))
    }

    #[test]
    fn filters_as_its_kind_does() {
        assert_eq!(lets_in(Nat::Static), [true, true, true]);
        assert_eq!(lets_in(Nat::FullCone), [true, true, true]);
        assert_eq!(lets_in(Nat::Restricted), [true, true, false]);
        assert_eq!(lets_in(Nat::PortRestricted), [true, false, false]);
        assert_eq!(lets_in(Nat::Hard), [true, false, false]);
    }

    #[test]
    fn maps_as_its_kind_does() {
        for nat in [Nat::Static, Nat::FullCone, Nat::Restricted, Nat::PortRestricted, Nat::Hard] {
            let (mut site, mut rng) = site(nat);
            let first = site.outbound(0, &mut rng, INSIDE, A).unwrap();
            let second = site.outbound(1, &mut rng, INSIDE, B).unwrap();
            assert_eq!(first == second, nat != Nat::Hard, "{nat:?}");
            assert_eq!(site.outbound(2, &mut rng, INSIDE, A), Some(first), "{nat:?} keeps its mapping");
        }
    }

    #[test]
    fn mappings_expire_when_nothing_is_sent() {
        let (mut site, mut rng) = site(Nat::PortRestricted);
        let outside = site.outbound(0, &mut rng, INSIDE, A).unwrap();
        assert!(site.inbound(29 * SECOND, outside.port(), A).is_some());
        assert!(site.inbound(31 * SECOND, outside.port(), A).is_none(), "what comes in keeps nothing open");
        let later = site.outbound(31 * SECOND, &mut rng, INSIDE, A).unwrap();
        assert_ne!(later, outside);
        assert_eq!(site.mappings(), 1);
    }

    #[test]
    fn addresses_inside_are_found_inside() {
        let (mut site, _) = site(Nat::Hard);
        let address = site.add(9);
        assert_eq!(site.find_inside(address), Some((9, LocalPort::MAIN)));
        assert_eq!(site.find_inside(A), None);
    }
}
