//! Encryption to a key, and between two keys: X25519, XSalsa20, Poly1305.

use std::fmt;

use sodiumoxide::crypto::box_::curve25519xsalsa20poly1305 as sodium;
use sodiumoxide::crypto::{scalarmult, sealedbox};

use crate::{Error, Nonce, Result, Tag, blake2b, error, init, random};

bytes_type! {
    /// An X25519 public key.
    BoxPublicKey(32)
}

secret_type! {
    /// An X25519 secret key.
    BoxSecretKey(sodium::SecretKey, 32)
}

secret_type! {
    /// What two key pairs have in common (a precomputed box). Both sides compute the same one, and what either
    /// seals both can open: it proves that one of the two wrote, not which.
    SharedKey(sodium::PrecomputedKey, 32)
}

/// Bytes that [`seal`] adds.
pub const SEAL_LENGTH: usize = 48;

/// Both halves.
#[derive(Clone)]
pub struct BoxKeyPair {
    public: BoxPublicKey,
    secret: BoxSecretKey,
}

/// Encrypts to whoever holds the secret half of `to`. Says nothing about who wrote it.
///
/// # Errors
/// [`Error::BadKey`] when `to` is of small order: everyone could read it.
pub fn seal(message: &[u8], to: &BoxPublicKey) -> Result<Vec<u8>> {
    let mut seed = random::array();
    let sealed = seal_with(message, to, &seed);
    crate::erase(&mut seed);
    sealed
}

/// [`seal`] with the sender's 32 random bytes given by the caller, who must not use them again.
///
/// # Errors
/// As [`seal`].
pub fn seal_with(message: &[u8], to: &BoxPublicKey, seed: &[u8; 32]) -> Result<Vec<u8>> {
    // libsodium's own function draws from the system and does not report a bad key. The format is the same:
    // the ephemeral public key, then a box whose nonce is the hash of both public keys.
    let ephemeral = BoxKeyPair::from_seed(seed);
    let shared = SharedKey::new(to, &ephemeral.secret)?;
    let nonce = Nonce(blake2b::<24>(&[&ephemeral.public.0, &to.0], None));
    let mut sealed = vec![0; SEAL_LENGTH + message.len()];
    let (head, body) = sealed.split_at_mut(SEAL_LENGTH);
    body.copy_from_slice(message);
    let tag = shared.seal_in_place(body, &nonce);
    head[..32].copy_from_slice(&ephemeral.public.0);
    head[32..].copy_from_slice(&tag.0);
    Ok(sealed)
}

impl BoxSecretKey {
    /// The public half.
    #[must_use]
    pub fn public(&self) -> BoxPublicKey {
        init();
        BoxPublicKey(self.0.public_key().0)
    }

    /// X25519 itself: the raw secret that two keys share. Hash it before use; [`SharedKey`] does.
    ///
    /// # Errors
    /// [`Error::BadKey`] when `with` is of small order.
    pub fn scalar_mult(&self, with: &BoxPublicKey) -> Result<[u8; 32]> {
        init();
        let scalar = scalarmult::Scalar(self.0.0);
        scalarmult::scalarmult(&scalar, &scalarmult::GroupElement(with.0))
            .map(|point| point.0)
            .map_err(|()| Error::BadKey)
    }
}

impl BoxKeyPair {
    /// A new pair.
    #[must_use]
    pub fn generate() -> Self {
        init();
        let (public, secret) = sodium::gen_keypair();
        Self { public: BoxPublicKey(public.0), secret: BoxSecretKey(secret) }
    }

    /// The pair that always follows from the same 32 secret bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        init();
        let (public, secret) = sodium::keypair_from_seed(&sodium::Seed(*seed));
        Self { public: BoxPublicKey(public.0), secret: BoxSecretKey(secret) }
    }

    /// From a kept secret key.
    #[must_use]
    pub fn from_secret(secret: BoxSecretKey) -> Self {
        Self { public: secret.public(), secret }
    }

    /// What others encrypt to.
    #[must_use]
    pub const fn public(&self) -> BoxPublicKey {
        self.public
    }

    /// What nobody else may have.
    #[must_use]
    pub const fn secret(&self) -> &BoxSecretKey {
        &self.secret
    }

    /// Decrypts what [`seal`] made for this pair.
    ///
    /// # Errors
    /// [`Error::Length`] when it is too short to be sealed, [`Error::Forged`].
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>> {
        if sealed.len() < SEAL_LENGTH {
            return Err(error::length("a sealed message", SEAL_LENGTH, sealed));
        }
        init();
        sealedbox::open(sealed, &sodium::PublicKey(self.public.0), &self.secret.0).map_err(|()| Error::Forged)
    }

    /// What this pair shares with another key.
    ///
    /// # Errors
    /// As [`SharedKey::new`].
    pub fn shared(&self, with: &BoxPublicKey) -> Result<SharedKey> {
        SharedKey::new(with, &self.secret)
    }
}

impl fmt::Debug for BoxKeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BoxKeyPair({})", self.public)
    }
}

impl SharedKey {
    /// The key that `secret` shares with the holder of `public`. The expensive part of a box, done once.
    ///
    /// # Errors
    /// [`Error::BadKey`] when `public` is of small order: the key would be known to everyone.
    pub fn new(public: &BoxPublicKey, secret: &BoxSecretKey) -> Result<Self> {
        init();
        let key = sodium::precompute(&sodium::PublicKey(public.0), &secret.0);
        // The binding does not look at libsodium's answer; after a refusal its key is left at zero.
        if crate::equal(&key.0, &[0; 32]) {
            return Err(Error::BadKey);
        }
        Ok(Self(key))
    }

    /// Encrypts: the tag, then the ciphertext.
    #[must_use]
    pub fn seal(&self, message: &[u8], nonce: &Nonce) -> Vec<u8> {
        sodium::seal_precomputed(message, &sodium::Nonce(nonce.0), &self.0)
    }

    /// Decrypts what [`seal`](Self::seal) made.
    ///
    /// # Errors
    /// [`Error::Forged`].
    pub fn open(&self, sealed: &[u8], nonce: &Nonce) -> Result<Vec<u8>> {
        sodium::open_precomputed(sealed, &sodium::Nonce(nonce.0), &self.0).map_err(|()| Error::Forged)
    }

    /// Encrypts where the message is.
    pub fn seal_in_place(&self, message: &mut [u8], nonce: &Nonce) -> Tag {
        Tag(sodium::seal_detached_precomputed(message, &sodium::Nonce(nonce.0), &self.0).0)
    }

    /// Decrypts where the ciphertext is; leaves it as it is on failure.
    ///
    /// # Errors
    /// [`Error::Forged`].
    pub fn open_in_place(&self, sealed: &mut [u8], tag: &Tag, nonce: &Nonce) -> Result<()> {
        sodium::open_detached_precomputed(sealed, &sodium::Tag(tag.0), &sodium::Nonce(nonce.0), &self.0)
            .map_err(|()| Error::Forged)
    }
}
