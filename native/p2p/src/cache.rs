//! Packets kept for others, and ids of those seen. CORE: being written.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::Config;
use crate::id::PacketId;
use crate::peer::Peer;

#[derive(Debug, Default)]
pub(crate) struct Cache {
    packets: BTreeMap<PacketId, Bytes>,
    bytes: usize,
}

impl Cache {
    pub(crate) fn new(_config: &Config) -> Self {
        Self::default()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn has(&self, id: &PacketId) -> bool {
        self.packets.contains_key(id)
    }

    pub(crate) fn insert(&mut self, id: PacketId, bytes: Bytes) {
        self.bytes += bytes.len();
        self.packets.insert(id, bytes);
    }
}

/// `Timer::Expire`.
pub(crate) fn expire(_peer: &mut Peer) {}
