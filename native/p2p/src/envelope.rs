//! What a packet's body is: encrypted for its addressees, with the author's identity and signature inside.
//!
//! ```text
//! body      = nonce 24 · authenticator 16 · ciphertext      for a cluster or subcluster (XSalsa20-Poly1305)
//!           | ephemeral key 32 · authenticator 16 · ciphertext   for an identity (sealed box)
//! plaintext = author 32 · signature 64 · content
//! content   = 0 · time 8 · message             whole
//!           | 1 · time 8 · count 4 · size 4      head of a fragmented message
//!           | 2 · bytes                          fragment
//! ```
//!
//! The signature covers the packet's header and the content, so that nobody can move a message to another cluster,
//! addressee, place or time. Nonce and ephemeral key are hashes of the signature, and the receiver checks it:
//! there is one packet for one message, and a member that encrypts another's message anew makes nothing new of it.

use bytes::Bytes;
use socket_crypto::{BoxKeyPair, BoxPublicKey, KeyPair, Nonce, PublicKey, SecretBox, Tag, boxed};

use crate::cluster::{Audience, Epoch, Subcluster};
use crate::crypto::{Keys, Suite};
use crate::group::Groups;
use crate::id::{PacketId, PeerId};
use crate::packet::{Data, HEADER, Header, Kind, MAX_BODY, Reader};
use crate::{Config, Error, Time};

/// author · signature.
const SIGNED: usize = 32 + 64;
/// The longest of the two ways of encrypting.
const OVERHEAD: usize = boxed::SEAL_LENGTH;
/// Bytes of a message that a fragment carries.
pub(crate) const FRAGMENT: usize = MAX_BODY - OVERHEAD - SIGNED - 1;
/// Bytes of a message that fit one packet.
pub(crate) const WHOLE: usize = MAX_BODY - OVERHEAD - SIGNED - 1 - 8;

/// A message that is to become packets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) kind: Kind,
    pub(crate) ttl: u16,
    pub(crate) postage: u8,
    pub(crate) clock: u32,
    pub(crate) previous: PacketId,
    pub(crate) time: Time,
    /// Which part of the cluster may read it, unless it is for one identity.
    pub(crate) subcluster: Subcluster,
    /// The one identity that may read it: a peer's or a group's.
    pub(crate) to: Option<PeerId>,
    pub(crate) payload: &'a [u8],
}

/// Makes the packets of a message: its only one, or the head and then the fragments in their order.
pub(crate) fn pack(
    config: &Config,
    epoch: &Epoch,
    author: &Keys,
    draft: &Draft<'_>,
) -> Result<Vec<(PacketId, Bytes)>, Error> {
    let suite = config.suite;
    let (max, found) = (config.max_message, draft.payload.len());
    if found > max {
        return Err(Error::TooLong { max, found });
    }
    let to = draft.to.map(|to| (epoch.address(suite, &to.0), PublicKey::new(to.0)));
    let (to, lock) = match &to {
        Some((to, identity)) => (*to, Lock::Identity(identity)),
        None => {
            let (to, key) = epoch.part(&draft.subcluster).ok_or(Error::UnknownSubcluster)?;
            (to, Lock::Shared(key))
        }
    };
    let packet = |index: u32, previous: PacketId, next: PacketId, content: Content| {
        let header = Header {
            kind: draft.kind,
            hops: 0,
            postage: draft.postage,
            ttl: draft.ttl,
            clock: draft.clock,
            index,
            cluster: epoch.tag,
            previous,
            next,
            to,
        };
        let body = seal(suite, author, lock, &header, &content).ok_or(Error::BadPeer)?;
        Ok(header.seal(&body, suite, |message| epoch.keys.sign(message)))
    };
    let time = draft.time;
    if found <= WHOLE {
        let payload = Bytes::copy_from_slice(draft.payload);
        return Ok(vec![packet(0, draft.previous, PacketId::ZERO, Content::Whole { time, payload })?]);
    }
    let length = |length: usize| u32::try_from(length).map_err(|_| Error::TooLong { max, found });
    let pieces: Vec<&[u8]> = draft.payload.chunks(FRAGMENT).collect();
    let head = Content::Head { time, count: length(pieces.len())?, size: length(found)? };
    let head = packet(0, draft.previous, PacketId::ZERO, head)?;
    // From the last to the first, because each names the one after it.
    let mut packets = Vec::with_capacity(pieces.len() + 1);
    let mut next = PacketId::ZERO;
    for (index, piece) in pieces.iter().enumerate().rev() {
        let content = Content::Fragment { bytes: Bytes::copy_from_slice(piece) };
        let fragment = packet(length(index + 1)?, head.0, next, content)?;
        next = fragment.0;
        packets.push(fragment);
    }
    packets.push(head);
    packets.reverse();
    Ok(packets)
}

/// For whom an opened body was.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum For {
    /// The cluster or a part of it.
    Subcluster(Subcluster),
    /// This peer.
    Us,
    /// A group that this peer is in.
    Group(PeerId),
}

/// What a packet of an own cluster turned out to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Unpacked {
    /// For another addressee: it is kept and passed on like any other.
    Foreign,
    /// For us, and not genuine: counted as `Drop::Envelope`.
    Forged,
    /// For us.
    Opened(Opened),
}

/// Opens a packet, if it is for us. The cluster's signature was verified before.
pub(crate) fn unpack(suite: Suite, epoch: &Epoch, own: &Keys, groups: &Groups, data: Data<'_>) -> Unpacked {
    let header = data.header();
    let (audience, unlock) = match epoch.audience(&header.to) {
        Audience::Shared(subcluster, key) => (For::Subcluster(subcluster), Unlock::Shared(key)),
        Audience::Other if header.to == epoch.address(suite, &own.public()) => {
            (For::Us, Unlock::Identity(own))
        }
        Audience::Other => {
            let mut held = groups.held();
            match held.find(|keys| header.to == epoch.address(suite, &keys.public())) {
                Some(keys) => (For::Group(PeerId(keys.public())), Unlock::Identity(keys)),
                None => return Unpacked::Foreign,
            }
        }
    };
    match open(suite, unlock, &header, data.body()) {
        Some((author, content)) => Unpacked::Opened(Opened { author, audience, content }),
        None => Unpacked::Forged,
    }
}

/// Whom a body is encrypted for.
#[derive(Clone, Copy)]
enum Lock<'a> {
    /// All who have this key.
    Shared(&'a [u8; 32]),
    /// The holders of this identity.
    Identity(&'a PublicKey),
}

/// What a body is opened with.
#[derive(Clone, Copy)]
enum Unlock<'a> {
    /// A key that all addressees have.
    Shared(&'a [u8; 32]),
    /// The identity that it is for.
    Identity(&'a Keys),
}

/// What an author says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Content {
    /// A message, and when it was written by the author's clock.
    Whole { time: Time, payload: Bytes },
    /// Announces the fragments of a message.
    Head { time: Time, count: u32, size: u32 },
    /// A piece of one.
    Fragment { bytes: Bytes },
}

impl Content {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(MAX_BODY);
        match self {
            Self::Whole { time, payload } => {
                out.push(0);
                out.extend_from_slice(&time.0.to_be_bytes());
                out.extend_from_slice(payload);
            }
            Self::Head { time, count, size } => {
                out.push(1);
                out.extend_from_slice(&time.0.to_be_bytes());
                out.extend_from_slice(&count.to_be_bytes());
                out.extend_from_slice(&size.to_be_bytes());
            }
            Self::Fragment { bytes } => {
                out.push(2);
                out.extend_from_slice(bytes);
            }
        }
        out
    }

    pub(crate) fn decode(bytes: &Bytes) -> Option<Self> {
        let mut reader = Reader(bytes);
        match reader.u8()? {
            0 => Some(Self::Whole { time: Time(reader.u64()?), payload: bytes.slice_ref(reader.0) }),
            1 => {
                let head =
                    Self::Head { time: Time(reader.u64()?), count: reader.u32()?, size: reader.u32()? };
                reader.end().map(|()| head)
            }
            2 => Some(Self::Fragment { bytes: bytes.slice(1..) }),
            _ => None,
        }
    }
}

/// A body that was opened: the author is certain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Opened {
    pub(crate) author: PeerId,
    pub(crate) audience: For,
    pub(crate) content: Content,
}

/// What the author signs.
fn signing_input(header: &[u8; HEADER], content: &[u8]) -> Vec<u8> {
    let mut input = Vec::with_capacity(18 + HEADER + content.len());
    input.extend_from_slice(b"socket:p2p:author\0");
    // Not hops and postage, which change on the way.
    input.extend_from_slice(&header[..2]);
    input.extend_from_slice(&header[4..]);
    input.extend_from_slice(content);
    input
}

/// Bytes for the nonce or the ephemeral key: another author, header or content gives others, the same ones the same.
fn seed<const N: usize>(suite: Suite, signature: &[u8]) -> [u8; N] {
    let mut seed = [0; N];
    seed.copy_from_slice(&suite.hash(&[b"socket:p2p:envelope\0", &[N as u8], signature])[..N]);
    seed
}

/// Makes the body of a packet. `None` when the addressee is no key.
fn seal(suite: Suite, author: &Keys, lock: Lock<'_>, header: &Header, content: &Content) -> Option<Vec<u8>> {
    let content = content.encode();
    let signature = author.sign(&signing_input(&header_bytes(header), &content));
    let mut plain = Vec::with_capacity(OVERHEAD + SIGNED + content.len());
    plain.extend_from_slice(&author.public());
    plain.extend_from_slice(&signature);
    plain.extend_from_slice(&content);
    match lock {
        Lock::Shared(key) => {
            let nonce: [u8; 24] = seed(suite, &signature);
            let tag = suite.lock(key, &nonce, &mut plain);
            Some([nonce.as_slice(), &tag, &plain].concat())
        }
        Lock::Identity(identity) => suite.seal_to(identity, &seed(suite, &signature), &plain),
    }
}

/// Opens the body of a packet and makes sure that its author wrote it, for this packet. `None` otherwise.
fn open(suite: Suite, unlock: Unlock<'_>, header: &Header, body: &[u8]) -> Option<(PeerId, Content)> {
    let plain = match unlock {
        Unlock::Shared(key) => {
            let mut reader = Reader(body);
            let (nonce, tag) = (reader.array::<24>()?, reader.array::<16>()?);
            let mut plain = reader.0.to_vec();
            suite.unlock(key, &nonce, &tag, &mut plain).then_some(plain)?
        }
        Unlock::Identity(keys) => suite.open_sealed(keys, body)?,
    };
    let plain = Bytes::from(plain);
    let mut reader = Reader(&plain);
    let (author, signature) = (reader.array::<32>()?, reader.array::<64>()?);
    let canonical = match unlock {
        Unlock::Shared(_) => body[..24] == seed::<24>(suite, &signature),
        Unlock::Identity(_) => body[..32] == suite.ephemeral(&seed(suite, &signature)),
    };
    if !canonical || !suite.verify(&author, &signing_input(&header_bytes(header), reader.0), &signature) {
        return None;
    }
    Some((PeerId(author), Content::decode(&plain.slice_ref(reader.0))?))
}

fn header_bytes(header: &Header) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    bytes.copy_from_slice(&header.encode(&[])[..HEADER]);
    bytes
}

impl Suite {
    fn lock(self, key: &[u8; 32], nonce: &[u8; 24], plain: &mut [u8]) -> [u8; 16] {
        match self {
            Self::Real => *SecretBox::new(*key).seal_in_place(plain, &Nonce::new(*nonce)).as_bytes(),
            #[cfg(feature = "simulation")]
            Self::Simulated => self.keyed_hash(key, &[nonce, plain]),
        }
    }

    fn unlock(self, key: &[u8; 32], nonce: &[u8; 24], tag: &[u8; 16], sealed: &mut [u8]) -> bool {
        match self {
            Self::Real => {
                SecretBox::new(*key).open_in_place(sealed, &Tag::new(*tag), &Nonce::new(*nonce)).is_ok()
            }
            #[cfg(feature = "simulation")]
            Self::Simulated => self.keyed_hash::<16>(key, &[nonce, sealed]) == *tag,
        }
    }

    /// The public key that follows from the 32 bytes a sealed box was made from.
    fn ephemeral(self, seed: &[u8; 32]) -> [u8; 32] {
        match self {
            Self::Real => *BoxKeyPair::from_seed(seed).public().as_bytes(),
            #[cfg(feature = "simulation")]
            Self::Simulated => self.hash(&[seed]),
        }
    }

    fn seal_to(self, identity: &PublicKey, seed: &[u8; 32], plain: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Real => {
                let to: BoxPublicKey = identity.to_box().ok()?;
                boxed::seal_with(plain, &to, seed).ok()
            }
            #[cfg(feature = "simulation")]
            Self::Simulated => {
                let tag = self.keyed_hash::<16>(identity.as_bytes(), &[plain]);
                Some([self.ephemeral(seed).as_slice(), &tag, plain].concat())
            }
        }
    }

    fn open_sealed(self, keys: &Keys, sealed: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Real => KeyPair::boxed(keys.pair()?).open(sealed).ok(),
            #[cfg(feature = "simulation")]
            Self::Simulated => {
                let mut reader = Reader(sealed.get(32..)?);
                let tag = reader.array::<16>()?;
                (self.keyed_hash::<16>(&keys.public(), &[reader.0]) == tag).then(|| reader.0.to_vec())
            }
        }
    }
}

#[cfg(test)]
mod tests;
