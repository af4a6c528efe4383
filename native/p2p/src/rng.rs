//! The one source of randomness: a generator seeded at creation. The same seed gives the same run, byte for byte.

use rand_chacha::ChaCha12Rng;
use rand_core::{RngCore as _, SeedableRng as _};

/// Fit for nonces and tokens (ChaCha12), and the same everywhere.
#[derive(Clone)]
pub(crate) struct Rng(ChaCha12Rng);

impl Rng {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self(ChaCha12Rng::from_seed(seed))
    }

    pub(crate) fn u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    pub(crate) fn u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// Evenly from `0..end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // Multiply and shift (Lemire): off by less than 2^-32 for the sizes that occur here.
        let wide = u128::from(self.u64()) * end as u128;
        (wide >> 64) as usize
    }

    /// An element of a slice.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.below(of.len());
        of.get(at)
    }

    /// Puts a random selection of `count` elements first and forgets the others.
    pub(crate) fn sample<T>(&mut self, of: &mut Vec<T>, count: usize) {
        let count = count.min(of.len());
        for at in 0..count {
            let other = at + self.below(of.len() - at);
            of.swap(at, other);
        }
        of.truncate(count);
    }
}

impl std::fmt::Debug for Rng {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rng(secret)")
    }
}
