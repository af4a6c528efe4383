//! The system's randomness, fit for keys.

use crate::init;

/// Fills `bytes`.
pub fn fill(bytes: &mut [u8]) {
    init();
    sodiumoxide::randombytes::randombytes_into(bytes);
}

/// `length` random bytes.
#[must_use]
pub fn bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    fill(&mut bytes);
    bytes
}

/// `N` random bytes.
#[must_use]
pub fn array<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}
