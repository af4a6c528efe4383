//! What a caller keeps between two runs of a peer.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use socket_p2p::packet::{Reader, put_address};
use socket_p2p::{ClusterId, Contact, KeepAlive, NatKind, PeerId, Subcluster};

use crate::Error;

const MAGIC: &[u8; 8] = b"sktpeer2";
/// As it was before keep-alives were kept.
const MAGIC_BEFORE: &[u8; 8] = b"sktpeer1";

/// What a caller keeps between two runs: a secret, because the identity is in it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct State {
    /// What the peer's key follows from.
    pub identity: [u8; 32],
    /// Peers by which to come back.
    pub contacts: Vec<Contact>,
    /// What the NAT was.
    pub nat: NatKind,
    /// The address from outside, when there was one.
    pub address: Option<SocketAddr>,
    /// What was learned of the NATs of networks the peer was in.
    pub keep_alives: Vec<KeepAlive>,
    /// Messages that no other peer is known to have.
    pub unsent: Vec<Unsent>,
}

/// A message that was published, and then the peer was closed before it was known to be anywhere else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// The cluster: it is published again when that is subscribed to.
    pub cluster: ClusterId,
    /// The part of it.
    pub subcluster: Subcluster,
    /// For whom.
    pub to: Option<PeerId>,
    /// What it says.
    pub payload: Bytes,
}

impl State {
    /// Of a peer that has never run.
    #[must_use]
    pub const fn new(identity: [u8; 32]) -> Self {
        Self {
            identity,
            contacts: Vec::new(),
            nat: NatKind::Unknown,
            address: None,
            keep_alives: Vec::new(),
            unsent: Vec::new(),
        }
    }

    /// As bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&self.identity);
        out.push(self.nat as u8);
        put_option(&mut out, self.address.as_ref(), put_address);
        put_length(&mut out, self.contacts.len());
        for contact in &self.contacts {
            put_address(&mut out, &contact.address);
            put_option(&mut out, contact.peer.as_ref(), |out, peer| out.extend_from_slice(&peer.0));
            out.push(contact.nat as u8);
        }
        put_length(&mut out, self.unsent.len());
        for message in &self.unsent {
            out.extend_from_slice(&message.cluster.0);
            out.extend_from_slice(&message.subcluster.0);
            put_option(&mut out, message.to.as_ref(), |out, peer| out.extend_from_slice(&peer.0));
            put_length(&mut out, message.payload.len());
            out.extend_from_slice(&message.payload);
        }
        put_length(&mut out, self.keep_alives.len());
        for known in &self.keep_alives {
            put_address(&mut out, &SocketAddr::new(known.network, 0));
            put_duration(&mut out, known.good);
            put_option(&mut out, known.bad, put_duration);
        }
        // So that a file that was cut or damaged is noticed as a whole.
        let sum = socket_crypto::sha256(&[&out]);
        out.extend_from_slice(&sum[..8]);
        out
    }

    /// What [`encode`](Self::encode) made.
    ///
    /// # Errors
    /// [`Error::State`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        Self::read(bytes).ok_or(Error::State)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (body, sum) = bytes.split_last_chunk::<8>()?;
        if socket_crypto::sha256(&[body])[..8] != *sum {
            return None;
        }
        let (magic, rest) = body.split_first_chunk::<8>()?;
        if magic != MAGIC && magic != MAGIC_BEFORE {
            return None;
        }
        let mut reader = Reader(rest);
        let identity = reader.array()?;
        let nat = nat(reader.u8()?)?;
        let address = option(&mut reader, Reader::address)?;
        let contacts = list(&mut reader, |reader| {
            let address = reader.address()?;
            let peer = option(reader, |reader| reader.array().map(PeerId))?;
            Some(Contact { address, peer, nat: nat_of(reader)? })
        })?;
        let unsent = list(&mut reader, |reader| {
            let cluster = ClusterId(reader.array()?);
            let subcluster = Subcluster(reader.array()?);
            let to = option(reader, |reader| reader.array().map(PeerId))?;
            let length = usize::try_from(reader.u32()?).ok()?;
            Some(Unsent { cluster, subcluster, to, payload: Bytes::copy_from_slice(reader.take(length)?) })
        })?;
        let keep_alives = if magic == MAGIC { list(&mut reader, keep_alive)? } else { Vec::new() };
        reader.end()?;
        Some(Self { identity, contacts, nat, address, keep_alives, unsent })
    }
}

fn keep_alive(reader: &mut Reader<'_>) -> Option<KeepAlive> {
    let network: IpAddr = reader.address()?.ip();
    Some(KeepAlive { network, good: duration(reader)?, bad: option(reader, duration)? })
}

fn put_duration(out: &mut Vec<u8>, duration: Duration) {
    // None is longer than two minutes.
    out.extend_from_slice(&u32::try_from(duration.as_millis()).unwrap_or(u32::MAX).to_be_bytes());
}

fn duration(reader: &mut Reader<'_>) -> Option<Duration> {
    reader.u32().map(|millis| Duration::from_millis(millis.into()))
}

fn nat(number: u8) -> Option<NatKind> {
    [NatKind::Unknown, NatKind::Static, NatKind::Easy, NatKind::Hard]
        .into_iter()
        .find(|kind| *kind as u8 == number)
}

fn nat_of(reader: &mut Reader<'_>) -> Option<NatKind> {
    nat(reader.u8()?)
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    // Longer ones do not occur: the outbox and the list of contacts are bounded.
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
}

fn put_option<T>(out: &mut Vec<u8>, value: Option<T>, put: impl FnOnce(&mut Vec<u8>, T)) {
    out.push(u8::from(value.is_some()));
    if let Some(value) = value {
        put(out, value);
    }
}

fn option<'a, T>(
    reader: &mut Reader<'a>,
    read: impl FnOnce(&mut Reader<'a>) -> Option<T>,
) -> Option<Option<T>> {
    match reader.u8()? {
        0 => Some(None),
        1 => read(reader).map(Some),
        _ => None,
    }
}

fn list<'a, T>(
    reader: &mut Reader<'a>,
    mut read: impl FnMut(&mut Reader<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    let count = reader.u32()?;
    (0..count).map(|_| read(reader)).collect()
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("contacts", &self.contacts)
            .field("nat", &self.nat)
            .field("address", &self.address)
            .field("unsent", &self.unsent.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_as_it_was_or_not_at_all() {
        let state = State {
            identity: [5; 32],
            contacts: vec![
                SocketAddr::from(([1, 2, 3, 4], 5)).into(),
                Contact {
                    address: SocketAddr::from(([7; 8], 9)),
                    peer: Some(PeerId([1; 32])),
                    nat: NatKind::Hard,
                },
            ],
            nat: NatKind::Easy,
            address: Some(SocketAddr::from(([9, 8, 7, 6], 54))),
            keep_alives: vec![
                KeepAlive {
                    network: IpAddr::from([9, 8, 7, 6]),
                    good: Duration::from_secs(86),
                    bad: Some(Duration::from_secs(90)),
                },
                KeepAlive { network: IpAddr::from([7; 16]), good: Duration::from_secs(30), bad: None },
            ],
            unsent: vec![Unsent {
                cluster: ClusterId([2; 32]),
                subcluster: Subcluster::ALL,
                to: Some(PeerId([3; 32])),
                payload: Bytes::from_static(b"hello"),
            }],
        };
        for state in [state.clone(), State::new([6; 32])] {
            let bytes = state.encode();
            assert_eq!(State::decode(&bytes).ok(), Some(state));
            for length in 0..bytes.len() {
                assert!(matches!(State::decode(&bytes[..length]), Err(Error::State)), "cut to {length}");
            }
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                assert!(State::decode(&changed).is_err(), "byte {at} was changed");
            }
        }
        // What was kept before there were keep-alives in it: their number, and another name.
        let plain = State { keep_alives: Vec::new(), ..state.clone() };
        let bytes = plain.encode();
        let mut before = MAGIC_BEFORE.to_vec();
        before.extend_from_slice(&bytes[8..bytes.len() - 12]);
        before.extend_from_slice(&socket_crypto::sha256(&[&before])[..8]);
        assert_eq!(State::decode(&before).ok(), Some(plain));
        assert!(!format!("{state:?}").contains("5, 5"), "the identity is not printed");
    }
}
