//! Keys from a key.

use std::fmt;

use sodiumoxide::crypto::kdf;

use crate::{Error, Result, error, init, random};

/// A secret from which others follow, none of which tells anything about this one or each other
/// (libsodium's `crypto_kdf`: BLAKE2b).
#[derive(Clone)]
pub struct DeriveKey(kdf::Key);

impl DeriveKey {
    /// Length in bytes.
    pub const LENGTH: usize = 32;

    /// The key with these bytes.
    #[must_use]
    pub const fn new(key: [u8; 32]) -> Self {
        Self(kdf::Key(key))
    }

    /// From a slice.
    ///
    /// # Errors
    /// [`Error::Length`] unless it has 32 bytes.
    pub fn from_slice(key: &[u8]) -> Result<Self> {
        error::array("DeriveKey", key).map(Self::new)
    }

    /// A new key.
    #[must_use]
    pub fn generate() -> Self {
        Self::new(random::array())
    }

    /// The secret itself, for keeping it somewhere safe.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0.0
    }

    /// Subkey number `id` for the purpose that the 8 bytes of `context` name.
    #[must_use]
    pub fn derive(&self, context: &[u8; 8], id: u64) -> [u8; 32] {
        let mut key = [0; 32];
        // 32 is between the 16 and 64 bytes that BLAKE2b gives here.
        self.derive_into(context, id, &mut key).expect("32 bytes can be derived");
        key
    }

    /// [`derive`](Self::derive) of another length.
    ///
    /// # Errors
    /// [`Error::Length`] unless `key` has 16 to 64 bytes.
    pub fn derive_into(&self, context: &[u8; 8], id: u64, key: &mut [u8]) -> Result<()> {
        init();
        let found = key.len();
        kdf::derive_from_key(key, id, *context, &self.0).map_err(|()| Error::Length {
            what: "a derived key",
            expected: found.clamp(kdf::BYTES_MIN, kdf::BYTES_MAX),
            found,
        })
    }
}

// The binding takes this key for a public value: it would print it and leave it in memory.
impl Drop for DeriveKey {
    fn drop(&mut self) {
        crate::erase(&mut self.0.0);
    }
}

impl fmt::Debug for DeriveKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeriveKey(secret)")
    }
}
