//! Envelopes: what is in a packet's body. CRYPTO: to be filled in by `p2p-crypto`; what is here encrypts to the cluster
//! and signs as the author, in one packet.
//!
//! Used by the message layer: `seal`, `open`.

use socket_crypto::{Nonce, SecretBox};

use crate::Error;
use crate::cluster::{Epoch, Subcluster};
use crate::crypto::{Keys, Suite};
use crate::id::PeerId;
use crate::packet::Reader;
use crate::rng::Rng;

/// A sealed message, to be put into packets.
#[derive(Debug)]
pub(crate) struct Letter {
    /// The header's `to`.
    pub(crate) to: [u8; 32],
    /// Ciphertext of any length.
    pub(crate) sealed: Vec<u8>,
}

/// What was in an envelope.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) author: PeerId,
    pub(crate) subcluster: Subcluster,
    pub(crate) private: bool,
    pub(crate) payload: Vec<u8>,
}

/// Encrypts and signs.
pub(crate) fn seal(
    _suite: Suite,
    epoch: &Epoch,
    author: &Keys,
    _to: Option<PeerId>,
    subcluster: Subcluster,
    payload: &[u8],
    rng: &mut Rng,
) -> Result<Letter, Error> {
    let mut plain = Vec::with_capacity(128 + payload.len());
    plain.extend_from_slice(&author.public());
    plain.extend_from_slice(&subcluster.0);
    plain.extend_from_slice(payload);
    let signature = author.sign(&plain);
    plain.extend_from_slice(&signature);
    let nonce: [u8; 24] = rng.array();
    let mut sealed = nonce.to_vec();
    sealed.extend_from_slice(&SecretBox::new(epoch.body).seal(&plain, &Nonce::new(nonce)));
    Ok(Letter { to: [0; 32], sealed })
}

/// Decrypts and verifies. `None`: not for us, or not genuine.
pub(crate) fn open(
    suite: Suite,
    epoch: &Epoch,
    _own: &Keys,
    _to: &[u8; 32],
    sealed: &[u8],
) -> Option<Opened> {
    let mut reader = Reader(sealed);
    let nonce = reader.array::<24>()?;
    let plain = SecretBox::new(epoch.body).open(reader.0, &Nonce::new(nonce)).ok()?;
    let (signed, signature) = plain.split_last_chunk::<64>()?;
    let mut reader = Reader(signed);
    let (author, subcluster) = (reader.array::<32>()?, reader.array::<32>()?);
    if !suite.verify(&author, signed, signature) {
        return None;
    }
    Some(Opened {
        author: PeerId(author),
        subcluster: Subcluster(subcluster),
        private: false,
        payload: reader.0.to_vec(),
    })
}
