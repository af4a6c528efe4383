//! Stateless proofs of address: BLAKE2b under a key of our own over an address and a slot of time. Whoever brings one
//! back has received it there.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use crate::Time;
use crate::crypto::Suite;
use crate::io::LocalPort;

/// In a Ping that has none.
pub(crate) const NONE: [u8; 16] = [0; 16];

/// The key that they are made with.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    key: [u8; 32],
    suite: Suite,
    slot: Duration,
}

impl Tokens {
    pub(crate) fn new(key: [u8; 32], suite: Suite, slot: Duration) -> Self {
        Self { key, suite, slot: slot.max(Duration::from_secs(1)) }
    }

    fn slot(&self, now: Time) -> u64 {
        now.0 / u64::try_from(self.slot.as_micros()).unwrap_or(u64::MAX)
    }

    fn make<const N: usize>(&self, purpose: &[u8], to: SocketAddr, at: LocalPort, slot: u64) -> [u8; N] {
        let (v4, v6);
        let ip: &[u8] = match to.ip() {
            IpAddr::V4(ip) => {
                v4 = ip.octets();
                &v4
            }
            IpAddr::V6(ip) => {
                v6 = ip.octets();
                &v6
            }
        };
        let (port, at) = (to.port().to_be_bytes(), at.0.to_be_bytes());
        // BLAKE2b makes at least 16 bytes.
        let whole: [u8; 16] =
            self.suite.keyed_hash(&self.key, &[purpose, ip, &port, &at, &slot.to_be_bytes()]);
        std::array::from_fn(|at| whole.get(at).copied().unwrap_or_default())
    }

    /// For a handshake: good for a slot at least, and for two at most.
    pub(crate) fn address(&self, now: Time, to: SocketAddr, at: LocalPort) -> [u8; 16] {
        self.make(b"address", to, at, self.slot(now))
    }

    /// Whether a handshake's token is of this address.
    pub(crate) fn is_address(&self, now: Time, token: &[u8; 16], to: SocketAddr, at: LocalPort) -> bool {
        let slot = self.slot(now);
        [slot, slot.saturating_sub(1)].iter().any(|slot| self.make::<16>(b"address", to, at, *slot) == *token)
    }

    /// For a path: bound to the session, too.
    pub(crate) fn path(&self, now: Time, session: u32, to: SocketAddr, at: LocalPort) -> [u8; 8] {
        self.make(&session.to_be_bytes(), to, at, self.slot(now))
    }

    /// Whether it was made for this session and this address.
    pub(crate) fn is_path(
        &self,
        now: Time,
        token: [u8; 8],
        session: u32,
        to: SocketAddr,
        at: LocalPort,
    ) -> bool {
        let (slot, purpose) = (self.slot(now), session.to_be_bytes());
        [slot, slot.saturating_sub(1)].iter().any(|slot| self.make::<8>(&purpose, to, at, *slot) == token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_one_address_one_socket_and_a_while() {
        let tokens = Tokens::new([7; 32], Suite::default(), Duration::from_secs(60));
        let now = Time::from_secs(1_000_000);
        let here = SocketAddr::from(([1, 2, 3, 4], 5));
        let token = tokens.address(now, here, LocalPort::MAIN);
        assert!(tokens.is_address(now + Duration::from_secs(60), &token, here, LocalPort::MAIN));
        assert!(!tokens.is_address(now + Duration::from_secs(120), &token, here, LocalPort::MAIN));
        for other in [SocketAddr::from(([1, 2, 3, 5], 5)), SocketAddr::from(([1, 2, 3, 4], 6))] {
            assert!(!tokens.is_address(now, &token, other, LocalPort::MAIN));
        }
        assert!(!tokens.is_address(now, &token, here, LocalPort(1)));
        assert!(!tokens.is_address(now, &NONE, here, LocalPort::MAIN));
        let path = tokens.path(now, 9, here, LocalPort::MAIN);
        assert!(tokens.is_path(now, path, 9, here, LocalPort::MAIN));
        assert!(!tokens.is_path(now, path, 8, here, LocalPort::MAIN));
        let others = Tokens::new([8; 32], Suite::default(), Duration::from_secs(60));
        assert!(!others.is_address(now, &token, here, LocalPort::MAIN));
    }
}
