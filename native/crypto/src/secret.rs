//! Encryption under a secret that both sides have.

use sodiumoxide::crypto::aead::xchacha20poly1305_ietf as aead;
use sodiumoxide::crypto::secretbox::xsalsa20poly1305 as secretbox;

use crate::{Error, Nonce, Result, Tag, init, random};

secret_type! {
    /// A key of libsodium's `crypto_secretbox` (XSalsa20-Poly1305).
    SecretBox(secretbox::Key, 32)
}

secret_type! {
    /// A key for authenticated encryption with associated data (XChaCha20-Poly1305).
    Aead(aead::Key, 32)
}

impl SecretBox {
    /// The key with these bytes.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(secretbox::Key(key))
    }

    /// A new key.
    #[must_use]
    pub fn generate() -> Self {
        Self::new(random::array())
    }

    /// Encrypts: the tag, then the ciphertext.
    #[must_use]
    pub fn seal(&self, message: &[u8], nonce: &Nonce) -> Vec<u8> {
        init();
        secretbox::seal(message, &secretbox::Nonce(nonce.0), &self.0)
    }

    /// Decrypts what [`seal`](Self::seal) made.
    ///
    /// # Errors
    /// [`Error::Forged`].
    pub fn open(&self, sealed: &[u8], nonce: &Nonce) -> Result<Vec<u8>> {
        init();
        secretbox::open(sealed, &secretbox::Nonce(nonce.0), &self.0).map_err(|()| Error::Forged)
    }

    /// Encrypts where the message is.
    pub fn seal_in_place(&self, message: &mut [u8], nonce: &Nonce) -> Tag {
        init();
        Tag(secretbox::seal_detached(message, &secretbox::Nonce(nonce.0), &self.0).0)
    }

    /// Decrypts where the ciphertext is; leaves it as it is on failure.
    ///
    /// # Errors
    /// [`Error::Forged`].
    pub fn open_in_place(&self, sealed: &mut [u8], tag: &Tag, nonce: &Nonce) -> Result<()> {
        init();
        secretbox::open_detached(sealed, &secretbox::Tag(tag.0), &secretbox::Nonce(nonce.0), &self.0)
            .map_err(|()| Error::Forged)
    }
}

impl Aead {
    /// The key with these bytes.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(aead::Key(key))
    }

    /// A new key.
    #[must_use]
    pub fn generate() -> Self {
        Self::new(random::array())
    }

    /// Encrypts `message` and vouches for `associated`, which is not part of the result: the ciphertext, then
    /// the tag.
    #[must_use]
    pub fn seal(&self, message: &[u8], associated: &[u8], nonce: &Nonce) -> Vec<u8> {
        init();
        aead::seal(message, Some(associated), &aead::Nonce(nonce.0), &self.0)
    }

    /// Decrypts what [`seal`](Self::seal) made with the same `associated`.
    ///
    /// # Errors
    /// [`Error::Forged`].
    pub fn open(&self, sealed: &[u8], associated: &[u8], nonce: &Nonce) -> Result<Vec<u8>> {
        init();
        aead::open(sealed, Some(associated), &aead::Nonce(nonce.0), &self.0).map_err(|()| Error::Forged)
    }

    /// Encrypts where the message is.
    pub fn seal_in_place(&self, message: &mut [u8], associated: &[u8], nonce: &Nonce) -> Tag {
        init();
        Tag(aead::seal_detached(message, Some(associated), &aead::Nonce(nonce.0), &self.0).0)
    }

    /// Decrypts where the ciphertext is. On failure what is there is not to be used.
    ///
    /// # Errors
    /// [`Error::Forged`].
    pub fn open_in_place(
        &self,
        sealed: &mut [u8],
        associated: &[u8],
        tag: &Tag,
        nonce: &Nonce,
    ) -> Result<()> {
        init();
        aead::open_detached(sealed, Some(associated), &aead::Tag(tag.0), &aead::Nonce(nonce.0), &self.0)
            .map_err(|()| Error::Forged)
    }
}
