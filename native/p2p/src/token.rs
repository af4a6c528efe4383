//! Stateless proofs of address: keyed BLAKE2b over ip, port and time slot. NET: to be filled in by `net`.

/// The key that they are made with.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    #[expect(dead_code, reason = "to be filled in by `net`")]
    key: [u8; 32],
}

impl Tokens {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self { key }
    }
}
