//! The cryptography of the protocol, over `socket-crypto`: what is signed, what a link's key is, what a frame's
//! nonce is. And the simulator's stand-in: hashes of the same lengths that protect nothing.

use std::collections::VecDeque;

use socket_crypto::{BoxPublicKey, KeyPair, Nonce, PublicKey, SecretBox, Signature, Tag, Verifier};

use crate::id::PeerId;
use crate::packet::{SEALED_HEADER, TAG};
use crate::table::Table;

/// Which cryptography a peer uses. Peers of different suites do not understand each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Suite {
    /// Ed25519, X25519, XSalsa20-Poly1305, SHA-256, BLAKE2b.
    #[default]
    Real,
    /// Nothing is protected; lengths and the order of calls are the same. For the simulator.
    #[cfg(feature = "simulation")]
    Simulated,
}

#[cfg(feature = "simulation")]
fn fast<const N: usize>(purpose: usize, pieces: &[&[u8]]) -> [u8; N] {
    use std::hash::Hasher as _;
    let mut hash = rustc_hash::FxHasher::with_seed(purpose);
    for piece in pieces {
        hash.write(piece);
    }
    let mut state = hash.finish();
    let mut out = [0; N];
    for chunk in out.chunks_mut(8) {
        // SplitMix64.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut block = state;
        block = (block ^ (block >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        block = (block ^ (block >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        block ^= block >> 31;
        chunk.copy_from_slice(&block.to_be_bytes()[..chunk.len()]);
    }
    out
}

#[cfg(test)]
thread_local! {
    static HASHED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// Bytes that this thread has hashed.
#[cfg(test)]
pub(crate) fn hashed() -> usize {
    HASHED.with(std::cell::Cell::get)
}

impl Suite {
    /// SHA-256 of the pieces one after the other.
    pub(crate) fn hash(self, pieces: &[&[u8]]) -> [u8; 32] {
        #[cfg(test)]
        HASHED
            .with(|hashed| hashed.set(hashed.get() + pieces.iter().map(|piece| piece.len()).sum::<usize>()));
        match self {
            Self::Real => socket_crypto::sha256(pieces),
            #[cfg(feature = "simulation")]
            Self::Simulated => fast(1, pieces),
        }
    }

    /// BLAKE2b under a key.
    pub(crate) fn keyed_hash<const N: usize>(self, key: &[u8; 32], pieces: &[&[u8]]) -> [u8; N] {
        match self {
            Self::Real => socket_crypto::blake2b(pieces, Some(key)),
            #[cfg(feature = "simulation")]
            Self::Simulated => {
                let key = fast::<32>(2, &[key]);
                let rest = fast::<32>(3, pieces);
                fast(4, &[&key, &rest])
            }
        }
    }

    /// Ed25519.
    pub(crate) fn verify(self, key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::Real => PublicKey::new(*key).verify(message, &Signature::new(*signature)).is_ok(),
            #[cfg(feature = "simulation")]
            Self::Simulated => fast::<64>(5, &[key, message]) == *signature,
        }
    }

    /// Ed25519 over what `Identity::sign_control` signs.
    pub(crate) fn verify_control(self, key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        match self {
            Self::Real => self.verify(key, &control_input(message), signature),
            #[cfg(feature = "simulation")]
            Self::Simulated => self.verify(key, message, signature),
        }
    }

    /// A frame's nonce: its head, counter included. Each direction of each session has a key of its own, so that
    /// none repeats.
    fn nonce(head: &[u8; SEALED_HEADER]) -> Nonce {
        let mut nonce = [0; 24];
        nonce[..SEALED_HEADER].copy_from_slice(head);
        Nonce::new(nonce)
    }

    /// Encrypts the body of a frame in place and returns its authenticator, which covers the head too.
    pub(crate) fn seal_frame(self, key: &[u8; 32], head: &[u8; SEALED_HEADER], body: &mut [u8]) -> [u8; TAG] {
        match self {
            // The box authenticates no associated data. All of the head stands in the nonce instead.
            Self::Real => *SecretBox::new(*key).seal_in_place(body, &Self::nonce(head)).as_bytes(),
            #[cfg(feature = "simulation")]
            Self::Simulated => fast(6, &[key, head, body]),
        }
    }

    /// Decrypts in place what `seal_frame` made.
    pub(crate) fn open_frame(
        self,
        key: &[u8; 32],
        head: &[u8; SEALED_HEADER],
        body: &mut [u8],
        tag: &[u8; TAG],
    ) -> bool {
        match self {
            Self::Real => {
                SecretBox::new(*key).open_in_place(body, &Tag::new(*tag), &Self::nonce(head)).is_ok()
            }
            #[cfg(feature = "simulation")]
            Self::Simulated => fast::<TAG>(6, &[key, head, body]) == *tag,
        }
    }
}

/// Keys that signed well, ready for their next signature: a cluster's key signs many packets. Who only says that a
/// key signed something gets none of these places.
#[derive(Clone, Debug)]
pub(crate) struct Verifiers {
    kept: Table<[u8; 32], Verifier>,
    order: VecDeque<[u8; 32]>,
}

impl Verifiers {
    const MOST: usize = 64;

    pub(crate) fn new(secret: u64) -> Self {
        Self { kept: Table::new(secret), order: VecDeque::new() }
    }

    /// As [`Suite::verify`].
    pub(crate) fn verify(
        &mut self,
        suite: Suite,
        key: &[u8; 32],
        message: &[u8],
        signature: &[u8; 64],
    ) -> bool {
        if suite != Suite::Real {
            return suite.verify(key, message, signature);
        }
        let signature = Signature::new(*signature);
        if let Some(verifier) = self.kept.get(key) {
            return verifier.verify(message, &signature).is_ok();
        }
        let Ok(verifier) = Verifier::new(&PublicKey::new(*key)) else { return false };
        if verifier.verify(message, &signature).is_err() {
            return false;
        }
        if self.order.len() >= Self::MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.kept.remove(&oldest);
        }
        self.order.push_back(*key);
        self.kept.insert(*key, verifier);
        true
    }

    pub(crate) fn bytes(&self) -> usize {
        self.kept.bytes() + self.order.capacity() * 32
    }
}

fn control_input(message: &[u8]) -> Vec<u8> {
    let mut input = Vec::with_capacity(19 + message.len());
    input.extend_from_slice(b"socket:p2p:control\0");
    input.extend_from_slice(message);
    input
}

/// Both halves of an Ed25519 key: a peer's, or a cluster's of one epoch.
#[derive(Clone, Debug)]
pub(crate) enum Keys {
    Real(Box<KeyPair>),
    #[cfg(feature = "simulation")]
    Simulated([u8; 32]),
}

impl Keys {
    /// The keys that always follow from a seed.
    pub(crate) fn from_seed(suite: Suite, seed: &[u8; 32]) -> Self {
        match suite {
            Suite::Real => Self::Real(Box::new(KeyPair::from_seed(seed))),
            #[cfg(feature = "simulation")]
            Suite::Simulated => Self::Simulated(fast(7, &[seed])),
        }
    }

    pub(crate) fn public(&self) -> [u8; 32] {
        match self {
            Self::Real(keys) => *keys.public().as_bytes(),
            #[cfg(feature = "simulation")]
            Self::Simulated(public) => *public,
        }
    }

    /// Ed25519.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        match self {
            Self::Real(keys) => *keys.sign(message).as_bytes(),
            #[cfg(feature = "simulation")]
            Self::Simulated(public) => fast(5, &[public, message]),
        }
    }

    /// Ed25519, apart from everything else that is signed.
    pub(crate) fn sign_control(&self, message: &[u8]) -> [u8; 64] {
        match self {
            Self::Real(_) => self.sign(&control_input(message)),
            #[cfg(feature = "simulation")]
            Self::Simulated(_) => self.sign(message),
        }
    }

    /// The real key pair, where there is one.
    pub(crate) fn pair(&self) -> Option<&KeyPair> {
        match self {
            Self::Real(keys) => Some(keys),
            #[cfg(feature = "simulation")]
            Self::Simulated(_) => None,
        }
    }

    /// What two peers have in common: X25519 of their identities. `None` for a key that is none, or ours.
    fn shared(&self, with: &PeerId) -> Option<[u8; 32]> {
        match self {
            Self::Real(keys) => {
                let theirs: BoxPublicKey = PublicKey::new(with.0).to_box().ok()?;
                Some(*keys.boxed().shared(&theirs).ok()?.expose())
            }
            #[cfg(feature = "simulation")]
            Self::Simulated(public) => {
                let (low, high) = if *public < with.0 { (*public, with.0) } else { (with.0, *public) };
                Some(fast(8, &[&low, &high]))
            }
        }
    }

    /// The keys of a session, from the identities and what both sides of the handshake made up. Equal on both
    /// sides; `None` for a key that is no key.
    pub(crate) fn session(
        &self,
        suite: Suite,
        with: &PeerId,
        initiator: bool,
        initiator_nonce: &[u8; 16],
        responder_nonce: &[u8; 16],
    ) -> Option<SessionKeys> {
        let own = self.public();
        if own == with.0 {
            return None;
        }
        let shared = self.shared(with)?;
        let (first, second) = if initiator { (&own, &with.0) } else { (&with.0, &own) };
        let derive = |direction: &[u8]| {
            suite.keyed_hash::<32>(&shared, &[direction, first, second, initiator_nonce, responder_nonce])
        };
        let (outward, inward) = (derive(b"socket:p2p:link>"), derive(b"socket:p2p:link<"));
        Some(match initiator {
            true => SessionKeys { send: outward, receive: inward },
            false => SessionKeys { send: inward, receive: outward },
        })
    }
}

/// One key for each direction.
#[derive(Clone)]
pub(crate) struct SessionKeys {
    pub(crate) send: [u8; 32],
    pub(crate) receive: [u8; 32],
}

impl std::fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKeys(secret)")
    }
}
