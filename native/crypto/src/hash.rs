//! Hashes.

use sha2::Digest as _;
use sodiumoxide::crypto::generichash;

use crate::{Error, Result, init};

/// SHA-256 of some pieces, one after the other.
#[must_use]
pub fn sha256(pieces: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::default();
    pieces.iter().for_each(|piece| hash.update(piece));
    hash.finish()
}

/// SHA-256, fed as data comes. From the crate `sha2`, which uses the processor's instructions: 5 times libsodium's.
#[derive(Clone, Default)]
pub struct Sha256(sha2::Sha256);

impl Sha256 {
    /// Takes more data in.
    pub fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    /// The hash of everything that was taken in.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// BLAKE2b of some pieces, one after the other, `N` bytes long; with a key it is a MAC.
///
/// Lengths are checked when it is compiled: `N` is 16 to 64.
#[must_use]
pub fn blake2b<const N: usize>(pieces: &[&[u8]], key: Option<&[u8; 32]>) -> [u8; N] {
    const { assert!(N >= generichash::DIGEST_MIN && N <= generichash::DIGEST_MAX) };
    let mut out = [0; N];
    // Both lengths are valid, the only thing that can fail.
    let mut hash = Blake2b::new(N, key.map(|key| key.as_slice())).expect("lengths are checked above");
    pieces.iter().for_each(|piece| hash.update(piece));
    out.copy_from_slice(&hash.finish());
    out
}

/// BLAKE2b (libsodium's `crypto_generichash`), fed as data comes.
pub struct Blake2b(generichash::State);

impl Blake2b {
    /// Starts one.
    ///
    /// # Errors
    /// [`Error::Length`] unless the hash has 16 to 64 bytes and so has the key, if there is one.
    pub fn new(length: usize, key: Option<&[u8]>) -> Result<Self> {
        let check = |what, found: usize, min: usize, max: usize| match (min..=max).contains(&found) {
            true => Ok(()),
            false => Err(Error::Length { what, expected: found.clamp(min, max), found }),
        };
        check("a BLAKE2b hash", length, generichash::DIGEST_MIN, generichash::DIGEST_MAX)?;
        if let Some(key) = key {
            check("a BLAKE2b key", key.len(), generichash::KEY_MIN, generichash::KEY_MAX)?;
        }
        init();
        generichash::State::new(Some(length), key).map(Self).map_err(|()| Error::Length {
            what: "a BLAKE2b hash",
            expected: 32,
            found: length,
        })
    }

    /// Takes more data in.
    pub fn update(&mut self, data: &[u8]) {
        // libsodium's function answers 0 whatever it gets.
        let _ = self.0.update(data);
    }

    /// The hash of everything that was taken in.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        // Fails only after it was called before, which taking `self` rules out.
        self.0.finalize().expect("called once").as_ref().to_vec()
    }
}
