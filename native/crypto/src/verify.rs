//! Signatures are checked here and not by libsodium, because every relay checks every new packet: the curve arithmetic of
//! curve25519-dalek, with the processor's vectors, is three times as fast.
//!
//! The rules are libsodium's, to the last bit, so that all peers agree on every signature whoever made it and however:
//! the key is a point of the curve in its one canonical encoding and not of small order, S is below the group's order,
//! R is not of small order, and `R == S·B − k·A` byte for byte, without multiplying by the cofactor. A test holds both
//! against each other, with keys and signatures that were made to tell rules apart.

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use sha2::{Digest as _, Sha512};

use crate::{Error, PublicKey, Result, Signature};

/// A public key that is ready to verify: worth keeping for one that signs often, it saves a tenth of the work.
#[derive(Clone, Copy)]
pub struct Verifier {
    key: [u8; 32],
    /// The key's point, negated, as the equation needs it.
    minus: EdwardsPoint,
}

impl Verifier {
    /// Looks at a key.
    ///
    /// # Errors
    /// [`Error::BadKey`] when it is not a point of the curve, is written in another than the canonical way, or is of
    /// small order: for such a key signatures can be made that fit any message.
    pub fn new(key: &PublicKey) -> Result<Self> {
        if !is_canonical(&key.0) {
            return Err(Error::BadKey);
        }
        let point = CompressedEdwardsY(key.0).decompress().ok_or(Error::BadKey)?;
        if point.is_small_order() {
            return Err(Error::BadKey);
        }
        Ok(Self { key: key.0, minus: -point })
    }

    /// Whose it is.
    #[must_use]
    pub const fn key(&self) -> PublicKey {
        PublicKey(self.key)
    }

    /// Checks that the holder of the key signed exactly this message.
    ///
    /// # Errors
    /// [`Error::BadSignature`].
    pub fn verify(&self, message: &[u8], signature: &Signature) -> Result<()> {
        let (mut r, mut s) = ([0; 32], [0; 32]);
        r.copy_from_slice(&signature.0[..32]);
        s.copy_from_slice(&signature.0[32..]);
        let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(s)).ok_or(Error::BadSignature)?;
        let hash = Sha512::new().chain_update(r).chain_update(self.key).chain_update(message).finalize();
        let k = Scalar::from_bytes_mod_order_wide(&hash.into());
        // Nothing here is secret, so it may take as long as the numbers want.
        let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &self.minus, &s);
        if expected.compress().0 != r || expected.is_small_order() {
            return Err(Error::BadSignature);
        }
        Ok(())
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier({})", PublicKey(self.key))
    }
}

/// Whether the y of an encoded point is below 2^255 − 19: the points above it have another encoding, too.
fn is_canonical(key: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = key;
    !(*high & 0x7f == 0x7f && middle.iter().all(|byte| *byte == 0xff) && *low >= 0xed)
}
