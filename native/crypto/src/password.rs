//! Keys from passwords, and passwords kept so that they can be checked (Argon2id).

use sodiumoxide::crypto::pwhash::argon2id13 as argon2;

use crate::{Error, Result, init, random};

bytes_type! {
    /// Makes equal passwords give different keys. Not secret.
    Salt(16)
}

impl Salt {
    /// A random salt.
    #[must_use]
    pub fn generate() -> Self {
        Self(random::array())
    }
}

/// How expensive a guess is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Passes over the memory, at least 1.
    pub operations: usize,
    /// Memory in bytes, at least 8192.
    pub memory: usize,
}

impl Cost {
    /// While someone waits: 2 passes over 64 MiB, about 0.1 s.
    pub const INTERACTIVE: Self = Self::new(argon2::OPSLIMIT_INTERACTIVE, argon2::MEMLIMIT_INTERACTIVE);
    /// 3 passes over 256 MiB, about 0.7 s.
    pub const MODERATE: Self = Self::new(argon2::OPSLIMIT_MODERATE, argon2::MEMLIMIT_MODERATE);
    /// 4 passes over 1 GiB, some seconds.
    pub const SENSITIVE: Self = Self::new(argon2::OPSLIMIT_SENSITIVE, argon2::MEMLIMIT_SENSITIVE);

    const fn new(operations: argon2::OpsLimit, memory: argon2::MemLimit) -> Self {
        Self { operations: operations.0, memory: memory.0 }
    }
}

/// Fills `key` (at least 16 bytes) from a password. The same arguments give the same key.
///
/// # Errors
/// [`Error::Cost`] when the cost or the key's length is out of range or the system has not the memory.
pub fn derive(password: &[u8], salt: &Salt, cost: Cost, key: &mut [u8]) -> Result<()> {
    init();
    argon2::derive_key(
        key,
        password,
        &argon2::Salt(salt.0),
        argon2::OpsLimit(cost.operations),
        argon2::MemLimit(cost.memory),
    )
    .map(drop)
    .map_err(|()| Error::Cost)
}

/// A text to be kept instead of the password: `$argon2id$…`, salt and cost included.
///
/// # Errors
/// As [`derive`].
pub fn hash(password: &[u8], cost: Cost) -> Result<String> {
    init();
    let hash = argon2::pwhash(password, argon2::OpsLimit(cost.operations), argon2::MemLimit(cost.memory))
        .map_err(|()| Error::Cost)?;
    Ok(hash.0.iter().take_while(|&&byte| byte != 0).map(|&byte| char::from(byte)).collect())
}

/// Whether `hash` was made from this password. Also `false` when `hash` is no such text.
#[must_use]
pub fn verify(hash: &str, password: &[u8]) -> bool {
    init();
    let mut padded = [0; argon2::HASHEDPASSWORDBYTES];
    // One zero must remain: libsodium reads up to it.
    if hash.len() >= padded.len() || hash.contains('\0') {
        return false;
    }
    padded[..hash.len()].copy_from_slice(hash.as_bytes());
    argon2::pwhash_verify(&argon2::HashedPassword(padded), password)
}
