//! libsodium, made safe. The only crate that links C for cryptography, and the only one that names the binding.
//! Signatures are made by libsodium and checked by [`Verifier`], which is faster and has the same rules.
//!
//! | for | here |
//! |---|---|
//! | an identity that signs | [`KeyPair`], [`PublicKey`], [`Verifier`], [`SecretKey`], [`Signature`] (Ed25519) |
//! | encryption to a key | [`seal`](boxed::seal), [`BoxKeyPair::open`] (sealed box: X25519, XSalsa20, Poly1305) |
//! | encryption between two keys | [`SharedKey`] (precomputed box: 25 times cheaper than a sealed box) |
//! | encryption under a secret | [`SecretBox`] (XSalsa20-Poly1305), [`Aead`] (XChaCha20-Poly1305) |
//! | keys from a key | [`DeriveKey`] (BLAKE2b) |
//! | keys from a password | [`password`] (Argon2id) |
//! | session keys | [`exchange`] |
//! | hashes | [`sha256`], [`Sha256`], [`blake2b`], [`Blake2b`] (keyed or not) |
//! | randomness | [`random`] |
//!
//! Secrets are overwritten when they are dropped, and `Debug` does not print them. Nothing here panics on any
//! input. Functions that make something up out of the system's randomness are named `generate`, or live in
//! [`random`]; everything else is a function of its arguments, nonces included: a nonce must not be used twice
//! with the same key, and 24 random bytes never are.
#![warn(missing_docs)]

#[macro_use]
mod bytes;
pub mod boxed;
mod derive;
mod error;
pub mod exchange;
mod hash;
pub mod password;
pub mod random;
mod secret;
mod sign;
mod verify;

use std::sync::Once;

pub use boxed::{BoxKeyPair, BoxPublicKey, BoxSecretKey, SharedKey};
pub use derive::DeriveKey;
pub use error::{Error, Result};
pub use hash::{Blake2b, Sha256, blake2b, sha256};
pub use secret::{Aead, SecretBox};
pub use sign::{KeyPair, PublicKey, SecretKey, Signature};
pub use verify::Verifier;

bytes_type! {
    /// Used once: distinguishes two messages under the same key. 24 bytes, so random ones do not collide.
    Nonce(24)
}

impl Nonce {
    /// A random nonce.
    #[must_use]
    pub fn generate() -> Self {
        Self(random::array())
    }
}

bytes_type! {
    /// Proves that a ciphertext was made by a holder of the key (Poly1305).
    Tag(16)
}

/// Bytes that encryption adds, where the nonce is not counted.
pub const TAG_LENGTH: usize = 16;

/// Whether two byte strings are equal, in a time that depends on their lengths only.
#[must_use]
pub fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && sodiumoxide::utils::memcmp(a, b)
}

/// Overwrites a secret, in a way that the compiler does not leave out.
pub fn erase(secret: &mut [u8]) {
    sodiumoxide::utils::memzero(secret);
}

/// Lets libsodium choose the fastest code for this processor and open the source of randomness. Everything
/// that gains from either calls it; after the first time it is one load.
fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Fails when the system has no randomness to give; going on would make guessable keys.
        sodiumoxide::init().expect("libsodium starts: the system must provide randomness");
    });
}
