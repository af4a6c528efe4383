//! What can be wrong with what a caller gives.

use std::fmt;

/// What was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A value has the wrong number of bytes.
    Length {
        /// What it should have been.
        what: &'static str,
        /// The bytes it must have (at least, for a ciphertext).
        expected: usize,
        /// The bytes it has.
        found: usize,
    },
    /// Not a public key: not a point of the curve, or one with which every secret would be shared with everyone.
    BadKey,
    /// The signature is not that key's for that message.
    BadSignature,
    /// Cannot be decrypted: the key or the nonce is another one, or the bytes were changed.
    Forged,
    /// The work or memory asked of a password hash is outside of what it can do, or of what the system gives.
    Cost,
}

/// Of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The name that crosses to JavaScript.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Length { .. } => "ERR_CRYPTO_LENGTH",
            Self::BadKey => "ERR_CRYPTO_KEY",
            Self::BadSignature => "ERR_CRYPTO_SIGNATURE",
            Self::Forged => "ERR_CRYPTO_FORGED",
            Self::Cost => "ERR_CRYPTO_COST",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { what, expected, found } => {
                write!(f, "{what} has {expected} bytes, and {found} were given")
            }
            Self::BadKey => f.write_str("not a public key: use the bytes that a key pair was created with"),
            Self::BadSignature => f.write_str("the signature is not this key's for this message"),
            Self::Forged => {
                f.write_str("cannot be decrypted: another key or nonce, or the bytes were changed")
            }
            Self::Cost => {
                f.write_str("a password hash cannot be made at this cost: use less memory or other limits")
            }
        }
    }
}

impl std::error::Error for Error {}

pub(crate) const fn length(what: &'static str, expected: usize, bytes: &[u8]) -> Error {
    Error::Length { what, expected, found: bytes.len() }
}

pub(crate) fn array<const N: usize>(what: &'static str, bytes: &[u8]) -> Result<[u8; N]> {
    bytes.try_into().map_err(|_| length(what, N, bytes))
}
